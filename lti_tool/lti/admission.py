"""Admission: a verified message becomes a visit; person, cohort, roles and link stand as the platform says."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses import participation
from courses.catalogue import Catalogue
from courses.people import Person
from lti_tool.errors import LaunchRefused
from lti_tool.lti import (
    acquaintance,
    counterparts,
    deep_linking,
    destinations,
    groups,
    id_token,
    observers,
    platforms,
    roles,
    submission_review,
)
from lti_tool.lti.acquaintance import Acquaintance
from lti_tool.lti.destinations import Destination
from lti_tool.lti.id_token import Message
from lti_tool.lti.login import Spent
from lti_tool.lti.platforms import Platform, deployments
from lti_tool.visitor import LEARNER, OBSERVER, TRAINER, Visit


@dataclass(frozen=True)
class Arrival:
    """A message on its way in: what the roles in it mean here, and which page of ours it names."""

    message: Message
    held: frozenset[str]
    destination: Destination


def arrival(session: Session, *, spent: Spent, message: Message, catalogue: Catalogue, address: str) -> Arrival:
    """What the message asks for; LaunchRefused where that is nothing of ours."""
    held = roles.understood(message.roles, spent.role_overrides)
    path = message.target.removeprefix(address)
    if message.message_type == id_token.SUBMISSION_REVIEW_REQUEST:
        named = destinations.reviewed(path, catalogue=catalogue)
        asked = submission_review.asked(
            session, platform_id=spent.platform.id, message=message, named=named, catalogue=catalogue
        )
        return Arrival(message, held, asked)
    if message.message_type == id_token.DEEP_LINKING_REQUEST:
        path = destinations.DEEP_LINKING
    return Arrival(message, held, destinations.of(path, catalogue=catalogue, roles=held))


def admit(session: Session, *, platform: Platform, came: Arrival, at: datetime) -> Visit:
    """Person, cohort and link stand as the message has them; a learner is enrolled. Returns the visit to open.

    Only those who launch a link to work in it tell us where it leads.
    """
    message, held, destination = came.message, came.held, came.destination
    course = destination.course
    known = acquaintance.made(session, platform=platform, message=message, course=course)
    _check_deployment(session, known, platform=platform, message=message, at=at)
    if message.family and message.family != platform.family:
        platforms.note_family(session, platform_id=platform.id, family=message.family)
    if not platform.ask_names:
        message = replace(message, name=None)
    if message.message_type == id_token.DEEP_LINKING_REQUEST and TRAINER not in held:
        raise LaunchRefused("not_a_trainer", message.message_type)
    person = counterparts.person(session, platform=platform, message=message, known=known.person, at=at)
    context = counterparts.lms_context(
        session, platform=platform, message=message, course=course.slug, known=known.context, at=at
    )
    groups.note(session, context=context, message=message, at=at)
    if message.message_type == id_token.RESOURCE_LINK_REQUEST and held != {OBSERVER}:
        counterparts.note_link(
            session, context=context, message=message, target=destination.path, activity=destination.activity, at=at
        )
    role = next((each for each in (TRAINER, LEARNER) if each in held), None)
    if role is not None and role != known.role:
        participation.join(session, cohort_id=context.cohort_id, person_id=person.id, role=role, at=at)
    return Visit(
        store_id=person.store_id,
        person_id=person.id,
        roles=sorted(held),
        agency_id=platform.agency_id,
        platform_id=platform.id,
        cohort_id=context.cohort_id,
        enrolment_id=_enrol(session, person, known, destination, at) if LEARNER in held else None,
        link_id=message.link_id,
        locale=message.locale,
    )


def settle(session: Session, *, visit: Visit, came: Arrival) -> Destination:
    """What the kind of message needs of an open visit is in place; where the visit goes first."""
    message, destination = came.message, came.destination
    if message.deep_linking is not None:
        deep_linking.note(session, visit=visit, message=message, asked=message.deep_linking)
    if message.message_type == id_token.SUBMISSION_REVIEW_REQUEST:
        destination = submission_review.lead(session, visit=visit, message=message, destination=destination)
    if OBSERVER in came.held:
        observers.note(session, visit=visit, course=destination.course, subs=message.observed)
    return destination


def _check_deployment(
    session: Session, known: Acquaintance, *, platform: Platform, message: Message, at: datetime
) -> None:
    if known.deployment_status == deployments.ACTIVE:
        return
    if not platforms.accepts(session, platform=platform, deployment_id=message.deployment_id, at=at):
        raise LaunchRefused("unknown_deployment", f"platform {platform.id}")


def _enrol(session: Session, person: Person, known: Acquaintance, destination: Destination, at: datetime) -> UUID:
    enrolment = known.enrolment or participation.enter(session, person=person, course=destination.course, at=at)
    if destination.module is not None:
        participation.launch(session, enrolment=enrolment, course=destination.course, module=destination.module, at=at)
    return enrolment.id
