"""Progress: which steps a learner has begun and done, where they stopped reading, and what they wrote to a prompt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence
from courses.errors import AnswerRefused, StepClosed
from courses.people import Enrolment
from courses.syllabus import Module, Reading, Step, Video
from courses.syllabus import Reflection as ReflectionStep
from courses.texts import sentences, within
from xapi_store import queue
from xapi_store import vocabulary as words
from xapi_store.database import Base

OPEN = "open"
STARTED = "started"
DONE = "done"
PUBLISH_PROGRESS = "publish_progress"
REFLECTION_LIMIT = 5_000


class StepProgress(Base):
    """How far an enrolment has come in one step: `started` or `done`; `place` is where reading goes on.

    `touched_at` is when the learner was last at work in it.
    """

    __tablename__ = "step_progress"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    status: Mapped[str] = mapped_column(default=STARTED)
    place: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    touched_at: Mapped[datetime | None]


class Reflection(Base):
    """What a learner wrote to a step's prompt: between learner and trainer, in no statement."""

    __tablename__ = "reflection"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    body: Mapped[str]
    written_at: Mapped[datetime]


@dataclass(frozen=True)
class StepState:
    """A step as one learner sees it in the outline: `open`, `started` or `done`."""

    step: Step
    status: str
    started_at: datetime | None
    done_at: datetime | None


def start(session: Session, *, enrolment: Enrolment, step: Step, at: datetime) -> StepProgress:
    """The step is begun, now or from before; its row is locked until the transaction ends."""
    if enrolment.ended_at is not None:
        raise StepClosed("this run of the course is over")
    session.execute(
        insert(StepProgress)
        .values(
            enrolment_id=enrolment.id,
            step=step.iri,
            store_id=enrolment.store_id,
            status=STARTED,
            place={},
            started_at=at,
            touched_at=at,
        )
        .on_conflict_do_update(index_elements=["enrolment_id", "step"], set_={"touched_at": at})
    )
    return session.get_one(StepProgress, (enrolment.id, step.iri), with_for_update=True)


def keep_place(session: Session, *, enrolment: Enrolment, step: Step, place: dict[str, Any], at: datetime) -> None:
    """The learner will go on from this place, such as `{"section": "seven-codes"}`."""
    start(session, enrolment=enrolment, step=step, at=at).place = place
    session.flush()


def finish(session: Session, *, enrolment: Enrolment, step: Step, at: datetime) -> bool:
    """The step is done; gives whether it became so just now. The statement for it is the caller's.

    What the platform's gradebook learns of it is queued.
    """
    begun = start(session, enrolment=enrolment, step=step, at=at)
    if begun.status == DONE:
        return False
    begun.status, begun.done_at = DONE, at
    queue.defer(
        session,
        task=PUBLISH_PROGRESS,
        arguments={"enrolment_id": str(enrolment.id), "step": step.iri},
        lock=f"progress:{enrolment.id}",
    )
    return True


def complete(session: Session, *, enrolment: Enrolment, step: Reading | Video, at: datetime) -> bool:
    """The text is read or the film seen: done, and once on record as experienced. Gives whether it became so just now.

    A film of which enough was seen is on record as completed instead; see `watching`.
    """
    fresh = finish(session, enrolment=enrolment, step=step, at=at)
    if fresh:
        _record(session, enrolment, step, words.EXPERIENCED, at)
    return fresh


def reflect(
    session: Session, *, enrolment: Enrolment, step: Video | ReflectionStep, body: str, at: datetime, ends: bool = True
) -> Reflection:
    """The learner's answer to the step's prompt is kept; a later one replaces it. With `ends` the step is done.

    The words stay between learner and trainer. AnswerRefused (`empty`, `too_short`, `too_long`) where they are not
    what was asked for.
    """
    prompt = step.prompt
    if prompt is None:
        raise AnswerRefused("not_asked")
    written = within(body.strip(), most=prompt.limit or REFLECTION_LIMIT)
    if sentences(written) < prompt.least:
        raise AnswerRefused("too_short")
    start(session, enrolment=enrolment, step=step, at=at)
    if ends:
        _end(session, enrolment, step, at)
    values = {"body": written, "written_at": at}
    session.execute(
        insert(Reflection)
        .values(enrolment_id=enrolment.id, step=step.iri, store_id=enrolment.store_id, **values)
        .on_conflict_do_update(index_elements=["enrolment_id", "step"], set_=values)
    )
    return session.get_one(Reflection, (enrolment.id, step.iri), populate_existing=True)


def _end(session: Session, enrolment: Enrolment, step: Video | ReflectionStep, at: datetime) -> None:
    """A film whose words were read is experienced; a reflection that was written is handed in."""
    if isinstance(step, Video):
        complete(session, enrolment=enrolment, step=step, at=at)
    elif finish(session, enrolment=enrolment, step=step, at=at):
        _record(session, enrolment, step, words.SUBMITTED, at)


def _record(session: Session, enrolment: Enrolment, step: Step, verb: str, at: datetime) -> None:
    author = evidence.author(session, enrolment.id)
    about, result = evidence.step_activity(step), {"completion": True}
    evidence.record(session, author, evidence.statement(author, verb=verb, about=about, within=step, result=result), at)


def reflection(session: Session, *, enrolment: Enrolment, step: Step) -> Reflection | None:
    """What this learner wrote to the step's prompt, if anything."""
    return session.get(Reflection, (enrolment.id, step.iri))


def reflections(session: Session, *, enrolment_ids: Iterable[UUID], step: Step) -> dict[UUID, Reflection]:
    """What these learners wrote to the step's prompt, by enrolment: for their trainer's eyes."""
    asked = select(Reflection).where(Reflection.step == step.iri, Reflection.enrolment_id.in_(list(enrolment_ids)))
    return {row.enrolment_id: row for row in session.scalars(asked)}


def place(session: Session, *, enrolment: Enrolment, step: Step) -> dict[str, Any]:
    """Where the learner stopped in this step; empty at the beginning."""
    begun = session.get(StepProgress, (enrolment.id, step.iri))
    return begun.place if begun else {}


def outline(session: Session, *, enrolment: Enrolment, module: Module) -> list[StepState]:
    """Every step of the module in order, with how far this learner has come in it."""
    asked = select(StepProgress).where(
        StepProgress.enrolment_id == enrolment.id, StepProgress.step.in_([step.iri for step in module.steps])
    )
    begun = {row.step: row for row in session.scalars(asked)}
    return [_state(step, begun.get(step.iri)) for step in module.steps]


def _state(step: Step, begun: StepProgress | None) -> StepState:
    """A step of the outline, begun or not."""
    if begun is None:
        return StepState(step, OPEN, None, None)
    return StepState(step, begun.status, begun.started_at, begun.done_at)
