"""Seats kept for people who have not come yet: theirs when they come, and nobody else's."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from courses import teams
from courses.errors import TeamRefused
from courses.syllabus import Course, Exercise
from tests.builders import a_cohort, an_enrolment

EXPECTED = ("1:a", "1:b", "1:c")


def test_a_kept_seat_is_found_by_its_holder_and_by_nobody_else(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    first = an_enrolment(session, course)
    team = teams.gather(session, cohort_id=cohort.id, exercise=exercise, enrolments=[first], expected=EXPECTED, at=now)
    assert team.phase_started_at is None, "the clock waits for enough people"
    stranger = teams.enter(
        session, cohort_id=cohort.id, exercise=exercise, enrolment=an_enrolment(session, course), at=now
    )
    assert stranger.id != team.id, "one and three kept seats are a full team"
    come = an_enrolment(session, course)
    for _ in range(2):
        found = teams.enter(
            session, cohort_id=cohort.id, exercise=exercise, enrolment=come, at=now, holders=["9:z", "1:b"]
        )
        assert found.id == team.id
    assert len(teams.members(session, team)) == 2
    assert team.phase_started_at == now


def test_a_seat_kept_in_a_team_that_is_frozen_meanwhile_is_none(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    team = teams.gather(session, cohort_id=cohort.id, exercise=exercise, enrolments=[], expected=EXPECTED, at=now)
    team.closed_at = now
    session.flush()
    come = an_enrolment(session, course)
    found = teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=come, at=now, holders=["1:a"])
    assert found.id != team.id


def test_no_team_is_gathered_of_too_many_or_of_nobody(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    for expected, code in (((), "too_few"), (tuple(f"1:{number}" for number in range(9)), "too_many")):
        with pytest.raises(TeamRefused, match=code):
            teams.gather(session, cohort_id=cohort.id, exercise=exercise, enrolments=[], expected=expected, at=now)
