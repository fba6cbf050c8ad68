"""From the platform's gradebook to what one learner did: for their trainer and for themselves."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_tool.lti.counterparts import ResourceLink
from lti_tool.lti.id_token import AGS_ENDPOINT, CUSTOM, FOR_USER
from tests import builders, walking
from tests.builders import COURSE_IRI, TOOL_ADDRESS
from tests.journeys.conftest import house, platform
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, LEARNER, Person
from xapi_store.database import Database

__all__ = ["house", "platform"]

QUIZ = "/learn/oicf/m1/4"


def reviewed(
    house: Flask,
    platform: SigningPlatform,
    sub: str,
    learner: str | None,
    *,
    path: str = "/review/oicf/m1/4",
    **more: Any,
) -> tuple[FlaskClient, TestResponse]:
    """The browser and answer of that person's review launch of the learner's work."""
    claims: dict[str, Any] = {"message_type": "LtiSubmissionReviewRequest", "roles": [INSTRUCTOR], "sub": sub, **more}
    if learner is not None:
        claims[FOR_USER] = {"user_id": learner}
    browser = house.test_client()
    login = {"target_link_uri": TOOL_ADDRESS + path}
    return browser, builders.a_launch(browser, platform, login=login, without=("resource_link",), **claims).send()


def shown(browser: FlaskClient, answer: TestResponse) -> str:
    """The page that the launch leads to."""
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.location.removeprefix(TOOL_ADDRESS))
    assert page.status_code == 200
    return page.text


@pytest.fixture
def ada(house: Flask, platform: SigningPlatform) -> Person:
    """A learner who has been here."""
    return walking.launch(house, platform, "ada", name="Ada Example")


def test_a_trainer_reads_a_learners_answers(house: Flask, platform: SigningPlatform, ada: Person) -> None:
    walking.pass_quiz(ada, house)
    page = shown(*reviewed(house, platform, "trainer", "ada", **{CUSTOM: {"activity": f"{COURSE_IRI}/m1/4"}}))
    assert "Ada Example" in page
    assert "Answer given:" in page
    assert "Not right" not in page
    assert "<form" not in page.split("<main")[1].split("</main>")[0]


def test_moodle_sends_the_links_own_address_and_only_a_number(house: Flask, platform: SigningPlatform) -> None:
    walking.launch(house, platform, "345", name="Ada Example")
    for_user = {FOR_USER: {"user_id": 345}}
    browser, answer = reviewed(house, platform, "trainer", None, path="/learn/oicf/m1", **for_user)
    assert re.fullmatch(rf"{TOOL_ADDRESS}/review/oicf/m1/[0-9a-f-]{{36}}", answer.location)
    page = shown(browser, answer)
    assert page.count('aria-labelledby="step-') == 6


def test_the_column_says_best_what_is_reviewed(
    house: Flask, platform: SigningPlatform, database: Database, ada: Person
) -> None:
    column = {"lineitem": f"{platform.address}/items/7", "scope": []}
    walking.launch(house, platform, "ada", target=QUIZ, name="Ada Example", **{AGS_ENDPOINT: column})
    custom = {"activity": f"{COURSE_IRI}/m1/3"}
    _, answer = reviewed(
        house, platform, "trainer", "ada", path="/review/oicf/m1", **{AGS_ENDPOINT: column, CUSTOM: custom}
    )
    assert "/review/oicf/m1/4/" in answer.location
    _, other = reviewed(house, platform, "trainer", "ada", path="/anything", **{CUSTOM: custom})
    assert "/review/oicf/m1/3/" in other.location
    with database.session() as session:
        [target] = session.scalars(select(ResourceLink.target))
    assert target == QUIZ


def test_a_teams_exercise_is_reviewed_on_the_grading_screen(house: Flask, platform: SigningPlatform) -> None:
    ada, bo = (walking.launch(house, platform, sub, name=f"{sub} Example") for sub in ("ada", "bo"))
    browser, answer = reviewed(house, platform, "trainer", "ada", path="/review/oicf/m1/5")
    assert "In no team yet." in shown(browser, answer)
    room = walking.a_team(ada, bo)
    place = answer.location.removeprefix(TOOL_ADDRESS)
    assert browser.get(place).location == room
    walking.freeze(ada, bo, room)
    assert browser.get(place).location == room.replace("/team/", "/teach/")
    own = reviewed(house, platform, "ada", "ada", path="/review/oicf/m1/5", roles=[LEARNER])
    assert own[0].get(own[1].location.removeprefix(TOOL_ADDRESS)).location == room


def test_a_learner_reviews_their_own_work_alone(house: Flask, platform: SigningPlatform, ada: Person) -> None:
    assert "Your result" in shown(*reviewed(house, platform, "ada", "ada", roles=[LEARNER]))
    assert "Your result" in shown(*reviewed(house, platform, "ada", None, roles=[LEARNER]))
    _, answer = reviewed(house, platform, "bo", "ada", roles=[LEARNER], name="Bo Example")
    assert (answer.status_code, 'data-code="not_your_work"' in answer.text) == (400, True)


@pytest.mark.parametrize("learner", ["nobody-known", "staff", None])
def test_whose_work_is_not_here_is_said_plainly(
    learner: str | None, house: Flask, platform: SigningPlatform, ada: Person
) -> None:
    walking.launch(house, platform, "staff", role=INSTRUCTOR, target="/teach")
    _, answer = reviewed(house, platform, "trainer", learner)
    assert (answer.status_code, 'data-code="unknown_learner"' in answer.text) == (400, True)
    assert "Set-Cookie" not in answer.headers


def test_a_trainer_of_another_course_is_shown_nothing(house: Flask, platform: SigningPlatform, ada: Person) -> None:
    elsewhere = {"id": "9", "title": "Another course"}
    browser, answer = reviewed(house, platform, "teller", "ada", context=elsewhere, name="Tell Staff")
    page = browser.get(answer.location.removeprefix(TOOL_ADDRESS))
    assert (page.status_code, "Ada Example" in page.text) == (403, False)


def test_an_address_with_nothing_to_review_is_said_plainly(
    house: Flask, platform: SigningPlatform, ada: Person
) -> None:
    _, answer = reviewed(house, platform, "trainer", "ada", path="/")
    assert 'data-code="unknown_target"' in answer.text


def test_reviewing_leaves_no_evidence(house: Flask, platform: SigningPlatform, database: Database, ada: Person) -> None:
    before = len(builders.statements_of(database, 1))
    shown(*reviewed(house, platform, "ada", "ada", roles=[LEARNER]))
    shown(*reviewed(house, platform, "trainer", "ada"))
    assert len(builders.statements_of(database, 1)) == before > 0
