"""Which outstanding scores an address or form is about, and what is done with them: for the operator and trainers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import request
from sqlalchemy.orm import Session

from courses.catalogue import Catalogue
from courses.syllabus import Module, Step
from lti_tool.lti import waiting_grades
from lti_tool.lti.gradebook import REFUSED, WAITING
from lti_tool.lti.waiting_grades import Outstanding, Scope, Tally
from xapi_store.form import syntax

PAGE = 50
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Shown:
    """A page of outstanding scores, the figures of each platform, and where the next page begins (None at the end)."""

    rows: Sequence[Outstanding]
    tallies: Sequence[Tally]
    state: str | None
    platform_id: int | None
    more: int | None

    @property
    def waiting(self) -> int:
        """How many wait, over all platforms."""
        return sum(each.waiting for each in self.tallies)

    @property
    def refused(self) -> int:
        """How many were refused, over all platforms."""
        return sum(each.refused for each in self.tallies)


def shown(session: Session, *, cohort_ids: Sequence[int] | None = None) -> Shown:
    """What the address asks for (`state`, `platform`, `from`), as far as these cohorts go."""
    state, first = request.args.get("state"), request.args.get("from", 0, type=int)
    first = min(max(first, 0), PAGE * MOST_PAGES)
    state = state if state in (WAITING, REFUSED) else None
    scope = Scope(platform_id=_platform(request.args.get("platform")), cohort_ids=cohort_ids)
    rows = waiting_grades.listed(session, scope=scope, state=state, first=first, most=PAGE + 1)
    return Shown(
        rows=rows[:PAGE],
        tallies=waiting_grades.tallies(session, scope=Scope(cohort_ids=cohort_ids)),
        state=state,
        platform_id=scope.platform_id,
        more=first + PAGE if len(rows) > PAGE else None,
    )


def carry_out(session: Session, *, what: str, cohort_ids: Sequence[int] | None = None) -> int:
    """What the form names is tried now (`now`) or sent again (`again`); gives how many scores that were.

    The form names one score (`registration` and `activity`), or a `platform`; nothing happens where it names neither.
    """
    sent = request.form
    enrolment_id, activity = syntax.read_uuid(sent.get("registration", "")), sent.get("activity", "")
    platform_id = _platform(sent.get("platform"))
    if (enrolment_id is None or not activity.isprintable()) and platform_id is None:
        return 0
    scope = Scope(platform_id, cohort_ids, enrolment_id, activity if enrolment_id else None)
    if what == "again":
        return waiting_grades.send_again(session, scope=scope)
    return waiting_grades.try_now(session, scope=scope, at=datetime.now(UTC))


def title(catalogue: Catalogue, activity: str) -> str:
    """What the activity is called: its code and title, or its address where the courses do not know it (any more)."""
    modules = [module for course in catalogue.courses.values() for module in course.modules]
    things: list[Module | Step] = [*modules, *(step for module in modules for step in module.steps)]
    return next((f"{each.code} {each.title}" for each in things if each.iri == activity), activity)


def _platform(text: str | None) -> int | None:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
    return number or None
