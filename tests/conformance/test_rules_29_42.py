"""Rules 29 to 42: languages, times, versions, documents, the alternate syntax, access, browsers (over HTTP alone)."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.builders import an_agent
from tests.conformance.client import (
    CONSISTENT,
    VERSION,
    Lrs,
    a_group,
    an_activity,
    at_once,
    bare,
    new_id,
    sub,
)

AGENT = '{"mbox":"mailto:a@e.org"}'
STATE = {"activityId": "https://e.org/a", "agent": AGENT, "stateId": "s"}
ACTIVITY_PROFILE = {"activityId": "https://e.org/a", "profileId": "p"}
AGENT_PROFILE = {"agent": AGENT, "profileId": "p"}
SHELVES = [
    ("activities/state", STATE),
    ("activities/profile", ACTIVITY_PROFILE),
    ("agents/profile", AGENT_PROFILE),
]
PROFILES = SHELVES[1:]
Question = dict[str, str]


def _send(lrs: Lrs, method: str, where: str, question: Question, body: Any, **headers: str) -> int:
    """A JSON document is sent; the status."""
    kind = headers.pop("content_type", "application/json")
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return lrs(method, where, query_string=question, data=data, content_type=kind, headers=sent).status_code


def _etag(lrs: Lrs, where: str, question: Question) -> str:
    return lrs("GET", where, query_string=question).headers["ETag"]


# 29 to 33: what stands in a statement


def test_rule_29_language_tags_follow_rfc_5646(lrs: Lrs) -> None:
    verb = bare()["verb"]
    for tag in ("en", "en-US", "zh-Hant", "sr-Latn-RS", "cmn", "x-private", "de-CH-1996", "es-419", "zh-cmn-Hans-CN"):
        assert not lrs.refuses(bare(verb={**verb, "display": {tag: "x"}})), tag
        assert not lrs.refuses(bare(context={"language": tag})), tag
    for tag in ("", "en_US", "e", "zh-z-aaa-z-bbb", "en-", "-en", "toolonglanguage", "en-US-", "en us", "de-x"):
        assert lrs.refuses(bare(verb={**verb, "display": {tag: "x"}})), tag
        assert lrs.refuses(bare(context={"language": tag})), tag
        assert lrs.refuses(bare(object=an_activity(name={tag: "x"}))), tag
    assert lrs.refuses(bare(verb={**verb, "display": {"en": 1}}))


def test_rule_30_a_timestamp_is_a_time_with_a_zone_that_is_one(lrs: Lrs) -> None:
    for time in (
        "2026-05-18T05:32:34.804Z",
        "2026-05-18T05:32:34Z",
        "2026-05-18T05:32:34+02:00",
        "2026-05-18T05:32:34.123456789Z",
        "2099-01-01T00:00:00Z",
        "2024-02-29T00:00:00Z",
    ):
        assert not lrs.refuses(bare(timestamp=time)), time
    for time in (
        "2026-05-18T05:32:34-00",
        "2026-05-18T05:32:34-0000",
        "2026-05-18T05:32:34-00:00",
        "2026-13-18T05:32:34Z",
        "2026-02-30T05:32:34Z",
        "yesterday",
        "",
        1747546354,
        "2026-05-18T25:00:00Z",
    ):
        assert lrs.refuses(bare(timestamp=time)), time
        assert lrs.refuses(bare(object=sub(timestamp=time))), time


def test_rule_30_milliseconds_and_the_instant_are_kept(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(bare(timestamp="2026-05-18T07:32:34.804+02:00"))
    kept = lrs.read(statement_id)["timestamp"]
    assert datetime.fromisoformat(kept) == datetime.fromisoformat("2026-05-18T05:32:34.804+00:00")
    if lrs.version == "2.0.0":
        assert kept.endswith("Z")


def test_rule_30_a_time_with_a_blank_is_one_in_version_2(lrs_2: Lrs) -> None:
    assert not lrs_2.refuses(bare(timestamp="2026-05-18 05:32:34.804Z"))


def test_rule_30_durations_are_of_the_first_form_and_kept_as_they_are(lrs: Lrs) -> None:
    for duration in ("PT2M30S", "P1Y", "P4W", "PT16559.14S", "P1Y2M3DT4H5M6S", "PT0S", "PT0.5H", "PT1.23456S", "P0D"):
        (statement_id,) = lrs.store(bare(result={"duration": duration}))
        kept = lrs.read(statement_id)["result"]["duration"]
        assert kept in (duration, "PT1.23S"), duration
    for duration in ("P4W1D", "2:30", "PT", "P", "P-1D", "P1S", "P0001-01-01T00:00:00", "p1d", "", 150, "PT1.5M30S"):
        assert lrs.refuses(bare(result={"duration": duration})), duration


def test_rule_31_versions_are_answered_in_their_own_kind(lrs: Lrs) -> None:
    kept = {"1.0": "1.0.3", "1.0.0": "1.0.3", "1.0.2": "1.0.3", "1.0.3": "1.0.3", "1.0.9": "1.0.3"}
    for asked, answered in {**kept, "2.0.0": "2.0.0", "2.0": "2.0.0", "2.0.1": "2.0.0"}.items():
        for resource in ("statements", "about"):
            answer = lrs.in_version(asked)("GET", resource)
            assert (answer.status_code, answer.headers[VERSION]) == (200, answered), asked
    for asked in (
        "0.9",
        "0.95",
        "1.1.0",
        "1.1",
        "2.1.0",
        "3.0.0",
        "1",
        "2",
        "1.0.x",
        "1.00.3",
        "",
        "01.0.3",
        "1.0.3.1",
    ):
        answer = lrs.in_version(asked)("GET")
        assert answer.status_code == 400, asked
        assert VERSION in answer.headers
        assert answer.get_json()["error"]
        assert lrs.in_version(asked)("GET", "about").status_code == 200
    assert lrs.in_version(None)("GET").status_code == 400
    assert lrs.in_version(None)("GET", "about").status_code == 200
    assert lrs("GET", query_string={"limit": "-1"}).headers[VERSION] == lrs.version
    assert lrs("GET", "nowhere").headers[VERSION] == lrs.version


def test_rule_32_a_statement_keeps_its_version_and_gets_one(lrs: Lrs) -> None:
    default = "2.0.0" if lrs.version == "2.0.0" else "1.0.0"
    for given in (None, "1.0.0", "1.0.3", "1.0.9"):
        (statement_id,) = lrs.store(bare() if given is None else bare(version=given))
        assert lrs.read(statement_id)["version"] == (given or default)
    for wrong in ("0.9", "1.1.0", "1", "3.0.0", "", 1.0):
        assert lrs.refuses(bare(version=wrong)), wrong


def test_rule_32_a_statement_of_one_version_is_read_as_it_is_in_the_other(lrs: Lrs) -> None:
    (statement_id,) = lrs.store(bare())
    other = lrs.in_version("1.0.3" if lrs.version == "2.0.0" else "2.0.0")
    assert other.read(statement_id) == lrs.read(statement_id)


def test_rule_33_the_store_says_when_and_on_whose_word(lrs: Lrs) -> None:
    sent = bare(stored="2001-01-01T00:00:00Z", authority=an_agent("liar"))
    (statement_id,) = lrs.store(sent)
    kept = lrs.read(statement_id)
    assert kept["stored"] > "2026"
    assert kept["authority"] != sent["authority"]
    assert kept["authority"]["objectType"] == "Agent"
    (again,) = lrs.store(bare())
    assert lrs.read(again)["authority"] == kept["authority"]
    (other,) = lrs.with_key("all").store(bare())
    assert lrs.read(other)["authority"] != kept["authority"]
    assert lrs.refuses(bare(stored="soon"))
    assert lrs.refuses(bare(authority={"name": "x"}))
    assert lrs.refuses(bare(id="no-uuid"))


# 34 to 37: documents


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_34_entity_tags_are_quoted_sums_of_the_bytes(lrs: Lrs, where: str, question: Question) -> None:
    body = b'{ "a" : 1 }'
    assert _send(lrs, "PUT", where, question, body, If_None_Match="*") == 204
    answer = lrs("GET", where, query_string=question)
    assert answer.data == body
    assert answer.headers["ETag"] == f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
    assert "Last-Modified" in answer.headers
    listing = lrs("GET", where, query_string={n: v for n, v in question.items() if n not in ("stateId", "profileId")})
    assert {"ETag", "Last-Modified"} <= set(listing.headers.keys())
    assert listing.get_json() == [question.get("stateId") or question["profileId"]]


def test_rule_34_agents_and_activities_have_entity_tags_too(lrs: Lrs) -> None:
    for resource, question in (("agents", {"agent": AGENT}), ("activities", {"activityId": "https://e.org/a"})):
        answer = lrs("GET", resource, query_string=question)
        assert answer.headers["ETag"] == f'"{hashlib.sha1(answer.data, usedforsecurity=False).hexdigest()}"'


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_34_if_match_holds_for_one_of_a_list_and_any(lrs: Lrs, where: str, question: Question) -> None:
    assert _send(lrs, "PUT", where, question, {"a": 0}, If_Match="*") == 412
    assert _send(lrs, "PUT", where, question, {"a": 0}, If_Match='"0123"') == 412
    assert lrs("GET", where, query_string=question).status_code == 404
    assert _send(lrs, "PUT", where, question, {"a": 0}, If_None_Match="*") == 204
    assert _send(lrs, "PUT", where, question, {"a": 1}, If_None_Match="*") == 412
    assert _send(lrs, "POST", where, question, {"a": 1}, If_None_Match="*") == 412
    for method in ("PUT", "POST", "DELETE"):
        assert _send(lrs, method, where, question, {"a": 1}, If_Match='"0123"') == 412
    assert lrs("GET", where, query_string=question).get_json() == {"a": 0}
    assert _send(lrs, "PUT", where, question, {"a": 1}, If_Match=f'"0123", {_etag(lrs, where, question)}') == 204
    assert _send(lrs, "POST", where, question, {"a": 2}, If_Match="*") == 204
    assert _send(lrs, "DELETE", where, question, b"", If_Match=_etag(lrs, where, question)) == 204
    assert lrs("GET", where, query_string=question).status_code == 404
    assert _send(lrs, "DELETE", where, question, b"") == 204


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_34_check_and_write_are_one_step(lrs: Lrs, where: str, question: Question) -> None:
    statuses = at_once(8, lambda n: _send(lrs, "PUT", where, question, {"n": n}, If_None_Match="*"))
    assert sorted(statuses) == [204] + [412] * 7
    assert lrs("GET", where, query_string=question).get_json() == {"n": statuses.index(204)}
    tag = _etag(lrs, where, question)
    statuses = at_once(8, lambda n: _send(lrs, "PUT", where, question, {"m": n}, If_Match=tag))
    assert sorted(statuses) == [204] + [412] * 7
    assert lrs("GET", where, query_string=question).get_json() == {"m": statuses.index(204)}


@pytest.mark.parametrize(("where", "question"), PROFILES)
def test_rule_35_a_profile_is_not_replaced_without_a_condition(lrs: Lrs, where: str, question: Question) -> None:
    assert _send(lrs, "PUT", where, question, {}) == (400 if lrs.version == "1.0.3" else 204)
    _send(lrs, "PUT", where, question, {"a": 1}, If_Match="*" if lrs.version == "2.0.0" else "", If_None_Match="*")
    assert _send(lrs, "POST", where, question, {"a": 1}) == 204
    answer = lrs("PUT", where, query_string=question, data=b"{}", content_type="application/json")
    assert answer.status_code == 409
    assert "If-Match" in answer.text
    assert lrs("GET", where, query_string=question).get_json() == {"a": 1}


def test_rule_35_a_state_is_put_freely_in_1_and_guarded_in_2(lrs: Lrs) -> None:
    assert _send(lrs, "PUT", "activities/state", STATE, {"a": 1}) == 204
    again = _send(lrs, "PUT", "activities/state", STATE, {"a": 2})
    kept = lrs("GET", "activities/state", query_string=STATE).get_json()
    assert (again, kept) == ((204, {"a": 2}) if lrs.version == "1.0.3" else (409, {"a": 1}))


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_36_post_merges_the_first_level_only(lrs: Lrs, where: str, question: Question) -> None:
    assert _send(lrs, "POST", where, question, {"x": "foo", "y": {"a": 1, "b": 2}}) == 204
    assert _send(lrs, "POST", where, question, {"x": None, "y": {"a": 3}, "z": []}) == 204
    merged = {"x": None, "y": {"a": 3}, "z": []}
    assert lrs("GET", where, query_string=question).get_json() == merged
    for body, kind in (
        ([1], "application/json"),
        (b"{", "application/json"),
        (b"", "application/json"),
        ({"q": 1}, "text/plain"),
    ):
        assert _send(lrs, "POST", where, question, body, content_type=kind) == 400, (body, kind)
    assert _send(lrs, "POST", where, question, {"w": 1}, content_type="application/json; charset=utf-8") == 204
    assert lrs("GET", where, query_string=question).get_json() == {**merged, "w": 1}


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_36_nothing_is_merged_into_what_is_no_json_object(lrs: Lrs, where: str, question: Question) -> None:
    for body, kind in ((b"abc", "text/plain"), (b"[1]", "application/json"), (b'{"a":1}', "text/json")):
        condition = {"If_Match": "*"} if lrs("GET", where, query_string=question).status_code == 200 else {}
        condition = condition or {"If_None_Match": "*"}
        assert _send(lrs, "PUT", where, question, body, content_type=kind, **condition) == 204
        assert _send(lrs, "POST", where, question, {"b": 1}) == 400
        answer = lrs("GET", where, query_string=question)
        assert (answer.data, answer.headers["Content-Type"]) == (body, kind)


def test_rule_36_a_new_document_said_to_be_json_is_an_object_and_others_are_anything(lrs: Lrs) -> None:
    for body in (b"[1]", b"{", b'"a"', b""):
        assert _send(lrs, "POST", "activities/state", STATE, body) == 400, body
    assert lrs("GET", "activities/state", query_string=STATE).status_code == 404
    assert _send(lrs, "POST", "activities/state", STATE, b"\x00\xff", content_type="image/png") == 204
    assert lrs("GET", "activities/state", query_string=STATE).data == b"\x00\xff"


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_36_concurrent_merges_lose_nothing(lrs: Lrs, where: str, question: Question) -> None:
    assert at_once(12, lambda n: _send(lrs, "POST", where, question, {str(n): n})) == [204] * 12
    assert lrs("GET", where, query_string=question).get_json() == {str(n): n for n in range(12)}


def test_rule_37_a_registration_is_a_space_of_its_own(lrs: Lrs) -> None:
    shelf = {name: STATE[name] for name in ("activityId", "agent")}
    spaces: list[Question] = [{}, {"registration": new_id()}, {"registration": new_id()}]
    for number, space in enumerate(spaces):
        for each in ("one", "two"):
            assert _send(lrs, "POST", "activities/state", {**shelf, **space, "stateId": each}, {"n": number}) == 204
    for number, space in enumerate(spaces):
        question = {**shelf, **space}
        assert sorted(lrs("GET", "activities/state", query_string=question).get_json()) == ["one", "two"]
        answer = lrs("GET", "activities/state", query_string={**question, "stateId": "one"})
        assert answer.get_json() == {"n": number}
    assert lrs("DELETE", "activities/state", query_string={**shelf, "stateId": "one"}).status_code == 204
    assert lrs("DELETE", "activities/state", query_string={**shelf, **spaces[1]}).status_code == 204
    left = [lrs("GET", "activities/state", query_string={**shelf, **space}).get_json() for space in spaces]
    assert [sorted(each) for each in left] == [["two"], [], ["one", "two"]]
    assert lrs("DELETE", "activities/state", query_string=shelf).status_code == 204
    assert lrs("GET", "activities/state", query_string=shelf).get_json() == []
    assert len(lrs("GET", "activities/state", query_string={**shelf, **spaces[2]}).get_json()) == 2


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_37_ids_are_listed_after_a_time(lrs: Lrs, where: str, question: Question) -> None:
    shelf = {name: value for name, value in question.items() if name not in ("stateId", "profileId")}
    name = "stateId" if "stateId" in question else "profileId"
    assert _send(lrs, "POST", where, {**shelf, name: "first"}, {"a": 1}) == 204
    between = lrs("GET").headers[CONSISTENT]
    assert _send(lrs, "POST", where, {**shelf, name: "second"}, {"a": 1}) == 204
    assert lrs("GET", where, query_string={**shelf, "since": between}).get_json() == ["second"]
    assert _send(lrs, "POST", where, {**shelf, name: "first"}, {"b": 1}) == 204
    assert sorted(lrs("GET", where, query_string={**shelf, "since": between}).get_json()) == ["first", "second"]
    assert lrs("GET", where, query_string={**shelf, "since": "soon"}).status_code == 400


# 38 and 39: what is in one version only


def _form(lrs: Lrs, method: str, resource: str, form: Question, **headers: str) -> Any:
    """A request in the alternate syntax."""
    key = base64.b64encode(":".join(lrs.auth or ("", "")).encode()).decode()
    fields = {"Authorization": f"Basic {key}", VERSION: lrs.version or "", **form}
    hidden = replace(lrs, auth=None, version=None)
    sent = {"data": urlencode(fields), "content_type": "application/x-www-form-urlencoded"}
    return hidden("POST", f"{resource}?method={method}", headers=headers, **sent)


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


CONTEXT_AGENT = {"objectType": "contextAgent", "agent": an_agent("c"), "relevantTypes": ["https://e.org/types/coach"]}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": a_group("c"), "relevantTypes": ["https://e.org/types/board"]}


def test_rule_39_agents_and_groups_of_the_context_belong_to_version_2(lrs: Lrs) -> None:
    for context in ({"contextAgents": [CONTEXT_AGENT]}, {"contextGroups": [CONTEXT_GROUP]}):
        assert lrs.refuses(bare(context=context)) is (lrs.version == "1.0.3")
        assert lrs.refuses(bare(object=sub(context=context))) is (lrs.version == "1.0.3")


def test_rule_39_their_form_is_checked(lrs_2: Lrs) -> None:
    for change in (
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
    ):
        changed = {name: value for name, value in {**CONTEXT_AGENT, **change}.items() if value is not None}
        assert lrs_2.refuses(bare(context={"contextAgents": [changed]})), change
    assert lrs_2.refuses(bare(context={"contextAgents": CONTEXT_AGENT}))
    assert lrs_2.refuses(bare(context={"contextGroups": [{**CONTEXT_GROUP, "group": an_agent()}]}))
    plain = {name: CONTEXT_AGENT[name] for name in ("objectType", "agent")}
    assert not lrs_2.refuses(bare(context={"contextAgents": [plain]}))
    anonymous = {**CONTEXT_GROUP, "group": {"objectType": "Group", "mbox": "mailto:g@e.org"}}
    assert not lrs_2.refuses(bare(context={"contextGroups": [anonymous]}))


# 40 to 42: who asks, and with what


def _as(lrs: Lrs, authorization: str) -> int:
    return replace(lrs, auth=None)("GET", headers={"Authorization": authorization}).status_code


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
    assert _send(lrs.with_key("all/read"), "POST", "activities/state", STATE, {}) == 403
    assert _send(lrs.with_key("state"), "POST", "activities/state", STATE, {}) == 204
    assert _send(lrs.with_key("state"), "POST", "agents/profile", AGENT_PROFILE, {}) == 403
    assert _send(lrs.with_key("profile"), "POST", "agents/profile", AGENT_PROFILE, {}) == 204


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
