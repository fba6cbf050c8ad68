"""Further probes of documents, by a reader of both specifications who means no good (over HTTP alone)."""

import json
from typing import Any

import pytest

from tests.conformance.client import (
    SHELVES,
    STATE,
    Lrs,
    a_group,
    at_once,
)


def _name_of(question: dict[str, str]) -> str:
    return "stateId" if "stateId" in question else "profileId"


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_bytes_and_types_of_documents_are_kept(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    name = _name_of(question)
    for number, (body, kind) in enumerate(
        (
            (b"", "text/plain"),
            (bytes(range(256)), "application/octet-stream"),
            (b'{"a": 1.0}', "application/json;charset=utf-8"),
            ("ä".encode("latin-1"), "text/plain; charset=latin-1"),
            (b"x" * 1_000_000, "application/x-large"),
        )
    ):
        at = {**question, name: str(number)}
        headers = {"If-None-Match": "*"}
        answer = lrs("PUT", where, query_string=at, data=body, content_type=kind, headers=headers)
        assert (answer.status_code, answer.data) == (204, b"")
        for method in ("GET", "HEAD"):
            found = lrs(method, where, query_string=at)
            assert (found.status_code, found.headers["Content-Type"]) == (200, kind)
            assert found.headers["Content-Length"] == str(len(body))
        assert lrs("GET", where, query_string=at).data == body


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_ids_of_documents_are_any_text(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    name = _name_of(question)
    shelf = {each: value for each, value in question.items() if each != name}
    given = ["a b", "ä/ö?&=#+%", "https://e.org/p?x=1", "S", "s", " ", "'\"\\", "x" * 2000]
    for each in given:
        body = json.dumps({"id": each}).encode()
        at = {**shelf, name: each}
        assert lrs("POST", where, query_string=at, data=body, content_type="application/json").status_code == 204
    for each in given:
        assert lrs("GET", where, query_string={**shelf, name: each}).get_json() == {"id": each}
    assert sorted(lrs("GET", where, query_string=shelf).get_json()) == sorted(given)


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_document_is_gone_when_it_is_deleted_and_the_others_are_not(
    lrs: Lrs, where: str, question: dict[str, str]
) -> None:
    name = _name_of(question)
    for each in ("one", "two"):
        at = {**question, name: each}
        assert lrs("POST", where, query_string=at, data=b"{}", content_type="application/json").status_code == 204
    assert lrs("DELETE", where, query_string={**question, name: "one"}).status_code == 204
    assert lrs("GET", where, query_string={**question, name: "one"}).status_code == 404
    assert lrs("HEAD", where, query_string={**question, name: "one"}).status_code == 404
    assert lrs("GET", where, query_string={**question, name: "two"}).status_code == 200


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_document_that_a_program_has_already_is_304(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    lrs("POST", where, query_string=question, data=b'{"a":1}', content_type="application/json")
    tag = lrs("GET", where, query_string=question).headers["ETag"]
    answer = lrs("GET", where, query_string=question, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert lrs("GET", where, query_string=question, headers={"If-None-Match": '"0"'}).status_code == 200


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_put_that_fails_changes_neither_bytes_nor_type(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    lrs("PUT", where, query_string=question, data=b"abc", content_type="text/x-a", headers={"If-None-Match": "*"})
    before = lrs("GET", where, query_string=question)
    for headers in ({"If-Match": '"0"'}, {"If-None-Match": "*"}, {"If-None-Match": before.headers["ETag"]}):
        answer = lrs("PUT", where, query_string=question, data=b"x", content_type="text/x-b", headers=headers)
        assert answer.status_code == 412, headers
    bad = {"query_string": question, "data": b"{", "content_type": "application/json"}
    assert lrs("PUT", where, **bad, headers={"If-Match": "*"}).status_code == 400
    after = lrs("GET", where, query_string=question)
    assert (after.data, after.headers["Content-Type"]) == (b"abc", "text/x-a")
    for name in ("ETag", "Last-Modified"):
        assert after.headers[name] == before.headers[name]


@pytest.mark.parametrize(("where", "question"), SHELVES)
def test_a_merge_keeps_the_kind_json_and_changes_the_tag(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    lrs("POST", where, query_string=question, data=b'{"a":1}', content_type="application/json")
    before = lrs("GET", where, query_string=question).headers["ETag"]
    lrs("POST", where, query_string=question, data=b'{"b":2}', content_type="application/json")
    after = lrs("GET", where, query_string=question)
    assert after.headers["ETag"] != before
    assert after.headers["Content-Type"].startswith("application/json")


def test_documents_of_different_people_and_activities_are_kept_apart(lrs: Lrs) -> None:
    people = [{"mbox": "mailto:a@e.org"}, {"mbox": "mailto:b@e.org"}, {"openid": "https://a.e.org/"}]
    for number, each in enumerate(people):
        question = {**STATE, "agent": json.dumps(each)}
        body = json.dumps({"n": number}).encode()
        lrs("POST", "activities/state", query_string=question, data=body, content_type="application/json")
    for number, each in enumerate(people):
        question = {**STATE, "agent": json.dumps({**each, "name": "any", "objectType": "Agent"})}
        assert lrs("GET", "activities/state", query_string=question).get_json() == {"n": number}
        other = {**question, "activityId": "https://e.org/b"}
        assert lrs("GET", "activities/state", query_string=other).status_code == 404


@pytest.mark.parametrize(("where", "question"), [SHELVES[0], SHELVES[2]])
def test_documents_belong_to_agents_and_not_to_groups(lrs: Lrs, where: str, question: dict[str, str]) -> None:
    """Communication 2.6: the parameter is an Agent Object and not a Group."""
    wrong_ones: list[Any] = [a_group("a"), a_group(mbox="mailto:g@e.org"), {"name": "a"}, {}, [], "a", None]
    for wrong in wrong_ones:
        given = {**question, "agent": json.dumps(wrong)}
        for method in ("GET", "POST", "DELETE"):
            answer = lrs(method, where, query_string=given, data=b"{}", content_type="application/json")
            assert answer.status_code == 400, (method, wrong)


def test_deleting_a_profile_needs_its_id(lrs: Lrs) -> None:
    for where, question in SHELVES[1:]:
        shelf = {name: value for name, value in question.items() if name != "profileId"}
        assert lrs("DELETE", where, query_string=shelf).status_code == 400


def test_a_document_that_is_merged_and_deleted_at_once_is_whole_or_gone(lrs: Lrs) -> None:
    def act(number: int) -> int:
        method = "DELETE" if number % 4 == 3 else "POST"
        body = json.dumps({str(number): number}).encode()
        options = {"query_string": STATE, "data": body, "content_type": "application/json"}
        return lrs(method, "activities/state", **options).status_code

    assert at_once(12, act) == [204] * 12
    answer = lrs("GET", "activities/state", query_string=STATE)
    if answer.status_code == 200:
        assert all(name == str(value) for name, value in answer.get_json().items())


def test_places_of_states_are_named_by_values_of_their_form(lrs: Lrs) -> None:
    for method in ("GET", "PUT", "POST", "DELETE"):
        for name, value in (("registration", ""), ("registration", "x"), ("activityId", ""), ("agent", "")):
            options = {"query_string": {**STATE, name: value}, "data": b"{}", "content_type": "application/json"}
            assert lrs(method, "activities/state", **options).status_code == 400, (method, name)
