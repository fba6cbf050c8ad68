"""Rules 26 to 28: what may stand in a statement (over HTTP alone)."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
    Lrs,
    a_group,
    about,
    an_activity,
    attached,
    bare,
    new_id,
    sub,
)

MALFORMED = (
    b'{"actor":{"mbox":"mailto:a@e.org"},"actor":{"mbox":"mailto:b@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org","mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},'
    b'"result":{"extensions":{"x:y":{"a":1,"a":2}}}}',
    b'{"actor":{"mbox":"mailto:a@e.org","name":"\xff"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org","name":"\\u0000"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org","name":"\\ud800"},"verb":{"id":"x:y"},"object":{"id":"x:y"}}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"}} {}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},"result":{"score":{"raw":NaN}}}',
    b'{"actor":{"mbox":"mailto:a@e.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"},"result":{"score":{"raw":01}}}',
    b"{'actor': 1}",
    b"\xef\xbb\xbf{}",
    b'"text"',
    b"null",
    b"1",
    b"[[]]",
    b"[1]",
    b"",
)


def test_rule_26_a_malformed_body_is_400_and_never_500(lrs: Lrs) -> None:
    for body in MALFORMED:
        assert lrs("POST", data=body, content_type="application/json").status_code == 400, body
    assert lrs.found() == []


def test_rule_26_unknown_names_and_wrong_case_are_refused_everywhere(lrs: Lrs) -> None:
    for wrong in (
        a_statement(more=1),
        a_statement(Actor=an_agent()),
        a_statement(actor={**an_agent(), "age": 3}),
        a_statement(actor={**an_agent(), "objectType": "agent"}),
        a_statement(verb={"id": "x:y", "Display": {}}),
        a_statement(object={"id": "x:y", "definition": {"title": {}}}),
        a_statement(object={"id": "x:y", "objectType": "activity"}),
        a_statement(result={"Score": {}}),
        a_statement(result={"score": {"percent": 1}}),
        a_statement(context={"contextActivities": {"parents": []}}),
        a_statement(context={"contextactivities": {}}),
        a_statement(object=sub(more=1)),
        a_statement(attachments=[{**attached(b"x"), "fileURL": "https://e.org/f"}]),
        a_statement(object={"objectType": "StatementRef", "id": new_id(), "definition": {}}),
        a_statement(actor={"account": {**an_agent()["account"], "more": 1}}),
    ):
        assert lrs.refuses(wrong), wrong


def test_rule_27_iris_need_a_scheme_and_are_compared_as_they_are(lrs: Lrs) -> None:
    for iri in ("e.org/a", "/a", "a b:c", "", "http//e.org", "1:2"):
        assert lrs.refuses(bare(object={"id": iri})), iri
        assert lrs.refuses(bare(verb={"id": iri})), iri
    (one, two, three) = lrs.store(
        bare(object={"id": "https://E.org/a"}), bare(object={"id": "https://e.org/a"}), bare(object={"id": "urn:é:ü"})
    )
    assert lrs.found(activity="https://E.org/a") == [one]
    assert lrs.found(activity="https://e.org/a") == [two]
    assert lrs.found(activity="urn:é:ü") == [three]
    assert lrs.find(activity="urn:é:ü")[0]["object"]["id"] == "urn:é:ü"
    page = lrs("GET", f"/xapi/statements?activity={quote('urn:é:ü')}&limit=1").get_json()
    assert len(page["statements"]) == 1


def test_rule_27_an_actor_has_exactly_one_identifier_of_its_form(lrs: Lrs) -> None:
    account = {"homePage": "https://e.org", "name": "a"}
    for actor in (
        {},
        {"name": "Ben"},
        {"mbox": "a@e.org"},
        {"mbox": "mailto:"},
        {"mbox": "mailto:a@e.org", "openid": "https://e.org/"},
        {"mbox_sha1sum": "0123"},
        {"mbox_sha1sum": "g" * 40},
        {"openid": "e.org"},
        {"account": {"homePage": "https://e.org"}},
        {"account": {"name": "a"}},
        {"account": {**account, "homePage": "e.org"}},
        {"account": {**account, "name": 1}},
        {"objectType": "Agent", "mbox": "mailto:a@e.org", "member": []},
        {"objectType": "Group"},
        {"objectType": "Group", "name": "x"},
        {"objectType": "Group", "member": [{"objectType": "Group", "mbox": "mailto:a@e.org"}]},
        {"objectType": "Group", "member": [a_group("a")]},
        {"objectType": "Group", "member": an_agent()},
        {"objectType": "Group", "mbox": "mailto:a@e.org", "account": account},
        {"objectType": "Group", "mbox": "mailto:a@e.org", "member": [{}]},
        "mailto:a@e.org",
        [an_agent()],
    ):
        assert lrs.refuses(bare(actor=actor)), actor
        assert lrs.refuses(bare(object=sub(actor=actor))), actor
    assert lrs.refuses(bare(context={"team": an_agent()}))
    assert lrs.refuses(bare(context={"instructor": {"name": "x"}}))
    assert not lrs.refuses(bare(actor={"objectType": "Group", "mbox": "mailto:a@e.org"}))
    assert not lrs.refuses(bare(actor={"mbox_sha1sum": "0123456789ABCDEFabcdef012345678901234567"}))


def test_rule_27_an_authority_that_is_a_group_has_two_members(lrs: Lrs) -> None:
    assert not lrs.refuses(bare(authority=a_group("app", "user")))
    assert lrs.refuses(bare(authority=a_group("app")))
    assert lrs.refuses(bare(authority=a_group("app", "user", "third")))


def test_rule_28_revision_and_platform_belong_to_activities(lrs: Lrs) -> None:
    for name in ("revision", "platform"):
        assert not lrs.refuses(bare(context={name: "1"}))
        for target in (an_agent(), {"objectType": "StatementRef", "id": new_id()}, sub()):
            assert lrs.refuses(bare(object=target, context={name: "1"})), target
        assert lrs.refuses(bare(object=sub(object=an_agent(), context={name: "1"})))
        assert not lrs.refuses(bare(object=sub(context={name: "1"})))


def test_rule_28_a_substatement_is_no_statement_of_its_own(lrs: Lrs) -> None:
    for name, value in (
        ("id", new_id()),
        ("stored", "2020-01-01T00:00:00Z"),
        ("version", "1.0.0"),
        ("authority", an_agent()),
        ("object", sub()),
    ):
        assert lrs.refuses(bare(object=sub(**{name: value}))), name
    inner = sub(object={"objectType": "StatementRef", "id": new_id()})
    assert not lrs.refuses(bare(object=inner))


def test_rule_28_scores_stand_within_their_bounds(lrs: Lrs) -> None:
    for wrong in (
        {"scaled": 1.0001},
        {"scaled": -1.1},
        {"raw": 5, "max": 4},
        {"raw": 1, "min": 2},
        {"min": 3, "max": 2},
        {"raw": "5"},
        {"scaled": True},
    ):
        assert lrs.refuses(bare(result={"score": wrong})), wrong
    for right in ({"scaled": -1}, {"scaled": 1}, {"raw": 0, "min": 0, "max": 1}, {}, {"raw": 1e300}):
        assert not lrs.refuses(bare(result={"score": right})), right


def test_rule_28_components_belong_to_their_interaction(lrs: Lrs) -> None:
    component = [{"id": "a", "description": {"en": "A"}}]
    wrong_ones: list[dict[str, Any]] = [
        {"correctResponsesPattern": ["a"]},
        {"choices": component},
        {"interactionType": "choice", "scale": component},
        {"interactionType": "likert", "choices": component},
        {"interactionType": "matching", "steps": component},
        {"interactionType": "true-false", "choices": component},
        {"interactionType": "choice", "choices": component * 2},
        {"interactionType": "choice", "choices": [{"description": {}}]},
        {"interactionType": "choice", "correctResponsesPattern": "a"},
        {"interactionType": "Choice"},
    ]
    for wrong in wrong_ones:
        assert lrs.refuses(bare(object=an_activity(**wrong))), wrong
    for kind, name in (("choice", "choices"), ("sequencing", "choices"), ("likert", "scale"), ("performance", "steps")):
        assert not lrs.refuses(bare(object=an_activity(interactionType=kind, **{name: component}))), kind
    assert not lrs.refuses(bare(object=an_activity(interactionType="matching", source=component, target=component)))


def test_rule_28_what_is_stored_last_of_all_is_told_as_last_modified(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(about(new_id()))
    answer = lrs("GET", query_string={"statementId": statement_id})
    stored = datetime.fromisoformat(answer.get_json()["stored"]).replace(microsecond=0)
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == stored
