"""A whole story: four learners, two teams, a trainer and an officer, and everything that is recorded about them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

import courses
from assessments import certificates, grading
from assessments.drafts import Draft, MemberDraft
from assessments.rulebook import Rulebook
from courses import (
    agencies,
    exercises,
    fields,
    handing_in,
    participation,
    pause_answers,
    progress,
    quiz,
    satisfaction,
    scenario,
    teams,
    watching,
)
from courses.catalogue import Catalogue
from courses.people import Cohort, Enrolment, Person
from courses.sandbox import document, thread
from courses.syllabus import Exercise, Quiz, Reading, Reflection, Scenario, Talk, Task, Video
from tests.assessments.scenes import ADDRESSES, SEAL
from tests.builders import statements_of
from tests.courses import every_kind
from tests.courses.test_quiz import go_through as answer
from tests.courses.test_scenario import BEST
from tests.courses.test_scenario import go_through as choose
from tests.courses.test_watching import LENGTH, Player
from xapi_store.database import Database
from xapi_store.transaction import transaction

CONTENT = Path(courses.__file__).parent / "content"
GIVEN = {"text": "A list", "line": "Nobody", "number": "3", "date": "2026-11-24"}


def told(database: Database, catalogue: Catalogue, at: datetime) -> list[dict[str, Any]]:
    """The statements of the story: what one learner learned, what two teams made, and a certificate given and taken."""
    with transaction(database) as session:
        agency = agencies.create(session, slug="n", name="N", account_home="https://n.example/people", at=at)
        cohort = Cohort(agency_id=agency.id, course="oicf", title="Spring", created_at=at)
        session.add(cohort)
        session.flush()
        trainer, officer, *learners = (
            participation.know(session, agency=agency, name=name, locale="en", at=at) for name in "TOABCD"
        )
        participation.join(session, cohort_id=cohort.id, person_id=trainer.id, role="trainer", at=at)
        course, exercise = catalogue.course("oicf"), catalogue.exercise("oicf/m1/5")
        enrolments = [participation.enter(session, person=each, course=course, at=at) for each in learners]
        _learn(session, enrolments[0], catalogue, at)
        _try_every_kind(session, participation.know(session, agency=agency, name="E", locale="en", at=at), at)
        for level, pair in ((3, enrolments[:2]), (1, enrolments[2:])):
            _work_together(session, cohort, trainer, exercise, pair, level, at)
    _certify(database, enrolments[0], officer, at)
    return statements_of(database, agency.store_id)


def _learn(session: Session, enrolment: Enrolment, catalogue: Catalogue, at: datetime) -> None:
    """The module is opened, read, tried and passed; the quiz fails the first time."""
    course = catalogue.course("oicf")
    participation.launch(session, enrolment=enrolment, course=course, module=course.modules[0], at=at)
    for step in course.modules[0].steps:
        if isinstance(step, Reading | Video):
            progress.complete(session, enrolment=enrolment, step=step, at=at)
        elif isinstance(step, Quiz):
            for correct in (0, 10):
                attempt = quiz.begin(session, enrolment=enrolment, quiz=step, at=at)
                answer(session, attempt, step, correct, at)
                quiz.hand_in(session, attempt=attempt, quiz=step, at=at)
        elif isinstance(step, Scenario):
            run = scenario.begin(session, enrolment=enrolment, scenario=step, at=at)
            choose(session, run, step, BEST, at)


def _try_every_kind(session: Session, person: Person, at: datetime) -> None:
    """A small course with a step of every kind is done from beginning to end, alone."""
    with TemporaryDirectory() as home:
        every_kind.written(Path(home))
        course = every_kind.catalogue(Path(home)).course("try")
    enrolment = participation.enter(session, person=person, course=course, at=at)
    asked = [question for step in course.modules[0].steps if isinstance(step, Reading) for question in step.questions]
    for step in course.modules[0].steps:
        if isinstance(step, Reflection):
            words = "I asked too late. I asked twice. I never asked why."
            progress.reflect(session, enrolment=enrolment, step=step, body=words, at=at)
        elif isinstance(step, Task | Talk):
            given = {field.key: GIVEN[field.kind] for field in fields.fields_of(step) if field.kind in GIVEN}
            hours = {f"{field.key}.INF": "2" for field in fields.fields_of(step) if field.kind == "hours"}
            choices = {field.key: field.options[0] for field in fields.fields_of(step) if field.options}
            handing_in.keep(session, enrolment=enrolment, step=step, given=given | hours | choices, at=at)
            handing_in.hand_in(session, enrolment=enrolment, step=step, at=at)
        elif isinstance(step, Video):
            _watch(session, enrolment, step, at)
            asking = replace(step, question=asked[0], prompt=None)
            pause_answers.answer(session, enrolment=enrolment, video=asking, given=["b"], at=at)
        elif isinstance(step, Quiz):
            _calculate(session, enrolment, step, at)
        progress.finish(session, enrolment=enrolment, step=step, at=at)
    satisfaction.settle(session, enrolment=enrolment, course=course, at=at)


def _calculate(session: Session, enrolment: Enrolment, lab: Quiz, at: datetime) -> None:
    """All questions of a lab are answered, in words and numbers."""
    attempt = quiz.begin(session, enrolment=enrolment, quiz=lab, at=at)
    for question in lab.pool:
        said = question.accepted[0].strip("*") if question.type == "short" else str(question.number)
        quiz.answer(session, attempt=attempt, quiz=lab, question_id=question.id, response=[said], at=at)
    quiz.hand_in(session, attempt=attempt, quiz=lab, at=at)


def _watch(session: Session, enrolment: Enrolment, film: Video, at: datetime) -> None:
    """A film is opened, stopped, gone back in, shown faster, seen to its end and left."""
    player = Player(at).say("initialized", 0, captions="en", screen="1280x720", shown="640x360").watch(0, 60_000)
    player.say("seeked", 50_000, came_from=60_000).watch(50_000, LENGTH).say("interacted", LENGTH, speed=1.5)
    player.say("terminated", LENGTH)
    told = {"length": LENGTH, "session_id": uuid4(), "events": player.events}
    watching.report(session, enrolment=enrolment, step=film, at=at, **told)


def _work_together(
    session: Session,
    cohort: Cohort,
    trainer: Person,
    exercise: Exercise,
    enrolments: Sequence[Enrolment],
    level: int,
    at: datetime,
) -> None:
    """A team of these two talks, writes, freezes and agrees, and is graded with this level."""
    team = teams.form(session, cohort_id=cohort.id, exercise=exercise, enrolments=enrolments, at=at)
    ana, ben = (teams.seat(session, team=team, enrolment_id=each.id, exercise=exercise) for each in enrolments)
    first = thread.post(session, seat=ana, body="Hello", at=at)
    thread.post(session, seat=ben, body="And on", in_reply_to=first.id, at=at)
    document.save(session, seat=ben, based_on=0, body="We agree.", at=at)
    exercises.freeze(session, team=team, exercise=exercise, by=trainer.id, at=at)
    exercises.agree(session, seat=ana, at=at)
    opened = grading.begin(session, team_id=team.id, assessor=trainer, at=at)
    noted = MemberDraft(conduct={each.key: 3 for each in exercise.rubric.conduct})
    draft = Draft({each.key: level for each in exercise.rubric.group}, {each.id: noted for each in enrolments})
    saved = grading.save_draft(
        session, grading_id=opened.id, assessor=trainer, exercise=exercise, seen=1, draft=draft, at=at
    )
    grading.release(session, grading_id=saved.id, assessor=trainer, exercise=exercise, seen=saved.version, at=at)


def _certify(database: Database, enrolment: Enrolment, officer: Person, at: datetime) -> None:
    rule = Rulebook.load(CONTENT).of_course("oicf")[0]
    with transaction(database) as session:
        issued = certificates.issue(
            session, enrolment=enrolment, rule=rule, officer=officer, name="Ana", seal=SEAL, addresses=ADDRESSES, at=at
        )
    with transaction(database) as session:
        certificates.revoke(
            session,
            certificate_id=issued.id,
            reason="issued_in_error",
            note="",
            officer=officer,
            rule=rule,
            at=at,
        )
