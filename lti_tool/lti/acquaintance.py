"""Acquaintance: what is known already of who comes, from where and to what, read in one step when a launch arrives.

Most launches are of people who have been here before, and change nothing of this. What is missing is made by the rooms
that it belongs to (`counterparts`, `participation`), which look again before they make anything.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, select
from sqlalchemy.orm import Session

from courses.agencies import Agency
from courses.people import CohortMember, Enrolment, Person
from courses.syllabus import Course
from lti_tool.lti.counterparts import LmsContext, LtiUser, ResourceLink
from lti_tool.lti.id_token import Message
from lti_tool.lti.platforms import Deployment, Platform
from xapi_store.database import driver
from xapi_store.prepared import Prepared, entity


@dataclass(frozen=True)
class Acquaintance:
    """What stood when the launch came; None for what did not. `role` is the person's in the context's cohort, and
    `enrolment` the person's running run of this version of the course."""

    agency: Agency | None
    deployment_status: str | None
    person: Person | None
    context: LmsContext | None
    link: ResourceLink | None
    role: str | None
    enrolment: Enrolment | None


def made(session: Session, *, platform: Platform, message: Message, course: Course) -> Acquaintance:
    """All that is known for this message, as it stands now; its rows are the session's from here on."""
    asked = {
        "platform_id": platform.id,
        "agency_id": platform.agency_id,
        "deployment_id": message.deployment_id,
        "sub": message.sub,
        "context_id": message.context_id,
        "link_id": message.link_id,
        "course": course.slug,
        "course_version": course.version,
    }
    row = iter(_EVERYTHING.row(driver(session), asked))
    agency, status = entity(Agency, row), next(row, None)
    person, context, link = entity(Person, row), entity(LmsContext, row), entity(ResourceLink, row)
    known = Acquaintance(agency, status, person, context, link, next(row, None), entity(Enrolment, row))
    session.add_all(each for each in (agency, person, context, link, known.enrolment) if each is not None)
    return known


def _everything() -> Select[Any]:
    platform_id: BindParameter[int] = bindparam("platform_id")
    deployment_id: BindParameter[str] = bindparam("deployment_id")
    course: BindParameter[str] = bindparam("course")
    deployment = and_(Deployment.platform_id == platform_id, Deployment.deployment_id == deployment_id)
    user = and_(LtiUser.platform_id == platform_id, LtiUser.sub == bindparam("sub"))
    context = and_(
        LmsContext.platform_id == platform_id,
        LmsContext.deployment_id == deployment_id,
        LmsContext.context_id == bindparam("context_id"),
        LmsContext.course == course,
    )
    link = and_(ResourceLink.lms_context_id == LmsContext.id, ResourceLink.link_id == bindparam("link_id"))
    member = and_(CohortMember.cohort_id == LmsContext.cohort_id, CohortMember.person_id == Person.id)
    enrolment = and_(
        Enrolment.person_id == Person.id,
        Enrolment.course == course,
        Enrolment.course_version == bindparam("course_version"),
        Enrolment.ended_at.is_(None),
    )
    return (
        select(
            *Agency.__table__.c,
            Deployment.status,
            *(column for kind in (Person, LmsContext, ResourceLink) for column in kind.__table__.c),
            CohortMember.role,
            *Enrolment.__table__.c,
        )
        .select_from(Agency)
        .outerjoin(Deployment, deployment)
        .outerjoin(LtiUser, user)
        .outerjoin(Person, Person.id == LtiUser.person_id)
        .outerjoin(LmsContext, context)
        .outerjoin(ResourceLink, link)
        .outerjoin(CohortMember, member)
        .outerjoin(Enrolment, enrolment)
        .where(Agency.id == bindparam("agency_id"))
        .order_by(Enrolment.run.desc())
        .limit(1)
    )


_EVERYTHING = Prepared(_everything())
