"""Each journey of ARCHITECTURE.md, walked and traced: its rooms are those the page lists, its stops at most eight."""

import base64
import re
from typing import Any

import pytest
from flask import Flask

from tests import builders, rooms
from tests.journeys.conftest import INSTRUCTOR, MANAGER, Person
from tests.signing_platform import SigningPlatform
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
    path = ada.send("/learn/oicf/m1/5/team", "/learn/oicf/m1/5").location
    assert bo.send("/learn/oicf/m1/5/team", "/learn/oicf/m1/5").location == path
    return ada, bo, path


def write(person: Person, path: str, line: str) -> None:
    page = person.get(path).text
    based_on = re.search(r'name="based_on" value="(\d+)"', page)
    assert based_on is not None
    body = f"{person.get(path + '/changes').json['body'] or ''}\n{line}\n"
    assert person.send(f"{path}/document", path, based_on=based_on.group(1), body=body).status_code == 303


def freeze(ada: Person, bo: Person, path: str) -> None:
    for leaving in range(3):
        for person in (ada, bo):
            person.send(f"{path}/posts", path, body="Here is what I think.")
        assert ada.send(f"{path}/advance", path, leaving=leaving).status_code == 303
    write(ada, path, "We answer within a day.")
    assert bo.send(f"{path}/freeze", path).status_code == 303


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


def grades(members: list[str]) -> dict[str, str]:
    conduct = {f"{member}.x{number}": "3" for member in members for number in range(1, 6)}
    return {"group.c5": "3", **conduct}


def a_grade(trainer: Person, path: str) -> tuple[str, dict[str, str]]:
    """The grading screen of that team, and a filled-in form of it."""
    screen = path.replace("/team/", "/teach/")
    assert trainer.send(f"{screen}/open", "/teach").status_code == 303
    page = trainer.get(screen).text
    members = sorted(set(re.findall(r'name="([0-9a-f-]{36})\.x1"', page)))
    seen = re.search(r'name="seen" value="(\d+)"', page)
    token = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert len(members) == 2
    assert seen is not None
    assert token is not None
    return screen, {"form_token": token.group(1), "seen": seen.group(1), **grades(members)}


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
    page = officer.get("/agency").text
    fields = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
        for name in ("form_token", "enrolment", "rule", "version")
    }
    with rooms.passed() as found:
        answer = officer.browser.post("/agency/issue", data={**fields, "name": "Ada Example"})
    assert answer.status_code == 303, answer.text
    compare("Certificate", found)


def pass_quiz(person: Person, house: Flask) -> None:
    """The person answers every question right, reading the key from the catalogue."""
    page = "/learn/oicf/m1/4"
    quiz = house.extensions["catalogue"].step("oicf", "m1", "4")
    assert person.send(f"{page}/begin", page).status_code == 303
    while (found := re.search(r'name="question" value="([^"]+)"', person.get(page).text)) is not None:
        question = quiz.question(found.group(1))
        answer = person.send(f"{page}/answer", page, question=question.id, **the_right(question))
        assert answer.status_code == 303, answer.text
    assert person.send(f"{page}/hand-in", page).status_code == 303


def the_right(question: Any) -> dict[str, Any]:
    """The fields of a form that answers this question right."""
    if question.type == "numeric":
        return {"response": str(question.number)}
    if question.type == "match":
        return {f"pair.{each.key}": each.belongs_to for each in question.pairings}
    if question.type == "order":
        ordered = sorted(question.options, key=lambda option: option.value)
        return {f"place.{option.key}": str(place) for place, option in enumerate(ordered, start=1)}
    return {
        "response": [option.key for option in question.options if option.value == 1][
            : None if question.type == "multi" else 1
        ]
    }


@pytest.mark.parametrize("journey", ["Launch", "Statement", "Learning step", "Team exercise", "Grade", "Certificate"])
def test_every_room_of_a_journey_is_there(journey: str) -> None:
    way = rooms.promised(journey)
    assert all((rooms.ROOT / room).is_file() for room in (*way.stops, *way.side))
