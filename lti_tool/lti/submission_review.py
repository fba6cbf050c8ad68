"""Submission Review: from the platform's gradebook to what one learner did (LTI Submission Review 1.0)."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.catalogue import Catalogue
from courses.people import CohortMember, Enrolment, Person
from courses.syllabus import Course, Module, Step
from lti_tool.errors import LaunchRefused
from lti_tool.lti import destinations
from lti_tool.lti.counterparts import LmsContext, LtiUser, ResourceLink
from lti_tool.lti.destinations import Destination
from lti_tool.lti.id_token import Message
from lti_tool.lti.line_items import LineItem
from lti_tool.visitor import LEARNER, TRAINER, Visit


def asked(
    session: Session, *, platform_id: int, message: Message, named: Destination, catalogue: Catalogue
) -> Destination:
    """What is reviewed, as a destination whose path is that of the module or step.

    The column's own activity comes first, then what the link says of itself (`custom`), then the address (`named`).
    """
    column = _of_column(session, platform_id=platform_id, message=message)
    for iri in (column, message.custom.get("activity"), named.activity):
        found = _path(catalogue, iri) if isinstance(iri, str) else None
        if found is not None:
            course, path = found
            return Destination(destinations.review_path(path), course, activity=str(iri))
    raise LaunchRefused("unknown_target", "nothing to review")


def lead(session: Session, *, visit: Visit, message: Message, destination: Destination) -> Destination:
    """The destination leads to the work of the learner who was asked for.

    LaunchRefused: `unknown_learner` where they have not been here, `not_your_work` for learners who ask for others.
    """
    person_id = _person_asked_for(session, visit=visit, message=message)
    if TRAINER not in visit.roles and (LEARNER not in visit.roles or person_id != visit.person_id):
        raise LaunchRefused("not_your_work")
    enrolment = newest(session, person_id=person_id, course=destination.course)
    if enrolment is None or enrolment.store_id != visit.store_id:
        raise LaunchRefused("unknown_learner", "no enrolment")
    return replace(destination, path=f"{destination.path}/{enrolment.id}")


def newest(session: Session, *, person_id: UUID, course: Course) -> Enrolment | None:
    """The person's newest run of the course."""
    asked_for = select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course == course.slug)
    return session.scalar(asked_for.order_by(Enrolment.started_at.desc()).limit(1))


def may_review(session: Session, *, person_id: UUID, enrolment: Enrolment) -> bool:
    """Whether the person trains a cohort in which this learner takes the course."""
    learner = select(CohortMember.cohort_id).where(
        CohortMember.person_id == enrolment.person_id, CohortMember.role == LEARNER
    )
    trains = select(CohortMember.cohort_id).where(
        CohortMember.person_id == person_id, CohortMember.role == TRAINER, CohortMember.cohort_id.in_(learner)
    )
    return session.scalar(trains.limit(1)) is not None


def _person_asked_for(session: Session, *, visit: Visit, message: Message) -> UUID:
    """The person behind `for_user`; whoever names nobody asks for themselves."""
    if message.for_user is None:
        return visit.person_id
    user = session.get(LtiUser, (visit.platform_id, message.for_user))
    person = session.get(Person, user.person_id) if user is not None else None
    if person is None:
        raise LaunchRefused("unknown_learner", "no such user")
    return person.id


def _of_column(session: Session, *, platform_id: int, message: Message) -> str | None:
    """The activity whose scores stand in the column that the message names."""
    url = message.endpoint.get("lineitem") or None
    if url is None:
        return None
    for row in (LineItem, ResourceLink):
        address = LineItem.url if row is LineItem else ResourceLink.lineitem
        found = session.scalar(
            select(row.activity)
            .join(LmsContext, LmsContext.id == row.lms_context_id)
            .where(address == url, LmsContext.platform_id == platform_id)
            .limit(1)
        )
        if found:
            return str(found)
    return None


def _path(catalogue: Catalogue, iri: str) -> tuple[Course, str] | None:
    for course in catalogue.courses.values():
        for module in course.modules:
            things: tuple[Module | Step, ...] = (module, *module.steps)
            for thing in things:
                if thing.iri == iri:
                    module_path = destinations.module_path(course, module)
                    return course, module_path if isinstance(thing, Module) else destinations.step_path(thing)
    return None
