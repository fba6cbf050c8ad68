"""Rules 1 to 14: attachments, signatures, equality, batches, voiding, references, agents (over HTTP alone)."""

import itertools
from copy import deepcopy
from typing import Any

import pytest

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
    Lrs,
    a_group,
    about,
    an_activity,
    at_once,
    attached,
    bare,
    mixed,
    new_id,
    part_of,
    parts_of,
    sub,
    voiding,
)
from tests.xapi_store.test_signed_statements import CURVE, KEY, OTHER, a_certificate, a_token
from xapi_store.signed_statements import SIGNATURE

ESSAY = b"An essay.\r\n--abcABC\r\n--abcABC0123'()+_,-./:=?x\r\n\x00\xff"
WITH_ESSAY = bare(attachments=[attached(ESSAY)])


# 1 to 6: attachments and signatures


def test_rule_01_any_boundary_and_any_bytes_are_taken_and_given_back(lrs: Lrs) -> None:
    (statement_id,) = lrs("POST", **mixed(WITH_ESSAY, part_of(ESSAY))).get_json()
    answer = lrs("GET", query_string={"statementId": statement_id, "attachments": "true"})
    (_, _), (headers, content) = parts_of(answer)
    assert content == ESSAY
    assert headers["Content-Transfer-Encoding"] == "binary"
    assert headers["X-Experience-API-Hash"] == WITH_ESSAY["attachments"][0]["sha2"]
    assert headers["Content-Type"] == "text/plain"


def test_rule_01_an_unquoted_boundary_and_a_body_without_its_last_line_end_are_taken(lrs: Lrs) -> None:
    sent = mixed(WITH_ESSAY, part_of(ESSAY), boundary="plain-1")
    sent = {"data": sent["data"].removesuffix(b"\r\n"), "content_type": "multipart/mixed;boundary=plain-1"}
    assert lrs("POST", **sent).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        mixed(WITH_ESSAY, part_of(ESSAY, X_Experience_API_Hash="")),
        mixed(WITH_ESSAY, part_of(ESSAY, Content_Transfer_Encoding="base64")),
        mixed(WITH_ESSAY, part_of(ESSAY), first="text/plain"),
        mixed(WITH_ESSAY, part_of(ESSAY), part_of(b"nobody's")),
        mixed(WITH_ESSAY),
        mixed(WITH_ESSAY, part_of(ESSAY, Content_Type="image/png")),
        {**mixed(WITH_ESSAY, part_of(ESSAY)), "content_type": "multipart/mixed"},
        {**mixed(WITH_ESSAY, part_of(ESSAY)), "content_type": "multipart/mixed; boundary=other"},
        {**mixed(WITH_ESSAY, part_of(ESSAY)), "content_type": "multipart/form-data; boundary=other"},
    ],
)
def test_rule_01_a_part_that_breaks_a_rule_is_refused_and_nothing_is_stored(lrs: Lrs, sent: dict[str, Any]) -> None:
    assert lrs("POST", **sent).status_code == 400
    assert lrs.found() == []


def test_rule_01_a_missing_part_is_allowed_with_an_address_only(lrs: Lrs) -> None:
    elsewhere = bare(attachments=[attached(ESSAY, fileUrl="https://files.example.org/1")])
    assert lrs("POST", **mixed(elsewhere)).status_code == 200
    both = bare(attachments=[elsewhere["attachments"][0], attached(b"here")])
    assert lrs("POST", **mixed(both, part_of(b"here"))).status_code == 200
    assert lrs("POST", **mixed(both)).status_code == 400


@pytest.mark.parametrize("sum_by", ["sha256", "sha384", "sha512"])
def test_rule_02_bytes_are_matched_by_their_own_sum_of_any_kind(lrs: Lrs, sum_by: str) -> None:
    statement = bare(attachments=[attached(ESSAY, sum_by=sum_by)])
    (statement_id,) = lrs("POST", **mixed(statement, part_of(ESSAY, sum_by=sum_by))).get_json()
    answer = lrs("GET", query_string={"statementId": statement_id, "attachments": "true"})
    assert parts_of(answer)[1][1] == ESSAY
    lie = (part_of(ESSAY, sum_by=sum_by)[0], b"other bytes")
    assert lrs("POST", **mixed(statement, lie)).status_code == 400


def test_rule_02_the_sum_is_compared_without_regard_to_case(lrs: Lrs) -> None:
    large = bare(attachments=[attached(ESSAY, sha2=attached(ESSAY)["sha2"].upper())])
    assert lrs("POST", **mixed(large, part_of(ESSAY))).status_code == 200


def test_rule_03_no_attachments_are_fine_in_multipart_and_addresses_are_in_json(lrs: Lrs) -> None:
    assert lrs("POST", **mixed(bare())).status_code == 200
    assert lrs("POST", **mixed([bare(), bare()])).status_code == 200
    assert lrs("PUT", query_string={"statementId": new_id()}, **mixed(bare())).status_code == 204
    assert lrs("POST", json=bare(attachments=[attached(b"x", fileUrl="https://e.org/x")])).status_code == 200
    assert lrs("POST", json=bare(attachments=[attached(b"x")])).status_code == 400


def test_rule_04_the_same_bytes_travel_once_for_several_statements(lrs: Lrs) -> None:
    batch = [WITH_ESSAY, bare(object=sub(attachments=[attached(ESSAY)])), bare(attachments=[attached(b"another")])]
    assert lrs("POST", **mixed(batch, part_of(ESSAY), part_of(b"another"))).status_code == 200
    answer = lrs("GET", query_string={"attachments": "true"})
    assert sorted(content for _, content in parts_of(answer)[1:]) == sorted([ESSAY, b"another"])
    assert lrs("POST", **mixed(WITH_ESSAY, part_of(ESSAY), part_of(ESSAY))).status_code in (200, 400)
    assert lrs("POST", **mixed(WITH_ESSAY, part_of(ESSAY))).status_code == 200


def test_rule_05_attachments_true_answers_multipart_and_false_json(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(bare())
    for question in ({"statementId": statement_id}, {}):
        answer = lrs("GET", query_string={**question, "attachments": "true"})
        assert [headers["Content-Type"] for headers, _ in parts_of(answer)] == ["application/json"]
        for others in ({}, {"attachments": "false"}):
            answer = lrs("GET", query_string={**question, **others})
            assert answer.headers["Content-Type"] == "application/json"


def test_rule_05_bytes_are_given_with_a_voided_statement_and_with_pages_too(lrs: Lrs) -> None:
    (first, second) = lrs("POST", **mixed([WITH_ESSAY, bare()], part_of(ESSAY))).get_json()
    page = lrs("GET", query_string={"attachments": "true", "limit": "1", "ascending": "true"})
    assert parts_of(page)[1][1] == ESSAY
    lrs.store(voiding(first), voiding(second))
    answer = lrs("GET", query_string={"voidedStatementId": first, "attachments": "true"})
    assert parts_of(answer)[1][1] == ESSAY
    answer = lrs("GET", query_string={"voidedStatementId": second, "attachments": "true"})
    assert len(parts_of(answer)) == 1


def test_rule_05_head_answers_as_get_does_on_every_resource(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(a_statement())
    agent = '{"mbox":"mailto:a@e.org"}'
    state = {"activityId": "https://e.org/a", "agent": agent, "stateId": "s"}
    lrs("POST", "activities/state", query_string=state, data=b"abc", content_type="image/png")
    for resource, question in (
        ("about", {}),
        ("statements", {}),
        ("statements", {"statementId": statement_id}),
        ("statements", {"statementId": new_id()}),
        ("statements", {"limit": "-1"}),
        ("activities", {"activityId": "https://e.org/a"}),
        ("activities", {}),
        ("agents", {"agent": agent}),
        ("activities/state", state),
        ("activities/state", {**state, "stateId": "other"}),
        ("activities/state", {name: state[name] for name in ("activityId", "agent")}),
        ("activities/profile", {"activityId": "https://e.org/a"}),
        ("agents/profile", {"agent": agent}),
    ):
        head, get = (lrs(method, resource, query_string=question) for method in ("HEAD", "GET"))
        assert (head.status_code, head.data) == (get.status_code, b""), (resource, question)
        assert _steady(head.headers) == _steady(get.headers), (resource, question)


def _steady(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.endswith("Consistent-Through")}


def _signed(lrs: Lrs, token: bytes, statement: dict[str, Any], **changed: Any) -> int:
    entry = attached(token, usageType=SIGNATURE, **{"contentType": "application/octet-stream", **changed})
    body = {**statement, "attachments": [entry]}
    part = part_of(token, Content_Type=entry["contentType"])
    return lrs("POST", **mixed(body, part)).status_code


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_rule_06_a_signature_over_the_same_statement_is_taken(lrs: Lrs, alg: str) -> None:
    statement = a_statement(id=new_id(), actor=a_group("a", "b"))
    certificate = a_certificate("signer", KEY)
    assert _signed(lrs, a_token(statement, alg=alg, x5c=[certificate]), statement) == 200
    unnamed = {name: value for name, value in statement.items() if name != "id"}
    turned = {**unnamed, "actor": a_group("b", "a"), "timestamp": "2026-05-18T07:32:34.804+02:00"}
    turned["result"] = {**statement["result"], "duration": "PT2M30.001S"}
    assert _signed(lrs, a_token(unnamed, alg=alg), {**turned, "id": new_id()}) == 200


def test_rule_06_a_signature_that_does_not_fit_is_refused(lrs: Lrs) -> None:
    statement = a_statement(id=new_id())
    good = a_token(statement)
    assert _signed(lrs, good, statement, contentType="text/plain") == 400
    assert _signed(lrs, good, {**statement, "actor": an_agent("eve")}) == 400
    assert _signed(lrs, a_token(statement, alg="ES256", key=CURVE), statement) == 400
    assert _signed(lrs, a_token(statement, alg="HS256", key="k" * 32), statement) == 400
    assert _signed(lrs, a_token(statement, x5c=[a_certificate("other", OTHER)]), statement) == 400
    assert _signed(lrs, good.rsplit(b".", 1)[0], statement) == 400
    assert _signed(lrs, b'{"payload":"e30","signatures":[]}', statement) == 400
    assert _signed(lrs, a_token(b"no JSON"), statement) == 400
    assert lrs.found() == []
    assert _signed(lrs, good, statement) == 200


# 7 to 10: the same statement again


def _changed(path: str, value: Any) -> dict[str, Any]:
    statement = _full()
    *way, last = path.split(".")
    at = statement
    for each in way:
        at = at[each]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return statement


def _full() -> dict[str, Any]:
    inner = sub(timestamp="2026-05-18T05:32:34Z")
    inner["object"] = {"id": "https://e.org/a", "definition": {"name": {"en": "A"}}}
    context = deepcopy(a_statement()["context"])
    return a_statement(id=FULL, actor=a_group("a", "b"), object=inner, context=context, version="1.0.0")


FULL = "fd41c918-b88b-4b20-a0a5-a4c32391aaa1"
SAME = {
    "another id's case": ("id", FULL.upper()),
    "no timestamp": ("timestamp", None),
    "the same instant": ("timestamp", "2026-05-18T07:32:34.804+02:00"),
    "stored": ("stored", "2020-01-01T00:00:00Z"),
    "authority": ("authority", an_agent("liar")),
    "no version": ("version", None),
    "verb display": ("verb.display", {"de": "beantwortet"}),
    "no verb display": ("verb.display", None),
    "definition within": ("object.object.definition", {"name": {"en": "B"}, "moreInfo": "https://e.org/more"}),
    "no definition within": ("object.object.definition", None),
    "instant within": ("object.timestamp", "2026-05-18T06:32:34+01:00"),
    "display within": ("object.verb.display", {"de": "x"}),
    "definition around": (
        "context.contextActivities.grouping",
        [{"id": "https://courses.example.org/m1", "definition": {"name": {"en": "M"}}}],
    ),
    "no list around": ("context.contextActivities.grouping", {"id": "https://courses.example.org/m1"}),
    "kind around": (
        "context.contextActivities.grouping",
        [{"objectType": "Activity", "id": "https://courses.example.org/m1"}],
    ),
    "order of members": ("actor.member", [an_agent("b"), an_agent("a")]),
    "kind of a member": ("actor.member", [an_agent("a"), {"account": an_agent("b")["account"]}]),
    "kind within": ("object.object.objectType", "Activity"),
    "hundredths": ("result.duration", "PT2M30.004S"),
    "no zeros": ("result.duration", "PT2M30.00S"),
    "85 as 85.0": ("result.score.raw", 8.0),
    "registration's case": ("context.registration", "6A9D0C4E-0D0B-4A53-8E6E-0B1F0A4F7A11"),
}
OTHER_ONES = {
    "actor": ("actor", an_agent("a")),
    "a member more": ("actor.member", [an_agent("a"), an_agent("b"), an_agent("c")]),
    "verb": ("verb.id", "https://e.org/verbs/other"),
    "verb within": ("object.verb.id", "https://e.org/verbs/other"),
    "activity within": ("object.object.id", "https://e.org/b"),
    "instant": ("timestamp", "2026-05-18T05:32:34.805Z"),
    "instant within": ("object.timestamp", "2026-05-18T05:32:35Z"),
    "duration": ("result.duration", "PT150S"),
    "tenths": ("result.duration", "PT2M30.1S"),
    "success": ("result.success", False),
    "no result": ("result", None),
    "score": ("result.score.raw", 8.5),
    "extension": ("context.extensions", {"https://courses.example.org/ext/phase": "find"}),
    "extension as null": ("context.extensions", {"https://courses.example.org/ext/phase": []}),
    "an activity around": ("context.contextActivities.grouping", [{"id": "https://courses.example.org/m2"}]),
    "another place around": ("context.contextActivities", {"parent": [{"id": "https://courses.example.org/m1"}]}),
    "registration": ("context.registration", "7a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"),
}


def test_rules_07_and_08_the_same_statement_again_is_taken_for_the_same(lrs: Lrs) -> None:
    lrs.store(_full())
    for what, change in SAME.items():
        answer = lrs("POST", json=_changed(*change))
        assert (answer.status_code, answer.text.lower()) == (200, f'["{FULL}"]'), what
        assert lrs("PUT", query_string={"statementId": FULL}, json=_changed(*change)).status_code == 204, what
    assert len(lrs.found()) == 1


def test_rule_07_another_statement_under_the_same_id_is_a_conflict(lrs: Lrs) -> None:
    lrs.store(_full())
    for what, change in OTHER_ONES.items():
        assert lrs("POST", json=_changed(*change)).status_code == 409, what
        assert lrs("PUT", query_string={"statementId": FULL}, json=_changed(*change)).status_code == 409, what
    assert lrs.read(FULL)["object"] == _full()["object"]


def test_rule_09_a_batch_is_stored_whole_or_not_at_all(lrs: Lrs) -> None:
    (taken,) = lrs.store(bare(id=new_id()))
    activity = an_activity(name={"en": "Told by a refused batch"})
    good = bare(id=new_id(), object=activity, attachments=[attached(ESSAY, fileUrl="https://e.org/f")])
    for bad, status in ((bare(verb={"id": "no IRI"}), 400), (bare(id=taken, actor=an_agent("x")), 409), ({}, 400)):
        for batch in ([good, bad], [bad, good]):
            assert lrs("POST", **mixed(batch, part_of(ESSAY))).status_code == status
    assert lrs.found() == [taken]
    assert lrs.status(statementId=good["id"]) == 404
    assert "definition" not in lrs("GET", "activities", query_string={"activityId": activity["id"]}).get_json()
    assert lrs("POST", **mixed(good, part_of(ESSAY))).status_code == 200


def test_rule_09_ids_come_back_in_order_with_those_that_were_there(lrs: Lrs) -> None:
    ids = [new_id() for _ in range(4)]
    lrs.store(bare(id=ids[2]))
    answer = lrs("POST", json=[bare(id=each) for each in ids])
    assert (answer.status_code, answer.get_json()) == (200, ids)
    assert lrs.found(ascending=True) == [ids[2], ids[0], ids[1], ids[3]]


def test_rule_09_an_id_twice_in_a_batch_is_refused(lrs: Lrs) -> None:
    once = bare(id=new_id())
    for batch in ([once, once], [once, {**once, "id": once["id"].upper()}], [once, bare(), once]):
        assert lrs("POST", json=batch).status_code == 400
    assert lrs.found() == []


def test_rule_09_a_repeated_or_refused_statement_changes_no_activity(lrs: Lrs) -> None:
    activity = an_activity(name={"en": "first"})
    (known,) = lrs.store(bare(object=activity))
    renamed = {**activity, "definition": {"name": {"en": "second", "de": "zweiter"}}}
    assert lrs("POST", json=bare(id=known, object=renamed)).status_code == 200
    assert lrs("POST", json=bare(id=known, object=renamed, actor=an_agent("x"))).status_code == 409
    answer = lrs("GET", "activities", query_string={"activityId": activity["id"]})
    assert answer.get_json()["definition"] == {"name": {"en": "first"}}
    assert lrs.read(known)["object"] == activity


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_rule_10_of_concurrent_writers_of_one_id_exactly_one_wins(lrs: Lrs, method: str) -> None:
    for _ in range(3):
        statement_id = new_id()
        question = {"statementId": statement_id} if method == "PUT" else {}

        def write(number: int, statement_id: str = statement_id, question: dict[str, str] = question) -> int:
            body = bare(id=statement_id, actor=an_agent(str(number)))
            return lrs(method, query_string=question, json=body).status_code

        statuses = at_once(10, write)
        assert sorted(statuses) == [204 if method == "PUT" else 200] + [409] * 9
        winner = statuses.index(min(statuses))
        assert lrs.read(statement_id)["actor"]["account"]["name"] == str(winner)


def test_rule_10_concurrent_writers_of_the_same_statement_all_succeed(lrs: Lrs) -> None:
    statement = bare(id=new_id())
    assert at_once(10, lambda _: lrs("POST", json=statement).status_code) == [200] * 10
    assert lrs.found() == [statement["id"]]


def test_rule_10_overlapping_batches_never_block_each_other(lrs: Lrs) -> None:
    batch = [bare(id=new_id(), object=an_activity(f"o{n}", name={"en": str(n)})) for n in range(10)]
    statuses = at_once(8, lambda n: lrs("POST", json=batch if n % 2 else batch[::-1]).status_code)
    assert statuses == [200] * 8
    assert len(lrs.found()) == 10


# 11 to 13: voiding, references, single statements


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


# 14: whom the agent filter means


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
