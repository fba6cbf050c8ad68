"""Quizzes: questions drawn from a pool, answered one by one with feedback, handed in as one attempt.

An answer is final once given, because its feedback is shown at once. What is never answered counts nothing.
A passed quiz takes no further attempt; the second attempt draws questions that the first did not, as far as there are.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Numeric, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, marking, progress
from courses.errors import AnswerRefused, NoSuchCourse, QuizClosed
from courses.people import Enrolment
from courses.syllabus import Lab, Option, Question, Quiz, Step
from xapi_store import vocabulary as words
from xapi_store.database import Base


class QuizAttempt(Base):
    """One go at a quiz: the questions drawn, in order; score and outcome once it is handed in."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "step", "number"),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    store_id: Mapped[int]
    enrolment_id: Mapped[UUID]
    step: Mapped[str]
    number: Mapped[int]
    questions: Mapped[list[str]]
    begun_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    maximum: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    passed: Mapped[bool | None]


class QuizAnswer(Base):
    """The answer to one question of an attempt, final once given; `response` is written as xAPI writes it."""

    __tablename__ = "quiz_answer"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("quiz_attempt.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    response: Mapped[str]
    score: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    success: Mapped[bool]
    at: Mapped[datetime]


@dataclass(frozen=True)
class Marked:
    """A question answered: the response as xAPI writes it, and what it is worth of one point."""

    question: Question
    response: str
    score: Decimal
    success: bool

    def given(self) -> tuple[str, ...]:
        """The parts of the response: option keys, the number, or pairs (`1[.]b`)."""
        return tuple(self.response.split(marking.AND))


@dataclass(frozen=True)
class Line:
    """A question of an attempt as it is shown: numbered from 1, its options in this attempt's own order."""

    number: int
    question: Question
    options: tuple[Option, ...]
    marked: Marked | None


@dataclass(frozen=True)
class Standing:
    """A learner's attempts at a quiz: all, the one still open, the best handed in, and how many more there may be."""

    attempts: tuple[QuizAttempt, ...]
    open: QuizAttempt | None
    best: QuizAttempt | None
    passed: bool
    left: int


def standing(session: Session, *, enrolment: Enrolment, quiz: Quiz) -> Standing:
    """How this learner stands in this quiz."""
    asked = select(QuizAttempt).where(QuizAttempt.enrolment_id == enrolment.id, QuizAttempt.step == quiz.iri)
    attempts = tuple(session.scalars(asked.order_by(QuizAttempt.number)))
    closed = [attempt for attempt in attempts if attempt.handed_in_at is not None]
    passed = any(attempt.passed for attempt in closed)
    return Standing(
        attempts=attempts,
        open=next((attempt for attempt in attempts if attempt.handed_in_at is None), None),
        best=max(closed, key=lambda attempt: attempt.score or Decimal(0), default=None),
        passed=passed,
        left=0 if passed else max(quiz.attempts - len(attempts), 0),
    )


def begin(session: Session, *, enrolment: Enrolment, quiz: Quiz, at: datetime) -> QuizAttempt:
    """The learner has an open attempt: the one left open, or a new draw. QuizClosed where none is left."""
    session.refresh(enrolment, with_for_update=True)
    stands = standing(session, enrolment=enrolment, quiz=quiz)
    if stands.open is not None:
        return stands.open
    if stands.left == 0:
        raise QuizClosed("passed" if stands.passed else "no_attempt_left")
    progress.start(session, enrolment=enrolment, step=quiz, at=at)
    attempt_id = uuid4()
    used = {question for attempt in stands.attempts for question in attempt.questions}
    drawn = draw(quiz, seed=attempt_id, used=used)
    attempt = QuizAttempt(
        id=attempt_id,
        store_id=enrolment.store_id,
        enrolment_id=enrolment.id,
        step=quiz.iri,
        number=len(stands.attempts) + 1,
        questions=drawn,
        begun_at=at,
        maximum=Decimal(len(drawn)),
    )
    session.add(attempt)
    session.flush()
    return attempt


def draw(quiz: Quiz, *, seed: UUID, used: set[str]) -> list[str]:
    """Question ids, so many of each criterion as the quiz says, unused ones first, in an order made by the seed.

    A lab asks all it has, in the order written.
    """
    if isinstance(quiz, Lab):
        return [question.id for question in quiz.pool]
    dice = random.Random(str(seed))  # noqa: S311 (which questions come is no secret, only not the same for all)
    drawn: list[str] = []
    for criterion, count in quiz.draw.items():
        ids = [question.id for question in quiz.pool if question.criterion == criterion]
        dice.shuffle(ids)
        drawn += sorted(ids, key=lambda question: question in used)[:count]
    dice.shuffle(drawn)
    return drawn


def sheet(session: Session, *, attempt: QuizAttempt, quiz: Quiz) -> list[Line]:
    """The attempt's questions in order, with the answers already given."""
    asked = select(QuizAnswer).where(QuizAnswer.attempt_id == attempt.id)
    given = {answer.question: answer for answer in session.scalars(asked)}
    lines = []
    for number, question_id in enumerate(attempt.questions, start=1):
        question = _question(quiz, question_id)
        answered = given.get(question_id)
        marked = _marked(question, answered) if answered else None
        lines.append(Line(number, question, _shuffled(attempt.id, question), marked))
    return lines


def answer(
    session: Session, *, attempt: QuizAttempt, quiz: Quiz, question_id: str, response: Sequence[str], at: datetime
) -> Marked:
    """The question is answered and marked; an answer given before stands, whatever comes after it.

    `response` are the form's values (see `marking.written`). AnswerRefused where they do not fit the question,
    QuizClosed where the attempt was handed in.
    """
    session.refresh(attempt, with_for_update=True)
    if question_id not in attempt.questions:
        raise AnswerRefused("not_asked")
    question = _question(quiz, question_id)
    before = session.get(QuizAnswer, (attempt.id, question_id))
    if before is not None:
        return _marked(question, before)
    if attempt.handed_in_at is not None:
        raise QuizClosed("handed_in")
    written = marking.written(question, response)
    mark = marking.mark(question, written)
    given = QuizAnswer(
        attempt_id=attempt.id, question=question_id, response=written, score=mark.score, success=mark.success, at=at
    )
    session.add(given)
    marked = _marked(question, given)
    record_answer(session, enrolment_id=attempt.enrolment_id, within=quiz, marked=marked, at=at)
    return marked


def record_answer(session: Session, *, enrolment_id: UUID, within: Step, marked: Marked, at: datetime) -> None:
    """It is on record what was answered, and what it was worth."""
    author, question = evidence.author(session, enrolment_id), marked.question
    answered = evidence.statement(
        author,
        verb=words.ANSWERED,
        about=evidence.activity(question.iri, kind=words.TYPE_ITEM, name=question.id, **marking.definition(question)),
        within=within,
        result={
            "response": marked.response,
            "success": marked.success,
            "score": evidence.score(marked.score, Decimal(1)),
        },
        grouping=[question.criterion_iri] if question.criterion_iri else [],
    )
    evidence.record(session, author, answered, at)


def hand_in(session: Session, *, attempt: QuizAttempt, quiz: Quiz, at: datetime) -> QuizAttempt:
    """The attempt is closed, scored, and on record as passed or failed; the step is done once it is passed.

    Handing it in twice changes nothing.
    """
    session.refresh(attempt, with_for_update=True)
    if attempt.handed_in_at is not None:
        return attempt
    asked = select(QuizAnswer.score).where(QuizAnswer.attempt_id == attempt.id)
    given = sum(session.scalars(asked), start=Decimal(0))
    attempt.score, attempt.handed_in_at = given, at
    attempt.passed = given / attempt.maximum >= quiz.pass_mark
    author = evidence.author(session, attempt.enrolment_id)
    outcome = evidence.statement(
        author,
        verb=words.PASSED if attempt.passed else words.FAILED,
        about=evidence.step_activity(quiz),
        within=quiz,
        result={"success": attempt.passed, "completion": True, "score": evidence.score(given, attempt.maximum)},
    )
    evidence.record(session, author, outcome, at)
    if attempt.passed:
        enrolment = session.get_one(Enrolment, attempt.enrolment_id)
        progress.finish(session, enrolment=enrolment, step=quiz, at=at)
    session.flush()
    return attempt


def _question(quiz: Quiz, question_id: str) -> Question:
    """The question of the pool; NoSuchCourse where the content no longer has it."""
    question = quiz.question(question_id)
    if question is None:
        raise NoSuchCourse(f"{quiz.id}/{question_id}")
    return question


def _marked(question: Question, given: QuizAnswer) -> Marked:
    """An answer with its question."""
    return Marked(question=question, response=given.response, score=given.score, success=given.success)


def _shuffled(attempt_id: UUID, question: Question) -> tuple[Option, ...]:
    """The options in an order of this attempt's own, the same each time; things to order never come ordered."""
    dice = random.Random(f"{attempt_id}/{question.id}")  # noqa: S311 (an order to show, not a secret)
    options = list(question.options)
    dice.shuffle(options)
    keys = marking.AND.join(option.key for option in options)
    if question.type == "order" and marking.mark(question, keys).success:
        options.reverse()
    return tuple(options)
