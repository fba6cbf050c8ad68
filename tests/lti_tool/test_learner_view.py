"""The learner view: a trainer sees a module as learners do, nothing is saved, and there is a way back."""

import re

import pytest
from flask import Flask

from tests import walking
from tests.doors.world import fingerprint
from tests.journeys.conftest import house, platform
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, LEARNER, Person
from xapi_store.database import Database

__all__ = ["house", "platform"]

BANNER = "You see this as a learner does. Nothing is saved."


@pytest.fixture(params=[[INSTRUCTOR], [INSTRUCTOR, LEARNER]])
def trainer(request: pytest.FixtureRequest, house: Flask, platform: SigningPlatform) -> Person:
    """A trainer, and one who learns as well, at the desk."""
    return walking.launch(house, platform, "t", roles=request.param, target="/teach", name="Tove Staff")


def test_one_press_shows_the_module_and_one_leads_back(trainer: Person) -> None:
    assert BANNER not in trainer.get("/learn/oicf/m1").text
    answer = trainer.send("/teach/learner-view", "/teach", module="oicf/m1")
    assert (answer.status_code, answer.location) == (303, "/learn/oicf/m1")
    for page in ("/learn/oicf/m1", *(f"/learn/oicf/m1/{step}" for step in range(1, 6))):
        shown = trainer.get(page)
        assert (shown.status_code, BANNER in shown.text) == (200, True), page
    back = trainer.send("/teach/learner-view/end", "/learn/oicf/m1")
    assert (back.status_code, back.location) == (303, "/teach")
    assert BANNER not in trainer.get("/learn/oicf/m1").text


def test_every_kind_of_step_looks_as_it_does_to_a_learner(trainer: Person) -> None:
    trainer.send("/teach/learner-view", "/teach", module="oicf/m1")
    assert "I have read this" in trainer.get("/learn/oicf/m1/1").text
    assert "I have seen or read this" in trainer.get("/learn/oicf/m1/2").text
    assert "Do this" in trainer.get("/learn/oicf/m1/3").text
    first = trainer.get("/learn/oicf/m1/4").text
    assert "Give this answer" in first
    assert first == trainer.get("/learn/oicf/m1/4").text
    second = re.findall(r"\?question=([^\"]+)", first)[1]
    assert f'name="question" value="{second}"' in trainer.get(f"/learn/oicf/m1/4?question={second}").text
    assert "Join a team" in trainer.get("/learn/oicf/m1/5").text


def test_nothing_is_saved_and_nothing_becomes_evidence(trainer: Person, database: Database) -> None:
    trainer.send("/teach/learner-view", "/teach", module="oicf/m1")
    before = fingerprint(database)
    for path, page in {
        "1/done": "1", "2/prompt": "2", "3/begin": "3", "3/choose": "3", "4/begin": "4", "4/answer": "4",
        "4/hand-in": "4", "5/team": "5",
    }.items():  # fmt: skip
        sent = {"body": "Mine", "response": "a", "question": "q", "node": "n", "choice": "c"}
        answer = trainer.send(f"/learn/oicf/m1/{path}", f"/learn/oicf/m1/{page}", **sent)
        assert (answer.status_code, "In the learner view nothing is saved" in answer.text) == (403, True), path
        assert BANNER in answer.text
    assert fingerprint(database) == before


def test_an_unknown_module_is_not_shown(trainer: Person) -> None:
    answer = trainer.send("/teach/learner-view", "/teach", module="oicf/nothing")
    assert answer.status_code == 404
    assert BANNER not in trainer.get("/learn/oicf/m1").text


def test_the_desk_gives_each_module_and_step_an_address_to_copy(trainer: Person) -> None:
    page = trainer.get("/teach").text
    for address in ("http://localhost/learn/oicf/m1", "http://localhost/learn/oicf/m1/4"):
        assert f'value="{address}" readonly' in page


def test_the_view_ends_with_the_next_launch(house: Flask, platform: SigningPlatform, trainer: Person) -> None:
    trainer.send("/teach/learner-view", "/teach", module="oicf/m1")
    again = walking.launch(house, platform, "t", role=INSTRUCTOR, target="/teach")
    assert BANNER not in again.get("/learn/oicf/m1").text
