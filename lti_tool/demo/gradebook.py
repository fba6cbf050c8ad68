"""The gradebook: its columns (line items) and what stands in them (AGS 2.0)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo.database import Base
from lti_tool.demo.errors import Refused

FULLY_GRADED = "FullyGraded"


class LineItem(Base):
    """A column of the gradebook; it belongs to the tool that made it or whose link it came with."""

    __tablename__ = "line_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id"))
    label: Mapped[str]
    score_maximum: Mapped[Decimal]
    resource_id: Mapped[str]
    tag: Mapped[str]
    extra: Mapped[dict[str, Any]]


class Result(Base):
    """What one learner has in one column; `timestamp` is the tool's, `received_at` ours."""

    __tablename__ = "result"

    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_item.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    given: Mapped[Decimal | None]
    maximum: Mapped[Decimal | None]
    comment: Mapped[str]
    activity_progress: Mapped[str]
    grading_progress: Mapped[str]
    timestamp: Mapped[datetime]
    received_at: Mapped[datetime]


@dataclass(frozen=True)
class Column:
    """How a line item is described."""

    label: str
    score_maximum: Decimal
    resource_id: str
    tag: str
    link_id: int | None
    extra: dict[str, Any]


@dataclass(frozen=True)
class Score:
    """A score as a tool sends it (AGS 2.0, 3.4.9)."""

    person_id: str
    given: Decimal | None
    maximum: Decimal | None
    comment: str
    activity_progress: str
    grading_progress: str
    timestamp: datetime


@dataclass(frozen=True)
class Filters:
    """What a tool may ask of the container (AGS 2.0, 3.2.4)."""

    resource_link_id: str | None
    resource_id: str | None
    tag: str | None


def add_column(session: Session, column: Column, *, tool_id: int, course_id: str) -> LineItem:
    """The gradebook has one more column."""
    item = LineItem(tool_id=tool_id, course_id=course_id, **vars(column))
    session.add(item)
    session.flush()
    return item


def describe(item: LineItem, column: Column) -> None:
    """The column is described anew; what the description leaves out is forgotten (AGS 2.0, 3.2.6)."""
    for name, value in vars(column).items():
        setattr(item, name, value)


def remove_column(session: Session, item: LineItem) -> None:
    """The column and all that stood in it are gone."""
    session.delete(item)


def column(session: Session, item_id: int, *, tool_id: int, course_id: str) -> LineItem:
    """The tool's own column; Refused where it is gone or another tool's."""
    item = session.get(LineItem, item_id)
    if item is None or item.course_id != course_id:
        raise Refused("not_found", "there is no such line item")
    if item.tool_id != tool_id:
        raise Refused("foreign_client", "this line item belongs to another tool")
    return item


def columns(session: Session, *, course_id: str, tool_id: int | None = None) -> list[LineItem]:
    """The columns of the course, all or one tool's."""
    wanted = select(LineItem).where(LineItem.course_id == course_id).order_by(LineItem.id)
    return list(session.scalars(wanted if tool_id is None else wanted.where(LineItem.tool_id == tool_id)))


def found(session: Session, filters: Filters, *, tool_id: int, course_id: str) -> list[LineItem]:
    """A tool's columns under these filters."""
    query = select(LineItem).where(LineItem.tool_id == tool_id, LineItem.course_id == course_id)
    if filters.resource_link_id is not None:
        known = int(filters.resource_link_id) if filters.resource_link_id.isdecimal() else -1
        query = query.where(LineItem.link_id == known)
    if filters.resource_id is not None:
        query = query.where(LineItem.resource_id == filters.resource_id)
    if filters.tag is not None:
        query = query.where(LineItem.tag == filters.tag)
    return list(session.scalars(query.order_by(LineItem.id)))


def of_link(session: Session, link_id: int) -> list[LineItem]:
    """The columns bound to one link; a launch names the column only where there is exactly one."""
    return list(session.scalars(select(LineItem).where(LineItem.link_id == link_id).order_by(LineItem.id)))


def receive(session: Session, item: LineItem, score: Score, *, at: datetime, whole_seconds: bool = False) -> Result:
    """The score stands in the gradebook. Refused where one of the same time or later is there (AGS 2.0, 3.4.7).

    With `whole_seconds` a later one of the same second is refused too. As in Moodle, a score that is not FullyGraded
    leaves the cell without a mark, even where one stood.
    """
    session.get_one(LineItem, item.id, with_for_update=True)
    row = session.get(Result, (item.id, score.person_id))
    if row is not None and _when(score.timestamp, whole_seconds) <= _when(row.timestamp, whole_seconds):
        raise Refused("conflict", "a score with the same or a later timestamp has been received")
    if row is None:
        row = Result(line_item_id=item.id, person_id=score.person_id)
        session.add(row)
    final = score.grading_progress == FULLY_GRADED and score.given is not None
    row.given, row.maximum = (score.given, score.maximum) if final else (None, None)
    row.comment = score.comment
    row.activity_progress, row.grading_progress = score.activity_progress, score.grading_progress
    row.timestamp, row.received_at = score.timestamp, at
    session.flush()
    return row


def _when(timestamp: datetime, whole_seconds: bool) -> datetime:
    return timestamp.replace(microsecond=0) if whole_seconds else timestamp


def marked(session: Session, item: LineItem, *, person_id: str | None) -> list[Result]:
    """The marks of one column, of everybody or of one person."""
    query = select(Result).where(Result.line_item_id == item.id, Result.given.is_not(None))
    if person_id is not None:
        query = query.where(Result.person_id == person_id)
    return list(session.scalars(query.order_by(Result.person_id)))


def cells(session: Session) -> dict[tuple[int, str], Result]:
    """Everything that came back, by column and person."""
    return {(row.line_item_id, row.person_id): row for row in session.scalars(select(Result))}


def rescaled(result: Result, item: LineItem) -> Decimal:
    """The mark on the column's own scale."""
    given, maximum = result.given or Decimal(0), result.maximum or item.score_maximum
    return given * item.score_maximum / maximum
