"""A whole story: four learners, two teams, a trainer and an officer, and everything that is recorded about them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

import courses
from assessments import certificates, grading
from assessments.drafts import Draft, MemberDraft
from assessments.rulebook import Rulebook
from courses import agencies, exercises, participation, progress, quiz, scenario, teams
from courses.catalogue import Case, Catalogue, Exercise, Quiz, Reading, Scenario
from courses.people import Cohort, Enrolment, Person
from courses.sandbox import document, thread
from tests.assessments.scenes import ADDRESSES, SEAL
from tests.builders import statements_of
from tests.courses.test_quiz import go_through as answer
from tests.courses.test_scenario import BEST
from tests.courses.test_scenario import go_through as choose
from xapi_store.database import Database
from xapi_store.transaction import transaction

CONTENT = Path(courses.__file__).parent / "content"


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
        for level, pair in ((3, enrolments[:2]), (1, enrolments[2:])):
            _work_together(session, cohort, trainer, exercise, pair, level, at)
    _certify(database, enrolments[0], officer, at)
    return statements_of(database, agency.store_id)


def _learn(session: Session, enrolment: Enrolment, catalogue: Catalogue, at: datetime) -> None:
    """The module is opened, read, tried and passed; the quiz fails the first time."""
    course = catalogue.course("oicf")
    participation.launch(session, enrolment=enrolment, course=course, module=course.modules[0], at=at)
    for step in course.modules[0].steps:
        if isinstance(step, Reading | Case):
            progress.complete(session, enrolment=enrolment, step=step, at=at)
        elif isinstance(step, Quiz):
            for correct in (0, 10):
                attempt = quiz.begin(session, enrolment=enrolment, quiz=step, at=at)
                answer(session, attempt, step, correct, at)
                quiz.hand_in(session, attempt=attempt, quiz=step, at=at)
        elif isinstance(step, Scenario):
            run = scenario.begin(session, enrolment=enrolment, scenario=step, at=at)
            choose(session, run, step, BEST, at)


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
