"""Taking part: a person becomes known, enters a course, joins a cohort, launches a module, starts again."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from courses import evidence
from courses.agencies import Agency
from courses.errors import NotEnrolled
from courses.people import Cohort, CohortMember, Enrolment, Person
from courses.syllabus import Course, Module
from xapi_store import vocabulary as words

__all__ = ["Cohort", "CohortMember", "Enrolment", "Person", "enter", "join", "know", "launch", "retake"]


def know(session: Session, *, agency: Agency, name: str | None, locale: str | None, at: datetime) -> Person:
    """The agency knows a new person, by an account drawn at random that will stand in every statement."""
    person = Person(
        agency_id=agency.id,
        store_id=agency.store_id,
        account=f"u-{secrets.token_hex(8)}",
        name=name,
        locale=locale,
        created_at=at,
    )
    session.add(person)
    session.flush()
    return person


def running(session: Session, *, person: Person, course: Course) -> Enrolment | None:
    """The person's running run of this version of the course, if there is one."""
    return _running(_runs(session, person=person, course=course))


def enter(session: Session, *, person: Person, course: Course, at: datetime) -> Enrolment:
    """The person has a running run of the course: the one there is, or else the next.

    Two simultaneous first launches end in the same enrolment: the second waits for the first and finds its row. So the
    number of the next run comes from the same look that found none running.
    """
    runs = _runs(session, person=person, course=course)
    present = _running(runs)
    if present is not None:
        return present
    next_run = runs[-1].run + 1 if runs else 1
    entered = _begin(session, person=person, course=course, run=next_run, at=at) or running(
        session, person=person, course=course
    )
    if entered is None:
        raise NotEnrolled(person.id)
    return entered


def _runs(session: Session, *, person: Person, course: Course) -> Sequence[Enrolment]:
    """The person's runs of this version of the course, in order."""
    return session.scalars(
        select(Enrolment)
        .where(
            Enrolment.person_id == person.id,
            Enrolment.course == course.slug,
            Enrolment.course_version == course.version,
        )
        .order_by(Enrolment.run)
    ).all()


def _running(runs: Sequence[Enrolment]) -> Enrolment | None:
    return next((each for each in reversed(runs) if each.ended_at is None), None)


def _begin(session: Session, *, person: Person, course: Course, run: int, at: datetime) -> Enrolment | None:
    """That run exists; None where somebody else has begun it at the same moment."""
    return session.scalar(
        insert(Enrolment)
        .values(
            id=uuid4(),
            store_id=person.store_id,
            person_id=person.id,
            course=course.slug,
            course_version=course.version,
            run=run,
            started_at=at,
        )
        .on_conflict_do_nothing(index_elements=["person_id", "course", "course_version", "run"])
        .returning(Enrolment)
    )


def retake(session: Session, *, enrolment: Enrolment, course: Course, at: datetime) -> Enrolment:
    """That run is over, and the person's next run of the course has begun, with a registration of its own."""
    person = session.get_one(Person, enrolment.person_id)
    if enrolment.ended_at is None:
        enrolment.ended_at = at
        session.flush()
    return enter(session, person=person, course=course, at=at)


def join(session: Session, *, cohort_id: int, person_id: UUID, role: str, at: datetime) -> None:
    """The person belongs to the cohort in this role (`learner` or `trainer`), from now or from before."""
    joining = insert(CohortMember).values(cohort_id=cohort_id, person_id=person_id, role=role, joined_at=at)
    session.execute(joining.on_conflict_do_update(index_elements=["cohort_id", "person_id"], set_={"role": role}))


def launch(session: Session, *, enrolment: Enrolment, course: Course, module: Module, at: datetime) -> UUID:
    """It is on record that the person opened this module from a platform."""
    person = session.get_one(Person, enrolment.person_id)
    author = evidence.author_in(enrolment, person=person, agency=session.get_one(Agency, person.agency_id))
    launched = evidence.statement(
        author,
        verb=words.LAUNCHED,
        about=evidence.module_activity(module),
        parent=[course.iri],
    )
    return evidence.record(session, author, launched, at)
