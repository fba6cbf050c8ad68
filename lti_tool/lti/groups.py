"""Groups: those that a platform's course is divided into, told by its groups service or by its launches.

Course Groups Service 1.0 where it is offered; where not, Moodle's variable for the groups of whoever launches.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.lti.counterparts import LmsContext
from lti_tool.lti.id_token import Message
from xapi_store.database import Base

# Registered as `moodle_groups=$Moodle.Person.userGroupIds`.
VARIABLE = "moodle_groups"
MOST_GROUPS, LONGEST = 50, 64


class LmsGroup(Base):
    """A group of a platform's course. `name` is its id where the platform tells ids alone."""

    __tablename__ = "lms_group"

    lms_context_id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    told_at: Mapped[datetime]

    __table_args__ = (ForeignKeyConstraint(["lms_context_id"], ["lms_context.id"]),)


class LmsGroupMember(Base):
    """A user of the platform in one of the groups."""

    __tablename__ = "lms_group_member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lms_context_id", "group_id"], ["lms_group.lms_context_id", "lms_group.group_id"], ondelete="CASCADE"
        ),
    )

    lms_context_id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[str] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True, index=True)


@dataclass(frozen=True)
class Group:
    """A group with the users in it, by the platform's ids."""

    id: str
    name: str
    subs: tuple[str, ...]


def of(session: Session, *, context: LmsContext) -> list[Group]:
    """The course's groups that have anybody in them, by name."""
    rows = session.execute(
        select(LmsGroup, LmsGroupMember.sub)
        .join(
            LmsGroupMember,
            (LmsGroupMember.lms_context_id == LmsGroup.lms_context_id) & (LmsGroupMember.group_id == LmsGroup.group_id),
        )
        .where(LmsGroup.lms_context_id == context.id)
        .order_by(LmsGroup.name, LmsGroup.group_id, LmsGroupMember.sub)
    )
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for group, sub in rows:
        found[group.group_id, group.name].append(sub)
    return [Group(group_id, name, tuple(subs)) for (group_id, name), subs in found.items()]


def keep(
    session: Session,
    *,
    context: LmsContext,
    names: Mapping[str, str],
    enrolled: Mapping[str, Sequence[str]],
    at: datetime,
) -> None:
    """The groups and who is in them stand as the groups service told; what it no longer names is gone."""
    session.execute(delete(LmsGroup).where(LmsGroup.lms_context_id == context.id))
    pairs = {(group_id, sub) for sub, ids in enrolled.items() for group_id in ids}
    for group_id in sorted(set(names) | {group_id for group_id, _ in pairs}):
        session.add(
            LmsGroup(lms_context_id=context.id, group_id=group_id, name=names.get(group_id, group_id), told_at=at)
        )
    session.flush()
    for group_id, sub in sorted(pairs):
        session.add(LmsGroupMember(lms_context_id=context.id, group_id=group_id, sub=sub))
    session.flush()


def note(session: Session, *, context: LmsContext, message: Message, at: datetime) -> None:
    """Who launches is in the groups that the launch names; a platform that has a groups service is asked there."""
    told = named(message.custom)
    if told is None or context.groups_url is not None:
        return
    own = (LmsGroupMember.lms_context_id == context.id) & (LmsGroupMember.sub == message.sub)
    before = set(session.scalars(select(LmsGroupMember.group_id).where(own)))
    if before == set(told):
        return
    session.execute(delete(LmsGroupMember).where(own, LmsGroupMember.group_id.not_in(told)))
    for group_id in sorted(set(told) - before):
        group = {"lms_context_id": context.id, "group_id": group_id, "name": group_id, "told_at": at}
        session.execute(insert(LmsGroup).values(**group).on_conflict_do_nothing())
        member = {"lms_context_id": context.id, "group_id": group_id, "sub": message.sub}
        session.execute(insert(LmsGroupMember).values(**member).on_conflict_do_nothing())


def named(custom: Mapping[str, object]) -> tuple[str, ...] | None:
    """The group ids in a launch's custom parameters; None where the platform does not know the variable."""
    value = custom.get(VARIABLE)
    # A platform that cannot resolve a variable sends it as it stands.
    if not isinstance(value, str) or value.startswith("$"):
        return None
    return tuple(_ids(value.split(",")))[:MOST_GROUPS]


def _ids(parts: Iterable[str]) -> Iterable[str]:
    for each in parts:
        if each.strip() and each.strip().isprintable():
            yield each.strip()[:LONGEST]
