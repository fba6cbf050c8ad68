"""Rules 11 to 14: voiding, statements about statements, whom the agent filter means (over HTTP alone)."""

import itertools
from typing import Any

import pytest

from tests.builders import an_agent
from tests.conformance.client import (
    Lrs,
    a_group,
    about,
    an_activity,
    bare,
    new_id,
    sub,
    voiding,
)

FULL = "fd41c918-b88b-4b20-a0a5-a4c32391aaa1"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("together", [True, False])
def test_rule_11_a_statement_is_void_in_whatever_order_both_arrive(
    lrs: Lrs, order: tuple[int, int], together: bool
) -> None:
    target = new_id()
    pair = [bare(id=target), voiding(target)]
    arriving = [pair[each] for each in order]
    for batch in [arriving] if together else [[each] for each in arriving]:
        assert lrs("POST", json=batch).status_code == 200
    assert lrs.status(statementId=target) == 404
    assert lrs.status(voidedStatementId=target) == 200
    assert [each["verb"]["id"] for each in lrs.find()] == [pair[1]["verb"]["id"]]


def test_rule_11_a_voiding_statement_is_never_void(lrs: Lrs) -> None:
    target = new_id()
    lrs.store(bare(id=target))
    (voider,) = lrs.store(voiding(target, id=new_id()))
    assert lrs("POST", json=voiding(voider)).status_code in (200, 400)
    assert lrs.read(voider)["id"] == voider
    assert lrs.status(voidedStatementId=voider) == 404
    assert lrs.status(statementId=target) == 404
    early = new_id()
    lrs("POST", json=voiding(early))
    lrs.store(voiding(new_id(), id=early))
    assert lrs.read(early)["id"] == early


def test_rule_11_a_statement_may_be_voided_twice_and_by_one_that_names_itself(lrs: Lrs) -> None:
    (target,) = lrs.store(bare())
    lrs.store(voiding(target), voiding(target, actor=an_agent("second")))
    assert len(lrs.found()) == 2
    itself = new_id()
    assert lrs("POST", json=voiding(itself, id=itself)).status_code in (200, 400)
    assert len(lrs.found()) in (2, 3)


def test_rule_11_only_a_reference_voids_and_nothing_within_a_substatement(lrs: Lrs) -> None:
    (target,) = lrs.store(bare())
    assert lrs.refuses(voiding(target, object=an_activity()))
    assert lrs.refuses(voiding(target, object={"objectType": "StatementRef"}))
    assert lrs.refuses(voiding(target, object={"id": target}))
    lrs.store(bare(object={**voiding(target), "objectType": "SubStatement"}), voiding(new_id()))
    assert lrs.read(target)["id"] == target


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_rule_12_a_reference_is_found_where_its_target_is_through_others_in_any_order(
    lrs: Lrs, order: tuple[int, ...]
) -> None:
    ids = [new_id() for _ in range(3)]
    activity, registration, verb = an_activity(), new_id(), "https://e.org/verbs/did"
    first = bare(
        id=ids[0],
        actor=an_agent("ben"),
        verb={"id": verb},
        object=activity,
        context={"registration": registration, "instructor": an_agent("ida")},
    )
    chain = [first, about(ids[0], id=ids[1]), about(ids[1], id=ids[2], actor=an_agent("officer"))]
    for each in order:
        lrs.store(chain[each])
    arrived = [ids[each] for each in order]
    for question in (
        {"agent": an_agent("ben")},
        {"verb": verb},
        {"activity": activity["id"]},
        {"registration": registration},
        {"agent": an_agent("ida"), "related_agents": True},
        {"agent": an_agent("ben"), "verb": verb, "activity": activity["id"], "registration": registration},
    ):
        assert lrs.found(**question, ascending=True) == arrived, question
    assert set(lrs.found(agent=an_agent("trainer"))) == set(ids[1:])
    assert lrs.found(agent=an_agent("officer")) == [ids[2]]
    assert lrs.found(agent=an_agent("ida")) == []


def test_rule_12_conditions_may_be_met_by_reference_and_target_together(lrs: Lrs) -> None:
    (target,) = lrs.store(bare(actor=an_agent("ben")))
    (reference,) = lrs.store(about(target, verb={"id": "https://e.org/verbs/confirmed"}))
    assert lrs.found(agent=an_agent("ben"), verb="https://e.org/verbs/confirmed") == [reference]
    assert lrs.found(agent=an_agent("trainer"), verb=bare()["verb"]["id"]) == [reference]


def test_rule_12_time_and_number_are_those_of_the_reference(lrs: Lrs) -> None:
    (target,) = lrs.store(bare(actor=an_agent("ben")))
    (reference,) = lrs.store(about(target))
    stored = lrs.read(target)["stored"]
    assert lrs.found(agent=an_agent("ben"), since=stored) == [reference]
    assert lrs.found(agent=an_agent("ben"), until=stored) == [target]
    assert lrs.found(agent=an_agent("ben"), limit=1) == [reference]
    assert lrs.found(agent=an_agent("ben"), limit=1, ascending=True) == [target]


@pytest.mark.parametrize("early", [True, False])
def test_rule_12_what_refers_to_a_voided_statement_is_still_found(lrs: Lrs, early: bool) -> None:
    target, reference, further = new_id(), new_id(), new_id()
    arriving = [
        bare(id=target, actor=an_agent("ben")),
        about(target, id=reference),
        about(reference, id=further),
        voiding(target),
    ]
    lrs.store(*(arriving[::-1] if early else arriving))
    found = lrs.found(agent=an_agent("ben"))
    assert len(found) == 3
    assert {reference, further} < set(found)
    assert target not in found


def test_rule_12_a_voided_reference_is_no_longer_found_but_what_refers_to_it_is(lrs: Lrs) -> None:
    (target,) = lrs.store(bare(actor=an_agent("ben")))
    (reference,) = lrs.store(about(target))
    (further,) = lrs.store(about(reference))
    (voider,) = lrs.store(voiding(reference))
    assert lrs.found(agent=an_agent("ben")) == [voider, further, target]


def test_rule_12_the_statement_of_the_context_and_of_a_substatement_do_not_count(lrs: Lrs) -> None:
    (target,) = lrs.store(bare(actor=an_agent("ben")))
    reference = {"objectType": "StatementRef", "id": target}
    lrs.store(
        bare(context={"statement": reference}),
        bare(object=sub(object=reference), actor=an_agent("other")),
    )
    assert lrs.found(agent=an_agent("ben")) == [target]


def test_rule_12_references_in_a_circle_come_to_an_end(lrs: Lrs) -> None:
    one, two, three = new_id(), new_id(), new_id()
    lrs.store(
        about(two, id=one, actor=an_agent("a1")),
        about(three, id=two, actor=an_agent("a2")),
        about(one, id=three, actor=an_agent("a3")),
        about(FULL, id=FULL, actor=an_agent("alone")),
    )
    for name in ("a1", "a2", "a3"):
        assert set(lrs.found(agent=an_agent(name))) == {one, two, three}
    assert lrs.found(agent=an_agent("alone")) == [FULL]


def test_rule_13_a_single_statement_is_asked_for_alone_and_by_what_it_is(lrs: Lrs) -> None:
    target = new_id()
    lrs.store(bare(id=target))
    assert lrs.status(statementId=target) == 200
    assert lrs.status(voidedStatementId=target) == 404
    assert lrs.status(statementId=new_id()) == 404
    lrs.store(voiding(target))
    assert lrs.status(statementId=target) == 404
    assert lrs.status(voidedStatementId=target) == 200
    assert lrs.status(statementId=target, voidedStatementId=target) == 400
    for name in ("statementId", "voidedStatementId"):
        for other, value in (
            ("agent", '{"mbox":"mailto:a@e.org"}'),
            ("verb", "https://e.org/v"),
            ("activity", "https://e.org/a"),
            ("registration", new_id()),
            ("related_activities", "false"),
            ("related_agents", "false"),
            ("since", "2020-01-01T00:00:00Z"),
            ("until", "2020-01-01T00:00:00Z"),
            ("limit", "0"),
            ("ascending", "false"),
            ("from", "1"),
        ):
            assert lrs.status(**{name: target, other: value}) == 400, other
        assert lrs.status(**{name: target, "format": "ids", "attachments": "true"}) in (200, 404)
        assert lrs.status(**{name: "no-uuid"}) == 400


def test_rule_14_an_agent_is_found_as_actor_object_and_member(lrs: Lrs) -> None:
    ben = an_agent("ben")
    found = lrs.store(
        bare(actor=ben),
        bare(object=ben),
        bare(actor=a_group("ben", "eve")),
        bare(actor=a_group("ben", mbox="mailto:team@e.org")),
        bare(object=a_group("ben", name="team")),
    )
    lrs.store(
        bare(object=sub(actor=ben)),
        bare(context={"instructor": ben, "team": a_group("ben")}),
        bare(actor=an_agent("other")),
    )
    assert lrs.found(agent=ben, ascending=True) == found


def test_rule_14_a_group_is_found_by_its_own_identifier(lrs: Lrs) -> None:
    team = a_group("ben", mbox="mailto:team@e.org")
    (one, two, _) = lrs.store(bare(actor=team), bare(object=a_group("eve", mbox="mailto:team@e.org")), bare())
    for question in (team, {"objectType": "Group", "mbox": "mailto:team@e.org"}, {"mbox": "mailto:team@e.org"}):
        assert lrs.found(agent=question, ascending=True) == [one, two], question
    assert lrs.found(agent=an_agent("eve")) == [two]


@pytest.mark.parametrize(
    "identifier",
    [
        {"mbox": "mailto:ben@e.org"},
        {"mbox_sha1sum": "0123456789abcdef0123456789abcdef01234567"},
        {"openid": "https://ben.e.org/"},
        {"account": {"homePage": "https://e.org", "name": "ben"}},
    ],
)
def test_rule_14_only_the_identifier_counts(lrs: Lrs, identifier: dict[str, Any]) -> None:
    (found,) = lrs.store(bare(actor={**identifier, "name": "Ben"}))
    for written in ({"objectType": "Agent", **identifier}, {**identifier, "name": "Another name"}):
        assert lrs.found(agent=written) == [found]
    assert lrs.found(agent={"mbox": "mailto:Ben@e.org"}) == []
    assert lrs.found(agent={"account": {"homePage": "https://e.org", "name": "ben2"}}) == []


def test_rule_14_the_authority_counts_with_related_agents_only(lrs: Lrs) -> None:
    (found,) = lrs.store(bare())
    authority = lrs.read(found)["authority"]
    assert lrs.found(agent=authority) == []
    assert lrs.found(agent=authority, related_agents=True) == [found]
