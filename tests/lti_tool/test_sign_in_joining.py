"""One human being in two platforms: joined with proof from both sides, and separated again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from assessments import grading
from assessments.certificates import _may_decide
from assessments.errors import NotYourTask
from courses import joining
from courses.errors import JoinRefused
from courses.people import Enrolment, JoinCode, Person
from courses.syllabus import Exercise
from tests import builders, walking
from tests.lti_tool import entering
from tests.lti_tool.entrance import database, house, launched, one_house, one_platform
from tests.signing_platform import SigningPlatform
from xapi_store import ledger
from xapi_store.database import Database
from xapi_store.transaction import transaction

__all__ = ["database", "house", "launched", "one_house", "one_platform"]


def code_of(person: walking.Person) -> str:
    """The code that this person asked for."""
    found = re.search(r'value="([0-9A-Z]{5}-[0-9A-Z]{5})"', person.send("/joining/code", "/joining").text)
    assert found is not None
    return found.group(1)


def newest(database: Database, count: int = 2) -> list[Person]:
    """The persons who became known last, the newest first."""
    with database.session() as session:
        return list(session.scalars(select(Person).order_by(Person.created_at.desc()).limit(count)))


@pytest.fixture
def both(launched: Any) -> tuple[walking.Person, walking.Person]:
    """One human being, launched as two users of a platform."""
    number = datetime.now(UTC).timestamp()
    return launched(f"a{number}", name="Ada One"), launched(f"b{number}", name="Ada Two")


def test_who_enters_the_others_code_is_joined_and_can_separate_again(
    both: tuple[walking.Person, walking.Person], database: Database
) -> None:
    one, two = both
    code = code_of(one)
    assert two.send("/joining/enter", "/joining", code=f" {code.lower()} ").status_code == 303
    second, first = newest(database)
    with database.session() as session:
        assert joining.joined(session, first.id) == {first.id, second.id} == joining.joined(session, second.id)
    found = re.search(r'action="(/joining/[0-9a-f-]{36}/separate)"', one.get("/joining").text)
    assert found is not None
    assert one.send(found.group(1), "/joining").status_code == 303
    with database.session() as session:
        assert joining.joined(session, first.id) == {first.id}
        assert ledger.verify(session, store_id=first.store_id) is None
        entries = list(session.scalars(select(ledger.Entry).order_by(ledger.Entry.seq.desc()).limit(2)))
    assert [each.kind for each in entries] == ["persons_separated", "persons_joined"]
    assert entries[1].payload["accounts"] == sorted((first.account, second.account))
    assert "Ada" not in str([each.payload for each in entries])


def test_a_code_is_good_once_for_ten_minutes_and_never_for_oneself(
    both: tuple[walking.Person, walking.Person], database: Database
) -> None:
    one, two = both
    code = code_of(one)
    with database.session() as session:
        kept = session.scalars(select(JoinCode)).one()
        assert kept.expires_at - datetime.now(UTC) <= timedelta(minutes=10)
        assert code.replace("-", "") not in kept.code_hash
        with pytest.raises(JoinRefused, match="unknown_code"):
            joining.join(session, person_id=newest(database)[0].id, code=code, at=kept.expires_at)
    assert one.send("/joining/enter", "/joining", code=code).status_code == 422
    assert two.send("/joining/enter", "/joining", code="AAAAA-AAAAA").status_code == 422
    assert two.send("/joining/enter", "/joining", code=code).status_code == 303
    assert two.send("/joining/enter", "/joining", code=code).status_code == 422


def test_who_guesses_codes_waits(both: tuple[walking.Person, walking.Person]) -> None:
    answers = [both[1].send("/joining/enter", "/joining", code="AAAAA-AAAAA").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_nobody_else_separates_two(both: tuple[walking.Person, walking.Person], launched: Any) -> None:
    one, two = both
    two.send("/joining/enter", "/joining", code=code_of(one))
    path = re.search(r'action="(/joining/[0-9a-f-]{36}/separate)"', one.get("/joining").text)
    assert path is not None
    stranger = launched("stranger")
    assert stranger.send(path.group(1), "/joining").status_code == 303
    assert path.group(1) in one.get("/joining").text


def test_an_officer_does_not_certify_whom_they_are_joined_with(
    both: tuple[walking.Person, walking.Person], database: Database
) -> None:
    one, two = both
    two.send("/joining/enter", "/joining", code=code_of(one))
    second, first = newest(database)
    with database.session() as session, pytest.raises(NotYourTask, match="own_certificate"):
        _may_decide(session, first, second)


def test_an_assessor_does_not_judge_a_team_of_whom_they_are_joined_with(house: Flask, database: Database) -> None:
    at, catalogue = datetime.now(UTC), builders.the_catalogue()
    exercise = catalogue.step("oicf", "m1", "5")
    assert isinstance(exercise, Exercise)
    with transaction(database) as session:
        seat = builders.a_team(session, catalogue.course("oicf"), exercise, at=at)[0]
        trainer = builders.a_trainer(session, seat.team.cohort_id, at=at)
        grading._may_judge(session, seat.team.id, trainer)
        code = joining.ask_code(session, person_id=seat.member.person_id, at=at)
        joining.join(session, person_id=trainer.id, code=code, at=at)
        with pytest.raises(NotYourTask, match="own_team"):
            grading._may_judge(session, seat.team.id, trainer)


def test_one_sign_in_opens_both_also_in_two_agencies(
    house: Flask, launched: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    south = SigningPlatform(client_id="client-south")
    try:
        builders.a_platform(database, south, agency="south")
        one = launched("two agencies", name="Ada North")
        two = walking.launch(house, south, "5", name="Ada South")
        two.send("/joining/enter", "/joining", code=code_of(one))
    finally:
        south.close()
    there, here = newest(database)
    assert here.store_id != there.store_id
    ada = walking.Person(house.test_client())
    entering.accept(ada.browser, entering.keep(one))
    assert "You have a sign-in" in two.get("/keep").text
    with database.session() as session:
        run = session.scalars(select(Enrolment.id).where(Enrolment.person_id == there.id)).one()
        payloads = [entry.payload for entry in session.scalars(select(ledger.Entry).order_by(ledger.Entry.at))][-2:]
        assert sorted(each["accounts"] for each in payloads) == sorted([[here.account], [there.account]])
    assert "Ada North" in ada.get("/certificates").text
    assert ada.send("/account/run", "/account", run=str(run)).status_code == 303
    assert "Ada South" in ada.get("/certificates").text
    assert ada.send("/account/run", "/account", run="00000000-0000-0000-0000-000000000001").status_code == 404
    path = re.search(r'action="(/joining/[0-9a-f-]{36}/separate)"', one.get("/joining").text)
    assert path is not None
    assert one.send(path.group(1), "/joining").status_code == 303
    assert ada.get("/certificates").status_code == 401  # the stay as the other of the two is over
