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
from courses.errors import StepClosed
from courses.people import Enrolment
from courses.syllabus import Case, Module, Reading, Step
from courses.texts import within
from xapi_store import queue
from xapi_store import vocabulary as words
from xapi_store.database import Base

OPEN = "open"
STARTED = "started"
DONE = "done"
PUBLISH_PROGRESS = "publish_progress"
REFLECTION_LIMIT = 5_000


class StepProgress(Base):
    """How far an enrolment has come in one step: `started` or `done`; `place` is where reading goes on."""

    __tablename__ = "step_progress"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    status: Mapped[str] = mapped_column(default=STARTED)
    place: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


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
        )
        .on_conflict_do_nothing()
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


def complete(session: Session, *, enrolment: Enrolment, step: Reading | Case, at: datetime) -> bool:
    """The text is read: done, and once on record as experienced. Gives whether it became so just now."""
    fresh = finish(session, enrolment=enrolment, step=step, at=at)
    if fresh:
        author = evidence.author(session, enrolment.id)
        experienced = evidence.statement(
            author,
            verb=words.EXPERIENCED,
            about=evidence.step_activity(step),
            within=step,
            result={"completion": True},
        )
        evidence.record(session, author, experienced, at)
    return fresh


def reflect(session: Session, *, enrolment: Enrolment, case: Case, body: str, at: datetime) -> Reflection:
    """The learner's answer to the case's prompt is kept (a later one replaces it), and the case is experienced.

    The words stay between learner and trainer. AnswerRefused (`empty`, `too_long`) where there is nothing to keep.
    """
    written = within(body.strip(), most=REFLECTION_LIMIT)
    complete(session, enrolment=enrolment, step=case, at=at)
    values = {"body": written, "written_at": at}
    session.execute(
        insert(Reflection)
        .values(enrolment_id=enrolment.id, step=case.iri, store_id=enrolment.store_id, **values)
        .on_conflict_do_update(index_elements=["enrolment_id", "step"], set_=values)
    )
    return session.get_one(Reflection, (enrolment.id, case.iri), populate_existing=True)


def reflection(session: Session, *, enrolment: Enrolment, case: Case) -> Reflection | None:
    """What this learner wrote to the case's prompt, if anything."""
    return session.get(Reflection, (enrolment.id, case.iri))


def reflections(session: Session, *, enrolment_ids: Iterable[UUID], case: Case) -> dict[UUID, Reflection]:
    """What these learners wrote to the case's prompt, by enrolment: for their trainer's eyes."""
    asked = select(Reflection).where(Reflection.step == case.iri, Reflection.enrolment_id.in_(list(enrolment_ids)))
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
