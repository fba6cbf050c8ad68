"""Quizzes: drawn fairly, answered for good, marked by the book, on record as xAPI wants it."""

import threading
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from courses import marking, progress, quiz
from courses.catalogue import Catalogue
from courses.errors import AnswerRefused, QuizClosed
from courses.people import Enrolment
from courses.quiz import QuizAttempt
from courses.syllabus import Question, Quiz
from tests.builders import an_enrolment, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction


@pytest.fixture(scope="module")
def functions(catalogue: Catalogue) -> Quiz:
    """M1.4."""
    step = catalogue.step("oicf", "m1", "4")
    assert isinstance(step, Quiz)
    return step


def asked(functions: Quiz, question_id: str) -> Question:
    """A question of the pool."""
    question = functions.question(question_id)
    assert question is not None
    return question


def right(question: Question) -> list[str]:
    """An answer that earns full credit, as a form would send it."""
    if question.type == "numeric":
        return [str(question.number)]
    if question.type == "match":
        return [f"{line.key}[.]{line.belongs_to}" for line in question.pairings]
    if question.type == "order":
        return [option.key for option in sorted(question.options, key=lambda option: option.value)]
    best = [option.key for option in question.options if option.value == 1]
    return best if question.type == "multi" else best[:1]


def wrong(question: Question) -> list[str]:
    """An answer that earns nothing, or as little as there is."""
    if question.type == "numeric":
        return ["-1"]
    if question.type == "match":
        keys = [line.belongs_to for line in question.pairings]
        turned = zip(question.pairings, keys[1:] + keys[:1], strict=True)
        return [f"{line.key}[.]{key}" for line, key in turned]
    if question.type == "order":
        return list(reversed(right(question)))
    return [min(question.options, key=lambda option: option.value).key]


def go_through(session: Session, attempt: QuizAttempt, functions: Quiz, correct: int, at: datetime) -> None:
    """The attempt's first so many questions are answered rightly, the others wrongly."""
    for number, question_id in enumerate(attempt.questions):
        question = asked(functions, question_id)
        response = right(question) if number < correct else wrong(question)
        quiz.answer(session, attempt=attempt, quiz=functions, question_id=question_id, response=response, at=at)


def answer_rightly(session: Session, attempt: QuizAttempt, functions: Quiz, count: int, at: datetime) -> None:
    """So many of the attempt's questions are answered, all rightly; the others are left."""
    for question_id in attempt.questions[:count]:
        response = right(asked(functions, question_id))
        quiz.answer(session, attempt=attempt, quiz=functions, question_id=question_id, response=response, at=at)


def begun(session: Session, catalogue: Catalogue, functions: Quiz, at: datetime) -> tuple[Enrolment, QuizAttempt]:
    """A new learner with an open attempt."""
    enrolment = an_enrolment(session, catalogue.course("oicf"))
    return enrolment, quiz.begin(session, enrolment=enrolment, quiz=functions, at=at)


def test_every_draw_has_its_share_of_each_criterion(functions: Quiz) -> None:
    for _ in range(50):
        drawn = quiz.draw(functions, seed=uuid4(), used=set())
        assert len(set(drawn)) == 10
        assert Counter(asked(functions, question).criterion for question in drawn) == functions.draw


def test_a_second_draw_shares_no_question_with_the_first(functions: Quiz) -> None:
    first = quiz.draw(functions, seed=uuid4(), used=set())
    second = quiz.draw(functions, seed=uuid4(), used=set(first))
    assert not set(first) & set(second)


def test_every_question_can_be_answered_rightly_and_wrongly(functions: Quiz) -> None:
    for question in functions.pool:
        best = marking.mark(question, marking.written(question, right(question)))
        assert best == marking.Mark(Decimal(1), True), question.id
        assert marking.mark(question, marking.written(question, wrong(question))).score <= Decimal("0.1"), question.id


@pytest.mark.parametrize(
    ("question", "given", "response", "score"),
    [
        ("Q-M1-1", ["d"], "d", "1"),
        ("Q-M1-3", ["d"], "d", "0.20"),
        ("Q-M1-2", ["e", "c"], "c[,]e", "0.67"),
        ("Q-M1-2", ["c", "d", "e", "a"], "a[,]c[,]d[,]e", "0.67"),
        ("Q-M1-2", ["a", "b"], "a[,]b", "0"),
        ("Q-M1-4", ["a", "d", "c", "b", "e"], "a[,]d[,]c[,]b[,]e", "1"),
        ("Q-M1-4", ["b", "a", "c", "d", "e"], "b[,]a[,]c[,]d[,]e", "0.71"),
        ("Q-M1-4", ["e", "b", "c", "d", "a"], "e[,]b[,]c[,]d[,]a", "0"),
        ("Q-M1-5", ["27,5 %"], "27.5", "1"),
        ("Q-M1-5", [" 27.6"], "27.6", "1"),
        ("Q-M1-5", ["34.4"], "34.4", "0"),
        ("Q-M1-28", ["3[.]c", "1[.]a", "2[.]c"], "1[.]a[,]2[.]c[,]3[.]c", "0.67"),
    ],
)
def test_answers_are_written_as_xapi_writes_them_and_earn_their_part(
    functions: Quiz, question: str, given: list[str], response: str, score: str
) -> None:
    found = asked(functions, question)
    assert marking.written(found, given) == response
    assert marking.mark(found, response).score == Decimal(score)


@pytest.mark.parametrize(
    ("question", "given", "code"),
    [
        ("Q-M1-1", [], "choose_one"),
        ("Q-M1-1", ["a", "b"], "choose_one"),
        ("Q-M1-3", ["z"], "choose_one"),
        ("Q-M1-2", [], "choose_some"),
        ("Q-M1-2", ["a", "z"], "choose_some"),
        ("Q-M1-4", ["a", "b"], "order_all"),
        ("Q-M1-4", ["a", "a", "b", "c", "d"], "order_all"),
        ("Q-M1-5", ["about 30"], "number_needed"),
        ("Q-M1-5", ["NaN"], "number_needed"),
        ("Q-M1-5", ["1e400"], "number_needed"),
        ("Q-M1-5", [], "number_needed"),
        ("Q-M1-28", ["1[.]a", "2[.]b"], "match_all"),
        ("Q-M1-28", ["1[.]a", "2[.]b", "3[.]z"], "match_all"),
        ("Q-M1-28", ["1", "2", "3"], "match_all"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_name(
    functions: Quiz, question: str, given: list[str], code: str
) -> None:
    with pytest.raises(AnswerRefused) as refused:
        marking.written(asked(functions, question), given)
    assert refused.value.code == code


def test_an_attempt_survives_closing_the_browser(
    database: Database, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment, attempt = begun(session, catalogue, functions, now)
        first = attempt.questions[0]
        given = right(asked(functions, first))
        quiz.answer(session, attempt=attempt, quiz=functions, question_id=first, response=given, at=now)
        before = quiz.sheet(session, attempt=attempt, quiz=functions)
    with transaction(database) as session:
        again = quiz.begin(session, enrolment=session.get_one(Enrolment, enrolment.id), quiz=functions, at=now)
        assert again.id == attempt.id
        assert quiz.sheet(session, attempt=again, quiz=functions) == before
    assert before[0].marked is not None
    assert before[0].marked.success
    assert [line.marked for line in before[1:]] == [None] * 9


def test_an_answer_is_final_once_given(
    database: Database, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment, attempt = begun(session, catalogue, functions, now)
        question = asked(functions, attempt.questions[0])
        for response in (wrong(question), right(question)):
            marked = quiz.answer(
                session, attempt=attempt, quiz=functions, question_id=question.id, response=response, at=now
            )
            assert not marked.success
    assert len(statements_of(database, enrolment.store_id)) == 1


def test_two_answers_at_the_same_moment_are_one(
    database: Database, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment, attempt = begun(session, catalogue, functions, now)
    question = asked(functions, attempt.questions[0])
    both_here, seen = threading.Barrier(2), list[str]()

    def send(response: list[str]) -> None:
        with transaction(database) as session:
            mine = session.get_one(QuizAttempt, attempt.id)
            both_here.wait()
            marked = quiz.answer(
                session, attempt=mine, quiz=functions, question_id=question.id, response=response, at=now
            )
            seen.append(marked.response)

    clicks = [threading.Thread(target=send, args=(response,)) for response in (right(question), wrong(question))]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert len(statements_of(database, enrolment.store_id)) == 1


def test_an_answer_is_on_record_without_the_key(
    database: Database, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment, attempt = begun(session, catalogue, functions, now)
        go_through(session, attempt, functions, 10, now)
    answered = statements_of(database, enrolment.store_id)
    assert {line["object"]["id"] for line in answered} == {f"{functions.iri}/{key}" for key in attempt.questions}
    for line in answered:
        definition = line["object"]["definition"]
        assert line["verb"]["id"] == words.ANSWERED
        assert definition["type"] == words.TYPE_ITEM
        assert definition["interactionType"] in ("choice", "sequencing", "numeric", "matching")
        assert "correctResponsesPattern" not in definition
        assert line["result"]["success"] is True
        assert line["result"]["score"] == {"scaled": 1.0, "raw": 1.0, "min": 0, "max": 1.0}
        around = line["context"]["contextActivities"]
        assert around["parent"][0]["id"] == functions.iri
        question = asked(functions, line["object"]["id"].rsplit("/", 1)[1])
        assert question.criterion_iri in {group["id"] for group in around["grouping"]}
        assert line["context"]["extensions"] == {words.EXT_PROFILE_VERSION: "0.1.0"}


def test_seven_of_ten_pass_and_the_step_is_done(
    database: Database, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment, attempt = begun(session, catalogue, functions, now)
        answer_rightly(session, attempt, functions, 7, now)
        quiz.hand_in(session, attempt=attempt, quiz=functions, at=now)
        quiz.hand_in(session, attempt=attempt, quiz=functions, at=now + timedelta(minutes=1))
        assert (attempt.passed, attempt.score, attempt.handed_in_at) == (True, Decimal(7), now)
        states = progress.outline(session, enrolment=enrolment, module=catalogue.module("oicf", "m1"))
        assert states[3].status == "done"
        with pytest.raises(QuizClosed, match="passed"):
            quiz.begin(session, enrolment=enrolment, quiz=functions, at=now)
    *_, outcome = statements_of(database, enrolment.store_id)
    assert outcome["verb"]["id"] == words.PASSED
    assert outcome["object"]["id"] == functions.iri
    assert outcome["object"]["definition"]["type"] == words.TYPE_ASSESSMENT
    assert outcome["result"]["score"] == {"scaled": 0.7, "raw": 7.0, "min": 0, "max": 10.0}
    assert (
        len([line for line in statements_of(database, enrolment.store_id) if line["object"]["id"] == functions.iri])
        == 1
    )


def test_two_failed_attempts_are_all_there_are(
    database: Database, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    with transaction(database) as session:
        enrolment, first = begun(session, catalogue, functions, now)
        answer_rightly(session, first, functions, 6, now)
        quiz.hand_in(session, attempt=first, quiz=functions, at=now)
        assert (first.passed, first.score) == (False, Decimal(6))
        second = quiz.begin(session, enrolment=enrolment, quiz=functions, at=now)
        assert not set(first.questions) & set(second.questions)
        go_through(session, second, functions, 0, now)
        quiz.hand_in(session, attempt=second, quiz=functions, at=now)
        stands = quiz.standing(session, enrolment=enrolment, quiz=functions)
        assert (stands.left, stands.passed, stands.open, stands.best) == (0, False, None, first)
        with pytest.raises(QuizClosed, match="no_attempt_left"):
            quiz.begin(session, enrolment=enrolment, quiz=functions, at=now)
    verbs = [line["verb"]["id"] for line in statements_of(database, enrolment.store_id)]
    assert verbs.count(words.FAILED) == 2


def test_nothing_is_answered_after_handing_in_nor_what_was_not_asked(
    session: Session, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    _, attempt = begun(session, catalogue, functions, now)
    stranger = next(question for question in functions.pool if question.id not in attempt.questions)
    with pytest.raises(AnswerRefused, match="not_asked"):
        quiz.answer(session, attempt=attempt, quiz=functions, question_id=stranger.id, response=right(stranger), at=now)
    quiz.hand_in(session, attempt=attempt, quiz=functions, at=now)
    question = asked(functions, attempt.questions[0])
    with pytest.raises(QuizClosed, match="handed_in"):
        quiz.answer(session, attempt=attempt, quiz=functions, question_id=question.id, response=right(question), at=now)


def test_options_are_shuffled_the_same_way_each_time_and_never_come_in_the_right_order(
    session: Session, catalogue: Catalogue, functions: Quiz, now: datetime
) -> None:
    _, attempt = begun(session, catalogue, functions, now)
    shown = quiz.sheet(session, attempt=attempt, quiz=functions)
    assert quiz.sheet(session, attempt=attempt, quiz=functions) == shown
    for line in shown:
        assert set(line.options) == set(line.question.options)
        if line.question.type == "order":
            keys = [option.key for option in line.options]
            assert not marking.mark(line.question, marking.written(line.question, keys)).success
