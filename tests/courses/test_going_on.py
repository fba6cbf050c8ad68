"""Going on: where a learner stands in the course, how much is left, and where they stopped."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from courses import going_on, progress
from courses.syllabus import Course
from tests.builders import an_enrolment


def test_nobody_enrolled_sees_every_module_open(session: Session, course: Course) -> None:
    found = going_on.overview(session, enrolment=None, course=course)
    assert [each.module for each in found] == list(course.modules)
    assert {each.status for each in found} == {progress.OPEN}
    assert sum(each.minutes_left for each in found) == sum(module.minutes for module in course.modules)


def test_it_goes_on_in_the_step_where_one_stopped_and_else_in_the_next(
    session: Session, course: Course, now: datetime
) -> None:
    enrolment = an_enrolment(session, course)
    first, second, third = course.modules[0].steps[:3]
    begun = going_on.go_on(session, enrolment=enrolment, course=course)
    assert begun is not None
    assert (begun.step, begun.stopped) == (first, False)
    progress.keep_place(session, enrolment=enrolment, step=first, place={"section": "a", "paragraph": 4}, at=now)
    stopped = going_on.go_on(session, enrolment=enrolment, course=course)
    assert stopped == going_on.GoingOn(first, True, {"section": "a", "paragraph": 4})
    progress.finish(session, enrolment=enrolment, step=second, at=now + timedelta(hours=1))
    after = going_on.go_on(session, enrolment=enrolment, course=course)
    assert after is not None
    assert (after.step, after.stopped) == (third, False)


def test_minutes_left_are_those_of_the_steps_that_are_not_done(session: Session, course: Course, now: datetime) -> None:
    enrolment = an_enrolment(session, course)
    step = course.modules[0].steps[0]
    progress.finish(session, enrolment=enrolment, step=step, at=now)
    found = going_on.overview(session, enrolment=enrolment, course=course)[0]
    assert (found.done, found.status) == (1, progress.STARTED)
    assert found.minutes_left == course.modules[0].minutes - step.minutes


def test_once_all_is_done_there_is_nowhere_to_go_on(session: Session, course: Course, now: datetime) -> None:
    enrolment = an_enrolment(session, course)
    for module in course.modules:
        for step in module.steps:
            progress.finish(session, enrolment=enrolment, step=step, at=now)
    assert going_on.go_on(session, enrolment=enrolment, course=course) is None
