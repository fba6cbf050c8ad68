"""The statements this floor leaves: who acted, in which run of which course, on what.

Actors are random accounts; no name, e-mail or free text of a learner ever enters a statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.agencies import Agency
from courses.errors import NotEnrolled
from courses.people import Enrolment, Person
from courses.syllabus import Module, Step
from xapi_store import actors, statements
from xapi_store import vocabulary as words

AUTHORITY_ACCOUNT = "animateur"


@dataclass(frozen=True)
class Author:
    """Who a statement is by: an account of an agency, and the registration it acts in."""

    store_id: int
    account_home: str
    account: str
    registration: UUID
    person_id: UUID
    agency_id: int

    def actor(self) -> dict[str, Any]:
        """The author as an xAPI Agent."""
        return actors.account(self.account_home, self.account)


def author(session: Session, enrolment_id: UUID) -> Author:
    """The author behind an enrolment; NotEnrolled where there is none."""
    found = session.execute(
        select(Enrolment.store_id, Enrolment.id, Person.id, Person.account, Agency.id, Agency.account_home)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Agency, Agency.id == Person.agency_id)
        .where(Enrolment.id == enrolment_id)
    ).one_or_none()
    if found is None:
        raise NotEnrolled(enrolment_id)
    store_id, registration, person_id, account, agency_id, account_home = found
    return Author(store_id, account_home, account, registration, person_id, agency_id)


def author_in(enrolment: Enrolment, *, person: Person, agency: Agency) -> Author:
    """The same, of rows that are at hand."""
    return Author(enrolment.store_id, agency.account_home, person.account, enrolment.id, person.id, agency.id)


def activity(iri: str, *, kind: str, name: str = "", **definition: Any) -> dict[str, Any]:
    """An xAPI Activity of this type (an IRI of the vocabulary), named in English where it has a name."""
    described: dict[str, Any] = {"type": kind, **definition}
    if name:
        described["name"] = {"en": name}
    return {"objectType": "Activity", "id": iri, "definition": described}


def step_activity(step: Step) -> dict[str, Any]:
    """A step of a module as an Activity."""
    return activity(step.iri, kind=step.activity_type, name=f"{step.code} {step.title}")


def module_activity(module: Module) -> dict[str, Any]:
    """A module as an Activity."""
    return activity(module.iri, kind=words.TYPE_MODULE, name=f"{module.code} {module.title}")


def score(given: Decimal, maximum: Decimal) -> dict[str, float]:
    """An xAPI score from 0 to the maximum; scaled is computed here and nowhere kept. (xAPI Data 2.4.5.1)"""
    scaled = (given / maximum).quantize(Decimal("0.0001"))
    return {"scaled": float(scaled), "raw": float(given), "min": 0, "max": float(maximum)}


def surroundings(about: dict[str, Any], step: Step) -> tuple[list[str], list[str]]:
    """Parent and grouping of a statement made in a step: the step itself, or its module when it is the object."""
    if about["id"] == step.iri:
        return [step.module_iri], [step.course_iri]
    return [step.iri], [step.module_iri, step.course_iri]


def statement(
    author: Author,
    *,
    verb: str,
    about: dict[str, Any],
    within: Step | None = None,
    result: dict[str, Any] | None = None,
    parent: Sequence[str] | None = None,
    grouping: Sequence[str] = (),
    extensions: dict[str, Any] | None = None,
    context: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """An xAPI statement of the author's, complete but for id and timestamp, which the store adds.

    `within` gives parent and grouping by the step; `parent` replaces the first, `grouping` is added to the second
    (addresses of activities). `context` carries further members such as `team`, `instructor` or `statement`.
    """
    near, wide = surroundings(about, within) if within else ([], [])
    around: dict[str, Any] = {"category": [{"id": words.CATEGORY}]}
    if parents := [*(near if parent is None else parent)]:
        around["parent"] = [{"id": iri} for iri in parents]
    if groups := list(dict.fromkeys([*wide, *grouping])):
        around["grouping"] = [{"id": iri} for iri in groups]
    built: dict[str, Any] = {
        "actor": author.actor(),
        "verb": words.verb(verb),
        "object": about,
        "context": {**(context or {}), "registration": str(author.registration), "contextActivities": around},
    }
    spoken = {words.EXT_PROFILE_VERSION: within.profile_version} if within and within.criteria else {}
    if extensions or spoken:
        built["context"]["extensions"] = {**spoken, **(extensions or {})}
    if result:
        built["result"] = result
    return built


def record(session: Session, author: Author, statement: dict[str, Any], at: datetime) -> UUID:
    """The statement is staged for the author's own store, with the agency's installation as its authority."""
    authority = actors.account(author.account_home, AUTHORITY_ACCOUNT)
    return statements.record(session, store_id=author.store_id, statement=statement, authority=authority, at=at)
