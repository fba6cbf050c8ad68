"""Taking part: one registration per run, whatever happens at the same moment."""

import threading
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import agencies, evidence, participation
from courses.catalogue import Catalogue
from courses.errors import NotEnrolled
from courses.people import Cohort, CohortMember, Enrolment, Person
from tests.builders import an_enrolment, statements_of
from xapi_store import vocabulary as words
from xapi_store.database import Database
from xapi_store.transaction import transaction


def a_person(session: Session, at: datetime) -> Person:
    """Somebody whom a new agency knows."""
    agency = agencies.create(session, slug="north", name="North", account_home="https://north.example/people", at=at)
    return participation.know(session, agency=agency, name="Ada Example", locale="en", at=at)


def test_an_account_tells_nothing_of_the_person(session: Session, now: datetime) -> None:
    person = a_person(session, now)
    agency = agencies.by_slug(session, "north")
    twin = participation.know(session, agency=agency, name="Ada Example", locale="en", at=now)
    assert person.account != twin.account
    assert "ada" not in person.account.lower()


def test_entering_twice_is_one_run(session: Session, catalogue: Catalogue, now: datetime) -> None:
    person, course = a_person(session, now), catalogue.course("oicf")
    first = participation.enter(session, person=person, course=course, at=now)
    again = participation.enter(session, person=person, course=course, at=now)
    assert first.id == again.id
    assert (first.course, first.course_version, first.run) == ("oicf", course.version, 1)


def test_two_first_launches_at_the_same_moment_are_one_run(
    database: Database, catalogue: Catalogue, now: datetime
) -> None:
    course = catalogue.course("oicf")
    with transaction(database) as session:
        person = a_person(session, now)
    both_looked, entered = threading.Barrier(2), list[UUID]()

    def launch() -> None:
        with transaction(database) as session:
            assert participation.running(session, person=person, course=course) is None
            both_looked.wait()
            entered.append(participation.enter(session, person=person, course=course, at=now).id)

    launches = [threading.Thread(target=launch) for _ in range(2)]
    for thread in launches:
        thread.start()
    for thread in launches:
        thread.join()
    assert len(entered) == 2
    assert len(set(entered)) == 1


def test_a_retake_ends_the_run_and_begins_the_next_with_a_registration_of_its_own(
    session: Session, catalogue: Catalogue, now: datetime
) -> None:
    course = catalogue.course("oicf")
    first = an_enrolment(session, course)
    second = participation.retake(session, enrolment=first, course=course, at=now)
    assert first.ended_at == now
    assert (second.run, second.ended_at) == (2, None)
    assert second.id != first.id
    person = session.get_one(Person, first.person_id)
    assert participation.enter(session, person=person, course=course, at=now).id == second.id


def test_joining_again_changes_the_role_and_nothing_else(session: Session, now: datetime) -> None:
    person = a_person(session, now)
    cohort = Cohort(agency_id=person.agency_id, course="oicf", title="Spring", created_at=now)
    session.add(cohort)
    session.flush()
    for role in ("learner", "trainer"):
        participation.join(session, cohort_id=cohort.id, person_id=person.id, role=role, at=now)
    [member] = session.scalars(select(CohortMember))
    assert member.role == "trainer"


def test_a_launch_is_on_record_without_name_or_host(database: Database, catalogue: Catalogue, now: datetime) -> None:
    course = catalogue.course("oicf")
    with transaction(database) as session:
        enrolment = an_enrolment(session, course)
        module = course.modules[0]
        participation.launch(session, enrolment=enrolment, course=course, module=module, at=now)
    [launched] = statements_of(database, enrolment.store_id)
    assert launched["verb"]["id"] == words.LAUNCHED
    assert launched["object"]["id"] == f"{course.iri}/m1"
    assert launched["context"]["registration"] == str(enrolment.id)
    assert launched["context"]["contextActivities"]["parent"][0]["id"] == course.iri
    assert launched["context"]["contextActivities"]["category"][0]["id"] == words.CATEGORY
    assert launched["actor"]["account"]["homePage"] == "https://north.example/people"
    assert launched["authority"]["account"]["name"] == "animateur"
    assert "Ada" not in str(launched)


def test_nobody_acts_without_an_enrolment(session: Session) -> None:
    with pytest.raises(NotEnrolled):
        evidence.author(session, UUID(int=7))


def test_an_enrolment_belongs_to_the_store_of_its_person(session: Session, catalogue: Catalogue) -> None:
    north = an_enrolment(session, catalogue.course("oicf"))
    south = an_enrolment(session, catalogue.course("oicf"), agency="south")
    assert evidence.author(session, north.id).store_id == north.store_id != south.store_id
    assert session.get_one(Enrolment, south.id).store_id == evidence.author(session, south.id).store_id
