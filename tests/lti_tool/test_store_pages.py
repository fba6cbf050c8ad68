"""The operator's pages of the record stores do what they say: keys, the self-test, forwarding, profiles, erasure."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest

from tests.demo.serving import free_port, served
from tests.lti_tool.operator_desk import Desk, desk, house, operator
from tests.xapi_store.sports import a_profile
from xapi_store import api_keys, query
from xapi_store.erasing import erasure, retention
from xapi_store.filters import Filters
from xapi_store.other_stores import forwarding
from xapi_store.profiles import profiles
from xapi_store.transaction import transaction

__all__ = ["desk", "house", "operator"]


def copied(page: str, field: str) -> str:
    """What stands in that copy field."""
    found = re.search(rf'id="{field}" value="([^"]*)"', page)
    assert found is not None, field
    return unescape(found.group(1))


# --- Stores and keys ---


def test_every_store_is_in_the_table_with_what_it_holds(desk: Desk) -> None:
    desk.record()
    page = desk.operator.get("/operator/stores")
    assert page.headers["Cache-Control"] == "no-store"
    north, south = (
        page.text.split(f'href="/operator/stores/{slug}"')[1].split("</tr>")[0]
        for slug in (desk.slug, f"south-of-{desk.slug}")
    )
    assert ('data-name="Statements">1<' in north, 'data-name="Statements">0<' in south) == (True, True)
    assert "none yet" in south
    assert desk.operator.get("/operator/stores/none").status_code == 404


def test_a_key_is_shown_once_and_works_as_it_was_made(desk: Desk) -> None:
    last = datetime.now(UTC).date() + timedelta(days=10)
    made = desk.send("/keys", label="Simulation", scopes=["statements/write", "state"], expires=last.isoformat())
    key, secret = copied(made.text, "made-key"), copied(made.text, "made-secret")
    assert desk.opens(key, secret)
    with desk.database.session() as session:
        (row,) = api_keys.of_store(session, store_id=desk.store_id)
    assert (row.label, row.scopes) == ("Simulation", ["state", "statements/write"])
    assert row.expires_at == datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=1)
    again = desk.get().text
    assert key in again
    assert secret not in again


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"label": "", "scopes": ["all"]}, "which program this key is for"),
        ({"label": "Pro\0gram", "scopes": ["all"]}, "which program this key is for"),
        ({"label": "Program"}, "at least one thing"),
        ({"label": "Program", "scopes": ["everything"]}, "at least one thing"),
        ({"label": "Program", "scopes": ["all"], "expires": "2020-01-01"}, "still to come"),
        ({"label": "Program", "scopes": ["all"], "expires": "soon"}, "still to come"),
    ],
)
def test_a_key_that_says_too_little_is_not_made(desk: Desk, sent: dict[str, Any], said: str) -> None:
    answer = desk.send("/keys", **sent)
    assert (answer.status_code, said in answer.text) == (422, True)
    with desk.database.session() as session:
        assert api_keys.of_store(session, store_id=desk.store_id) == []


def test_a_key_gets_a_new_secret_and_the_old_one_works_one_more_day(desk: Desk) -> None:
    made = desk.send("/keys", label="Simulation", scopes=["all"]).text
    key, first = copied(made, "made-key"), copied(made, "made-secret")
    second = copied(desk.send(f"/keys/{key}/rotate").text, "made-secret")
    assert second != first
    assert desk.opens(key, first)
    assert desk.opens(key, second)
    assert "the old secret too" in desk.get().text
    assert desk.send(f"/keys/{key}/revoke").status_code == 303
    assert not desk.opens(key, second)


def test_a_key_of_another_store_is_not_touched_from_here(desk: Desk) -> None:
    with transaction(desk.database) as session:
        south, at = desk.other_store_id, datetime.now(UTC)
        row, secret = api_keys.create(session, store_id=south, label="theirs", scopes=["all"], at=at)
    assert [desk.send(f"/keys/{row.key}/{what}").status_code for what in ("rotate", "revoke")] == [404, 404]
    with transaction(desk.database) as session:
        assert api_keys.authenticate(session, key=row.key, secret=secret, at=datetime.now(UTC)).store_id == south


def test_the_self_test_writes_and_reads_by_the_public_door_and_leaves_no_key(desk: Desk) -> None:
    port = free_port()
    settings = desk.house.extensions["settings"]
    desk.house.extensions["settings"] = replace(settings, public_url=f"http://127.0.0.1:{port}")
    with served(desk.house, port):
        page = desk.send("/self-test").text
    assert page.count("<strong>works</strong>") == 3
    assert copied(page, "endpoint") == f"http://127.0.0.1:{port}/xapi/"
    with desk.database.session() as session:
        (key,) = api_keys.of_store(session, store_id=desk.store_id)
        assert len(query.find(session, store_id=desk.store_id, filters=Filters()).statements) == 1
    assert key.revoked_at is not None
    silent = desk.send("/self-test").text
    assert "does not work" in silent
    assert "programs elsewhere may still reach it" in silent


# --- Forwarding, profiles, erasure ---

THERE = {"label": "Region", "endpoint": "http://127.0.0.1:9/xapi/", "key": "k", "secret": "very secret", "start": "all"}


def test_a_forwarding_is_set_up_paused_resumed_and_removed(desk: Desk) -> None:
    desk.record()
    verbs = "https://v.example/1\nhttps://v.example/2"
    assert desk.send("/forwarding", **THERE, verbs=verbs, version="2.0.0").status_code == 303
    with transaction(desk.database) as session:
        (row,) = forwarding.listed(session, store_id=desk.store_id)
        assert (row.version, row.verbs) == ("2.0.0", verbs.split())
        assert row.target(desk.house.extensions["seal"]).secret == "very secret"
        forwarding.failed(session, forwarding=row, why="it answers 503", at=datetime.now(UTC))
    page = desk.get("/forwarding").text
    assert ("it answers 503" in page, "1 statement," in page, "very secret" in page) == (True, True, False)
    for what, enabled in (("pause", False), ("resume", True)):
        assert desk.send(f"/forwarding/{row.id}/{what}").status_code == 303
        with desk.database.session() as session:
            assert forwarding.by_id(session, store_id=desk.store_id, forwarding_id=row.id).enabled is enabled
    assert desk.send(f"/forwarding/{row.id}/pass-over").status_code == 303
    assert "1 statement was refused" in desk.get("/forwarding").text
    assert desk.send(f"/forwarding/{row.id}/retry").status_code == 303
    assert desk.send(f"/forwarding/{row.id}/remove").status_code == 303
    assert desk.send(f"/forwarding/{row.id}/remove").status_code == 404
    assert "Statements stay in this store" in desk.get("/forwarding").text


def test_a_forwarding_that_starts_with_the_new_leaves_out_the_old(desk: Desk) -> None:
    desk.record()
    desk.send("/forwarding", **{**THERE, "start": "new"})
    with desk.database.session() as session:
        (row,) = forwarding.listed(session, store_id=desk.store_id)
        assert forwarding.backlog(session, forwarding=row).waiting == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"label": ""}, "This is needed."),
        ({"key": "k\0"}, "without control characters"),
        ({"verbs": "no iri"}, "Not an IRI: no"),
        ({"endpoint": "ftp://lrs.example.org/"}, "This address cannot be used"),
    ],
)
def test_a_forwarding_that_cannot_work_is_refused_without_giving_back_the_secret(
    desk: Desk, changed: dict[str, str], said: str
) -> None:
    answer = desk.send("/forwarding", **{**THERE, **changed})
    assert (answer.status_code, said in answer.text, "very secret" in answer.text) == (422, True, False)
    with desk.database.session() as session:
        assert forwarding.listed(session, store_id=desk.store_id) == []


def test_a_profile_is_loaded_chosen_and_taken_out(desk: Desk) -> None:
    document = json.dumps(a_profile()).encode()
    loaded = desk.send("/profiles", profile=(BytesIO(document), "sports.jsonld"))
    assert (loaded.status_code, "is loaded" in loaded.text) == (200, True)
    assert desk.send("/profiles/mode", mode="warn").status_code == 303
    assert desk.send("/profiles/mode", mode="sometimes").status_code == 400
    with desk.database.session() as session:
        (row,) = profiles.loaded(session, store_id=desk.store_id)
        assert profiles.policy(session, store_id=desk.store_id) == "warn"
    assert desk.send("/profiles/unload", iri=row.iri).status_code == 303
    assert desk.send("/profiles/unload", iri=row.iri).status_code == 422
    for wrong in (b"", b"[]"):
        answer = desk.send("/profiles", profile=(BytesIO(wrong), "wrong.json"))
        assert (answer.status_code, "was not loaded" in answer.text) == (422, True)


def test_a_person_is_erased_only_after_a_look(desk: Desk) -> None:
    ada = {"objectType": "Agent", "name": "Ada Example", "mbox": "mailto:ada@example.org"}
    named = desk.record(actor=ada)
    free = desk.record(result={"response": "I asked mailto:ada@example.org and she said yes"})
    asked = {"person": "ada@example.org", "reason": "request 12"}
    looked = desk.send("/erasure/look", **asked).text
    assert "2 statements name this person" in looked
    assert "Ada Example" in desk.get(f"/statements/{named}").text
    done = desk.send("/erasure", **asked).text
    assert "1 statement was rewritten" in done
    assert (str(free) in done, str(named) in done) == (True, False)
    page = desk.get(f"/statements/{named}").text
    assert not [each for each in ("Ada Example", "ada@example.org") if each in page]
    with desk.database.session() as session:
        assert erasure.unfinished(session, store_id=desk.store_id) == []


@pytest.mark.parametrize(("person", "reason"), [("", "why"), ("somebody", "why"), ("ada@example.org", "")])
def test_an_erasure_needs_a_person_and_a_reason(desk: Desk, person: str, reason: str) -> None:
    for path in ("/erasure/look", "/erasure"):
        assert desk.send(path, person=person, reason=reason).status_code == 422


def test_an_erasure_that_was_interrupted_goes_on(desk: Desk) -> None:
    named = desk.record(actor={"objectType": "Agent", "mbox": "mailto:ada@example.org"})
    with transaction(desk.database) as session:
        begun = erasure.begin(
            session,
            store_id=desk.store_id,
            identities=["mbox mailto:ada@example.org"],
            reason="request 12",
            by="operator",
            at=datetime.now(UTC),
        )
    assert "An erasure is not finished" in desk.get("/erasure").text
    assert "The person is erased" in desk.send(f"/erasure/{begun.number}/go-on").text
    assert "ada@example.org" not in desk.get(f"/statements/{named}").text
    assert desk.send(f"/erasure/{begun.number + 1}/go-on").status_code == 404


def test_a_deletion_by_age_that_was_interrupted_is_told(desk: Desk) -> None:
    with transaction(desk.database) as session:
        at = datetime.now(UTC)
        rule = retention.Rule(at)
        retention.begin(session, store_id=desk.store_id, rule=rule, reason="ten years", by="operator", at=at)
    assert "A deletion by age is not finished" in desk.get("/erasure").text
