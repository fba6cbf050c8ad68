"""Handing in: a draft kept as it is, what keeps it from being handed in, and a statement without a word of it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from courses import handing_in, participation, progress, whereabouts
from courses.catalogue import Catalogue
from courses.errors import HandInRefused, StepClosed
from courses.people import Enrolment
from courses.syllabus import Talk, Task
from tests.builders import an_enrolment, statements_of
from tests.courses import every_kind
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction

WRITTEN = {
    "need": "Nobody knows who drives tomorrow.",
    "who": "Nuala  and\nTeun",
    "often": "2,5",
    "day": "2026-05-18",
    "way": "By phone",
    "week.INF": "3,5",
    "week.ANI": "2",
}
TALK = {"notes": "My diary", "times": "Tuesday, 9 to 11"}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The course with a step of every kind."""
    home: Path = tmp_path_factory.mktemp("added")
    every_kind.written(home)
    return every_kind.catalogue(home)


@pytest.fixture
def task(small: Catalogue) -> Task:
    """Its task."""
    found = small.step("try", "m1", "4")
    assert isinstance(found, Task)
    return found


@pytest.fixture
def enrolment(session: Session, small: Catalogue) -> Enrolment:
    """A learner of the course."""
    return an_enrolment(session, small.course("try"))


def test_a_draft_is_kept_as_it_is_also_where_it_is_not_yet_right(
    session: Session, enrolment: Enrolment, small: Catalogue, task: Task, now: datetime
) -> None:
    given = {"need": "x" * 100, "often": "a few", "week.INF": "many", "other": "unknown"}
    kept = handing_in.keep(session, enrolment=enrolment, step=task, given=given, at=now)
    assert (kept.content["need"], kept.content["often"]) == ("x" * 100, "a few")
    assert kept.content["week"] == {"INF": "many"}
    assert "other" not in kept.content
    assert kept.handed_in_at is None
    states = progress.outline(session, enrolment=enrolment, module=small.module("try", "m1"))
    assert next(each for each in states if each.step.id == task.id).status == progress.STARTED


def test_every_field_says_what_keeps_it_from_being_handed_in(
    session: Session, enrolment: Enrolment, task: Task, now: datetime
) -> None:
    given = {"need": "x" * 41, "often": "a few", "day": "soon", "way": "By post", "week.INF": "-1"}
    handing_in.keep(session, enrolment=enrolment, step=task, given=given, at=now)
    with pytest.raises(HandInRefused) as refused:
        handing_in.hand_in(session, enrolment=enrolment, step=task, at=now)
    assert refused.value.faults == {
        "need": "too_long",
        "who": "fill_in",
        "often": "number_needed",
        "day": "date_needed",
        "way": "choose_one",
        "week": "hours_needed",
    }


def test_what_was_handed_in_is_done_and_takes_no_more_changes(
    database: Database, small: Catalogue, task: Task, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, small.course("try"))
        handing_in.keep(session, enrolment=enrolment, step=task, given=WRITTEN, at=now)
        submission = handing_in.hand_in(session, enrolment=enrolment, step=task, at=now)
    assert submission.content["who"] == "Nuala and Teun"
    assert (submission.content["often"], submission.content["week"]) == ("2.5", {"INF": "3.5", "ANI": "2"})
    with pytest.raises(StepClosed), transaction(database) as session:
        handing_in.keep(session, enrolment=enrolment, step=task, given={"need": "else"}, at=now)
    with transaction(database) as session:
        again = handing_in.hand_in(session, enrolment=enrolment, step=task, at=now + timedelta(days=1))
        assert again.handed_in_at == now
    [told] = statements_of(database, enrolment.store_id)
    assert told["verb"]["id"] == words.SUBMITTED
    assert told["object"]["id"] == f"{task.iri}/handed-in/{submission.id}"
    assert told["object"]["definition"]["type"] == words.TYPE_PROJECT
    assert told["context"]["contextActivities"]["parent"][0]["id"] == task.iri
    assert not [text for text in ("Nuala", "drives", "phone") if text in json.dumps(told)]


def test_a_file_is_kept_by_its_kind_and_size(session: Session, enrolment: Enrolment, task: Task, now: datetime) -> None:
    def put(name: str, body: bytes) -> handing_in.Submission:
        return handing_in.keep_file(
            session, enrolment=enrolment, step=task, field="paper", name=name, body=body, at=now
        )

    kept = put("..\\..\\week\\diary.PDF", b"%PDF-")
    assert kept.content["paper"] == {"name": "diary.PDF", "size": 5}
    found = handing_in.file_of(session, submission=kept, field="paper")
    assert found is not None
    assert (found.body, found.media_type) == (b"%PDF-", "application/pdf")
    handing_in.keep(session, enrolment=enrolment, step=task, given=WRITTEN, at=now)
    assert kept.content["paper"]["name"] == "diary.PDF", "a draft without files keeps those that are there"
    for name, body, code in (
        ("page.html", b"<script>", "wrong_file"),
        ("big.pdf", b"x" * (handing_in.LARGEST_FILE + 1), "too_large"),
        ("nothing.pdf", b"", "empty"),
    ):
        with pytest.raises(HandInRefused) as refused:
            put(name, body)
        assert refused.value.faults == {"paper": code}


def test_a_talk_is_asked_for(database: Database, small: Catalogue, now: datetime) -> None:
    talk = small.step("try", "m1", "6")
    assert isinstance(talk, Talk)
    with transaction(database) as session:
        enrolment = an_enrolment(session, small.course("try"))
        handing_in.keep(session, enrolment=enrolment, step=talk, given=TALK, at=now)
        handing_in.hand_in(session, enrolment=enrolment, step=talk, at=now)
    [told] = statements_of(database, enrolment.store_id)
    assert (told["verb"]["id"], told["object"]["definition"]["type"]) == (words.REQUESTED, words.TYPE_MEETING)


def test_who_looks_on_sees_what_was_handed_in_as_done(database: Database, small: Catalogue, now: datetime) -> None:
    course = small.course("try")
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
        participation.launch(session, enrolment=enrolment, course=course, module=course.modules[0], at=now)
        for step, given in ((course.modules[0].steps[3], WRITTEN), (course.modules[0].steps[5], TALK)):
            assert isinstance(step, Task | Talk)
            handing_in.keep(session, enrolment=enrolment, step=step, given=given, at=now)
            handing_in.hand_in(session, enrolment=enrolment, step=step, at=now)
    with transaction(database) as session:
        found = whereabouts.of_store(session, store_id=enrolment.store_id, course=course, criteria=())
    assert found.learners[0].steps == {"m1/4": whereabouts.DONE, "m1/6": whereabouts.DONE}
