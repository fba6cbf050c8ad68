"""Each journey of ARCHITECTURE.md, walked and traced: its rooms are those the page lists, its stops at most eight."""

import base64
import re
from typing import Any

import pytest
from flask import Flask

from tests import builders, rooms, walking
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, MANAGER, Person, a_certificate_form, a_grade, freeze, pass_quiz
from xapi_store import api_keys, stores
from xapi_store.database import Database
from xapi_store.transaction import transaction

MOST_STOPS = 8


def compare(journey: str, found: rooms.Way) -> None:
    assert found == rooms.promised(journey)
    assert len(found.stops) <= MOST_STOPS


def test_launch(house: Flask, platform: SigningPlatform) -> None:
    browser = house.test_client()
    builders.a_launch(browser, platform).send()  # the platform's key is at hand, as on any launch but the very first
    under_way = builders.a_launch(browser, platform)
    with rooms.passed() as found:
        assert under_way.send().status_code == 303
    compare("Launch", found)


def test_statement(house: Flask, database: Database, now: Any) -> None:
    with transaction(database) as session:
        store = stores.only(session, None)
        key, secret = api_keys.create(session, store_id=store.id, label="test", scopes=["all"], at=now)
    credentials = base64.b64encode(f"{key.key}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": "1.0.3"}
    with rooms.passed() as found:
        answer = house.test_client().post("/xapi/statements", json=builders.a_statement(), headers=headers)
    assert answer.status_code == 200, answer.text
    compare("Statement", found)


def test_learning_step(launched: Any) -> None:
    ada: Person = launched("5")
    ada.get("/learn/oicf/m1/1")
    with rooms.passed() as found:
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', ada.get("/learn/oicf/m1/1").text)
    assert token is not None
    with rooms.passed() as found:
        answer = ada.browser.post("/learn/oicf/m1/1/done", data={"form_token": token.group(1)})
    assert answer.status_code == 303
    compare("Learning step", found)


def a_team(launched: Any) -> tuple[Person, Person, str]:
    """Two learners in a team of their own, and the path of its room."""
    ada, bo = launched("5", name="Ada Example"), launched("6", name="Bo Example")
    return ada, bo, walking.a_team(ada, bo)


def test_team_exercise(launched: Any) -> None:
    ada, _, path = a_team(launched)
    page = ada.get(path).text
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    based_on = re.search(r'name="based_on" value="(\d+)"', page)
    assert token is not None
    assert based_on is not None
    sent = {"form_token": token.group(1), "based_on": based_on.group(1), "body": "We answer within a day."}
    with rooms.passed() as found:
        assert ada.browser.post(f"{path}/document", data=sent).status_code == 303
    compare("Team exercise", found)


def test_grade(launched: Any) -> None:
    ada, bo, path = a_team(launched)
    freeze(ada, bo, path)
    trainer = launched("9", role=INSTRUCTOR, target="/teach")
    screen, sent = a_grade(trainer, path)
    trainer.browser.post(screen, data=sent)
    sent["seen"] = str(int(sent["seen"]) + 1)
    with rooms.passed() as found:
        assert trainer.browser.post(screen, data={**sent, "release": "1"}).status_code == 303
    compare("Grade", found)


def test_certificate(launched: Any, house: Flask) -> None:
    ada, bo, path = a_team(launched)
    freeze(ada, bo, path)
    trainer = launched("9", role=INSTRUCTOR, target="/teach")
    screen, sent = a_grade(trainer, path)
    assert trainer.browser.post(screen, data={**sent, "release": "1"}).status_code == 303
    pass_quiz(ada, house)
    officer = launched("10", role=MANAGER, target="/agency")
    fields = a_certificate_form(officer)
    with rooms.passed() as found:
        answer = officer.browser.post("/agency/issue", data={**fields, "name": "Ada Example"})
    assert answer.status_code == 303, answer.text
    compare("Certificate", found)


@pytest.mark.parametrize("journey", ["Launch", "Statement", "Learning step", "Team exercise", "Grade", "Certificate"])
def test_every_room_of_a_journey_is_there(journey: str) -> None:
    way = rooms.promised(journey)
    assert all((rooms.ROOT / room).is_file() for room in (*way.stops, *way.side))
