"""Rules 38 to 42: forms, version 2 alone, keys, content types, browsers (over HTTP alone)."""

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.builders import an_agent
from tests.conformance.client import (
    AGENT,
    AGENT_PROFILE,
    CONSISTENT,
    SHELVES,
    STATE,
    VERSION,
    Lrs,
    Question,
    a_group,
    bare,
    new_id,
    sub,
)

CONTEXT_AGENT = {"objectType": "contextAgent", "agent": an_agent("c"), "relevantTypes": ["https://e.org/types/coach"]}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": a_group("c"), "relevantTypes": ["https://e.org/types/board"]}


def _form(lrs: Lrs, method: str, resource: str, form: Question, **headers: str) -> Any:
    """A request in the alternate syntax."""
    key = base64.b64encode(":".join(lrs.auth or ("", "")).encode()).decode()
    fields = {"Authorization": f"Basic {key}", VERSION: lrs.version or "", **form}
    hidden = replace(lrs, auth=None, version=None)
    sent = {"data": urlencode(fields), "content_type": "application/x-www-form-urlencoded"}
    return hidden("POST", f"{resource}?method={method}", headers=headers, **sent)


def _as(lrs: Lrs, authorization: str) -> int:
    return replace(lrs, auth=None)("GET", headers={"Authorization": authorization}).status_code


def test_rule_38_statements_are_put_posted_and_read_in_a_form(lrs_1: Lrs) -> None:
    statement_id = new_id()
    body = json.dumps(bare(actor={**an_agent(), "name": "Ünï & = +"}))
    put = {"statementId": statement_id, "content": body, "Content-Type": "application/json"}
    assert _form(lrs_1, "PUT", "statements", {**put, "Content-Length": str(len(body))}).status_code == 204
    assert lrs_1.read(statement_id)["actor"]["name"] == "Ünï & = +"
    assert _form(lrs_1, "POST", "statements", {"content": body, "Content-Type": "application/json"}).status_code == 200
    answer = _form(lrs_1, "GET", "statements", {"agent": json.dumps(an_agent()), "limit": "1"})
    assert (answer.status_code, len(answer.get_json()["statements"])) == (200, 1)
    assert len(lrs_1("GET", answer.get_json()["more"]).get_json()["statements"]) == 1
    head = _form(lrs_1, "HEAD", "statements", {"statementId": statement_id})
    assert (head.status_code, head.data) == (200, b"")


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_38_documents_are_kept_and_guarded_in_a_form(lrs_1: Lrs, where: str, question: Question) -> None:
    content = {"content": '{"a":1}', "Content-Type": "application/json"}
    assert _form(lrs_1, "PUT", where, {**question, **content, "If-None-Match": "*"}).status_code == 204
    assert _form(lrs_1, "PUT", where, {**question, **content, "If-None-Match": "*"}).status_code == 412
    assert _form(lrs_1, "POST", where, {**question, **content, "content": '{"b":2}'}).status_code == 204
    answer = _form(lrs_1, "GET", where, question)
    assert answer.get_json() == {"a": 1, "b": 2}
    tag = answer.headers["ETag"]
    assert _form(lrs_1, "DELETE", where, {**question, "If-Match": '"0"'}).status_code == 412
    assert _form(lrs_1, "DELETE", where, {**question, "If-Match": tag}).status_code == 204
    assert _form(lrs_1, "GET", where, question).status_code == 404


def test_rule_38_agents_activities_and_about_are_read_in_a_form(lrs_1: Lrs) -> None:
    assert _form(lrs_1, "GET", "agents", {"agent": AGENT}).get_json()["mbox"] == ["mailto:a@e.org"]
    assert _form(lrs_1, "GET", "activities", {"activityId": "https://e.org/a"}).get_json()["id"] == "https://e.org/a"
    assert _form(lrs_1, "GET", "about", {}).status_code == 200


def test_rule_38_a_form_that_is_not_as_it_should_be_is_refused(lrs_1: Lrs) -> None:
    hidden = {"data": urlencode({"statementId": new_id()}), "content_type": "application/x-www-form-urlencoded"}
    assert lrs_1("POST", "statements?method=GET&limit=1", **hidden).status_code == 400
    assert lrs_1("POST", "statements?method=PATCH", **hidden).status_code in (400, 405)
    assert lrs_1("POST", "statements?method=get", **hidden).status_code in (400, 404)
    assert lrs_1("POST", "statements", **hidden).status_code == 400
    assert lrs_1("POST", "statements?method=GET", data=b"{}", content_type="application/json").status_code == 400
    assert lrs_1("GET", "statements?method=GET").status_code == 400
    assert _form(lrs_1, "GET", "statements", {"Limit": "1"}).status_code == 400
    assert _form(replace(lrs_1, auth=("x", "y")), "GET", "statements", {}).status_code == 401


def test_rule_38_version_2_has_no_forms(lrs_2: Lrs) -> None:
    body = {"content": json.dumps(bare()), "Content-Type": "application/json"}
    assert _form(lrs_2, "POST", "statements", body).status_code == 400
    assert _form(lrs_2, "GET", "statements", {}).status_code == 400
    form = {"data": urlencode(body), "content_type": "application/x-www-form-urlencoded"}
    assert lrs_2("POST", "statements?method=POST", **form).status_code == 400
    assert lrs_2.found() == []


def test_rule_39_agents_and_groups_of_the_context_belong_to_version_2(lrs: Lrs) -> None:
    for context in ({"contextAgents": [CONTEXT_AGENT]}, {"contextGroups": [CONTEXT_GROUP]}):
        assert lrs.refuses(bare(context=context)) is (lrs.version == "1.0.3")
        assert lrs.refuses(bare(object=sub(context=context))) is (lrs.version == "1.0.3")


def test_rule_39_their_form_is_checked(lrs_2: Lrs) -> None:
    changes: list[dict[str, Any]] = [
        {"objectType": "Agent"},
        {"objectType": None},
        {"agent": a_group("x")},
        {"agent": {"name": "x"}},
        {"agent": None},
        {"relevantTypes": []},
        {"relevantTypes": ["no-iri"]},
        {"relevantTypes": "https://e.org/t"},
        {"group": a_group("x")},
        {"more": 1},
    ]
    for change in changes:
        changed = {name: value for name, value in {**CONTEXT_AGENT, **change}.items() if value is not None}
        assert lrs_2.refuses(bare(context={"contextAgents": [changed]})), change
    assert lrs_2.refuses(bare(context={"contextAgents": CONTEXT_AGENT}))
    assert lrs_2.refuses(bare(context={"contextGroups": [{**CONTEXT_GROUP, "group": an_agent()}]}))
    plain = {name: CONTEXT_AGENT[name] for name in ("objectType", "agent")}
    assert not lrs_2.refuses(bare(context={"contextAgents": [plain]}))
    anonymous = {**CONTEXT_GROUP, "group": {"objectType": "Group", "mbox": "mailto:g@e.org"}}
    assert not lrs_2.refuses(bare(context={"contextGroups": [anonymous]}))


def test_rule_40_who_is_not_known_is_401_everywhere_but_at_about(lrs: Lrs) -> None:
    assert lrs.auth is not None
    good = base64.b64encode(":".join(lrs.auth).encode()).decode()
    assert _as(lrs, f"Basic {good}") == _as(lrs, f"basic  {good}") == 200
    for wrong in (
        "",
        "Basic",
        "Basic ",
        "Basic Og==",
        "Basic !!!",
        f"Bearer {good}",
        f"Basic {good}x",
        good,
        "Basic eA==",
    ):
        assert _as(lrs, wrong) == 401, wrong
    nobody = replace(lrs, auth=None)
    for resource, question in (*SHELVES, ("statements", {}), ("agents", {"agent": AGENT}), ("activities", {})):
        answer = nobody("GET", resource, query_string=question)
        assert answer.status_code == 401, resource
        assert answer.headers["WWW-Authenticate"].startswith("Basic")
        assert answer.get_json()["error"]
    assert nobody("GET", "about").status_code == 200
    assert nobody("POST", json=bare()).status_code == 401
    assert lrs.found() == []


def test_rule_40_a_key_does_what_its_scopes_say_and_no_more(lrs: Lrs) -> None:
    lrs.store(bare())
    for scopes, reads, writes, documents in (
        (("statements/write",), 403, 200, 403),
        (("statements/read",), 200, 403, 403),
        (("statements/read/mine",), 200, 403, 403),
        (("all/read",), 200, 403, 200),
        (("state",), 403, 403, 200),
        (("profile",), 403, 403, 403),
        (("define",), 403, 403, 403),
    ):
        program = lrs.with_key(*scopes)
        assert program("GET").status_code == reads, scopes
        assert program("HEAD").status_code == reads, scopes
        assert program("POST", json=bare()).status_code == writes, scopes
        shelf = {name: STATE[name] for name in ("activityId", "agent")}
        assert program("GET", "activities/state", query_string=shelf).status_code == documents, scopes
    assert lrs.with_key("all/read").send("POST", "activities/state", STATE, {}) == 403
    assert lrs.with_key("state").send("POST", "activities/state", STATE, {}) == 204
    assert lrs.with_key("state").send("POST", "agents/profile", AGENT_PROFILE, {}) == 403
    assert lrs.with_key("profile").send("POST", "agents/profile", AGENT_PROFILE, {}) == 204


def test_rule_40_what_is_too_large_is_413(lrs: Lrs) -> None:
    headers = {"Content-Length": str(10**9)}
    assert lrs("POST", content_type="application/json", headers=headers).status_code in (400, 413)
    large = b" " * (33 * 1024 * 1024)
    assert lrs("POST", data=large, content_type="application/json").status_code == 413


def test_rule_41_the_content_type_says_what_the_body_is(lrs: Lrs) -> None:
    body = json.dumps(bare()).encode()
    for kind in ("application/json", "application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8"):
        assert lrs("POST", data=body, content_type=kind).status_code == 200, kind
    for kind in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/mixed; boundary=x",
        "application/xml",
        "",
    ):
        assert lrs("POST", data=body, content_type=kind).status_code == 400, kind
    assert lrs("POST", data=b"<a/>", content_type="application/json").status_code == 400
    assert lrs("GET").status_code == lrs("HEAD").status_code == 200


def test_rule_42_programs_in_browsers_may_ask_and_read_the_headers(lrs: Lrs) -> None:
    nobody = replace(lrs, auth=None, version=None)
    wanted = {"Origin": "https://course.e.org", "Access-Control-Request-Method": "PUT"}
    for resource in ("statements", "activities/state", "activities/profile", "agents/profile", "agents", "about"):
        answer = nobody("OPTIONS", resource, headers=wanted)
        assert answer.status_code in (200, 204)
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", wanted["Origin"])
        methods = answer.headers["Access-Control-Allow-Methods"]
        assert {"PUT", "POST", "GET", "DELETE"} <= {each.strip() for each in methods.split(",")}
        allowed = answer.headers["Access-Control-Allow-Headers"].lower()
        for name in ("authorization", "content-type", "if-match", "if-none-match", VERSION.lower()):
            assert name in allowed
    for answer in (lrs("GET", headers=wanted), replace(lrs, auth=None)("GET", headers=wanted)):
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", wanted["Origin"])
        exposed = answer.headers["Access-Control-Expose-Headers"].lower()
        for name in ("etag", "last-modified", VERSION.lower(), CONSISTENT.lower()):
            assert name in exposed
