"""Further probes of who is told what, by a reader of both specifications who means no good (over HTTP alone)."""

import json
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from tests.builders import an_agent
from tests.conformance.client import (
    AGENT,
    CONSISTENT,
    SHELVES,
    STATE,
    VERSION,
    Lrs,
    about,
    an_activity,
    asked,
    at_once,
    attached,
    bare,
    mixed,
    new_id,
    part_of,
    parts_of,
    voiding,
)
from tests.conformance.conftest import NewStore


def _name_of(question: dict[str, str]) -> str:
    return "stateId" if "stateId" in question else "profileId"


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_methods_that_a_resource_lacks_are_405(lrs: Lrs, method: str) -> None:
    for resource in ("statements", "agents", "activities", "about"):
        answer = lrs(method, resource)
        assert answer.status_code == 405, resource
        assert "GET" in answer.headers["Allow"]


def test_doubled_and_closing_slashes_change_nothing(lrs: Lrs) -> None:
    for path in ("/xapi//statements", "/xapi///statements", "/xapi/statements/"):
        assert lrs("GET", path).status_code == 200, path
    assert lrs("GET", "/xapi/statement").status_code == 404
    assert lrs("GET", "/xapi/Statements").status_code == 404


def test_about_says_what_is_spoken_and_nothing_beside(lrs: Lrs) -> None:
    for version in (lrs.version, None, "9.9"):
        about_us = lrs.in_version(version)("GET", "about").get_json()
        assert set(about_us) <= {"version", "extensions"}
        assert "1.0.3" in about_us["version"]
        assert "1.0.0" in about_us["version"]
    assert "2.0.0" in lrs.in_version("2.0.0")("GET", "about").get_json()["version"]
    assert all(":" in name for name in about_us["extensions"])


def test_a_refusal_says_why_and_in_which_version(lrs: Lrs) -> None:
    for answer in (
        lrs("POST", json={}),
        lrs("GET", query_string={"statementId": new_id()}),
        lrs("GET", "activities/state", query_string={"agent": AGENT}),
        lrs("PATCH"),
        lrs("GET", "nowhere"),
    ):
        assert answer.get_json()["error"]
        assert answer.headers[VERSION] == lrs.version


def test_a_refusal_comes_in_the_form_that_was_asked_for(lrs: Lrs) -> None:
    """Communication 3.2: plain text, HTML and JSON, by content negotiation."""
    for accept, kind in (
        ("text/html", "text/html"),
        ("text/plain, text/html;q=0.5", "text/plain"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/*;q=0.1, application/json", "application/json"),
        ("text/html;q=0, */*", "application/json"),
        ("multipart/mixed", "application/json"),
        ("*/*", "application/json"),
    ):
        answer = lrs("GET", query_string={"<b>": "1"}, headers={"Accept": accept})
        assert answer.status_code == 400
        assert answer.headers["Content-Type"].partition(";")[0] == kind, accept
        assert "<b>" not in answer.text or kind != "text/html"
        assert lrs("GET", headers={"Accept": accept}).headers["Content-Type"] == "application/json"


def test_a_program_that_reads_its_own_sees_no_others_by_any_question(lrs: Lrs) -> None:
    mine = lrs.with_key("statements/write", "statements/read/mine")
    activity = an_activity(name={"en": "a"})
    (theirs,) = lrs.store(bare(actor={**an_agent("ben"), "name": "Benjamin"}, object=activity))
    (own,) = mine.store(bare(actor={**an_agent("ben"), "name": "Ben"}))
    assert mine.found() == mine.found(agent=an_agent("ben")) == [own]
    assert mine.found(activity=activity["id"]) == []
    assert mine.status(statementId=theirs) == 404
    assert mine.status(statementId=own) == 200
    person = mine("GET", "agents", query_string=asked({"agent": an_agent("ben")})).get_json()
    assert person["name"] == ["Ben"]
    lrs.store(voiding(theirs))
    assert mine.status(voidedStatementId=theirs) == 404
    (reference,) = mine.store(about(theirs))
    assert mine.found() == [reference, own]
    (their_reference,) = lrs.store(about(own))
    assert their_reference not in mine.found(agent=an_agent("ben"))
    assert lrs.found(agent=an_agent("ben"))[0] == their_reference


def test_a_statement_of_others_is_not_found_through_a_reference_to_ones_own(lrs: Lrs) -> None:
    mine = lrs.with_key("statements/write", "statements/read/mine")
    (own,) = mine.store(bare())
    (theirs,) = lrs.store(about(own))
    authority = lrs.read(own)["authority"]
    assert mine.found() == mine.found(agent=authority, related_agents=True) == [own]
    assert theirs in lrs.found()


def test_two_stores_never_see_each_other(a_store: NewStore) -> None:
    one, two = a_store("1.0.3"), a_store("2.0.0")
    activity = an_activity(name={"en": "secret"})
    statement_id = new_id()
    named = {**an_agent("ben"), "name": "Benjamin"}
    first = bare(id=statement_id, actor=named, object=activity, attachments=[attached(b"secret")])
    assert one("POST", **mixed(first, part_of(b"secret"))).status_code == 200
    for where, question in SHELVES:
        one("POST", where, query_string=question, data=b"{}", content_type="application/json")
        assert two("GET", where, query_string=question).status_code == 404
        shelf = {name: value for name, value in question.items() if name != _name_of(question)}
        assert two("GET", where, query_string=shelf).get_json() == []
        assert two("DELETE", where, query_string=question).status_code == 204
        assert one("GET", where, query_string=question).status_code == 200
    assert two.found() == two.found(agent=named) == two.found(activity=activity["id"]) == []
    assert two.status(statementId=statement_id) == 404
    person = two("GET", "agents", query_string=asked({"agent": an_agent("ben")})).get_json()
    assert "name" not in person
    assert "definition" not in two("GET", "activities", query_string={"activityId": activity["id"]}).get_json()
    lie = bare(id=statement_id, actor=an_agent("other"), attachments=[attached(b"secret", fileUrl="https://e.org/f")])
    assert two("POST", json=lie).status_code == 200
    answer = two("GET", query_string={"attachments": "true"})
    assert len(parts_of(answer)) == 1, "the bytes were never sent to this store"
    two.store(voiding(statement_id))
    assert one.read(statement_id)["actor"] == named
    assert one.found() == [statement_id]
    page = one("GET", query_string={"limit": "1"}).get_json()
    assert page["more"] == ""


def test_a_more_link_of_one_store_gives_another_store_nothing_of_it(a_store: NewStore) -> None:
    one, two = a_store("2.0.0"), a_store("2.0.0")
    one("POST", json=[bare() for _ in range(3)])
    more = one("GET", query_string={"limit": "1"}).get_json()["more"]
    assert two("GET", more).get_json() == {"statements": [], "more": ""}


def test_canonical_texts_of_one_store_are_not_told_in_another(a_store: NewStore) -> None:
    one, two = a_store("2.0.0"), a_store("2.0.0")
    activity, verb = an_activity(name={"en": "secret"}), {"id": "https://e.org/v", "display": {"en": "secret"}}
    one.store(bare(object=activity, verb=verb))
    (statement_id,) = two.store(bare(object={"id": activity["id"]}, verb={"id": verb["id"]}))
    assert "secret" not in json.dumps(two.read(statement_id, format="canonical"))


def test_what_is_consistent_never_goes_back_and_is_recent(lrs: Lrs) -> None:
    before = ""
    for _ in range(5):
        lrs.store(bare())
        through = lrs("GET").headers[CONSISTENT]
        assert through >= before
        before = through
    lag = datetime.now().astimezone() - datetime.fromisoformat(before)
    assert lag < timedelta(seconds=5)


def test_stored_rises_strictly_whoever_writes(lrs: Lrs) -> None:
    at_once(6, lambda _: lrs("POST", json=[bare(), bare()]).status_code)
    stored = [each["stored"] for each in lrs.find(ascending=True)]
    assert len(stored) == 12
    assert stored == sorted(set(stored))


@pytest.mark.parametrize("value", ["%00", "%FF", "%ED%A0%80", "{", '{"mbox":"mailto:a@e.org\\u0000"}'])
def test_odd_bytes_in_parameters_are_400(lrs: Lrs, value: str) -> None:
    for resource, name in (
        ("statements", "agent"),
        ("statements", "verb"),
        ("agents", "agent"),
        ("activities", "activityId"),
    ):
        answer = lrs("GET", f"/xapi/{resource}?{name}={value}")
        assert answer.status_code == 400, (resource, name)
    for name in ("stateId", "activityId"):
        if value.startswith("%"):
            question = "&".join(f"{each}={value if each == name else quote(given)}" for each, given in STATE.items())
            assert lrs("GET", f"/xapi/activities/state?{question}").status_code == 400, name


def test_a_parameter_given_twice_is_400(lrs: Lrs) -> None:
    for path in ("statements?limit=1&limit=2", "activities?activityId=https://e.org/a&activityId=https://e.org/a"):
        assert lrs("GET", f"/xapi/{path}").status_code == 400


def test_a_cursor_that_was_never_given_out_is_400(lrs: Lrs) -> None:
    for value in ("abc", "-1", "", "9" * 30):
        assert lrs.status(**{"from": value}) == 400
