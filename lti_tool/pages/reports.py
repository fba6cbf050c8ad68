"""Who is where, by step and by criterion: one page for trainers and officers, and the same figures as JSON and CSV."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import whereabouts
from courses.catalogue import Catalogue
from courses.people import Cohort, CohortMember, Enrolment, Person
from courses.profile import PerformanceCriterion
from courses.syllabus import Course, Exercise
from courses.whereabouts import Whereabouts
from lti_tool import visitor
from lti_tool.visitor import OFFICER, TRAINER
from xapi_store.database import Database

bp = Blueprint("reports", __name__)

reader_only = visitor.only(TRAINER, OFFICER)


@bp.get("/reports")
@reader_only
def show() -> ResponseReturnValue:
    """The figures as a page, with names for those who may know them."""
    course = _course()
    with _session() as session:
        found = _figures(session, course)
        names = _names(session, found)
    return render_template("reports.html", course=course, found=found, names=names, criteria=_asked(course))


@bp.get("/reports.json")
@reader_only
def as_json() -> ResponseReturnValue:
    """The same figures for programs; learners by their accounts, never by name."""
    course = _course()
    with _session() as session:
        found = _figures(session, course)
    return {
        "course": {"iri": course.iri, "version": course.version},
        "at": datetime.now(UTC).isoformat(),
        "learners": [_learner(found, each) for each in found.learners],
        "steps": [
            {"step": each.key, "title": each.title, "done": each.done, "begun": each.begun, "ahead": each.ahead}
            for each in found.steps
        ],
    }


@bp.get("/reports.csv")
@reader_only
def as_csv() -> ResponseReturnValue:
    """The same figures for spreadsheets: a row a learner."""
    course = _course()
    with _session() as session:
        found = _figures(session, course)
    steps, codes = [each.key for each in found.steps], [each.code for each in found.criteria]
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(["registration", "account", "newest", *steps, *codes])
    for learner in found.learners:
        row = _learner(found, learner)
        levels = [row["criteria"].get(code, {}).get("level", "") for code in codes]
        rows.writerow([row["registration"], row["account"], row["newest"], *row["steps"].values(), *levels])
    headers = {"Content-Disposition": f'attachment; filename="{course.slug}-who-is-where.csv"'}
    return Response(written.getvalue(), mimetype="text/csv", headers=headers)


def _learner(found: Whereabouts, learner: whereabouts.Learner) -> dict[str, Any]:
    return {
        "registration": str(learner.registration),
        "account": learner.account,
        "newest": learner.newest.isoformat(),
        "steps": {each.key: learner.steps.get(each.key, "ahead") for each in found.steps},
        "criteria": {
            code: {"achieved": judged.achieved, "level": judged.level, "at": judged.at.isoformat()}
            for code, judged in sorted(learner.criteria.items())
        },
    }


def _figures(session: Session, course: Course) -> Whereabouts:
    """Officers see their whole agency, trainers the learners of the cohorts that they train."""
    here = visitor.current()
    only = None if OFFICER in here.roles else _trained(session, here.person_id)
    return whereabouts.of_store(session, store_id=here.store_id, course=course, criteria=_asked(course), only=only)


def _trained(session: Session, person_id: UUID) -> set[UUID]:
    """The registrations of those who learn in a cohort that this person trains."""
    trains = select(CohortMember.cohort_id).where(CohortMember.person_id == person_id, CohortMember.role == TRAINER)
    learns = (
        select(Enrolment.id)
        .join(CohortMember, CohortMember.person_id == Enrolment.person_id)
        .where(CohortMember.cohort_id.in_(trains))
    )
    return set(session.scalars(learns))


def _course() -> Course:
    """The course of the visitor's cohort."""
    here = visitor.current()
    catalogue: Catalogue = current_app.extensions["catalogue"]
    with _session() as session:
        cohort = session.get(Cohort, here.cohort_id) if here.cohort_id else None
    return catalogue.course(cohort.course) if cohort else next(iter(catalogue.courses.values()))


def _asked(course: Course) -> list[PerformanceCriterion]:
    """The criteria that a person can be judged on in this course."""
    catalogue: Catalogue = current_app.extensions["catalogue"]
    codes = {
        line.code
        for module in course.modules
        for step in module.steps
        if isinstance(step, Exercise)
        for line in step.rubric.group
        if line.code
    }
    return [catalogue.criterion(code) for code in sorted(codes)]


def _names(session: Session, found: Whereabouts) -> dict[UUID, str]:
    registrations = [learner.registration for learner in found.learners]
    rows = session.execute(
        select(Enrolment.id, Person.name)
        .join(Person, Person.id == Enrolment.person_id)
        # Statements of programs may name registrations of other agencies: their people stay unnamed.
        .where(Enrolment.id.in_(registrations), Enrolment.store_id == visitor.current().store_id)
    )
    return {registration: name for registration, name in rows if name}


def _session() -> Session:
    database: Database = current_app.extensions["database"]
    return database.session()
