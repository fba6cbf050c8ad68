"""Who and what the platforms speak of, and which of our persons, cohorts and activities these are."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, UniqueConstraint, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import participation
from courses.agencies import Agency
from courses.people import Cohort, Person
from lti_tool.lti.id_token import Message
from lti_tool.lti.platforms import Platform
from xapi_store.database import Base


class LtiUser(Base):
    """One user of one platform and the person we know them as; never merged by name or e-mail."""

    __tablename__ = "lti_user"
    __table_args__ = (ForeignKeyConstraint(["store_id", "person_id"], ["person.store_id", "person.id"]),)

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    sub: Mapped[str] = mapped_column(primary_key=True)
    store_id: Mapped[int]
    person_id: Mapped[UUID] = mapped_column(index=True)
    first_seen_at: Mapped[datetime]


class LmsContext(Base):
    """A platform's course, as one deployment sees it, and the cohort that takes one of our courses there.

    `memberships_url` and `groups_url` are where the platform tells who is in it (NRPS) and in which of its groups.
    """

    __tablename__ = "lms_context"
    __table_args__ = (UniqueConstraint("platform_id", "deployment_id", "context_id", "course"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    deployment_id: Mapped[str]
    context_id: Mapped[str]
    course: Mapped[str]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"), unique=True)
    created_at: Mapped[datetime]
    memberships_url: Mapped[str | None]
    groups_url: Mapped[str | None]


class ResourceLink(Base):
    """A link to us inside a platform's course: where it leads, and the line items that came with it."""

    __tablename__ = "resource_link"

    lms_context_id: Mapped[int] = mapped_column(ForeignKey("lms_context.id"), primary_key=True)
    link_id: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str]
    activity: Mapped[str | None]
    lineitem: Mapped[str | None]
    lineitems: Mapped[str | None]
    scopes: Mapped[list[str]]
    changed_at: Mapped[datetime]


def person(session: Session, *, platform: Platform, message: Message, known: Person | None, at: datetime) -> Person:
    """The person behind this user of this platform: the one `known` already, or one who is known from now on."""
    if known is None:
        _alone(session, f"user {platform.id} {message.sub}")
        known = _known(session, platform, message.sub)
    if known is not None:
        if message.name and message.name != known.name:
            known.name = message.name
        return known
    agency = session.get_one(Agency, platform.agency_id)
    new = participation.know(session, agency=agency, name=message.name, locale=message.locale, at=at)
    user = LtiUser(platform_id=platform.id, sub=message.sub, store_id=new.store_id, person_id=new.id, first_seen_at=at)
    session.add(user)
    return new


def _known(session: Session, platform: Platform, sub: str) -> Person | None:
    theirs = (LtiUser.platform_id == platform.id, LtiUser.sub == sub)
    return session.scalar(select(Person).join(LtiUser, LtiUser.person_id == Person.id).where(*theirs))


def lms_context(
    session: Session, *, platform: Platform, message: Message, course: str, known: LmsContext | None, at: datetime
) -> LmsContext:
    """The platform's course that the message comes from, with the cohort that takes this course of ours there: the one
    `known` already, or one that exists from now on."""
    if known is not None:
        _note_services(known, message)
        return known
    _alone(session, f"context {platform.id} {message.deployment_id} {message.context_id} {course}")
    query = select(LmsContext).where(
        LmsContext.platform_id == platform.id,
        LmsContext.deployment_id == message.deployment_id,
        LmsContext.context_id == message.context_id,
        LmsContext.course == course,
    )
    found = session.scalar(query)
    if found is not None:
        _note_services(found, message)
        return found
    cohort = Cohort(agency_id=platform.agency_id, course=course, title=message.context_title, created_at=at)
    session.add(cohort)
    session.flush()
    new = LmsContext(
        platform_id=platform.id,
        deployment_id=message.deployment_id,
        context_id=message.context_id,
        course=course,
        cohort_id=cohort.id,
        created_at=at,
        memberships_url=message.memberships_url,
        groups_url=message.groups_url,
    )
    session.add(new)
    session.flush()
    return new


def _note_services(context: LmsContext, message: Message) -> None:
    """Where the platform tells of members and groups; a launch that does not say takes nothing back."""
    if message.memberships_url not in (None, context.memberships_url):
        context.memberships_url = message.memberships_url
    if message.groups_url not in (None, context.groups_url):
        context.groups_url = message.groups_url


def subs(session: Session, *, person_id: UUID) -> list[tuple[int, str]]:
    """The platforms' users that this person is: platform and sub of each."""
    asked = select(LtiUser.platform_id, LtiUser.sub).where(LtiUser.person_id == person_id)
    return [(row.platform_id, row.sub) for row in session.execute(asked.order_by(LtiUser.platform_id, LtiUser.sub))]


def note_link(
    session: Session, *, context: LmsContext, message: Message, target: str, activity: str | None, at: datetime
) -> None:
    """The link that was launched stands with its target and line items as the platform last told them."""
    if message.link_id is None:
        return
    told: dict[str, Any] = {"target": target, "activity": activity}
    gradebook = {
        # An empty line item means that there is none (Moodle says so after its deletion).
        "lineitem": message.endpoint.get("lineitem") or None,
        "lineitems": message.endpoint.get("lineitems") or None,
        "scopes": sorted(message.endpoint.get("scope", [])),
    }
    if message.endpoint:
        # A launch without the claim (some platforms leave it out for teachers) takes nothing back.
        told |= gradebook
    link = session.get(ResourceLink, (context.id, message.link_id))
    if link is not None and all(getattr(link, name) == value for name, value in told.items()):
        return
    told["changed_at"] = at
    session.execute(
        insert(ResourceLink)
        .values(lms_context_id=context.id, link_id=message.link_id, **(gradebook | told))
        .on_conflict_do_update(index_elements=["lms_context_id", "link_id"], set_=told)
    )


def _alone(session: Session, what: str) -> None:
    """Until this transaction ends, nobody else makes the same counterpart."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
