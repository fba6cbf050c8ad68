"""Who works with whom in the course: sets of groups, and who is in which."""

from datetime import datetime

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo import attendance
from lti_tool.demo.database import Base

SETS = (("1", "Project teams"), ("2", "Language groups"))
GROUPS = (("11", "Team Harbour", "1"), ("12", "Team Ridge", "1"), ("21", "English", "2"))
FIRST = {"11": ("101", "102"), "12": ("103",), "21": ("101", "102", "103", "601")}


class GroupSet(Base):
    """Groups that belong together; a person is in one of a set as a rule."""

    __tablename__ = "group_set"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Group(Base):
    """A group of the course."""

    __tablename__ = "course_group"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    set_id: Mapped[str | None] = mapped_column(ForeignKey("group_set.id"))


class InGroup(Base):
    """One person in one group."""

    __tablename__ = "in_group"

    group_id: Mapped[str] = mapped_column(ForeignKey("course_group.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)


def form(session: Session) -> None:
    """The groups that the course begins with are there."""
    if session.scalar(select(func.count()).select_from(Group)):
        return
    session.add_all(GroupSet(id=number, name=name) for number, name in SETS)
    session.flush()
    session.add_all(Group(id=number, name=name, set_id=of) for number, name, of in GROUPS)
    session.flush()
    session.add_all(InGroup(group_id=group, person_id=person) for group, people in FIRST.items() for person in people)


def everything(session: Session) -> list[Group]:
    """All groups."""
    return list(session.scalars(select(Group).order_by(Group.id)))


def sets(session: Session) -> list[GroupSet]:
    """All sets of groups."""
    return list(session.scalars(select(GroupSet).order_by(GroupSet.id)))


def of_person(session: Session, person_id: str) -> list[str]:
    """The ids of the groups that this person is in."""
    own = select(InGroup.group_id).where(InGroup.person_id == person_id).order_by(InGroup.group_id)
    return list(session.scalars(own))


def by_person(session: Session) -> dict[str, list[str]]:
    """The groups of everybody who is in any."""
    found: dict[str, list[str]] = {}
    for row in session.scalars(select(InGroup).order_by(InGroup.group_id)):
        found.setdefault(row.person_id, []).append(row.group_id)
    return found


def move(session: Session, group: Group, person_id: str, *, into: bool, at: datetime) -> None:
    """The person is in the group, or is not; either way the roster has changed."""
    session.execute(delete(InGroup).where(InGroup.group_id == group.id, InGroup.person_id == person_id))
    if into:
        session.add(InGroup(group_id=group.id, person_id=person_id))
    attendance.touch(session, person_id, at=at)
