"""The way of a score: to which platform, user, course and column it goes, as the launches told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people import CohortMember, Enrolment
from lti_tool.lti import line_items
from lti_tool.lti.counterparts import LmsContext, LtiUser, ResourceLink
from lti_tool.lti.line_items import LineItem
from lti_tool.lti.platforms import Platform
from lti_tool.lti.scopes import LINEITEM, RESULT, SCORE


@dataclass(frozen=True)
class Whereabouts:
    """Where a learner takes part: the platform, its user, its course and that course's links to us."""

    platform: Platform
    sub: str
    lms_context_id: int
    links: tuple[ResourceLink, ...]

    @property
    def granted(self) -> frozenset[str]:
        """The rights that launches of the links named."""
        return frozenset(scope for link in self.links for scope in link.scopes)

    @property
    def lineitems(self) -> str | None:
        """Where the course's columns are asked for and made, if a launch said so."""
        return next((link.lineitems for link in self.links if link.lineitems), None)

    def link_to(self, activity: str) -> ResourceLink | None:
        """The link that opens this very activity."""
        return next((link for link in self.links if link.activity == activity), None)


@dataclass(frozen=True)
class Way:
    """Where a score goes, and what is known of the gradebook; `lineitem` is None where it must be asked for."""

    platform: Platform
    sub: str
    lms_context_id: int
    lineitem: LineItem | None
    lineitems: str | None
    link_id: str | None
    scopes: tuple[str, ...]
    sent_as: datetime
    tried_before: bool


def whereabouts(session: Session, *, enrolment_id: UUID) -> Whereabouts | None:
    """Where the learner takes part; in the course entered last, where there are several."""
    found = session.execute(
        select(Platform, LtiUser.sub, LmsContext.id)
        .join(LtiUser, LtiUser.platform_id == Platform.id)
        .join(Enrolment, Enrolment.person_id == LtiUser.person_id)
        .join(CohortMember, CohortMember.person_id == LtiUser.person_id)
        .join(
            LmsContext,
            (LmsContext.cohort_id == CohortMember.cohort_id)
            & (LmsContext.platform_id == Platform.id)
            & (LmsContext.course == Enrolment.course),
        )
        .where(Enrolment.id == enrolment_id, Platform.status == "active")
        .order_by(CohortMember.joined_at.desc(), LmsContext.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    # The link told of last comes first.
    asked = select(ResourceLink).where(ResourceLink.lms_context_id == found[2])
    links = session.scalars(asked.order_by(ResourceLink.changed_at.desc(), ResourceLink.link_id))
    return Whereabouts(found[0], found[1], found[2], tuple(links))


def has_link(session: Session, *, enrolment_id: UUID, activity: str) -> bool:
    """True where the learner's course has a link to this very activity, with a gradebook behind it."""
    found = whereabouts(session, enrolment_id=enrolment_id)
    link = found.link_to(activity) if found is not None else None
    return link is not None and SCORE in link.scopes


def column(
    session: Session, *, found: Whereabouts, activity: str, yields: bool, at: datetime
) -> tuple[LineItem | None, bool]:
    """The activity's column as far as it is known, and whether there is one or one can be asked for.

    Who `yields` takes no column that came with a link where no other can be made.
    """
    may_make = LINEITEM in found.granted and found.lineitems is not None
    if yields and not may_make:
        known = session.get(LineItem, (found.lms_context_id, activity))
    else:
        known = line_items.known(
            session, lms_context_id=found.lms_context_id, activity=activity, may_make=may_make, at=at
        )
    return known, SCORE in found.granted and (known is not None or found.lineitems is not None)


def scopes_of(found: Whereabouts) -> tuple[str, ...]:
    """The rights to be asked for in a token: those of the gradebook that were granted."""
    return tuple(sorted(found.granted & {LINEITEM, RESULT, SCORE}))
