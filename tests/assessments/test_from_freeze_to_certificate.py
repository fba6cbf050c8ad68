"""The whole way of this floor with the course that is shipped: a frozen charter, a grade, a certificate, a check."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from assessments import achievements, certificates, documents, grading, verification
from assessments.drafts import Draft, MemberDraft
from assessments.rulebook import Rulebook
from courses import agencies, exercises, participation, teams
from courses.catalogue import Catalogue
from courses.people import Cohort
from courses.syllabus import Quiz
from tests.assessments.scenes import ADDRESSES, SEAL, a_quiz_passed, settle

CONTENT = Path(__file__).parents[2] / "courses" / "content"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The courses that are shipped."""
    return Catalogue.load(CONTENT)


def test_every_rule_asks_for_what_its_course_has(catalogue: Catalogue) -> None:
    for rule in Rulebook.load(CONTENT).rules.values():
        steps = [step for module in catalogue.course(rule.course).modules for step in module.steps]
        quizzes = {step.iri: step.pass_mark for step in steps if isinstance(step, Quiz)}
        criteria = {each.iri for each in catalogue.profile.criteria().values()}
        for clause in rule.clauses:
            assert clause.object in (quizzes if clause.kind == "passed" else criteria)
            assert quizzes.get(clause.object, clause.at_least) == clause.at_least


def test_from_a_frozen_charter_to_a_certificate_that_a_stranger_finds_valid(
    session: Session, now: datetime, catalogue: Catalogue
) -> None:
    agency = agencies.create(session, slug="n", name="Agency N", account_home="https://n.example/people", at=now)
    cohort = Cohort(agency_id=agency.id, course="oicf", title="Spring", created_at=now)
    session.add(cohort)
    session.flush()
    trainer, officer, *learners = (
        participation.know(session, agency=agency, name=name, locale="en", at=now) for name in ("T", "O", "Ana", "Bo")
    )
    participation.join(session, cohort_id=cohort.id, person_id=trainer.id, role="trainer", at=now)
    course, exercise = catalogue.course("oicf"), catalogue.exercise("oicf/m1/5")
    enrolments = [participation.enter(session, person=each, course=course, at=now) for each in learners]
    team = teams.form(session, cohort_id=cohort.id, exercise=exercise, enrolments=enrolments, at=now)
    exercises.freeze(session, team=team, exercise=exercise, by=trainer.id, at=now)
    opened = grading.begin(session, team_id=team.id, assessor=trainer, at=now)
    noted = MemberDraft(conduct={each.key: 3 for each in exercise.rubric.conduct})
    draft = Draft({"c5": 4}, {each.id: noted for each in enrolments})
    saved = grading.save_draft(
        session, grading_id=opened.id, assessor=trainer, exercise=exercise, seen=1, draft=draft, at=now
    )
    grading.release(session, grading_id=saved.id, assessor=trainer, exercise=exercise, seen=saved.version, at=now)
    a_quiz_passed(session, enrolments[0], now, scaled=0.7)
    settle(session)
    rule = Rulebook.load(CONTENT).of_course("oicf")[0]
    found = achievements.who_qualifies(session, agency=agency, rule=rule, at=now)
    assert [(each.name, each.verdict.met) for each in found] == [("Ana", True), ("Bo", False)]
    certificate = certificates.issue(
        session, enrolment=enrolments[0], rule=rule, officer=officer, name="Ana", seal=SEAL, addresses=ADDRESSES, at=now
    )
    settle(session)
    checked = verification.examine(
        certificate.credential.encode(),
        resolve_key=documents.resolve_key(session, addresses=ADDRESSES),
        resolve_status=documents.resolve_status(session, addresses=ADDRESSES, seal=SEAL, at=now),
        at=now,
    )
    assert checked.verdict == verification.VALID
