"""Grades that have not arrived: the operator and each trainer see what waits and why, and send it again."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text
from werkzeug.test import TestResponse

from courses.people import Enrolment
from lti_tool.errors import DeliverLater, DeliveryRefused
from lti_tool.lti import gradebook
from lti_tool.lti.counterparts import LtiUser
from lti_tool.lti.gradebook import Score, ScoreDelivery
from lti_tool.lti.id_token import AGS_ENDPOINT
from lti_tool.lti.platform_client import Client
from lti_tool.lti.scopes import LINEITEM, RESULT, SCORE
from tests import builders, walking
from tests.lti_tool.operator_desk import house, operator
from tests.signing_platform import SigningPlatform
from tests.walking import INSTRUCTOR, TOKEN, Person
from xapi_store import queue
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

__all__ = ["house", "operator"]

STEP = f"{builders.COURSE_IRI}/m1/5"
AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Class:
    """A platform with a trainer; its learners come by name."""

    house: Flask
    platform: SigningPlatform
    platform_id: int
    context: dict[str, str]
    trainer: Person

    @property
    def database(self) -> Database:
        """Where it is kept."""
        found: Database = self.house.extensions["database"]
        return found

    def learner(self, sub: str, **claims: Any) -> UUID:
        """The registration of a learner of that name."""
        endpoint = {
            "scope": [LINEITEM, RESULT, SCORE],
            "lineitems": f"{self.platform.address}/lineitems",
            "lineitem": f"{self.platform.address}/items/1",
        }
        told = {AGS_ENDPOINT: endpoint, "context": self.context, **claims}
        walking.launch(self.house, self.platform, sub, name=f"{sub.title()} Example", **told)
        with self.database.session() as session:
            query = select(Enrolment.id).join(LtiUser, LtiUser.person_id == Enrolment.person_id)
            return session.scalars(query.where(LtiUser.platform_id == self.platform_id, LtiUser.sub == sub)).one()

    def released(self, enrolment_id: UUID, *, due: datetime | None = None) -> int:
        """A grade of that learner is queued; gives its job."""
        arguments = {
            "enrolment_id": str(enrolment_id),
            "activity": STEP,
            "given": "80",
            "maximum": "100",
            "comment": "graded_by_trainer",
            "at": AT.isoformat(),
        }
        with transaction(self.database) as session:
            job = queue.defer(session, task="publish_score", arguments=arguments, lock=f"score:{enrolment_id}:{STEP}")
            if due is not None:
                session.execute(
                    text("UPDATE procrastinate_jobs SET scheduled_at = :due WHERE id = :id"), {"due": due, "id": job}
                )
        return job

    def tried(self, enrolment_id: UUID) -> None:
        """The worker has had its turn with that grade."""
        score = Score(enrolment_id, STEP, Decimal(80), Decimal(100), AT, "M1.5")
        with contextlib.suppress(DeliverLater, DeliveryRefused):
            gradebook.publish(
                self.database, Client(allow_private=True), Seal(walking.SECRET), score=score, at=datetime.now(UTC)
            )

    def jobs(self, enrolment_id: UUID) -> list[tuple[str, datetime | None, dict[str, Any]]]:
        """State, due time and arguments of the jobs of that learner."""
        asked = "SELECT status::text, scheduled_at, args FROM procrastinate_jobs WHERE args->>'enrolment_id' = :id"
        with self.database.session() as session:
            return [tuple(row) for row in session.execute(text(f"{asked} ORDER BY id"), {"id": str(enrolment_id)})]

    def done(self, enrolment_id: UUID) -> None:
        """The jobs of that learner are over."""
        with transaction(self.database) as session:
            ended = "UPDATE procrastinate_jobs SET status = 'succeeded' WHERE args->>'enrolment_id' = :id"
            session.execute(text(ended), {"id": str(enrolment_id)})

    def fares(self, enrolment_id: UUID) -> str:
        """How the grade fares, as its row says."""
        with self.database.session() as session:
            return session.get_one(ScoreDelivery, (enrolment_id, STEP)).status


@pytest.fixture
def platform() -> Iterator[SigningPlatform]:
    listening = SigningPlatform(client_id=secrets.token_hex(4))
    yield listening
    listening.close()


@pytest.fixture
def course(house: Flask, platform: SigningPlatform) -> Class:
    return a_class(house, platform)


def a_class(house: Flask, platform: SigningPlatform) -> Class:
    database: Database = house.extensions["database"]
    made = builders.a_platform(database, platform, agency=f"north-{secrets.token_hex(4)}", name=platform.client_id)
    context = {"id": "7", "title": "A course"}
    trainer = walking.launch(house, platform, "trainer", role=INSTRUCTOR, target="/teach", context=context)
    return Class(house, platform, made.id, context, trainer)


def row_of(page: str, enrolment_id: UUID) -> str:
    """The table row of that registration, as a person reads it."""
    for row in page.split("<tr>"):
        if str(enrolment_id) in row or f"registration {str(enrolment_id)[:8]}" in row:
            return unescape(" ".join(re.sub(r"<[^>]+>", " ", row.split("</tr>")[0]).split()))
    raise LookupError(enrolment_id)


def press(person: Person, path: str, what: str, **sent: str) -> TestResponse:
    """The answer to that button of the page at that path."""
    found = TOKEN.search(person.get(path).text)
    assert found is not None
    return person.browser.post(f"{path}/{what}", data={"form_token": found.group(1), **sent})


def test_a_grade_that_was_not_tried_yet_is_there_without_a_name(course: Class, operator: Person) -> None:
    ada = course.learner("ada")
    course.released(ada)
    page = operator.get("/operator/grades").text
    said = row_of(page, ada)
    assert "Waiting Not tried yet" in said
    assert " 0 as soon as it is its turn" in said
    assert "Ada Example" not in page


def test_a_grade_whose_platform_is_down_says_why_and_when_and_is_tried_at_once_when_asked(
    course: Class, operator: Person
) -> None:
    ada = course.learner("ada")
    due = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
    course.released(ada, due=due)
    course.platform.instead["/items/1/scores"] = (503, b"")
    course.tried(ada)
    said = row_of(operator.get("/operator/grades").text, ada)
    assert "The platform has trouble (status 503)" in said
    assert " 1 2 Jan 2030" in said
    answer = press(operator, "/operator/grades", "now", registration=str(ada), activity=STEP)
    [(state, scheduled, _)] = course.jobs(ada)
    assert scheduled is not None
    assert (answer.status_code, state, abs(scheduled - datetime.now(UTC)) < timedelta(minutes=1)) == (303, "todo", True)
    assert "1 grade is on its way again" in operator.get(answer.location).text


def test_a_refused_grade_is_sent_again_as_it_was(course: Class, operator: Person) -> None:
    ada = course.learner("ada")
    course.released(ada)
    course.platform.instead["/items/1/scores"] = (400, b"")
    course.tried(ada)
    course.done(ada)
    said = row_of(operator.get("/operator/grades?state=refused").text, ada)
    assert "Refused The platform did not take the score (status 400)" in said
    press(operator, "/operator/grades", "again", registration=str(ada), activity=STEP)
    (_, _, before), (state, _, again) = course.jobs(ada)
    assert (state, again, course.fares(ada)) == ("todo", before, "waiting")
    course.platform.instead.clear()
    course.tried(ada)
    assert course.fares(ada) == "delivered"


def test_a_refused_grade_that_the_queue_has_forgotten_is_sent_by_what_its_row_says(
    course: Class, operator: Person
) -> None:
    ada = course.learner("ada")
    course.platform.instead["/items/1/scores"] = (403, b"")
    course.tried(ada)
    press(operator, "/operator/grades", "again", registration=str(ada), activity=STEP)
    [(_, _, again)] = course.jobs(ada)
    assert (Decimal(again["given"]), Decimal(again["maximum"]), again["at"]) == (80, 100, AT.isoformat())


def test_all_grades_of_a_platform_are_tried_at_once_and_those_of_others_wait_on(
    course: Class, house: Flask, operator: Person
) -> None:
    later, other = datetime(2030, 1, 1, tzinfo=UTC), a_class(house, SigningPlatform(client_id=secrets.token_hex(4)))
    mine, theirs = [course.learner(name) for name in ("ada", "bo")], other.learner("cy")
    for enrolment_id in mine:
        course.released(enrolment_id, due=later)
    other.released(theirs, due=later)
    answer = press(operator, "/operator/grades", "now", platform=str(course.platform_id))
    assert answer.location.endswith("done=2")
    assert [course.jobs(each)[0][1] == later for each in mine] == [False, False]
    assert other.jobs(theirs)[0][1] == later
    only = operator.get(f"/operator/grades?platform={course.platform_id}").text
    assert [str(each) in only for each in (*mine, theirs)] == [True, True, False]
    other.platform.close()


def test_a_trainer_sees_and_sends_the_grades_of_their_own_learners_by_name(course: Class, house: Flask) -> None:
    other = a_class(house, SigningPlatform(client_id=secrets.token_hex(4)))
    later, ada, cy = datetime(2030, 1, 1, tzinfo=UTC), course.learner("ada"), other.learner("cy")
    course.released(ada, due=later)
    other.released(cy, due=later)
    page = course.trainer.get("/teach/grades").text
    assert ("Ada Example" in page, "Cy Example" in page) == (True, False)
    for sent in ({"registration": str(cy), "activity": STEP}, {"platform": str(other.platform_id)}):
        assert press(course.trainer, "/teach/grades", "now", **sent).location.endswith("done=0")
    assert other.jobs(cy)[0][1] == later
    press(course.trainer, "/teach/grades", "now", registration=str(ada), activity=STEP)
    assert course.jobs(ada)[0][1] != later
    assert "/teach/grades" in course.trainer.get("/teach").text
    other.platform.close()


def test_a_form_that_names_no_grade_sends_none(course: Class, operator: Person) -> None:
    ada = course.learner("ada")
    course.released(ada, due=datetime(2030, 1, 1, tzinfo=UTC))
    for sent in ({}, {"registration": "x", "activity": STEP}, {"platform": "-1"}, {"platform": "9" * 30}):
        assert press(operator, "/operator/grades", "now", **sent).location.endswith("done=0")
    for asked in ("?from=-5", "?from=99999999999999999999", "?platform=9999999999999999999999", "?state=%00"):
        assert operator.get(f"/operator/grades{asked}").status_code == 200
