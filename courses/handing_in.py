"""Handing in: what a learner writes for a task or before a talk, kept as a draft by itself, then handed in for good.

The words stay between learner, trainer and whoever confirms the work; a statement knows only that something was handed
in, by its id. What was handed in takes no more changes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, progress
from courses.errors import HandInRefused, StepClosed
from courses.fields import DRAFT_LIMIT, fault_of, fields_of, kept
from courses.people import Enrolment
from courses.syllabus import Talk, Task
from xapi_store import vocabulary as words
from xapi_store.database import Base

LARGEST_FILE = 5 * 1024 * 1024
FILE_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "csv": "text/csv",
    "txt": "text/plain",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Submission(Base):
    """What a learner wrote for a step, by the keys of its fields: a draft until `handed_in_at`.

    A field's value is its text; of a table of hours, the hours by function code; of a file, its name and size.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "step"),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    store_id: Mapped[int]
    enrolment_id: Mapped[UUID]
    step: Mapped[str]
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]


class SubmittedFile(Base):
    """A file of a submission, one for each field that asks for one."""

    __tablename__ = "submitted_file"

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    media_type: Mapped[str]
    body: Mapped[bytes]


def of(session: Session, *, enrolment: Enrolment, step: Task | Talk) -> Submission | None:
    """What this learner has written for the step so far, if anything."""
    asked = select(Submission).where(Submission.enrolment_id == enrolment.id, Submission.step == step.iri)
    return session.scalar(asked)


def keep(
    session: Session, *, enrolment: Enrolment, step: Task | Talk, given: Mapping[str, str], at: datetime
) -> Submission:
    """The draft stands as it is now. `given` are a form's values (a table of hours has one for each code: `KEY.INF`).

    HandInRefused (`too_long`) for what is beyond any measure; StepClosed where it was handed in already.
    """
    row = _open(session, enrolment, step, at)
    content = {field.key: kept(field, given) for field in fields_of(step) if field.kind != "file"}
    over = {key: "too_long" for key, value in content.items() if isinstance(value, str) and len(value) > DRAFT_LIMIT}
    if over:
        raise HandInRefused(over)
    files = {key: value for key, value in row.content.items() if key in _file_keys(step)}
    row.content, row.saved_at = content | files, at
    session.flush()
    return row


def keep_file(
    session: Session, *, enrolment: Enrolment, step: Task, field: str, name: str, body: bytes, at: datetime
) -> Submission:
    """The file stands in the draft, in place of an earlier one. HandInRefused: `wrong_file`, `too_large`, `empty`."""
    row = _open(session, enrolment, step, at)
    media_type = FILE_TYPES.get(name.rpartition(".")[2].lower())
    code = "empty" if not body else "too_large" if len(body) > LARGEST_FILE else "" if media_type else "wrong_file"
    if code or field not in _file_keys(step):
        raise HandInRefused({field: code or "wrong_file"})
    short = name.replace("\\", "/").rpartition("/")[2][-120:]
    values = {"name": short, "media_type": media_type, "body": body}
    session.execute(
        insert(SubmittedFile)
        .values(submission_id=row.id, field=field, **values)
        .on_conflict_do_update(index_elements=["submission_id", "field"], set_=values)
    )
    row.content = row.content | {field: {"name": short, "size": len(body)}}
    row.saved_at = at
    session.flush()
    return row


def file_of(session: Session, *, submission: Submission, field: str) -> SubmittedFile | None:
    """The file that stands in this field, if any."""
    return session.get(SubmittedFile, (submission.id, field))


def hand_in(session: Session, *, enrolment: Enrolment, step: Task | Talk, at: datetime) -> Submission:
    """The draft is handed in: on record by its id, and the step is done. Handing it in twice changes nothing.

    HandInRefused names what is wrong with each field: `empty`, `fill_in`, `too_long`, `number_needed`,
    `date_needed`, `choose_one`, `hours_needed`.
    """
    found = of(session, enrolment=enrolment, step=step)
    if found is not None and found.handed_in_at is not None:
        return found
    row = _open(session, enrolment, step, at)
    faults = {field.key: code for field in fields_of(step) if (code := fault_of(field, row.content.get(field.key)))}
    if faults:
        raise HandInRefused(faults)
    row.handed_in_at = at
    _record(session, row, step, at)
    progress.finish(session, enrolment=enrolment, step=step, at=at)
    session.flush()
    return row


def handed_in(session: Session, *, enrolment_ids: Iterable[UUID]) -> list[Submission]:
    """What these learners handed in, the newest first."""
    asked = select(Submission).where(
        Submission.enrolment_id.in_(list(enrolment_ids)), Submission.handed_in_at.is_not(None)
    )
    return list(session.scalars(asked.order_by(Submission.handed_in_at.desc(), Submission.id)))


def _open(session: Session, enrolment: Enrolment, step: Task | Talk, at: datetime) -> Submission:
    """The learner's row, locked (the step's progress is locked first); StepClosed once it was handed in."""
    progress.start(session, enrolment=enrolment, step=step, at=at)
    session.execute(
        insert(Submission)
        .values(
            id=uuid4(), store_id=enrolment.store_id, enrolment_id=enrolment.id, step=step.iri, content={}, saved_at=at
        )
        .on_conflict_do_nothing(index_elements=["enrolment_id", "step"])
    )
    asked = select(Submission).where(Submission.enrolment_id == enrolment.id, Submission.step == step.iri)
    row = session.scalars(asked.execution_options(populate_existing=True)).one()
    if row.handed_in_at is not None:
        raise StepClosed("this was handed in")
    return row


def _record(session: Session, row: Submission, step: Task | Talk, at: datetime) -> None:
    author = evidence.author(session, row.enrolment_id)
    about = evidence.activity(f"{step.iri}/handed-in/{row.id}", kind=step.activity_type, name=step.title)
    verb = words.REQUESTED if isinstance(step, Talk) else words.SUBMITTED
    evidence.record(session, author, evidence.statement(author, verb=verb, about=about, within=step), at)


def _file_keys(step: Task | Talk) -> set[str]:
    return {field.key for field in fields_of(step) if field.kind == "file"}
