"""Teams: who sits in which, in what role, and who may act for it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import participation, roles, teams
from courses.errors import NotInTeam, StepClosed, TeamRefused
from courses.people import Enrolment
from courses.syllabus import Course, Exercise
from courses.teams import Team, TeamMember
from tests.builders import a_cohort, a_team, a_trainer, an_enrolment, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction


def test_learners_fill_one_team_after_the_other(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    entered = [
        teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=an_enrolment(session, course), at=now)
        for _ in range(6)
    ]
    assert [team.name for team in entered] == ["1", "1", "1", "1", "2", "2"]
    roles = [member.role for member in teams.members(session, entered[0])]
    assert roles == ["host", "connector", "chronicler", "steward"]


def test_a_learner_who_comes_back_finds_the_same_team(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    enrolment = an_enrolment(session, course)
    first = teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=enrolment, at=now)
    again = teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=enrolment, at=now)
    assert first.id == again.id
    assert len(teams.members(session, first)) == 1


def test_cohorts_do_not_mix(session: Session, course: Course, exercise: Exercise, now: datetime) -> None:
    cohorts = [a_cohort(session, at=now), a_cohort(session, at=now)]
    entered = [
        teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=an_enrolment(session, course), at=now)
        for cohort in cohorts
    ]
    assert entered[0].id != entered[1].id


def test_eight_who_come_at_once_make_two_full_teams(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        cohort = a_cohort(session, at=now)
        enrolments = [an_enrolment(session, course, at=now) for _ in range(8)]
    together = Barrier(8, timeout=20)

    def come(enrolment: Enrolment) -> UUID:
        together.wait()
        with transaction(database) as session:
            team = teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=enrolment, at=now)
            return team.id

    with ThreadPoolExecutor(8) as pool:
        seated = Counter(pool.map(come, enrolments))
    assert sorted(seated.values()) == [4, 4]
    with transaction(database) as session:
        seats = session.execute(select(TeamMember.team_id, TeamMember.seat)).all()
        assert Counter(row.seat for row in seats) == {1: 2, 2: 2, 3: 2, 4: 2}


def test_the_same_learner_in_two_tabs_has_one_seat(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        cohort = a_cohort(session, at=now)
        enrolment = an_enrolment(session, course, at=now)
    together = Barrier(2, timeout=20)

    def come(_: int) -> UUID:
        together.wait()
        with transaction(database) as session:
            return teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=enrolment, at=now).id

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(come, range(2)))) == 1
    joined = [each for each in statements_of(database, enrolment.store_id) if each["verb"]["id"] == words.JOINED]
    assert len(joined) == 1


def test_a_late_comer_joins_a_team_at_work_but_none_in_its_last_phase(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    here, *_ = a_team(session, course, exercise, at=now)
    cohort_id = here.team.cohort_id
    here.team.phase = 1
    third = an_enrolment(session, course)
    joined = teams.enter(session, cohort_id=cohort_id, exercise=exercise, enrolment=third, at=now)
    assert joined.id == here.team.id
    here.team.phase = 3
    fourth = an_enrolment(session, course)
    alone = teams.enter(session, cohort_id=cohort_id, exercise=exercise, enrolment=fourth, at=now)
    assert alone.id != here.team.id


def test_a_second_run_of_the_course_never_meets_the_first_in_one_team(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    first = an_enrolment(session, course)
    old = teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=first, at=now)
    second = participation.retake(session, enrolment=first, course=course, at=now)
    new = teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=second, at=now)
    assert old.id != new.id
    with pytest.raises(StepClosed):
        teams.enter(session, cohort_id=a_cohort(session, at=now).id, exercise=_other(exercise), enrolment=first, at=now)


def _other(exercise: Exercise) -> Exercise:
    """The same exercise at another address."""
    return type(exercise)(**{**vars(exercise), "id": "oicf/m9/5", "iri": f"{exercise.course_iri}/m9/5"})


def test_the_clock_starts_when_the_team_has_enough_people(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    cohort = a_cohort(session, at=now)
    first, second, third = (an_enrolment(session, course) for _ in range(3))
    team = teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=first, at=now)
    assert teams.deadline(team, exercise) is None
    later = now + timedelta(hours=5)
    teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=second, at=later)
    teams.enter(session, cohort_id=cohort.id, exercise=exercise, enrolment=third, at=later + timedelta(minutes=1))
    assert teams.deadline(team, exercise) == later + timedelta(minutes=15)
    assert not teams.is_late(team, exercise, later + timedelta(minutes=15))
    assert teams.is_late(team, exercise, later + timedelta(minutes=16))


def test_a_trainer_forms_a_team_of_five_but_not_of_one_or_six(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    seats = a_team(session, course, exercise, of=("north",) * 5, at=now)
    assert [seat.member.role for seat in seats] == ["host", "connector", "chronicler", "steward", "steward"]
    with pytest.raises(TeamRefused, match="too_few"):
        a_team(session, course, exercise, of=("north",), at=now)
    with pytest.raises(TeamRefused, match="too_many"):
        a_team(session, course, exercise, of=("north",) * 6, at=now)
    seated = session.get_one(Enrolment, seats[0].member.enrolment_id)
    with pytest.raises(TeamRefused, match="seated"):
        teams.form(
            session,
            cohort_id=seats[0].team.cohort_id,
            exercise=exercise,
            enrolments=[seated, an_enrolment(session, course)],
            at=now,
        )


def test_only_members_have_a_seat(session: Session, course: Course, exercise: Exercise, now: datetime) -> None:
    here, there = (a_team(session, course, exercise, at=now)[0] for _ in range(2))
    with pytest.raises(NotInTeam):
        teams.seat(session, team=here.team, enrolment_id=there.member.enrolment_id, exercise=exercise)
    with pytest.raises(NotInTeam):
        teams.seat(session, team=here.team, enrolment_id=here.member.enrolment_id, exercise=_other(exercise))
    with pytest.raises(NotInTeam):
        teams.by_id(session, uuid4())


def test_a_trainer_of_another_cohort_is_nobody_here(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    here, there = (a_team(session, course, exercise, at=now)[0] for _ in range(2))
    trainer = a_trainer(session, here.team.cohort_id, at=now)
    assert teams.is_trainer(session, team=here.team, person_id=trainer.id)
    assert not teams.is_trainer(session, team=here.team, person_id=here.member.person_id)
    with pytest.raises(NotInTeam):
        teams.is_trainer(session, team=there.team, person_id=trainer.id)


def test_joining_is_on_record_with_team_role_and_phase(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        seats = a_team(session, course, exercise, of=("north", "south"), at=now)
    for seat, store_id in ((seats[0], 1), (seats[1], 2)):
        [joined] = statements_of(database, store_id)
        assert seat.member.store_id == store_id
        assert joined["actor"]["account"] == {"homePage": seat.member.account_home, "name": seat.member.account}
        assert joined["verb"]["id"] == words.JOINED
        assert joined["object"]["id"] == f"{course.iri}/teams/{seat.team.id}"
        context = joined["context"]
        assert context["registration"] == str(seat.member.enrolment_id)
        assert context["team"]["account"] == {"homePage": f"{course.iri}/teams", "name": str(seat.team.id)}
        assert context["contextActivities"]["parent"] == [{"id": exercise.iri}]
        assert context["extensions"][words.EXT_ROLE] == seat.member.role
        assert context["extensions"][words.EXT_PHASE] == "arrive"
        assert context["extensions"][words.EXT_CAPTURE_TIER] == 1
        assert "Ada" not in str(joined)


def test_an_interrupted_joining_leaves_neither_seat_nor_statement(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    def interrupted() -> None:
        with transaction(database) as session:
            a_team(session, course, exercise, at=now)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    with transaction(database) as session:
        assert session.scalars(select(Team)).all() == []
        assert session.scalars(select(TeamMember)).all() == []
    assert statements_of(database, 1) == []


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ada Example", "AE"), ("Ana María de la Cruz", "AC"), ("Chloé", "CH"), ("їжак", "ЇЖ"), ("  x ", "X")],
)
def test_initials_come_from_the_first_and_the_last_word(name: str, letters: str) -> None:
    assert roles.initials(name) == letters
