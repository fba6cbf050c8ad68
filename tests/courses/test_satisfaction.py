"""Satisfied: a module when all its steps are done, the course when all its modules are, and each once."""

from datetime import datetime

from sqlalchemy.orm import Session

from courses import participation, progress, satisfaction
from courses.people import Enrolment
from courses.syllabus import Course
from tests.builders import an_enrolment, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction


def do(session: Session, enrolment: Enrolment, course: Course, at: datetime, *, leaving: int = 0) -> None:
    """Every step of the course is done, but for so many of the last."""
    steps = [step for module in course.modules for step in module.steps]
    for step in steps[: len(steps) - leaving]:
        progress.finish(session, enrolment=enrolment, step=step, at=at)


def test_modules_and_course_are_satisfied_once_when_all_is_done(
    database: Database, course: Course, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
        do(session, enrolment, course, now)
        found = satisfaction.settle(session, enrolment=enrolment, course=course, at=now)
        assert found == [*(module.iri for module in course.modules), course.iri]
    with transaction(database) as session:
        assert satisfaction.settle(session, enrolment=enrolment, course=course, at=now) == []
    told = statements_of(database, enrolment.store_id)
    assert [each["object"]["id"] for each in told] == found
    assert {each["verb"]["id"] for each in told} == {words.SATISFIED}
    assert {each["context"]["registration"] for each in told} == {str(enrolment.id)}


def test_one_step_that_is_missing_keeps_its_module_and_the_course_open(
    session: Session, course: Course, now: datetime
) -> None:
    enrolment = an_enrolment(session, course)
    do(session, enrolment, course, now, leaving=1)
    found = satisfaction.settle(session, enrolment=enrolment, course=course, at=now)
    assert found == [module.iri for module in course.modules[:-1]]


def test_a_new_run_of_the_course_is_satisfied_anew(session: Session, course: Course, now: datetime) -> None:
    first = an_enrolment(session, course)
    do(session, first, course, now)
    satisfaction.settle(session, enrolment=first, course=course, at=now)
    second = participation.retake(session, enrolment=first, course=course, at=now)
    assert satisfaction.settle(session, enrolment=second, course=course, at=now) == []
    do(session, second, course, now)
    assert satisfaction.settle(session, enrolment=second, course=course, at=now)[-1] == course.iri
