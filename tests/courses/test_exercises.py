"""Exercises: phases with a clock and a gate, the freeze, and each member's agreement."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import exercises, participation, progress, teams
from courses.catalogue import Catalogue
from courses.errors import NotInTeam, StepClosed, TooEarly
from courses.exercises import Artefact
from courses.people import Enrolment
from courses.sandbox import document, thread
from courses.syllabus import Course, Exercise
from courses.teams import Seat
from tests.builders import a_team, a_trainer, statements_of
from xapi_store import vocabulary as words
from xapi_store.actors import identity
from xapi_store.database import Database
from xapi_store.filters import Filters
from xapi_store.query import find
from xapi_store.transaction import transaction

LAST = 3


# --- Phases ---


def test_a_member_moves_on_once_everybody_was_heard(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, ben = a_team(session, course, exercise, at=now)
    team, by = ana.team, ana.member.person_id
    thread.post(session, seat=ana, body="Hello", at=now)
    state = exercises.phase_now(session, team=team, exercise=exercise, at=now)
    assert (state.phase.key, state.gate_met, state.missing) == ("arrive", False, ("time_left", "not_heard"))
    assert [member.enrolment_id for member in state.silent] == [ben.member.enrolment_id]
    assert state.ends_at == now + timedelta(minutes=15)
    with pytest.raises(TooEarly) as early:
        exercises.advance(session, team=team, exercise=exercise, leaving=0, by=by, at=now)
    assert early.value.missing == ("time_left", "not_heard")
    document.save(session, seat=ben, based_on=0, body="An edit counts too", at=now)
    exercises.advance(session, team=team, exercise=exercise, leaving=0, by=by, at=now + timedelta(minutes=5))
    state = exercises.phase_now(session, team=team, exercise=exercise, at=now)
    assert (state.phase.key, state.index, state.gate_met) == ("draft", 1, False)
    assert state.ends_at == now + timedelta(minutes=30)


def test_a_member_moves_on_once_the_time_is_over(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, _ = a_team(session, course, exercise, at=now)
    over = now + timedelta(minutes=15)
    assert exercises.phase_now(session, team=ana.team, exercise=exercise, at=over).over
    exercises.advance(session, team=ana.team, exercise=exercise, leaving=0, by=ana.member.person_id, at=over)
    assert ana.team.phase == 1


def test_a_trainer_moves_a_team_on_at_any_time_and_a_stranger_never(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, _ = a_team(session, course, exercise, at=now)
    stranger, _ = a_team(session, course, exercise, at=now)
    trainer = a_trainer(session, ana.team.cohort_id, at=now)
    with pytest.raises(NotInTeam):
        exercises.advance(session, team=ana.team, exercise=exercise, leaving=0, by=stranger.member.person_id, at=now)
    exercises.advance(session, team=ana.team, exercise=exercise, leaving=0, by=trainer.id, at=now)
    assert ana.team.phase == 1


def test_two_who_move_on_at_once_skip_no_phase(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, _ = a_team(session, course, exercise, at=now)
        trainers = [a_trainer(session, ana.team.cohort_id, at=now).id for _ in range(2)]
    together = Barrier(2, timeout=20)

    def press(trainer: UUID) -> None:
        with transaction(database) as session:
            team = teams.by_id(session, ana.team.id)
            together.wait()
            exercises.advance(session, team=team, exercise=exercise, leaving=0, by=trainer, at=now)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, trainers))
    with transaction(database) as session:
        assert teams.by_id(session, ana.team.id).phase == 1


def test_the_last_phase_ends_with_the_freeze_only(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, _ = at_the_end(session, course, exercise, now)
    trainer = a_trainer(session, ana.team.cohort_id, at=now)
    with pytest.raises(StepClosed):
        exercises.advance(session, team=ana.team, exercise=exercise, leaving=LAST, by=trainer.id, at=now)


# --- The freeze ---


def at_the_end(
    session: Session,
    course: Course,
    exercise: Exercise,
    now: datetime,
    of: tuple[str, ...] = ("north", "north"),
) -> list[Seat]:
    """A team in its last phase whose first two members wrote three lines and one."""
    seats = a_team(session, course, exercise, of=of, at=now)
    document.save(session, seat=seats[0], based_on=0, body="Ça commence\n\nTwo\nThree", at=now)
    document.save(session, seat=seats[1], based_on=1, body="Ça commence\n\nTwo\nThree\nFour", at=now)
    seats[0].team.phase = LAST
    session.flush()
    return seats


def freeze(session: Session, seat: Seat, at: datetime) -> Artefact:
    """Frozen by that member."""
    return exercises.freeze(session, team=seat.team, exercise=seat.exercise, by=seat.member.person_id, at=at)


def test_what_is_frozen_says_who_made_it_and_can_be_checked_by_anyone(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, ben, cleo = at_the_end(session, course, exercise, now, of=("north", "south", "south"))
    artefact = freeze(session, ana, now)
    assert (artefact.revision, artefact.licence) == (2, "CC-BY-4.0")
    assert artefact.iri == f"{course.iri}/teams/{ana.team.id}/artefact/sha256-{artefact.sha256}"
    written = exercises.artefact_bytes(session, artefact=artefact)
    assert hashlib.sha256(written).hexdigest() == artefact.sha256
    assert orjson.loads(written) == {
        "exercise": "oicf/m1/5",
        "revision": 2,
        "body": "Ça commence\n\nTwo\nThree\nFour",
        "licence": "CC-BY-4.0",
        "contributors": [
            contributor(ana, "host", 3, "0.7500"),
            contributor(ben, "connector", 1, "0.2500"),
            contributor(cleo, "chronicler", 0, "0.0000"),
        ],
    }
    assert ana.team.closed_at == now


def contributor(seat: Seat, role: str, lines: int, share: str) -> dict[str, Any]:
    """A contributor as the artefact lists them."""
    account = {"homePage": seat.member.account_home, "name": seat.member.account}
    registration = str(seat.member.enrolment_id)
    return {"registration": registration, "account": account, "role": role, "lines": lines, "share": share}


def test_an_altered_artefact_no_longer_fits_its_hash(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, _ = at_the_end(session, course, exercise, now)
        artefact_id = freeze(session, ana, now).id
    with transaction(database) as session:
        kept = session.get_one(Artefact, artefact_id)
        assert exercises.artefact_digest(session, artefact=kept) == kept.sha256
        kept.contributors = [{**kept.contributors[0], "lines": 99}, kept.contributors[1]]
        assert exercises.artefact_digest(session, artefact=kept) != kept.sha256


def test_two_who_freeze_at_once_get_the_same_artefact_and_it_is_submitted_once(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        seats = at_the_end(session, course, exercise, now)
    together = Barrier(2, timeout=20)

    def press(seat: Seat) -> str:
        with transaction(database) as session:
            team = teams.by_id(session, seat.team.id)
            together.wait()
            frozen = exercises.freeze(session, team=team, exercise=exercise, by=seat.member.person_id, at=now)
            return frozen.sha256

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(press, seats))) == 1
    assert len(submissions(database, seats[0].member.store_id)) == 3


def test_nothing_is_frozen_before_its_time(session: Session, course: Course, exercise: Exercise, now: datetime) -> None:
    ana, _ = a_team(session, course, exercise, at=now)
    with pytest.raises(TooEarly, match="earlier_phase"):
        freeze(session, ana, now)
    ana.team.phase = LAST
    state = exercises.phase_now(session, team=ana.team, exercise=exercise, at=now)
    assert (state.last, state.missing) == (True, ("nothing_written",))
    with pytest.raises(TooEarly, match="nothing_written"):
        freeze(session, ana, now)
    trainer = a_trainer(session, ana.team.cohort_id, at=now)
    frozen = exercises.freeze(session, team=ana.team, exercise=exercise, by=trainer.id, at=now)
    assert frozen.revision == 0


def test_a_frozen_document_takes_no_more_changes(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, _ = at_the_end(session, course, exercise, now)
    freeze(session, ana, now)
    with pytest.raises(StepClosed):
        document.save(session, seat=ana, based_on=2, body="One more", at=now)
    with pytest.raises(StepClosed):
        exercises.advance(session, team=ana.team, exercise=exercise, leaving=LAST, by=ana.member.person_id, at=now)
    state = exercises.phase_now(session, team=ana.team, exercise=exercise, at=now)
    assert (state.closed, state.missing, state.ends_at) == (True, (), None)


def test_a_save_and_a_freeze_at_once_never_lose_what_was_answered_as_saved(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    for _ in range(5):
        with transaction(database) as session:
            ana, ben = at_the_end(session, course, exercise, now)
        together = Barrier(2, timeout=20)

        def write(seat: Seat = ben, together: Barrier = together) -> bool:
            try:
                with transaction(database) as session:
                    mine = _again(session, seat)
                    together.wait()
                    document.save(session, seat=mine, based_on=2, body="Only this", at=now)
            except StepClosed:
                return False
            return True

        def close(seat: Seat = ana, together: Barrier = together) -> str:
            with transaction(database) as session:
                mine = _again(session, seat)
                together.wait()
                return freeze(session, mine, now).body

        with ThreadPoolExecutor(2) as pool:
            saved, body = pool.submit(write), pool.submit(close)
            assert saved.result() == (body.result() == "Only this")


def test_a_mixed_teams_evidence_stays_with_each_members_agency(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, ben, cleo = at_the_end(session, course, exercise, now, of=("north", "south", "south"))
        artefact = freeze(session, ana, now)
    team = {"homePage": f"{course.iri}/teams", "name": str(ana.team.id)}
    for store_id, people in ((ana.member.store_id, [ana]), (ben.member.store_id, [ben, cleo])):
        by_team, *by_members = submissions(database, store_id)
        assert by_team["actor"]["objectType"] == "Group"
        assert by_team["actor"]["account"] == team
        assert [each["account"]["name"] for each in by_team["actor"]["member"]] == [
            seat.member.account for seat in people
        ]
        assert "registration" not in by_team["context"]
        assert [each["actor"]["account"]["name"] for each in by_members] == [seat.member.account for seat in people]
        assert [each["context"]["registration"] for each in by_members] == [
            str(seat.member.enrolment_id) for seat in people
        ]
        assert {each["context"]["team"]["account"]["name"] for each in by_members} == {team["name"]}
        assert {each["object"]["id"] for each in (by_team, *by_members)} == {artefact.iri}
        home = people[0].member.account_home
        assert {each["authority"]["account"]["homePage"] for each in (by_team, *by_members)} == {home}


def test_the_team_is_found_as_an_actor_in_each_store(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, _ = at_the_end(session, course, exercise, now, of=("north", "south"))
        freeze(session, ana, now)
    agent = identity(teams.group(ana.team, exercise))
    with transaction(database) as session:
        for store_id in (1, 2):
            found = find(session, store_id=store_id, filters=Filters(agent=agent, verb=words.SUBMITTED))
            assert len(found.statements) == 1


def test_the_step_is_done_by_the_freeze_also_beside_a_member_whose_run_is_over(
    session: Session, catalogue: Catalogue, exercise: Exercise, now: datetime
) -> None:
    course = catalogue.course("oicf")
    ana, ben = at_the_end(session, course, exercise, now)
    enrolments = [session.get_one(Enrolment, seat.member.enrolment_id) for seat in (ana, ben)]
    participation.retake(session, enrolment=enrolments[1], course=course, at=now)
    freeze(session, ana, now)
    for enrolment, status in zip(enrolments, (progress.DONE, progress.STARTED), strict=True):
        state = progress.outline(session, enrolment=enrolment, module=catalogue.module("oicf", "m1"))[4]
        assert state.status == status


def test_an_interrupted_freeze_leaves_neither_artefact_nor_statement(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, _ = at_the_end(session, course, exercise, now)

    def interrupted() -> None:
        with transaction(database) as session:
            freeze(session, _again(session, ana), now)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    with transaction(database) as session:
        assert session.scalars(select(Artefact)).all() == []
        assert teams.by_id(session, ana.team.id).closed_at is None
    assert submissions(database, ana.member.store_id) == []


# --- Agreement ---


def test_each_member_agrees_once_and_it_is_on_record(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, ben = at_the_end(session, course, exercise, now, of=("north", "south"))
        with pytest.raises(TooEarly, match="not_frozen"):
            exercises.agree(session, seat=ana, at=now)
        artefact = freeze(session, ana, now)
        first = exercises.agree(session, seat=ana, at=now)
        again = exercises.agree(session, seat=ana, at=now + timedelta(hours=1))
        assert first.at == again.at == now
        assert exercises.agreements(session, artefact=artefact) == {ana.member.enrolment_id: now}
        exercises.agree(session, seat=ben, at=now)
    for seat in (ana, ben):
        made = statements_of(database, seat.member.store_id)
        [agreed] = [each for each in made if each["verb"]["id"] == words.AGREED]
        assert agreed["object"]["id"] == artefact.iri
        assert agreed["actor"]["account"]["name"] == seat.member.account
        assert agreed["context"]["extensions"][words.EXT_PHASE] == "freeze"


def submissions(database: Database, store_id: int) -> list[dict[str, Any]]:
    """What was submitted in this store, oldest first."""
    return [each for each in statements_of(database, store_id) if each["verb"]["id"] == words.SUBMITTED]


def _again(session: Session, seat: Seat) -> Seat:
    """The same seat in another session."""
    team = teams.by_id(session, seat.team.id)
    return teams.seat(session, team=team, enrolment_id=seat.member.enrolment_id, exercise=seat.exercise)
