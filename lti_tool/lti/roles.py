"""What a platform's roles mean here (LTI 1.3 Core, A.2): at most an officer of the platform's own agency."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import InstrumentedAttribute

from lti_tool.errors import RoleRefused
from lti_tool.visitor import LEARNER, OBSERVER, OFFICER, TRAINER
from xapi_store.database import Base

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
MEMBERSHIP = VOCABULARY + "membership#"
INSTRUCTOR = MEMBERSHIP + "Instructor"
MENTOR = MEMBERSHIP + "Mentor"
ROLES = {
    INSTRUCTOR: TRAINER,
    MEMBERSHIP + "Learner": LEARNER,
    MEMBERSHIP + "Student": LEARNER,
    MEMBERSHIP + "Manager": OFFICER,
    MENTOR: OBSERVER,
    VOCABULARY + "institution/person#Administrator": OFFICER,
    VOCABULARY + "system/person#Administrator": OFFICER,
}
# A sub-role such as membership/Instructor#TeachingAssistant stands for its principal role (A.2.3.2). Platforms also
# spell it in small letters.
FAMILIES = {
    VOCABULARY + f"membership/{spelled}#": MEMBERSHIP + name
    for name in ("Instructor", "Learner", "Manager", "Mentor")
    for spelled in (name, name.lower())
}
# What an operator may make of a platform's role: one of ours, or nothing at all. Nobody is ever made operator.
NOTHING = "nothing"
MEANINGS = (LEARNER, TRAINER, OFFICER, OBSERVER, NOTHING)
LONGEST = 255
MOST = 100


class RoleOverride(Base):
    """On this platform a role means something else than it does elsewhere; `role` is one of MEANINGS."""

    __tablename__ = "role_override"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    lis_role: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    changed_at: Mapped[datetime]


def understood(names: Iterable[str], overrides: Mapping[str, str] | None = None) -> frozenset[str]:
    """The roles here for roles there. Whoever is nothing else is a learner; nobody is ever made operator.

    `overrides` are those of the platform (`overrides_of`), by full name. Where a sub-role has one, it also speaks for
    its principal role, which platforms send along with it.
    """
    changed = overrides or {}
    said = {full_name(name) for name in names}
    spoken_for = {_principal(name) for name in said if name in changed}
    found = {_meaning(name, changed) for name in said - spoken_for}
    return frozenset(role for role in found if role and role != NOTHING) or frozenset({LEARNER})


def full_name(name: str) -> str:
    """The role's full name. Short names are allowed for context roles alone, and Moodle's roster uses them."""
    short = name if ":" not in name and "/" not in name else ""
    return MEMBERSHIP + short if short else name


def overrides_of(session: Session, *, platform_id: int) -> dict[str, str]:
    """What the platform's roles mean where they mean something else, by full name."""
    rows = session.scalars(select(RoleOverride).where(RoleOverride.platform_id == platform_id))
    return {row.lis_role: row.role for row in rows}


def overrides_beside(platform_id: InstrumentedAttribute[int]) -> ColumnElement[dict[str, str]]:
    """The same as `overrides_of` tells, as one more column of a query that reads platforms."""
    pairs = func.jsonb_object_agg(RoleOverride.lis_role, RoleOverride.role, type_=JSONB)
    own = select(pairs).where(RoleOverride.platform_id == platform_id).scalar_subquery()
    return func.coalesce(own, func.jsonb_build_object(type_=JSONB), type_=JSONB)


def override(session: Session, *, platform_id: int, lis_role: str, role: str, at: datetime) -> None:
    """On this platform the role means that, from the next launch on.

    RoleRefused: `no_role`, `no_meaning` (not one of MEANINGS), `too_many`.
    """
    name = full_name(lis_role.strip())
    if not lis_role.strip() or len(name) > LONGEST or not name.isprintable() or " " in name:
        raise RoleRefused("no_role")
    if role not in MEANINGS:
        raise RoleRefused("no_meaning")
    if len(overrides_of(session, platform_id=platform_id).keys() | {name}) > MOST:
        raise RoleRefused("too_many")
    told = {"role": role, "changed_at": at}
    session.execute(
        insert(RoleOverride)
        .values(platform_id=platform_id, lis_role=name, **told)
        .on_conflict_do_update(index_elements=["platform_id", "lis_role"], set_=told)
    )


def forget_override(session: Session, *, platform_id: int, lis_role: str) -> None:
    """On this platform the role means again what it means everywhere."""
    if not lis_role.isprintable():
        return  # no override has such a name, and no query can hold it
    session.execute(
        delete(RoleOverride).where(RoleOverride.platform_id == platform_id, RoleOverride.lis_role == lis_role)
    )


def _principal(name: str) -> str | None:
    family = next((family for family in FAMILIES if name.startswith(family)), None)
    return FAMILIES[family] if family else None


def _meaning(name: str, changed: Mapping[str, str]) -> str | None:
    """The platform's own word on the role first, then on its principal role, then what it means everywhere."""
    principal = _principal(name)
    return (
        changed.get(name)
        or (changed.get(principal) if principal else None)
        or ROLES.get(name)
        or (ROLES.get(principal) if principal else None)
    )
