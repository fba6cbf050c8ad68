"""The xAPI door over HTTP: what a client sends and what it gets."""

import json
from typing import Any
from uuid import uuid4

from flask import Flask

from tests.builders import a_statement, an_agent
from tests.xapi_store.conftest import Caller, Keys, StoreAtHand, a_voiding

CONSISTENT = "X-Experience-API-Consistent-Through"


def test_a_statement_goes_in_and_comes_out(call: Caller) -> None:
    (statement_id,) = call("POST", json=a_statement()).get_json()
    answer = call("GET", query_string={"statementId": statement_id})
    assert answer.status_code == 200
    assert answer.get_json()["result"] == a_statement()["result"]
    assert "Last-Modified" in answer.headers
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    assert answer.headers[CONSISTENT] >= answer.get_json()["stored"]


def test_a_batch_answers_with_ids_in_order(call: Caller) -> None:
    given = [str(uuid4()) for _ in range(3)]
    answer = call("POST", json=[a_statement(id=each) for each in given])
    assert (answer.status_code, answer.get_json()) == (200, given)
    assert call("POST", json=[]).get_json() == []


def test_put_stores_under_the_id_of_the_address(call: Caller) -> None:
    statement_id = str(uuid4())
    for body in (a_statement(), a_statement(id=statement_id)):
        answer = call("PUT", query_string={"statementId": statement_id}, json=body)
        assert (answer.status_code, answer.data) == (204, b"")
    assert call("GET", query_string={"statementId": statement_id}).get_json()["id"] == statement_id


def test_put_refuses_another_id_a_missing_one_and_a_list(call: Caller) -> None:
    address = {"statementId": str(uuid4())}
    answer = call("PUT", query_string=address, json=a_statement(id=str(uuid4())))
    assert (answer.status_code, answer.get_json()["path"]) == (400, "statement.id")
    assert call("PUT", json=a_statement()).status_code == 400
    assert call("PUT", query_string=address, json=[a_statement()]).status_code == 400
    assert call("PUT", query_string={**address, "more": "1"}, json=a_statement()).status_code == 400


def test_a_different_statement_under_a_used_id_is_409(call: Caller) -> None:
    statement_id = str(uuid4())
    call("POST", json=a_statement(id=statement_id))
    changed = a_statement(id=statement_id, actor=an_agent("b"))
    assert call("POST", json=[a_statement(), changed]).status_code == 409
    assert call("PUT", query_string={"statementId": statement_id}, json=changed).status_code == 409
    assert len(call("GET").get_json()["statements"]) == 1


def test_a_fault_is_named_by_its_place_and_nothing_is_stored(call: Caller) -> None:
    batch = [a_statement() for _ in range(3)] + [a_statement(result={"score": {"scaled": 7}})]
    answer = call("POST", json=batch)
    assert answer.status_code == 400
    assert answer.get_json()["path"] == "statements[3].result.score.scaled"
    assert "between -1 and 1" in answer.get_json()["error"]
    assert CONSISTENT in answer.headers
    assert call("GET").get_json() == {"statements": [], "more": ""}


def test_an_id_twice_in_one_request_is_refused(call: Caller) -> None:
    statement_id = str(uuid4())
    answer = call("POST", json=[a_statement(id=statement_id), a_statement(id=statement_id.upper())])
    assert (answer.status_code, answer.get_json()["path"]) == (400, "statements[1].id")


def test_what_was_sent_is_kept_to_the_letter(call: Caller) -> None:
    result = '{"score": {"raw": 1.10}, "extensions": {"https://e.org/x": [null, 12345678901234567890123, 1e400]}}'
    body = json.dumps(a_statement(result=0)).replace('"result": 0', f'"result": {result}')
    (statement_id,) = call("POST", data=body, content_type="application/json; charset=utf-8").get_json()
    assert result in call("GET", query_string={"statementId": statement_id}).text
    assert call("POST", data=body.replace("{", f'{{"id":"{statement_id}",', 1), content_type="application/json")
    assert len(call("GET").get_json()["statements"]) == 1
    slim = call("GET", query_string={"format": "ids"}).text
    assert '"raw":1.10' in slim
    assert "12345678901234567890123,1e400" in slim


def test_a_broken_body_is_400(call: Caller) -> None:
    for body in (
        b"",
        b"{",
        b'{"a":1,"a":2}',
        b'{"a":{"\\ud800":1,"\\ud800":2}}',
        b"\xff\xfe",
        b'{"actor":"\\u0000"}',
        b"null",
        b"[" * 99_999,
    ):
        answer = call("POST", data=body, content_type="application/json")
        assert answer.status_code == 400, body
        assert answer.get_json()["error"]


def test_a_body_that_is_not_json_is_400(call: Caller) -> None:
    for kind in ("text/plain", "multipart/mixed; boundary=x", "application/x-www-form-urlencoded", ""):
        assert call("POST", data=json.dumps(a_statement()), content_type=kind).status_code == 400, kind


def test_a_body_beyond_measure_is_413(call: Caller) -> None:
    answer = call("POST", data=b" " * (33 * 1024 * 1024), content_type="application/json")
    assert answer.status_code == 413
    assert answer.get_json()["error"]


def test_attachments_are_taken_by_address_only(call: Caller) -> None:
    attachment = {
        "usageType": "https://e.org/use",
        "display": {"en": "x"},
        "contentType": "text/plain",
        "length": 1,
        "sha2": "a" * 64,
    }
    answer = call("POST", json=a_statement(attachments=[attachment]))
    assert (answer.status_code, answer.get_json()["path"]) == (400, "statement.attachments[0].fileUrl")
    there = {**attachment, "fileUrl": "https://e.org/file"}
    assert call("POST", json=a_statement(attachments=[there])).status_code == 200
    answer = call("GET", query_string={"attachments": "true"})
    assert answer.mimetype == "multipart/mixed"
    head, _, rest = answer.data.partition(b"\r\n\r\n")
    assert head.startswith(b"--")
    assert json.loads(rest.rsplit(b"\r\n--", 1)[0])["statements"]


REFUSED_QUERIES: list[tuple[dict[str, Any], str]] = [
    ({"verbs": "https://e.org"}, "verbs"),
    ({"StatementId": str(uuid4())}, "StatementId"),
    ({"statementId": "x"}, "statementId"),
    ({"statementId": str(uuid4()), "voidedStatementId": str(uuid4())}, "statementId"),
    ({"statementId": str(uuid4()), "limit": "1"}, "limit"),
    ({"agent": '{"mbox":"a"}'}, "agent"),
    ({"agent": "anna"}, "agent"),
    ({"agent": json.dumps({"objectType": "Group", "member": [an_agent()]})}, "agent"),
    ({"verb": "answered"}, "verb"),
    ({"activity": "a b"}, "activity"),
    ({"registration": "1"}, "registration"),
    ({"since": "yesterday"}, "since"),
    ({"limit": "-1"}, "limit"),
    ({"limit": "many"}, "limit"),
    ({"limit": "9" * 40}, "limit"),
    ({"ascending": "TRUE"}, "ascending"),
    ({"related_agents": "1"}, "related_agents"),
    ({"format": "full"}, "format"),
    ({"limit": ["1", "2"]}, "limit"),
]


def test_a_query_the_specification_does_not_know_is_400(call: Caller) -> None:
    for query, name in REFUSED_QUERIES:
        answer = call("GET", query_string=query)
        assert (answer.status_code, answer.get_json()["path"]) == (400, name), query
        assert name in answer.get_json()["error"]


def test_the_more_link_leads_through_everything(call: Caller) -> None:
    ids = [call("POST", json=a_statement()).get_json()[0] for _ in range(5)]
    call("POST", json=a_statement(actor=an_agent("b")))
    answer = call("GET", query_string={"limit": 2, "agent": json.dumps(an_agent()), "format": "ids"}).get_json()
    found = []
    while True:
        found += [each["id"] for each in answer["statements"]]
        if not answer["more"]:
            break
        assert answer["more"].startswith("/xapi/statements?")
        answer = call("GET", answer["more"]).get_json()
    assert found == ids[::-1]


def test_voided_statements_are_given_to_who_asks_for_them(call: Caller) -> None:
    (statement_id,) = call("POST", json=a_statement()).get_json()
    call("POST", json=a_voiding(statement_id))
    assert call("GET", query_string={"statementId": statement_id}).status_code == 404
    answer = call("GET", query_string={"voidedStatementId": statement_id})
    assert (answer.status_code, answer.get_json()["id"]) == (200, statement_id)


def test_the_answer_speaks_the_version_of_the_question(call: Caller) -> None:
    for sent in ("1.0", "1.0.0", "1.0.9", "2.0", "2.0.0"):
        answer = call("GET", headers={"X-Experience-API-Version": sent})
        spoken = "1.0.3" if sent.startswith("1") else "2.0.0"
        assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (200, spoken)


def test_a_missing_or_foreign_version_is_400(call: Caller) -> None:
    for sent in (None, "0.95", "1.1.0", "3.0.0", "x"):
        call.version = sent
        answer = call("GET")
        assert answer.status_code == 400, sent
        assert "X-Experience-API-Version" in answer.get_json()["error"]
        assert CONSISTENT in answer.headers


def test_statements_of_version_2_carry_it_and_times_in_utc(call: Caller) -> None:
    call.version = "2.0.0"
    given = a_statement(timestamp="2026-05-18T07:32:34.804+02:00")
    (statement_id,) = call("POST", json=given).get_json()
    kept = call("GET", query_string={"statementId": statement_id}).get_json()
    assert kept["version"] == "2.0.0"
    assert kept["timestamp"] == "2026-05-18T05:32:34.804000Z"


def test_without_a_valid_key_it_is_401(call: Caller) -> None:
    for auth in (None, ("", ""), ("nobody", "x"), ("a\0b", "x")):
        call.auth = auth
        answer = call("GET")
        assert answer.status_code == 401, auth
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
        assert answer.get_json()["error"]


def test_a_wrong_secret_and_a_foreign_scheme_are_401(call: Caller) -> None:
    assert call.auth is not None
    call.auth = (call.auth[0], "wrong")
    assert call("GET").status_code == 401
    call.auth = None
    assert call("GET", headers={"Authorization": "Bearer abc"}).status_code == 401
    assert call("GET", headers={"Authorization": "Basic !!!"}).status_code == 401


def test_scopes_bound_what_a_key_may_do(call: Caller, a_key: Keys) -> None:
    call("POST", json=a_statement())
    call.auth = a_key("statements/read")
    assert call("POST", json=a_statement()).status_code == 403
    assert len(call("GET").get_json()["statements"]) == 1
    call.auth = a_key("statements/write")
    assert call("GET").status_code == 403
    assert call("POST", json=a_statement()).status_code == 200


def test_a_key_for_its_own_statements_sees_no_others(call: Caller, a_key: Keys) -> None:
    (foreign,) = call("POST", json=a_statement()).get_json()
    call.auth = a_key("statements/write", "statements/read/mine")
    assert call("GET").get_json()["statements"] == []
    (own,) = call("POST", json=a_statement()).get_json()
    assert [each["id"] for each in call("GET").get_json()["statements"]] == [own]
    assert call("GET", query_string={"statementId": own}).status_code == 200
    assert call("GET", query_string={"statementId": foreign}).status_code == 404


def test_the_authority_is_the_key(call: Caller, store: StoreAtHand) -> None:
    (statement_id,) = call("POST", json=a_statement(authority=an_agent("impostor"))).get_json()
    assert call.auth is not None
    assert store.by_id(statement_id)["authority"]["account"]["name"] == call.auth[0]


def test_doubled_slashes_are_taken_for_one(call: Caller) -> None:
    for path in ("/xapi//statements", "/xapi/statements/", "/xapi///statements//"):
        assert call("GET", path).status_code == 200, path


def test_head_is_get_without_the_body(call: Caller) -> None:
    answer = call("HEAD")
    assert (answer.status_code, answer.data) == (200, b"")
    assert CONSISTENT in answer.headers


def test_about_needs_neither_key_nor_version(call: Caller) -> None:
    call.auth = call.version = None
    answer = call("GET", "/xapi/about")
    assert answer.status_code == 200
    assert {"1.0.3", "2.0.0"} <= set(answer.get_json()["version"])


def test_where_nothing_is_a_sentence_says_so(call: Caller) -> None:
    for path in ("/xapi/", "/xapi/activity/state", "/xapi/nothing", "/store/nothing"):
        answer = call("GET", path)
        assert answer.status_code == 404
        assert "/xapi/" in answer.get_json()["error"]
    answer = call("DELETE")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_programs_in_browsers_of_other_sites_may_ask(app: Flask) -> None:
    answer = app.test_client().options("/xapi/statements", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert CONSISTENT in answer.headers["Access-Control-Expose-Headers"]
