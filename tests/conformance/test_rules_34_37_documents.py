"""Rules 34 to 37: documents and their preconditions (over HTTP alone)."""

import hashlib
from typing import Any

import pytest

from tests.conformance.client import (
    AGENT,
    CONSISTENT,
    PROFILES,
    SHELVES,
    STATE,
    Lrs,
    Question,
    at_once,
    new_id,
)


def _etag(lrs: Lrs, where: str, question: Question) -> str:
    return lrs("GET", where, query_string=question).headers["ETag"]


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_34_entity_tags_are_quoted_sums_of_the_bytes(lrs: Lrs, where: str, question: Question) -> None:
    body = b'{ "a" : 1 }'
    assert lrs.send("PUT", where, question, body, If_None_Match="*") == 204
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
    assert lrs.send("PUT", where, question, {"a": 0}, If_Match="*") == 412
    assert lrs.send("PUT", where, question, {"a": 0}, If_Match='"0123"') == 412
    assert lrs("GET", where, query_string=question).status_code == 404
    assert lrs.send("PUT", where, question, {"a": 0}, If_None_Match="*") == 204
    assert lrs.send("PUT", where, question, {"a": 1}, If_None_Match="*") == 412
    assert lrs.send("POST", where, question, {"a": 1}, If_None_Match="*") == 412
    for method in ("PUT", "POST", "DELETE"):
        assert lrs.send(method, where, question, {"a": 1}, If_Match='"0123"') == 412
    assert lrs("GET", where, query_string=question).get_json() == {"a": 0}
    assert lrs.send("PUT", where, question, {"a": 1}, If_Match=f'"0123", {_etag(lrs, where, question)}') == 204
    assert lrs.send("POST", where, question, {"a": 2}, If_Match="*") == 204
    assert lrs.send("DELETE", where, question, b"", If_Match=_etag(lrs, where, question)) == 204
    assert lrs("GET", where, query_string=question).status_code == 404
    assert lrs.send("DELETE", where, question, b"") == 204


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_34_check_and_write_are_one_step(lrs: Lrs, where: str, question: Question) -> None:
    statuses = at_once(8, lambda n: lrs.send("PUT", where, question, {"n": n}, If_None_Match="*"))
    assert sorted(statuses) == [204] + [412] * 7
    assert lrs("GET", where, query_string=question).get_json() == {"n": statuses.index(204)}
    tag = _etag(lrs, where, question)
    statuses = at_once(8, lambda n: lrs.send("PUT", where, question, {"m": n}, If_Match=tag))
    assert sorted(statuses) == [204] + [412] * 7
    assert lrs("GET", where, query_string=question).get_json() == {"m": statuses.index(204)}


@pytest.mark.parametrize(("where", "question"), PROFILES)
def test_rule_35_a_profile_is_not_replaced_without_a_condition(lrs: Lrs, where: str, question: Question) -> None:
    assert lrs.send("PUT", where, question, {}) == (400 if lrs.version == "1.0.3" else 204)
    assert lrs.send("POST", where, question, {"a": 1}) == 204
    answer = lrs("PUT", where, query_string=question, data=b"{}", content_type="application/json")
    assert answer.status_code == 409
    assert "If-Match" in answer.text
    assert lrs("GET", where, query_string=question).get_json() == {"a": 1}


def test_rule_35_a_state_is_put_freely_in_1_and_guarded_in_2(lrs: Lrs) -> None:
    assert lrs.send("PUT", "activities/state", STATE, {"a": 1}) == 204
    again = lrs.send("PUT", "activities/state", STATE, {"a": 2})
    kept = lrs("GET", "activities/state", query_string=STATE).get_json()
    assert (again, kept) == ((204, {"a": 2}) if lrs.version == "1.0.3" else (409, {"a": 1}))


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_36_post_merges_the_first_level_only(lrs: Lrs, where: str, question: Question) -> None:
    assert lrs.send("POST", where, question, {"x": "foo", "y": {"a": 1, "b": 2}}) == 204
    assert lrs.send("POST", where, question, {"x": None, "y": {"a": 3}, "z": []}) == 204
    merged: dict[str, Any] = {"x": None, "y": {"a": 3}, "z": []}
    assert lrs("GET", where, query_string=question).get_json() == merged
    for body, kind in (
        ([1], "application/json"),
        (b"{", "application/json"),
        (b"", "application/json"),
        ({"q": 1}, "text/plain"),
    ):
        assert lrs.send("POST", where, question, body, content_type=kind) == 400, (body, kind)
    assert lrs.send("POST", where, question, {"w": 1}, content_type="application/json; charset=utf-8") == 204
    assert lrs("GET", where, query_string=question).get_json() == {**merged, "w": 1}


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_36_nothing_is_merged_into_what_is_no_json_object(lrs: Lrs, where: str, question: Question) -> None:
    for body, kind in ((b"abc", "text/plain"), (b"[1]", "application/json"), (b'{"a":1}', "text/json")):
        condition = {"If_Match": "*"} if lrs("GET", where, query_string=question).status_code == 200 else {}
        condition = condition or {"If_None_Match": "*"}
        assert lrs.send("PUT", where, question, body, content_type=kind, **condition) == 204
        assert lrs.send("POST", where, question, {"b": 1}) == 400
        answer = lrs("GET", where, query_string=question)
        assert (answer.data, answer.headers["Content-Type"]) == (body, kind)


def test_rule_36_a_new_document_said_to_be_json_is_an_object_and_others_are_anything(lrs: Lrs) -> None:
    for body in (b"[1]", b"{", b'"a"', b""):
        assert lrs.send("POST", "activities/state", STATE, body) == 400, body
    assert lrs("GET", "activities/state", query_string=STATE).status_code == 404
    assert lrs.send("POST", "activities/state", STATE, b"\x00\xff", content_type="image/png") == 204
    assert lrs("GET", "activities/state", query_string=STATE).data == b"\x00\xff"


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_rule_36_concurrent_merges_lose_nothing(lrs: Lrs, where: str, question: Question) -> None:
    assert at_once(12, lambda n: lrs.send("POST", where, question, {str(n): n})) == [204] * 12
    assert lrs("GET", where, query_string=question).get_json() == {str(n): n for n in range(12)}


def test_rule_37_a_registration_is_a_space_of_its_own(lrs: Lrs) -> None:
    shelf = {name: STATE[name] for name in ("activityId", "agent")}
    spaces: list[Question] = [{}, {"registration": new_id()}, {"registration": new_id()}]
    for number, space in enumerate(spaces):
        for each in ("one", "two"):
            assert lrs.send("POST", "activities/state", {**shelf, **space, "stateId": each}, {"n": number}) == 204
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
    assert lrs.send("POST", where, {**shelf, name: "first"}, {"a": 1}) == 204
    between = lrs("GET").headers[CONSISTENT]
    assert lrs.send("POST", where, {**shelf, name: "second"}, {"a": 1}) == 204
    assert lrs("GET", where, query_string={**shelf, "since": between}).get_json() == ["second"]
    assert lrs.send("POST", where, {**shelf, name: "first"}, {"b": 1}) == 204
    assert sorted(lrs("GET", where, query_string={**shelf, "since": between}).get_json()) == ["first", "second"]
    assert lrs("GET", where, query_string={**shelf, "since": "soon"}).status_code == 400
