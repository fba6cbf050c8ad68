"""The question at a film's pause: answered once for each learner, with its feedback at once, and on record."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Numeric
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import progress, quiz, self_checks
from courses.errors import AnswerRefused
from courses.people import Enrolment
from courses.quiz import Marked
from courses.syllabus import Video
from xapi_store.database import Base


class PauseAnswer(Base):
    """A learner's answer to the question at the pause of a step's film; `response` is written as xAPI writes it."""

    __tablename__ = "pause_answer"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    response: Mapped[str]
    score: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    success: Mapped[bool]
    at: Mapped[datetime]


def answered(session: Session, *, enrolment: Enrolment, video: Video) -> Marked | None:
    """What the learner answered, if they did."""
    row = session.get(PauseAnswer, (enrolment.id, video.iri))
    if row is None or video.question is None:
        return None
    return Marked(video.question, row.response, row.score, row.success)


def answer(session: Session, *, enrolment: Enrolment, video: Video, given: Sequence[str], at: datetime) -> Marked:
    """The question is answered and on record; an answer given before stands. AnswerRefused where it does not fit."""
    if video.question is None:
        raise AnswerRefused("not_asked")
    progress.start(session, enrolment=enrolment, step=video, at=at)
    before = answered(session, enrolment=enrolment, video=video)
    if before is not None:
        return before
    marked = self_checks.check(video.question, given)
    row = PauseAnswer(
        enrolment_id=enrolment.id,
        step=video.iri,
        store_id=enrolment.store_id,
        response=marked.response,
        score=marked.score,
        success=marked.success,
        at=at,
    )
    session.add(row)
    session.flush()
    quiz.record_answer(session, enrolment_id=enrolment.id, within=video, marked=marked, at=at)
    return marked
