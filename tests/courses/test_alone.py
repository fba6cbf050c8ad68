"""Working alone on an exercise: a team of one, with scripted partners who speak phase by phase."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from courses import exercises, progress, scripted, teams
from courses.catalogue import Catalogue
from courses.errors import TeamRefused
from courses.sandbox import document, thread
from courses.syllabus import Exercise
from tests.builders import a_cohort, an_enrolment
from tests.courses import every_kind


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The course with a step of every kind."""
    home: Path = tmp_path_factory.mktemp("added")
    every_kind.written(home)
    return every_kind.catalogue(home)


@pytest.fixture
def two_or_one(small: Catalogue) -> Exercise:
    """An exercise for two, or for one beside a scripted owner."""
    return small.exercise("try/m1/7")


def test_somebody_alone_comes_to_the_end_of_the_exercise(
    session: Session, small: Catalogue, two_or_one: Exercise, now: datetime
) -> None:
    cohort, enrolment = a_cohort(session, at=now), an_enrolment(session, small.course("try"))
    team = teams.alone(session, cohort_id=cohort.id, exercise=two_or_one, enrolment=enrolment, at=now)
    seat = teams.seat(session, team=team, enrolment_id=enrolment.id, exercise=two_or_one)
    assert seat.member.role == "adviser", "the scripted partner is the owner"
    assert team.phase_started_at == now, "nobody else has to come"
    assert [partner.text for partner in scripted.said(team, two_or_one)[0]] == ["I need a list, and quickly."]
    thread.post(session, seat=seat, body="What is it for?", at=now)
    person = seat.member.person_id
    exercises.advance(session, team=team, exercise=two_or_one, leaving=0, by=person, at=now)
    assert list(scripted.said(team, two_or_one)) == [0, 1]
    document.save(session, seat=seat, based_on=0, body="We meet each Monday.", at=now)
    exercises.freeze(session, team=team, exercise=two_or_one, by=person, at=now)
    exercises.agree(session, seat=seat, at=now)
    states = progress.outline(session, enrolment=enrolment, module=small.module("try", "m1"))
    assert next(each for each in states if each.step.id == two_or_one.id).status == progress.DONE


def test_who_works_alone_gets_no_company_and_stays_where_they_are(
    session: Session, small: Catalogue, two_or_one: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    one, other = (an_enrolment(session, small.course("try")) for _ in range(2))
    own = teams.alone(session, cohort_id=cohort.id, exercise=two_or_one, enrolment=one, at=now)
    joined = teams.enter(session, cohort_id=cohort.id, exercise=two_or_one, enrolment=other, at=now)
    assert joined.id != own.id
    assert teams.enter(session, cohort_id=cohort.id, exercise=two_or_one, enrolment=one, at=now).id == own.id
    assert scripted.said(joined, two_or_one) == {}


def test_an_exercise_that_needs_people_is_not_begun_alone(
    session: Session, catalogue: Catalogue, exercise: Exercise, now: datetime
) -> None:
    cohort, enrolment = a_cohort(session, at=now), an_enrolment(session, catalogue.course("oicf"))
    for_people = replace(exercise, solo=False)
    with pytest.raises(TeamRefused):
        teams.alone(session, cohort_id=cohort.id, exercise=for_people, enrolment=enrolment, at=now)


def test_papers_are_for_their_role(two_or_one: Exercise) -> None:
    assert [paper.key for paper in scripted.materials(two_or_one, "owner")] == ["paper"]
    assert scripted.materials(two_or_one, "adviser") == ()
    assert len(scripted.materials(two_or_one, None)) == 1
