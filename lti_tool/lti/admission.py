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
from lti_tool.lti.destinations import Destination
from lti_tool.lti.id_token import Message
from lti_tool.lti.login import Spent
from lti_tool.lti.platforms import Platform
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
    if not platforms.accepts(session, platform=platform, deployment_id=message.deployment_id, at=at):
        raise LaunchRefused("unknown_deployment", f"platform {platform.id}")
    platform.family = message.family or platform.family
    if not platform.ask_names:
        message = replace(message, name=None)
    if message.message_type == id_token.DEEP_LINKING_REQUEST and TRAINER not in held:
        raise LaunchRefused("not_a_trainer", message.message_type)
    person = counterparts.person(session, platform=platform, message=message, at=at)
    course = destination.course
    context = counterparts.lms_context(session, platform=platform, message=message, course=course.slug, at=at)
    groups.note(session, context=context, message=message, at=at)
    if message.message_type == id_token.RESOURCE_LINK_REQUEST and held != {OBSERVER}:
        counterparts.note_link(
            session, context=context, message=message, target=destination.path, activity=destination.activity, at=at
        )
    for role in (TRAINER, LEARNER):
        if role in held:
            participation.join(session, cohort_id=context.cohort_id, person_id=person.id, role=role, at=at)
            break
    return Visit(
        store_id=person.store_id,
        person_id=person.id,
        roles=sorted(held),
        agency_id=platform.agency_id,
        platform_id=platform.id,
        cohort_id=context.cohort_id,
        enrolment_id=_enrol(session, person, destination, at) if LEARNER in held else None,
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


def _enrol(session: Session, person: Person, destination: Destination, at: datetime) -> UUID:
    enrolment = participation.enter(session, person=person, course=destination.course, at=at)
    if destination.module is not None:
        participation.launch(session, enrolment=enrolment, course=destination.course, module=destination.module, at=at)
    return enrolment.id
