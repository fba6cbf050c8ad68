"""Observers: people whom a platform lets look on how certain learners get along, and do nothing else.

LTI 1.3 Core, 5.4.6 (role scope mentor) and A.2.3 (the Mentor role).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import progress
from courses.people import Enrolment, Person
from courses.progress import StepState
from courses.syllabus import Course, Module
from lti_tool.lti.counterparts import LtiUser
from lti_tool.visitor import Visit
from xapi_store.database import Base

MOST = 500


class ObserverScope(Base):
    """Whom a visit may look on: users of its platform, by the platform's own ids, as the launch named them."""

    __tablename__ = "observer_scope"

    visit: Mapped[str] = mapped_column(ForeignKey("visit.token_hash", ondelete="CASCADE"), primary_key=True)
    course: Mapped[str]
    subs: Mapped[list[str]]


@dataclass(frozen=True)
class Standing:
    """One module as a learner stands in it."""

    module: Module
    outline: tuple[StepState, ...]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(each.status == progress.DONE for each in self.outline)


@dataclass(frozen=True)
class Observed:
    """A learner as their observer sees them: name and steps; no answers, texts, scores or grades."""

    name: str | None
    standings: tuple[Standing, ...]


def note(session: Session, *, visit: Visit, course: Course, subs: Iterable[str]) -> None:
    """The visit may look on these users of its platform, in this course."""
    named = sorted(set(subs))[:MOST]
    session.add(ObserverScope(visit=visit.token_hash, course=course.slug, subs=named))


def scope(session: Session, visit: str) -> ObserverScope | None:
    """Whom this visit may look on; None where its launch made no observer of it."""
    return session.get(ObserverScope, visit)


def observed(
    session: Session, *, scope: ObserverScope, platform_id: int | None, store_id: int, course: Course
) -> tuple[list[Observed], int]:
    """The learners of the scope who have been here, by name; and how many of it have not.

    Only the visit's own platform and agency are looked at, whatever ids the launch named.
    """
    people = session.scalars(
        select(Person)
        .join(LtiUser, LtiUser.person_id == Person.id)
        .where(LtiUser.platform_id == platform_id, LtiUser.sub.in_(scope.subs), Person.store_id == store_id)
        .distinct()
    ).all()
    newest = _enrolments(session, [person.id for person in people], course)
    found = [_observed(session, person, newest[person.id], course) for person in people if person.id in newest]
    return sorted(found, key=lambda each: (each.name or "").casefold()), len(scope.subs) - len(found)


def _enrolments(session: Session, people: list[UUID], course: Course) -> dict[UUID, Enrolment]:
    """The newest run of each of these people."""
    asked = select(Enrolment).where(Enrolment.person_id.in_(people), Enrolment.course == course.slug)
    return {each.person_id: each for each in session.scalars(asked.order_by(Enrolment.started_at))}


def _observed(session: Session, person: Person, enrolment: Enrolment, course: Course) -> Observed:
    standings = tuple(
        Standing(module, tuple(progress.outline(session, enrolment=enrolment, module=module)))
        for module in course.modules
    )
    return Observed(person.name, standings)
