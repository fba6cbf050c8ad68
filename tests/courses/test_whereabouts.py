"""Who is where, from evidence alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from courses import participation, progress, whereabouts
from courses.catalogue import Catalogue
from courses.people import Person
from courses.syllabus import Course
from courses.whereabouts import BEGUN, DONE, Whereabouts
from tests.builders import an_enrolment
from xapi_store import vocabulary as words
from xapi_store.reporting import Event
from xapi_store.transaction import sequence

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANA, BEN = uuid4(), uuid4()


def an_event(
    who: UUID, verb: str, about: str, *, minutes: int = 0, parent: str = "", level: int | None = None
) -> Event:
    """Something that this learner did, so many minutes after the start."""
    rubric = {"criterion": "c5", "c5": level}
    statement: dict[str, Any] = {"result": {"extensions": {words.RUBRICS: rubric}}} if level else {}
    return Event(
        id=uuid4(),
        seq=minutes,
        registration=who,
        actor=f"u-{str(who)[:4]}",
        verb=verb,
        object=about,
        success=None,
        scaled=None,
        timestamp=START + timedelta(minutes=minutes),
        grouping=(),
        parent=(parent,) if parent else (),
        category=(),
        statement=statement,
    )


def found(course: Course, catalogue: Catalogue, *events: Event) -> Whereabouts:
    launched = [an_event(who, words.LAUNCHED, course.modules[0].iri) for who in (ANA, BEN)]
    criteria = [catalogue.criterion("U4.PC1")]
    return whereabouts.of_events([*launched, *events], course=course, criteria=criteria)


def test_a_step_is_begun_by_anything_in_it_and_done_by_its_own_completion(course: Course, catalogue: Catalogue) -> None:
    quiz, exercise = course.modules[0].steps[3], course.modules[0].steps[4]
    seen = found(
        course,
        catalogue,
        an_event(ANA, words.ANSWERED, f"{quiz.iri}/Q-M1-1", parent=quiz.iri),
        an_event(ANA, words.POSTED, "https://example.org/post", parent=exercise.iri),
        an_event(BEN, words.PASSED, quiz.iri),
        an_event(BEN, words.SUBMITTED, "https://example.org/charter", parent=exercise.iri),
        an_event(BEN, words.POSTED, "https://example.org/later", parent=exercise.iri),
    )
    ana, ben = seen.learners
    assert (ana.steps, ben.steps) == ({"m1/4": BEGUN, "m1/5": BEGUN}, {"m1/4": DONE, "m1/5": DONE})
    assert [(each.done, each.begun, each.ahead) for each in seen.steps[3:5]] == [(1, 1, 0), (1, 1, 0)]
    assert [(each.done, each.begun, each.ahead) for each in seen.steps[:3]] == [(0, 0, 2)] * 3


def test_the_newest_judgement_of_a_criterion_stands(course: Course, catalogue: Catalogue) -> None:
    criterion = catalogue.criterion("U4.PC1").iri
    ana, ben = found(
        course,
        catalogue,
        an_event(ANA, words.ACHIEVED, criterion, minutes=1, level=3),
        an_event(ANA, words.FAILED, criterion, minutes=2, level=2),
    ).learners
    assert (ana.criteria["U4.PC1"].achieved, ana.criteria["U4.PC1"].level) == (False, 2)
    assert ana.newest == START + timedelta(minutes=2)
    assert ben.criteria == {}


def test_who_never_launched_is_no_learner(course: Course, catalogue: Catalogue) -> None:
    stranger = an_event(uuid4(), words.EXPERIENCED, course.modules[0].steps[0].iri)
    assert [each.registration for each in found(course, catalogue, stranger).learners] == [ANA, BEN]


def test_the_store_tells_the_same_and_only_those_asked_for(
    session: Session, course: Course, catalogue: Catalogue, now: datetime
) -> None:
    one, other = an_enrolment(session, course, at=now), an_enrolment(session, course, at=now)
    for enrolment in (one, other):
        participation.launch(session, enrolment=enrolment, course=course, module=course.modules[0], at=now)
    progress.complete(session, enrolment=one, step=course.modules[0].steps[0], at=now)  # type: ignore[arg-type]
    session.flush()
    sequence(session)
    person = session.get_one(Person, one.person_id)
    asked = {"store_id": person.store_id, "course": course, "criteria": [catalogue.criterion("U4.PC1")]}
    everybody = whereabouts.of_store(session, **asked)  # type: ignore[arg-type]
    assert {each.registration: each.steps for each in everybody.learners} == {one.id: {"m1/1": DONE}, other.id: {}}
    [alone] = whereabouts.of_store(session, **asked, only={other.id}).learners  # type: ignore[arg-type]
    assert alone.registration == other.id
