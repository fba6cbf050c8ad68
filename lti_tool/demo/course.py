"""The one course of the demo LMS and what is placed in it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lti_tool.demo import gradebook
from lti_tool.demo.database import Base
from lti_tool.demo.people import ADMINISTRATOR, LEARNER, OFFICER, TRAINER, Person
from lti_tool.demo.tools import Tool

# Who sees a link; an administrator of the LMS sees them all.
AUDIENCES = {"everyone": (LEARNER, TRAINER, OFFICER), "trainers": (TRAINER,), "officers": (OFFICER,)}
COURSE_ID = "7"


class Course(Base):
    """A course of the LMS."""

    __tablename__ = "course"

    id: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    title: Mapped[str]


class Link(Base):
    """A placement of a tool in the course: what LTI calls a resource link."""

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    title: Mapped[str]
    text: Mapped[str]
    target: Mapped[str]
    custom: Mapped[dict[str, Any]]
    audience: Mapped[str]
    placed_at: Mapped[datetime]

    tool: Mapped[Tool] = relationship(lazy="joined")
    course: Mapped[Course] = relationship(lazy="joined")


def open_course(session: Session) -> None:
    """The course is there."""
    session.merge(Course(id=COURSE_ID, label="OICF", title="From broker to facilitator"))


@dataclass(frozen=True)
class Placement:
    """How a tool is to stand in the course; `column` (label, scoreMaximum …) gives it one in the gradebook."""

    title: str
    target: str
    audience: str = "everyone"
    text: str = ""
    custom: dict[str, Any] = field(default_factory=dict)
    column: dict[str, Any] | None = None


def place(session: Session, tool: Tool, placement: Placement, *, at: datetime) -> Link:
    """The tool stands in the course."""
    link = Link(
        course_id=COURSE_ID,
        tool_id=tool.id,
        title=placement.title,
        text=placement.text,
        target=placement.target,
        custom=placement.custom,
        audience=placement.audience,
        placed_at=at,
    )
    session.add(link)
    session.flush()
    if placement.column is not None:
        column = _column(placement.column, link)
        gradebook.add_column(session, column, tool_id=tool.id, course_id=COURSE_ID)
    return link


def _column(described: dict[str, Any], link: Link) -> gradebook.Column:
    return gradebook.Column(
        label=described.get("label") or link.title,
        score_maximum=described["scoreMaximum"],
        resource_id=described.get("resourceId") or "",
        tag=described.get("tag") or "",
        link_id=link.id,
        extra={},
    )


def visible(session: Session, person: Person) -> list[Link]:
    """The links of active tools that this person sees, in the order in which they were placed."""
    links = session.scalars(select(Link).join(Tool).where(Tool.active).order_by(Link.id))
    return [link for link in links if may_open(person, link)]


def may_open(person: Person, link: Link) -> bool:
    """True where the link is meant for what this person does here."""
    return person.part == ADMINISTRATOR or person.part in AUDIENCES[link.audience]
