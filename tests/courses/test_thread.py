"""The thread: posts and answers in their order, each on record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from courses import exercises, teams
from courses.errors import AnswerRefused
from courses.sandbox import builtin, document, thread
from courses.syllabus import Course, Exercise
from courses.teams import Seat
from tests.builders import a_team, a_trainer, an_enrolment, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction


def test_posts_and_answers_stand_in_their_order(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, ben = a_team(session, course, exercise, at=now)
    first = thread.post(session, seat=ana, body="Hello\r\nall \n\n", at=now)
    thread.post(session, seat=ben, body="Where do you work?", in_reply_to=first.id, at=now)
    shown = thread.thread(session, ana.team)
    assert [(each.number, each.body, each.reply_to, each.late) for each in shown] == [
        (1, "Hello\nall", None, False),
        (2, "Where do you work?", 1, False),
    ]
    assert [each.reply_to for each in thread.thread(session, ana.team, after=1)] == [1]


def test_an_empty_or_endless_post_is_refused(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, _ = a_team(session, course, exercise, at=now)
    for body in ("", " \r\n\t ", "\x00"):
        with pytest.raises(AnswerRefused, match="empty"):
            thread.post(session, seat=ana, body=body, at=now)
    with pytest.raises(AnswerRefused, match="too_long"):
        thread.post(session, seat=ana, body="a" * 5_001, at=now)
    assert thread.thread(session, ana.team) == []


def test_an_answer_to_another_teams_post_is_refused(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    here, there = (a_team(session, course, exercise, at=now)[0] for _ in range(2))
    elsewhere = thread.post(session, seat=there, body="Ours", at=now)
    for unknown in (elsewhere.id, uuid4()):
        with pytest.raises(AnswerRefused, match="no_such_post"):
            thread.post(session, seat=here, body="Theirs", in_reply_to=unknown, at=now)


def test_posts_and_answers_are_on_record_in_their_authors_stores_without_their_words(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, ben = a_team(session, course, exercise, of=("north", "south"), at=now)
        first = thread.post(session, seat=ana, body="A private word", at=now)
        second = thread.post(session, seat=ben, body="Another", in_reply_to=first.id, at=now)
    place = f"{course.iri}/teams/{ana.team.id}/posts"
    [_, posted] = statements_of(database, ana.member.store_id)
    [_, replied] = statements_of(database, ben.member.store_id)
    assert posted["verb"]["id"] == words.POSTED
    assert posted["object"]["id"] == f"{place}/{first.id}"
    assert posted["object"]["definition"]["type"] == words.TYPE_FORUM_TOPIC
    assert replied["verb"]["id"] == words.REPLIED
    assert replied["object"]["id"] == f"{place}/{second.id}"
    assert replied["object"]["definition"]["type"] == words.TYPE_FORUM_REPLY
    around = replied["context"]["contextActivities"]
    assert around["parent"] == [{"id": f"{place}/{first.id}"}]
    assert {"id": exercise.iri} in around["grouping"]
    assert replied["context"]["extensions"][words.EXT_ROLE] == "connector"
    assert replied["context"]["registration"] == str(ben.member.enrolment_id)
    assert "private" not in str(posted)


def test_a_post_after_the_time_is_marked_late(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, _ = a_team(session, course, exercise, at=now)
    assert thread.post(session, seat=ana, body="Sorry", at=now + timedelta(minutes=16)).late


def test_the_thread_stays_open_after_the_freeze(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, ben = a_team(session, course, exercise, at=now)
    trainer = a_trainer(session, ana.team.cohort_id, at=now)
    exercises.freeze(session, team=ana.team, exercise=exercise, by=trainer.id, at=now)
    written = thread.post(session, seat=ben, body="I would agree if part 4 said who.", at=now + timedelta(days=2))
    assert not written.late


def test_many_posts_at_once_all_stand_with_numbers_of_their_own(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        seats = a_team(session, course, exercise, at=now)

    def write(number: int) -> None:
        with transaction(database) as session:
            thread.post(session, seat=_again(session, seats[number % 2]), body=f"Post {number}", at=now)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(24)))
    with transaction(database) as session:
        shown = thread.thread(session, seats[0].team)
    assert [each.number for each in shown] == list(range(1, 25))
    assert {each.body for each in shown} == {f"Post {number}" for number in range(24)}


def test_an_interrupted_post_leaves_neither_post_nor_statement(
    database: Database, course: Course, exercise: Exercise, now: datetime
) -> None:
    with transaction(database) as session:
        ana, _ = a_team(session, course, exercise, at=now)

    def interrupted() -> None:
        with transaction(database) as session:
            thread.post(session, seat=_again(session, ana), body="Lost", at=now)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        interrupted()
    with transaction(database) as session:
        assert thread.thread(session, ana.team) == []
    assert len(statements_of(database, ana.member.store_id)) == 2


def test_a_page_catches_up_from_where_it_was(
    session: Session, course: Course, exercise: Exercise, now: datetime
) -> None:
    ana, ben = a_team(session, course, exercise, at=now)
    start = builtin.changes_since(session, team=ana.team, cursor="")
    assert (start.posts, start.revision, start.phase, start.closed) == ((), 0, 0, False)
    assert builtin.changes_since(session, team=ana.team, cursor=start.cursor) == start
    thread.post(session, seat=ben, body="Hello", at=now)
    document.save(session, seat=ben, based_on=0, body="Text", at=now)
    later = builtin.changes_since(session, team=ana.team, cursor=start.cursor)
    assert ([each.body for each in later.posts], later.revision) == (["Hello"], 1)
    assert later.cursor != start.cursor
    assert builtin.changes_since(session, team=ana.team, cursor=later.cursor).posts == ()
    third = an_enrolment(session, course)
    teams.enter(session, cohort_id=ana.team.cohort_id, exercise=exercise, enrolment=third, at=now)
    assert len(builtin.changes_since(session, team=ana.team, cursor=later.cursor).members) == 3


@pytest.mark.parametrize("cursor", ["", "x", "1e3.2", "-4", "9" * 40, "²"])
def test_a_cursor_that_is_none_begins_at_the_beginning(
    session: Session, course: Course, exercise: Exercise, now: datetime, cursor: str
) -> None:
    ana, _ = a_team(session, course, exercise, at=now)
    thread.post(session, seat=ana, body="Hello", at=now)
    assert len(builtin.changes_since(session, team=ana.team, cursor=cursor).posts) == 1


def test_the_mirror_shows_who_took_part(session: Session, course: Course, exercise: Exercise, now: datetime) -> None:
    ana, ben, cleo = a_team(session, course, exercise, of=("north",) * 3, at=now)
    first = thread.post(session, seat=ana, body="Hello", at=now)
    thread.post(session, seat=ben, body="Hello you", in_reply_to=first.id, at=now)
    document.save(session, seat=ana, based_on=0, body="One\nTwo\n\nThree", at=now)
    document.save(session, seat=ben, based_on=1, body="One\nTwo\n\nFour", at=now)
    ana.team.phase = 1
    thread.post(session, seat=ben, body="Next", at=now)
    shown = builtin.mirror(session, team=ana.team)
    assert [each.member.enrolment_id for each in shown] == [seat.member.enrolment_id for seat in (ana, ben, cleo)]
    assert [(each.posts, each.replies, each.edits, each.lines) for each in shown] == [
        (1, 0, 1, 2),
        (2, 1, 1, 1),
        (0, 0, 0, 0),
    ]
    assert [each.phases for each in shown] == [(0,), (0, 1), ()]


def _again(session: Session, seat: Seat) -> Seat:
    """The same seat in another session."""
    team = teams.by_id(session, seat.team.id)
    return teams.seat(session, team=team, enrolment_id=seat.member.enrolment_id, exercise=seat.exercise)
