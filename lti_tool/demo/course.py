"""The one course of the demo LMS and what is placed in it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lti_tool.demo import gradebook
from lti_tool.demo.database import Base
from lti_tool.demo.people import ADMINISTRATOR, ASSISTANT, LEARNER, MENTOR, OBSERVER, OFFICER, TRAINER, Person
from lti_tool.demo.tools import Tool

# Who sees a link; an administrator of the LMS sees them all.
AUDIENCES = {
    "everyone": (LEARNER, TRAINER, OFFICER, MENTOR, OBSERVER, ASSISTANT),
    "trainers": (TRAINER, ASSISTANT),
    "officers": (OFFICER,),
}
COURSE_ID = "7"


class Course(Base):
    """A course of the LMS."""

    __tablename__ = "course"

    id: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    title: Mapped[str]
    copied_from: Mapped[str | None]


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
    # Which of the tool's deployments it belongs to (empty: the first), the link that it is a copy of, and from when
    # until when it can be opened and handed in, as the tool said (`available`, `submission`).
    deployment_id: Mapped[str] = mapped_column(server_default="")
    copied_from: Mapped[int | None]
    dates: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

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
    deployment_id: str = ""
    dates: dict[str, Any] = field(default_factory=dict)
    course_id: str = COURSE_ID


def place(session: Session, tool: Tool, placement: Placement, *, at: datetime) -> Link:
    """The tool stands in the course."""
    described = {name: value for name, value in vars(placement).items() if name != "column"}
    link = Link(tool_id=tool.id, placed_at=at, **described)
    session.add(link)
    session.flush()
    if placement.column is not None:
        column = _column(placement.column, link)
        gradebook.add_column(session, column, tool_id=tool.id, course_id=link.course_id)
    return link


def _column(described: dict[str, Any], link: Link) -> gradebook.Column:
    kept = ("gradesReleased", "submissionReview")
    return gradebook.Column(
        label=described.get("label") or link.title,
        score_maximum=described["scoreMaximum"],
        resource_id=described.get("resourceId") or "",
        tag=described.get("tag") or "",
        link_id=link.id,
        extra={name: described[name] for name in kept if described.get(name) is not None},
    )


def copy(session: Session, source: Course, *, at: datetime) -> Course:
    """A copy of the course stands beside it: a context and links of its own, the same `custom`, no marks, no columns.

    So do platforms that copy links but not what a tool put into the gradebook.
    """
    number = max(int(each) for each in session.scalars(select(Course.id))) + 1
    made = Course(
        id=str(number), label=f"{source.label}-{number}", title=f"{source.title} (copy)", copied_from=source.id
    )
    session.add(made)
    session.flush()
    for link in session.scalars(select(Link).where(Link.course_id == source.id).order_by(Link.id)):
        copied = ("tool_id", "title", "text", "target", "custom", "audience", "deployment_id", "dates")
        again = {name: getattr(link, name) for name in copied}
        session.add(Link(course_id=made.id, placed_at=at, copied_from=link.id, **again))
    session.flush()
    return made


def courses(session: Session) -> list[Course]:
    """The course and its copies, oldest first."""
    return sorted(session.scalars(select(Course)), key=lambda each: int(each.id))


def history(session: Session, copy: Course | Link) -> list[str]:
    """The ids of what this was copied from, the nearest first."""
    found: list[str] = []
    kind, above = type(copy), copy.copied_from
    while above is not None:
        found.append(str(above))
        row = session.get(kind, above)
        above = row.copied_from if isinstance(row, Course | Link) else None
    return found


def visible(session: Session, person: Person, *, course_id: str = COURSE_ID) -> list[Link]:
    """The links of active tools that this person sees, in the order in which they were placed."""
    own = (Tool.active, Link.course_id == course_id)
    links = session.scalars(select(Link).join(Tool).where(*own).order_by(Link.id))
    return [link for link in links if may_open(person, link)]


def may_open(person: Person, link: Link) -> bool:
    """True where the link is meant for what this person does here."""
    return person.part == ADMINISTRATOR or person.part in AUDIENCES[link.audience]
