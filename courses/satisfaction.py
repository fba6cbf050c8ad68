"""Satisfied: a module once all its steps are done, the course once all its modules are; on record once in each run.

As in cmi5 (9.3.9), whoever looks at progress as a whole says so, not the step that was done last.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, progress
from courses.people import Enrolment
from courses.progress import StepProgress
from courses.syllabus import Course, Module
from xapi_store import vocabulary as words
from xapi_store.database import Base


class Satisfaction(Base):
    """An enrolment has satisfied this module or course (`activity` is its IRI)."""

    __tablename__ = "satisfaction"
    __table_args__ = (ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    activity: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    at: Mapped[datetime]


def settle(session: Session, *, enrolment: Enrolment, course: Course, at: datetime) -> list[str]:
    """What is satisfied by now is on record; gives the IRIs of what became so just now, modules before the course."""
    asked = select(StepProgress.step).where(
        StepProgress.enrolment_id == enrolment.id, StepProgress.status == progress.DONE
    )
    done = set(session.scalars(asked))
    modules = [each for each in course.modules if {step.iri for step in each.steps} <= done]
    fresh = [module.iri for module in modules if _module(session, enrolment, course, module, at)]
    if len(modules) == len(course.modules) and _course(session, enrolment, course, at):
        fresh.append(course.iri)
    return fresh


def _module(session: Session, enrolment: Enrolment, course: Course, module: Module, at: datetime) -> bool:
    if not _first(session, enrolment, module.iri, at):
        return False
    author = evidence.author(session, enrolment.id)
    about = evidence.module_activity(module)
    said = evidence.statement(author, verb=words.SATISFIED, about=about, parent=[course.iri])
    evidence.record(session, author, said, at)
    return True


def _course(session: Session, enrolment: Enrolment, course: Course, at: datetime) -> bool:
    if not _first(session, enrolment, course.iri, at):
        return False
    author = evidence.author(session, enrolment.id)
    about = evidence.activity(course.iri, kind=words.TYPE_COURSE, name=course.title)
    evidence.record(session, author, evidence.statement(author, verb=words.SATISFIED, about=about), at)
    return True


def _first(session: Session, enrolment: Enrolment, activity: str, at: datetime) -> bool:
    """Whether it was not on record before; of two who look at once, only one is told so."""
    row = insert(Satisfaction).values(enrolment_id=enrolment.id, activity=activity, store_id=enrolment.store_id, at=at)
    return session.scalar(row.on_conflict_do_nothing().returning(Satisfaction.activity)) is not None
