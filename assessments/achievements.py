"""Achievements: from a learner's statements to facts, and from facts to where the learner stands under a rule.

Only the store is read, never a grading or a quiz row: what is not evidence does not count.
"""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import rules, scoring
from assessments.rules import Fact, Rule, Verdict
from courses import evidence
from courses.agencies import Agency
from courses.people import Enrolment, Person
from xapi_store import actors, query
from xapi_store import vocabulary as words
from xapi_store.filters import Filters

# What a store may change or add without the statement being another one (xAPI Data 2.3.1).
_PROPER = ("id", "verb", "result", "context")
_SAFE_INTEGER = 2**53


@dataclass(frozen=True)
class Learner:
    """A learner of the agency and where they stand under a rule."""

    enrolment_id: UUID
    person_id: UUID
    name: str | None
    account: str
    verdict: Verdict


def standing(session: Session, *, enrolment: Enrolment, rule: Rule, at: datetime) -> Verdict:
    """The verdict on this run of the course, from the statements that are in the store at this instant."""
    person = session.get_one(Person, enrolment.person_id)
    agency = session.get_one(Agency, person.agency_id)
    found = _facts(session, agency=agency, rule=rule, registration=enrolment.id)
    return rules.evaluate(rule, found.get((enrolment.id, _identity(agency, person.account)), []), at)


def who_qualifies(session: Session, *, agency: Agency, rule: Rule, at: datetime) -> list[Learner]:
    """Every learner of the agency who takes the rule's course, with the verdict on each; by name, then account."""
    found = _facts(session, agency=agency, rule=rule, registration=None)
    rows = session.execute(
        select(Enrolment.id, Person.id, Person.name, Person.account)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Person.agency_id == agency.id, Enrolment.course == rule.course)
    )
    learners = []
    for enrolment_id, person_id, name, account in rows:
        facts = found.get((enrolment_id, _identity(agency, account)), [])
        learners.append(Learner(enrolment_id, person_id, name, account, rules.evaluate(rule, facts, at)))
    return sorted(learners, key=lambda each: ((each.name or "").casefold(), each.account, str(each.enrolment_id)))


def digest(statement: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the statement without what a store may change: RFC 8785 form, time in UTC to the millisecond."""
    instant = datetime.fromisoformat(str(statement["timestamp"])).astimezone(UTC)
    about = statement["object"]
    proper = {name: statement[name] for name in _PROPER if name in statement}
    proper["verb"] = statement["verb"]["id"]
    proper["actor"] = actors.identity(statement["actor"])
    proper["object"] = {"id": about.get("id"), "objectType": about.get("objectType", "Activity")}
    proper["timestamp"] = instant.isoformat(timespec="milliseconds")
    return hashlib.sha256(rfc8785.dumps(_plain(proper))).hexdigest()


def _plain(value: Any) -> Any:
    """The value as RFC 8785 can write it: a number that no double can hold stays the text it was."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        number = float(value)
        return number if math.isfinite(number) else str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _SAFE_INTEGER:
        return str(value)
    return value


def _identity(agency: Agency, account: str) -> str:
    return actors.identity(actors.account(agency.account_home, account))


def _facts(
    session: Session, *, agency: Agency, rule: Rule, registration: UUID | None
) -> dict[tuple[UUID, str], list[Fact]]:
    """What the agency's store holds about the rule's activities, by registration and learner."""
    ours = _identity(agency, evidence.AUTHORITY_ACCOUNT)
    found: dict[tuple[UUID, str], list[Fact]] = defaultdict(list)
    for about in rule.objects:
        filters = Filters(activity=about, registration=registration)
        for statement in _statements(session, agency.store_id, filters):
            held = statement.get("context", {}).get("registration")
            # A statement about a statement comes along when its target fits; it is no fact about the activity.
            if held is not None and statement["object"].get("id") == about:
                fact = _fact(statement, ours)
                found[UUID(held), fact.learner].append(fact)
    return found


def _statements(session: Session, store_id: int, filters: Filters) -> Iterator[dict[str, Any]]:
    while True:
        page = query.find(session, store_id=store_id, filters=filters)
        for raw in page.statements:
            yield json.loads(raw, parse_float=Decimal)
        if page.more is None:
            return
        filters = filters.following(page.more)


def _fact(statement: Mapping[str, Any], ours: str) -> Fact:
    result, context = statement.get("result", {}), statement.get("context", {})
    instructor = context.get("instructor")
    return Fact(
        statement_id=UUID(statement["id"]),
        verb=statement["verb"]["id"],
        object=statement["object"]["id"],
        timestamp=datetime.fromisoformat(statement["timestamp"]),
        learner=actors.identity(statement["actor"]),
        assessor=actors.identity(instructor) if instructor else None,
        scaled=_scaled(result),
        level=_level(result),
        ours=actors.identity(statement["authority"]) == ours,
        digest=digest(statement),
    )


def _scaled(result: Mapping[str, Any]) -> Decimal | None:
    scaled = result.get("score", {}).get("scaled")
    return None if scaled is None else Decimal(scaled)


def _level(result: Mapping[str, Any]) -> int | None:
    """The level of the criterion that the rubric extension names."""
    rubric = result.get("extensions", {}).get(words.RUBRICS)
    if not isinstance(rubric, Mapping):
        return None
    level = rubric.get(str(rubric.get("criterion")))
    return level if isinstance(level, int) and scoring.is_level(level) else None
