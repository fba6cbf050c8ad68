"""What stands behind `$…` in custom parameters (LTI 1.3 Core, C; the last ones are Moodle's own)."""

import re
from typing import Any

from sqlalchemy.orm import Session

from lti_tool.demo import course as courses
from lti_tool.demo import groups
from lti_tool.demo.course import Course, Link
from lti_tool.demo.people import Person
from lti_tool.demo.tempers import Manner

OF_PERSON = (
    "User.id",
    "User.username",
    "Person.sourcedId",
    "Person.name.full",
    "Person.name.given",
    "Person.name.family",
    "Person.email.primary",
    "Membership.role",
    "Moodle.Person.userGroupIds",
)
OF_CONTEXT = (
    "Context.id",
    "Context.title",
    "Context.label",
    "Context.id.history",
    "CourseSection.title",
    "CourseSection.label",
    "CourseSection.sourcedId",
)
OF_LINK = ("ResourceLink.id", "ResourceLink.title", "ResourceLink.description")
OF_SERVICES = ("LineItems.url", "LineItem.url")
# Moodle 4.5 does not know these.
NOT_IN_MOODLE = (
    "ResourceLink.id.history",
    "ResourceLink.available.startDateTime",
    "ResourceLink.available.endDateTime",
    "ResourceLink.submission.startDateTime",
    "ResourceLink.submission.endDateTime",
)


def names(manner: Manner) -> list[str]:
    """Every variable that is resolved."""
    more = () if manner.variables == "moodle" else NOT_IN_MOODLE
    return [*OF_PERSON, *OF_CONTEXT, *OF_LINK, *OF_SERVICES, *more]


def known(session: Session, person: Person, course: Course, link: Link | None, manner: Manner) -> dict[str, str]:
    """What each variable means in this launch, but for those of services."""
    meanings = {**_of_person(session, person), **_of_context(session, course)}
    if link is not None:
        meanings |= _of_link(session, link)
    return {name: value for name, value in meanings.items() if name in names(manner)}


def resolved(custom: dict[str, Any], known: dict[str, str], manner: Manner) -> dict[str, Any]:
    """The parameters with what the variables mean; a variable nobody knows is sent as it was written."""
    found = {
        name: known.get(value.removeprefix("$"), value) if isinstance(value, str) and value.startswith("$") else value
        for name, value in custom.items()
    }
    if not manner.custom_twice:
        return found
    return {re.sub(r"[^a-z0-9]", "_", name.lower()): value for name, value in found.items()} | found


def _of_person(session: Session, person: Person) -> dict[str, str]:
    return {
        "User.id": person.id,
        "User.username": person.given_name.lower(),
        "Person.sourcedId": f"demo-{person.id}",
        "Person.name.full": person.name,
        "Person.name.given": person.given_name,
        "Person.name.family": person.family_name,
        "Person.email.primary": person.email,
        "Membership.role": ",".join(person.roles),
        "Moodle.Person.userGroupIds": ",".join(groups.of_person(session, person.id)),
    }


def _of_context(session: Session, course: Course) -> dict[str, str]:
    return {
        "Context.id": course.id,
        "Context.title": course.title,
        "Context.label": course.label,
        "Context.id.history": ",".join(courses.history(session, course)),
        "CourseSection.title": course.title,
        "CourseSection.label": course.label,
        "CourseSection.sourcedId": course.label,
    }


def _of_link(session: Session, link: Link) -> dict[str, str]:
    dates = {
        f"ResourceLink.{kind}.{end}": str(link.dates.get(kind, {}).get(end, ""))
        for kind in ("available", "submission")
        for end in ("startDateTime", "endDateTime")
    }
    return {
        "ResourceLink.id": str(link.id),
        "ResourceLink.title": link.title,
        "ResourceLink.description": link.text,
        "ResourceLink.id.history": ",".join(courses.history(session, link)),
        **dates,
    }
