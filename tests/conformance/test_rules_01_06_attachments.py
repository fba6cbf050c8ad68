"""Rules 1 to 6: attachments and signatures (over HTTP alone)."""

from typing import Any

import pytest

from tests.builders import a_statement, an_agent
from tests.conformance.client import (
    Lrs,
    a_group,
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


def _steady(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.endswith("Consistent-Through")}


def _signed(lrs: Lrs, token: bytes, statement: dict[str, Any], **changed: Any) -> int:
    entry = attached(token, usageType=SIGNATURE, **{"contentType": "application/octet-stream", **changed})
    body = {**statement, "attachments": [entry]}
    part = part_of(token, Content_Type=entry["contentType"])
    return lrs("POST", **mixed(body, part)).status_code


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
