"""What people do in the product, in one process: they are launched, work in a team, grade, issue."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool import visitor
from lti_tool.run.app import create_app
from lti_tool.run.settings import Settings
from tests import builders
from tests.compiled import TEMPLATES
from tests.signing_platform import SigningPlatform

SECRET = "a secret for the tests, long enough to be taken"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
LEARNER, INSTRUCTOR, MANAGER, MENTOR = (
    f"{LIS}membership#{name}" for name in ("Learner", "Instructor", "Manager", "Mentor")
)
TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')


@dataclass
class Person:
    """Somebody in a browser of their own who has been launched from the platform."""

    browser: FlaskClient

    def get(self, path: str) -> TestResponse:
        """The answer to opening that page."""
        return self.browser.get(path)

    def send(self, path: str, seen_on: str, **fields: Any) -> TestResponse:
        """The answer to sending that form, with the token of the page on which it stands."""
        return self.browser.post(path, data={"form_token": self.token(seen_on), **fields})

    def token(self, page: str) -> str:
        """The token that the forms of this page carry."""
        found = TOKEN.search(self.get(page).text)
        assert found is not None, f"no form on {page}"
        return found.group(1)


def a_house(database_url: str) -> Flask:
    """The whole tool on this database; its own connections are the caller's to close."""
    settings = Settings(
        database_url=database_url,
        public_url=builders.TOOL_ADDRESS,
        secret_key=SECRET,
        allow_private_platforms=True,
        demo="http://localhost:8081",
    )
    app = create_app(settings, catalogue=builders.the_catalogue())
    app.jinja_env.bytecode_cache = TEMPLATES
    return app


def launch(
    house: Flask,
    platform: SigningPlatform,
    sub: str,
    *,
    role: str = LEARNER,
    target: str = "/learn/oicf/m1",
    **claims: Any,
) -> Person:
    """A person of that platform who has just been launched."""
    browser = house.test_client()
    login = {"target_link_uri": builders.TOOL_ADDRESS + target, "client_id": platform.client_id}
    answer = builders.a_launch(browser, platform, login=login, sub=sub, **{"roles": [role], **claims}).send()
    assert answer.status_code == 303, answer.text
    return Person(browser)


def visit_token(house: Flask, person: Person) -> str:
    """The form token of this person's visit, also where no page shows a form just now."""
    shown = person.browser.get_cookie(visitor.COOKIE)
    assert shown is not None
    with house.test_request_context("/", headers={"Cookie": f"{visitor.COOKIE}={shown.value}"}):
        return visitor.form_token()


def a_team(ada: Person, bo: Person) -> str:
    """Two learners in a team of their own; gives the path of its room."""
    path = ada.send("/learn/oicf/m1/5/team", "/learn/oicf/m1/5").location
    assert bo.send("/learn/oicf/m1/5/team", "/learn/oicf/m1/5").location == path
    return path


def write(person: Person, path: str, line: str) -> None:
    """One more line stands in the team's document."""
    page = person.get(path).text
    based_on = re.search(r'name="based_on" value="(\d+)"', page)
    assert based_on is not None
    body = f"{person.get(path + '/changes').json['body'] or ''}\n{line}\n"  # type: ignore[index]
    assert person.send(f"{path}/document", path, based_on=based_on.group(1), body=body).status_code == 303


def freeze(ada: Person, bo: Person, path: str) -> None:
    """The team has gone through all its phases, and what it made is frozen."""
    for leaving in range(3):
        for person in (ada, bo):
            person.send(f"{path}/posts", path, body="Here is what I think.")
        assert ada.send(f"{path}/advance", path, leaving=leaving).status_code == 303
    write(ada, path, "We answer within a day.")
    assert bo.send(f"{path}/freeze", path).status_code == 303


def grades(members: list[str]) -> dict[str, str]:
    """A grading form in which everybody is given a 3 in everything."""
    conduct = {f"{member}.x{number}": "3" for member in members for number in range(1, 6)}
    return {"group.c5": "3", **conduct}


def a_grade(trainer: Person, path: str) -> tuple[str, dict[str, str]]:
    """The grading screen of that team, and a filled-in form of it."""
    screen = path.replace("/team/", "/teach/")
    assert trainer.send(f"{screen}/open", "/teach").status_code == 303
    page = trainer.get(screen).text
    members = sorted(set(re.findall(r'name="([0-9a-f-]{36})\.x1"', page)))
    seen = re.search(r'name="seen" value="(\d+)"', page)
    token = TOKEN.search(page)
    assert len(members) == 2
    assert seen is not None
    assert token is not None
    return screen, {"form_token": token.group(1), "seen": seen.group(1), **grades(members)}


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
    if question.type == "short":
        return {"response": question.accepted[0].strip("*")}
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


def a_certificate_form(officer: Person) -> dict[str, str]:
    """The first form on the officer's desk that issues a certificate, without the name."""
    page = officer.get("/agency").text
    names = ("form_token", "enrolment", "rule", "version")
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1) for name in names}  # type: ignore[union-attr]
