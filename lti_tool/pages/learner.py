"""The learner's pages: the outline of a module, and each kind of step."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from courses import going_on, progress, quiz, scenario, teams
from courses.errors import AnswerRefused, NotEnrolled, QuizClosed, StepClosed
from courses.quiz import QuizAttempt
from courses.syllabus import Exercise, Quiz, Reading, Reflection, Scenario, Video
from lti_tool import house, language, visitor
from lti_tool.lti import group_teams
from lti_tool.pages import answering, film, step_page, step_views, words
from lti_tool.pages.step_page import found as _step
from lti_tool.pages.step_page import learner as _learner
from lti_tool.pages.step_page import now as _now
from lti_tool.pages.step_page import own as _own
from lti_tool.visitor import LEARNER, TRAINER
from xapi_store.transaction import transaction

bp = Blueprint("learner", __name__, url_prefix="/learn")

MOST_PARAGRAPHS = 10_000
reader_only = visitor.only(LEARNER, TRAINER)


@bp.get("/<course>/<module>")
@reader_only
def module(course: str, module: str) -> ResponseReturnValue:
    """The module's promise, its steps, and what is next."""
    found = language.module(course, module)
    with house.database().session() as session:
        outline = step_page.outline(session, found)
        enrolment = _own(session)
        course_ = language.course(house.catalogue().course(course))
        on = going_on.go_on(session, enrolment=enrolment, course=course_) if enrolment else None
    ahead = next((each for each in outline if each.status != progress.DONE), None)
    return render_template(
        "learn_module.html",
        course=course_,
        module=found,
        outline=outline,
        ahead=ahead,
        stopped=on if on is not None and on.stopped and on.step in found.steps else None,
        done=sum(each.status == progress.DONE for each in outline),
        minutes_left=sum(each.step.minutes for each in outline if each.status != progress.DONE),
    )


@bp.get("/<course>/<module>/<key>")
@reader_only
def step(course: str, module: str, key: str) -> ResponseReturnValue:
    """One step, as far as this learner has come in it."""
    found = house.catalogue().step(course, module, key)
    with transaction(house.database()) as session:
        return step_page.page(session, found, **step_views.shown(session, found, _own(session)))


@bp.post("/<course>/<module>/<key>/done")
@visitor.learner_only
def done(course: str, module: str, key: str) -> ResponseReturnValue:
    """The reading is read, or the film is seen; on to what is next."""
    found = house.catalogue().step(course, module, key)
    if not isinstance(found, Reading | Video):
        raise NotFound
    with transaction(house.database()) as session:
        progress.complete(session, enrolment=_learner(session), step=found, at=_now())
    return redirect(url_for("learner.module", course=course, module=module), 303)


@bp.post("/<course>/<module>/<key>/place")
@visitor.learner_only
def place(course: str, module: str, key: str) -> ResponseReturnValue:
    """Where the reader is now is kept for next time, to the paragraph of a section."""
    found = _step(course, module, key, Reading)
    section, paragraph = request.form.get("section", ""), request.form.get("paragraph", default=0, type=int)
    if section not in {each.key for each in found.sections} or not 0 <= paragraph < MOST_PARAGRAPHS:
        raise NotFound
    kept = {"section": section, "paragraph": paragraph}
    with transaction(house.database()) as session:
        progress.keep_place(session, enrolment=_learner(session), step=found, place=kept, at=_now())
    return "", 204


@bp.post("/<course>/<module>/<key>/prompt")
@visitor.learner_only
def prompt(course: str, module: str, key: str) -> ResponseReturnValue:
    """What the learner thinks is kept: at a film's pause, or as a reflection that is thereby done."""
    found = house.catalogue().step(course, module, key)
    if not isinstance(found, Video | Reflection):
        raise NotFound
    body = request.form.get("body", "")
    try:
        with transaction(house.database()) as session:
            ends = isinstance(found, Reflection) or film.of(found) is None
            progress.reflect(session, enrolment=_learner(session), step=found, body=body, ends=ends, at=_now())
    except AnswerRefused as refused:
        if step_page.for_script():
            return {"error": str(words.REFUSED[refused.code])}, 422
        form = {"values": {"body": body}, "errors": {"body": [words.REFUSED[refused.code]]}}
        with house.database().session() as session:
            shown = {**step_views.shown(session, found, _own(session)), "form": form}
            return step_page.page(session, found, **shown), 422
    if step_page.for_script():
        return {"kept": True}
    return redirect(url_for("learner.step", course=course, module=module, key=key, _anchor="prompt"), 303)


@bp.post("/<course>/<module>/<key>/begin")
@visitor.learner_only
def begin(course: str, module: str, key: str) -> ResponseReturnValue:
    """A run of the scenario or an attempt at the quiz is open."""
    found = house.catalogue().step(course, module, key)
    with transaction(house.database()) as session:
        if isinstance(found, Quiz):
            quiz.begin(session, enrolment=_learner(session), quiz=found, at=_now())
        elif isinstance(found, Scenario):
            scenario.begin(session, enrolment=_learner(session), scenario=found, at=_now())
        else:
            raise NotFound
    return redirect(url_for("learner.step", course=course, module=module, key=key), 303)


@bp.post("/<course>/<module>/<key>/choose")
@visitor.learner_only
def choose(course: str, module: str, key: str) -> ResponseReturnValue:
    """A choice in the scenario is made; what it did is shown next."""
    found = _step(course, module, key, Scenario)
    node, choice = request.form.get("node", ""), request.form.get("choice", "")
    if not choice:
        return redirect(url_for("learner.step", course=course, module=module, key=key, missing=1), 303)
    with transaction(house.database()) as session:
        runs = scenario.runs(session, enrolment=_learner(session), scenario=found)
        if not runs:
            raise StepClosed("the day has not begun")
        run = runs[-1]
        scenario.choose(session, run=run, scenario=found, node=node, choice=choice, at=_now())
    return redirect(url_for("learner.step", course=course, module=module, key=key, _anchor="turn"), 303)


@bp.post("/<course>/<module>/<key>/answer")
@visitor.learner_only
def answer(course: str, module: str, key: str) -> ResponseReturnValue:
    """The question is answered, for good; its feedback is shown next."""
    found = _step(course, module, key, Quiz)
    question = request.form.get("question", "")
    given = answering.given(request.form)
    try:
        with transaction(house.database()) as session:
            attempt = _open_attempt(session, found)
            quiz.answer(session, attempt=attempt, quiz=found, question_id=question, response=given, at=_now())
    except AnswerRefused as refused:
        form = {"values": {"response": given}, "errors": {"response": [words.REFUSED[refused.code]]}}
        with transaction(house.database()) as session:
            shown = {**step_views.quiz_shown(session, found, _own(session), asked=question), "form": form}
            return step_page.page(session, found, **shown), 422
    return redirect(url_for("learner.step", course=course, module=module, key=key, question=question), 303)


@bp.post("/<course>/<module>/<key>/hand-in")
@visitor.learner_only
def hand_in(course: str, module: str, key: str) -> ResponseReturnValue:
    """The attempt is closed and scored; its result is shown next."""
    found = _step(course, module, key, Quiz)
    with transaction(house.database()) as session:
        quiz.hand_in(session, attempt=_open_attempt(session, found), quiz=found, at=_now())
    return redirect(url_for("learner.step", course=course, module=module, key=key), 303)


@bp.post("/<course>/<module>/<key>/team")
@visitor.learner_only
def team(course: str, module: str, key: str) -> ResponseReturnValue:
    """The learner has a seat in a team of this exercise, and is on the way to its room."""
    found = _step(course, module, key, Exercise)
    cohort_id = visitor.current().cohort_id
    if cohort_id is None:
        raise NotEnrolled
    with transaction(house.database()) as session:
        enrolment = _learner(session)
        holders = group_teams.holders(session, person_id=enrolment.person_id)
        joined = teams.enter(
            session, cohort_id=cohort_id, exercise=found, enrolment=enrolment, at=_now(), holders=holders
        )
    return redirect(url_for("team.room", team_id=joined.id), 303)


@bp.post("/<course>/<module>/<key>/alone")
@visitor.learner_only
def alone(course: str, module: str, key: str) -> ResponseReturnValue:
    """The learner works on the exercise alone, beside its scripted partners."""
    found = _step(course, module, key, Exercise)
    cohort_id = visitor.current().cohort_id
    if cohort_id is None:
        raise NotEnrolled
    with transaction(house.database()) as session:
        own = teams.alone(session, cohort_id=cohort_id, exercise=found, enrolment=_learner(session), at=_now())
    return redirect(url_for("team.room", team_id=own.id), 303)


def _open_attempt(session: Session, found: Quiz) -> QuizAttempt:
    opened = quiz.standing(session, enrolment=_learner(session), quiz=found).open
    if opened is None:
        raise QuizClosed("handed_in")
    return opened
