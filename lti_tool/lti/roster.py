"""The roster: who is in a platform's course, as the platform told us when we last asked (NRPS 2.0).

It says who has not come yet and who has left. What somebody may do here is never taken from it: roles come with
launches (Moodle calls a non-editing teacher a learner in its roster, and rightly a teacher in a launch).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.people import CohortMember, Person
from lti_tool.errors import PlatformRefused, PlatformTrouble
from lti_tool.lti import courtesy, groups, memberships, roles
from lti_tool.lti.counterparts import LmsContext, LtiUser
from lti_tool.lti.memberships import DELETED, Listing, Membership
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform
from lti_tool.lti.scopes import GROUPS, ROSTER
from lti_tool.lti.services import Services
from lti_tool.visitor import LEARNER, TRAINER
from xapi_store import queue
from xapi_store.database import Base, Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

READ_ROSTER = "read_roster"
ASKED_AT_MOST_EVERY = timedelta(minutes=1)
WHOLE_AT_LEAST_EVERY = timedelta(days=1)
GONE_FOR_GOOD = timedelta(days=90)
HERE, NOT_YET, LEFT = "here", "not_yet", "left"

log = logging.getLogger(__name__)


class RosterMember(Base):
    """A user of the platform in one of its courses. `gone_at` is set once the platform no longer names them.

    `name` is kept only where the platform was asked for names. `status` is `active` or `inactive`.
    """

    __tablename__ = "roster_member"

    lms_context_id: Mapped[int] = mapped_column(ForeignKey("lms_context.id"), primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    roles: Mapped[list[str]]
    name: Mapped[str | None]
    status: Mapped[str]
    first_seen_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class RosterReading(Base):
    """When a course's roster was asked for and read; `failed` is a code where the last reading went wrong.

    `differences` is where the platform tells what changed since, where it does.
    """

    __tablename__ = "roster_reading"

    lms_context_id: Mapped[int] = mapped_column(ForeignKey("lms_context.id"), primary_key=True)
    asked_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    whole_at: Mapped[datetime | None]
    failed: Mapped[str | None]
    differences: Mapped[str | None]


@dataclass(frozen=True)
class Listed:
    """A person of the course as its trainer sees them: `here` (has come), `not_yet` or `left`.

    `role` is `learner` or `trainer`: of their launch where they came, of the roster otherwise. `sub` is None for
    somebody who came and whom no roster named.
    """

    sub: str | None
    person_id: UUID | None
    name: str | None
    role: str
    standing: str
    inactive: bool
    joined_at: datetime | None
    gone_at: datetime | None


def context_of(session: Session, *, cohort_id: int) -> LmsContext | None:
    """The platform's course behind this cohort."""
    return session.scalar(select(LmsContext).where(LmsContext.cohort_id == cohort_id))


def ask(session: Session, *, context: LmsContext, at: datetime) -> bool:
    """The roster will be read by the worker; False where it cannot be, or was asked for a moment ago."""
    if context.memberships_url is None:
        return False
    reading = session.get(RosterReading, context.id, with_for_update=True)
    if reading is None:
        reading = RosterReading(lms_context_id=context.id, asked_at=at)
        session.add(reading)
    elif reading.asked_at > at - ASKED_AT_MOST_EVERY:
        return False
    reading.asked_at = at
    queue.defer(session, task=READ_ROSTER, arguments={"lms_context_id": context.id}, lock=f"roster:{context.id}")
    return True


def read(database: Database, client: Client, seal: Seal, *, lms_context_id: int, at: datetime) -> None:
    """The roster stands as the platform tells it, or the reading says why not."""
    with transaction(database) as session:
        context = session.get_one(LmsContext, lms_context_id)
        platform = session.get_one(Platform, context.platform_id)
        reading = session.get(RosterReading, context.id)
        # Changes do not tell of groups.
        since = _differences(reading, at) if context.groups_url is None else None
    if context.memberships_url is None or platform.status != "active":
        return
    try:
        with courtesy.in_flight(platform.id):
            listing, names = _hear(Services(database, client, seal, platform, (ROSTER,), at), context, since)
    except PlatformTrouble as trouble:
        log.info("the roster of context %s was not read: %s", context.id, trouble)
        with transaction(database) as session:
            _fail(session, context, _code(trouble), at)
        return
    with transaction(database) as session:
        _keep(session, context, listing, names_wanted=_keeps_names(platform), whole=since is None, at=at)
        if context.groups_url is not None and since is None:
            enrolled = {each.sub: each.groups for each in listing.members}
            groups.keep(session, context=context, names=names, enrolled=enrolled, at=at)


def reading(session: Session, *, context: LmsContext) -> RosterReading | None:
    """When the course's roster was last asked for and read."""
    return session.get(RosterReading, context.id)


def listed(session: Session, *, context: LmsContext) -> list[Listed]:
    """Everybody of the course: trainers first, then learners by name; who left comes last."""
    known = session.execute(
        select(LtiUser.sub, Person, CohortMember)
        .join(Person, Person.id == LtiUser.person_id)
        .outerjoin(CohortMember, (CohortMember.person_id == Person.id) & (CohortMember.cohort_id == context.cohort_id))
        .where(LtiUser.platform_id == context.platform_id)
        .where(
            CohortMember.cohort_id.is_not(None)
            | LtiUser.sub.in_(select(RosterMember.sub).where(RosterMember.lms_context_id == context.id))
        )
    ).all()
    here = {sub: (person, member) for sub, person, member in known}
    rows = session.scalars(select(RosterMember).where(RosterMember.lms_context_id == context.id)).all()
    told = {row.sub: row for row in rows}
    found = [_listed(sub, told.get(sub), *here.get(sub, (None, None))) for sub in told.keys() | here.keys()]
    return sorted(
        found, key=lambda each: (each.standing == LEFT, each.role != TRAINER, each.name or "", each.sub or "")
    )


def count_by_standing(people: Sequence[Listed]) -> dict[str, int]:
    """How many learners have come, have not come yet, and have left."""
    counted = dict.fromkeys((HERE, NOT_YET, LEFT), 0)
    for each in people:
        if each.role == LEARNER:
            counted[each.standing] += 1
    return counted


def forget_gone(session: Session, *, at: datetime) -> None:
    """Nothing is known any more of who left a platform's course long ago."""
    session.execute(delete(RosterMember).where(RosterMember.gone_at < at - GONE_FOR_GOOD))


def _listed(sub: str, told: RosterMember | None, person: Person | None, member: CohortMember | None) -> Listed:
    standing = HERE if member is not None else NOT_YET
    role = member.role if member is not None else _role(told)
    return Listed(
        sub=sub,
        person_id=person.id if person is not None else None,
        name=(person.name if person is not None else None) or (told.name if told is not None else None),
        role=role,
        standing=LEFT if told is not None and told.gone_at is not None else standing,
        inactive=told is not None and told.status == memberships.INACTIVE,
        joined_at=member.joined_at if member is not None else None,
        gone_at=told.gone_at if told is not None else None,
    )


def _role(told: RosterMember | None) -> str:
    return TRAINER if told is not None and TRAINER in roles.understood(told.roles) else LEARNER


def _differences(reading: RosterReading | None, at: datetime) -> str | None:
    """Where to ask for changes only; None where the whole roster is to be read again."""
    if reading is None or reading.whole_at is None or reading.whole_at < at - WHOLE_AT_LEAST_EVERY:
        return None
    return reading.differences


def _hear(services: Services, context: LmsContext, since: str | None) -> tuple[Listing, dict[str, str]]:
    url = context.memberships_url or ""
    if since is not None:
        try:
            return memberships.members(services, since, limit=""), {}
        except PlatformRefused:
            log.info("the changes of context %s are not to be had any more", context.id)
    listing = memberships.members(services, url, with_groups=context.groups_url is not None)
    if context.groups_url is None:
        return listing, {}
    for_groups = Services(services.database, services.client, services.seal, services.platform, (GROUPS,), services.at)
    try:
        return listing, memberships.group_names(for_groups, context.groups_url)
    except PlatformRefused:
        # Not granted, or not there after all: the roster stands without the groups' names.
        return listing, {}


def _keep(
    session: Session, context: LmsContext, listing: Listing, *, names_wanted: bool, whole: bool, at: datetime
) -> None:
    """Members stand as told. In a whole roster, whoever is not named has left: some platforms say it no other way."""
    rows = session.scalars(select(RosterMember).where(RosterMember.lms_context_id == context.id).with_for_update())
    before = {row.sub: row for row in rows}
    for told in listing.members:
        row = before.get(told.sub)
        if row is None:
            row = RosterMember(lms_context_id=context.id, sub=told.sub, first_seen_at=at)
            session.add(row)
        _tell(row, told, name=told.name if names_wanted else None, at=at)
    if whole:
        named = {each.sub for each in listing.members}
        for sub, row in before.items():
            if sub not in named and row.gone_at is None:
                row.gone_at = at
    reading = _reading(session, context, at)
    reading.read_at, reading.failed, reading.differences = at, None, listing.differences
    reading.whole_at = at if whole else reading.whole_at


def _tell(row: RosterMember, told: Membership, *, name: str | None, at: datetime) -> None:
    row.roles, row.name, row.status = sorted(told.roles), name, told.status
    if told.status == DELETED:
        row.gone_at = row.gone_at or at
    else:
        row.seen_at, row.gone_at = at, None
    row.seen_at = row.seen_at or at


def _reading(session: Session, context: LmsContext, at: datetime) -> RosterReading:
    found = session.get(RosterReading, context.id)
    if found is None:
        found = RosterReading(lms_context_id=context.id, asked_at=at)
        session.add(found)
    return found


def _fail(session: Session, context: LmsContext, code: str, at: datetime) -> None:
    found = _reading(session, context, at)
    # What a platform's changes could not tell, its whole roster may.
    found.failed, found.differences = code, None


def _code(trouble: PlatformTrouble) -> str:
    return "refused" if isinstance(trouble, PlatformRefused) else "unreachable"


def _keeps_names(platform: Platform) -> bool:
    """Names that the platform was not asked for are not kept, even if it tells them."""
    return platform.ask_names
