"""Work that is handed in: drafts that save themselves, the handing in, files, and what a trainer finds of it."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from courses import handing_in
from courses.errors import HandInRefused
from courses.fields import fields_of
from courses.handing_in import Submission
from courses.people import CohortMember, Enrolment, Person
from courses.syllabus import Talk, Task
from lti_tool import house, visitor
from lti_tool.pages import step_page, words
from lti_tool.visitor import LEARNER, TRAINER
from xapi_store.transaction import transaction

bp = Blueprint("work", __name__)

STEP = "/learn/<course>/<module>/<key>"


@bp.post(f"{STEP}/draft")
@visitor.learner_only
def draft(course: str, module: str, key: str) -> ResponseReturnValue:
    """What is written is kept; scripts are told when."""
    found = _work(course, module, key)
    try:
        with transaction(house.database()) as session:
            saved = _keep(session, found)
    except HandInRefused as refused:
        return _refused(found, refused)
    if step_page.for_script():
        return {"saved": gettext("Saved %(time)s", time=format_datetime(saved.saved_at, "HH:mm:ss"))}
    return redirect(f"/learn/{found.id}", 303)


@bp.post(f"{STEP}/submit")
@visitor.learner_only
def submit(course: str, module: str, key: str) -> ResponseReturnValue:
    """The work is handed in; where a field is missing the draft stands all the same."""
    found = _work(course, module, key)
    try:
        with transaction(house.database()) as session:
            _keep(session, found)
        with transaction(house.database()) as session:
            handing_in.hand_in(session, enrolment=step_page.learner(session), step=found, at=step_page.now())
    except HandInRefused as refused:
        return _refused(found, refused)
    return redirect(f"/learn/{found.id}", 303)


@bp.get(f"{STEP}/file/<field>")
@visitor.learner_only
def own_file(course: str, module: str, key: str, field: str) -> Response:
    """A file that the learner handed in or keeps in a draft."""
    found = _work(course, module, key)
    with house.database().session() as session:
        submission = handing_in.of(session, enrolment=step_page.learner(session), step=found)
        return _file(session, submission, field)


@bp.get("/teach/handed-in")
@visitor.trainer_only
def handed_in() -> ResponseReturnValue:
    """Everything that learners of the trainer's cohorts handed in, the newest first."""
    with house.database().session() as session:
        people = _learners(session)
        found = handing_in.handed_in(session, enrolment_ids=people)
        lines = [(each, people[each.enrolment_id], step) for each in found if (step := _step_of(each)) is not None]
        return render_template("teach_handed_in.html", lines=lines)


@bp.get("/teach/handed-in/<uuid:submission_id>")
@visitor.trainer_only
def read(submission_id: UUID) -> ResponseReturnValue:
    """What one learner handed in, to read."""
    with house.database().session() as session:
        submission, person = _readable(session, submission_id)
        found = _step_of(submission)
        if found is None:
            raise NotFound
        return render_template(
            "teach_work.html",
            step=found,
            fields=fields_of(found),
            submission=submission,
            person=person,
            codes=words.FUNCTIONS,
        )


@bp.get("/teach/handed-in/<uuid:submission_id>/<field>")
@visitor.trainer_only
def file(submission_id: UUID, field: str) -> Response:
    """A file that one learner handed in."""
    with house.database().session() as session:
        submission, _ = _readable(session, submission_id)
        return _file(session, submission, field)


def shown(session: Session, found: Task | Talk, enrolment: Enrolment | None) -> dict[str, Any]:
    """What the page of a task or talk shows of the learner's own."""
    submission = handing_in.of(session, enrolment=enrolment, step=found) if enrolment else None
    return {"submission": submission, "codes": words.FUNCTIONS}


def _keep(session: Session, found: Task | Talk) -> Submission:
    """The form as a draft, with the files that came along."""
    enrolment, at = step_page.learner(session), step_page.now()
    saved = handing_in.keep(session, enrolment=enrolment, step=found, given=request.form, at=at)
    for field in fields_of(found):
        sent = request.files.get(field.key) if field.kind == "file" else None
        if sent is not None and sent.filename and isinstance(found, Task):
            body = sent.stream.read(handing_in.LARGEST_FILE + 1)
            saved = handing_in.keep_file(
                session, enrolment=enrolment, step=found, field=field.key, name=sent.filename, body=body, at=at
            )
    return saved


def _refused(found: Task | Talk, refused: HandInRefused) -> ResponseReturnValue:
    errors = {key: [words.REFUSED[code]] for key, code in refused.faults.items()}
    if step_page.for_script():
        return {"error": str(next(iter(errors.values()))[0])}, 422
    with house.database().session() as session:
        own = shown(session, found, step_page.own(session))
        form = {"values": request.form, "errors": errors}
        return step_page.page(session, found, **own, form=form), 422


def _work(course: str, module: str, key: str) -> Task | Talk:
    found = house.catalogue().step(course, module, key)
    if not isinstance(found, Task | Talk):
        raise NotFound
    return found


def _step_of(submission: Submission) -> Task | Talk | None:
    """The step it was handed in for; None where the courses have it no more."""
    modules = (module for course in house.catalogue().courses.values() for module in course.modules)
    steps = (step for module in modules for step in module.steps if isinstance(step, Task | Talk))
    return next((step for step in steps if step.iri == submission.step), None)


def _learners(session: Session) -> dict[UUID, Person]:
    """The learners of the cohorts that this visitor trains, by their enrolments."""
    here = visitor.current()
    trained = select(CohortMember.cohort_id).where(
        CohortMember.person_id == here.person_id, CohortMember.role == TRAINER
    )
    rows = session.execute(
        select(Enrolment.id, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .join(CohortMember, CohortMember.person_id == Person.id)
        .where(CohortMember.cohort_id.in_(trained), CohortMember.role == LEARNER, Enrolment.store_id == here.store_id)
    )
    return {row.id: row.Person for row in rows}


def _readable(session: Session, submission_id: UUID) -> tuple[Submission, Person]:
    submission = session.get(Submission, submission_id)
    person = _learners(session).get(submission.enrolment_id) if submission else None
    if submission is None or person is None or submission.handed_in_at is None:
        raise NotFound
    return submission, person


def _file(session: Session, submission: Submission | None, field: str) -> Response:
    """The file, always to be saved and never shown: what others uploaded is not run in our pages."""
    found = handing_in.file_of(session, submission=submission, field=field) if submission else None
    if found is None:
        raise NotFound
    return send_file(BytesIO(found.body), mimetype=found.media_type, as_attachment=True, download_name=found.name)
