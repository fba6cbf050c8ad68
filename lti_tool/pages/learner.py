"""The learner's pages: the outline of a module, and each kind of step."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from courses import progress, quiz, scenario, teams
from courses.errors import AnswerRefused, NotEnrolled, QuizClosed, StepClosed
from courses.people import Enrolment
from courses.quiz import QuizAttempt
from courses.syllabus import Case, Exercise, Module, Quiz, Reading, Scenario, Step
from lti_tool import house, visitor
from lti_tool.lti import group_teams
from lti_tool.pages import learner_view, words
from lti_tool.visitor import LEARNER, TRAINER
from xapi_store.transaction import transaction

bp = Blueprint("learner", __name__, url_prefix="/learn")

Kind = TypeVar("Kind", bound=Step)
reader_only = visitor.only(LEARNER, TRAINER)


@bp.get("/<course>/<module>")
@reader_only
def module(course: str, module: str) -> ResponseReturnValue:
    """The module's promise, its steps, and what is next."""
    found = house.catalogue().module(course, module)
    with house.database().session() as session:
        outline = _outline(session, found)
    ahead = next((each for each in outline if each.status != progress.DONE), None)
    return render_template(
        "learn_module.html",
        course=house.catalogue().course(course),
        module=found,
        outline=outline,
        ahead=ahead,
        done=sum(each.status == progress.DONE for each in outline),
        minutes_left=sum(each.step.minutes for each in outline if each.status != progress.DONE),
    )


@bp.get("/<course>/<module>/<key>")
@reader_only
def step(course: str, module: str, key: str) -> ResponseReturnValue:
    """One step, as far as this learner has come in it."""
    found = house.catalogue().step(course, module, key)
    with transaction(house.database()) as session:
        shown = _VIEWS[found.kind](session, found, _own(session))
        outline = _outline(session, house.catalogue().module(course, module))
    return _page(found, outline, **shown)


@bp.post("/<course>/<module>/<key>/done")
@visitor.learner_only
def done(course: str, module: str, key: str) -> ResponseReturnValue:
    """The reading is read, or the case is seen; on to what is next."""
    found = _step(course, module, key, Step)
    if not isinstance(found, Reading | Case):
        raise NotFound
    with transaction(house.database()) as session:
        progress.complete(session, enrolment=_learner(session), step=found, at=_now())
    return redirect(url_for("learner.module", course=course, module=module), 303)


@bp.post("/<course>/<module>/<key>/place")
@visitor.learner_only
def place(course: str, module: str, key: str) -> ResponseReturnValue:
    """Where the reader is now is kept for next time."""
    found = _step(course, module, key, Reading)
    section = request.form.get("section", "")
    if section not in {each.key for each in found.sections}:
        raise NotFound
    with transaction(house.database()) as session:
        progress.keep_place(session, enrolment=_learner(session), step=found, place={"section": section}, at=_now())
    return "", 204


@bp.post("/<course>/<module>/<key>/prompt")
@visitor.learner_only
def prompt(course: str, module: str, key: str) -> ResponseReturnValue:
    """What the learner thinks about the case is kept, and the case is done."""
    found = _step(course, module, key, Case)
    body = request.form.get("body", "")
    try:
        with transaction(house.database()) as session:
            progress.reflect(session, enrolment=_learner(session), case=found, body=body, at=_now())
    except AnswerRefused as refused:
        with house.database().session() as session:
            outline = _outline(session, house.catalogue().module(course, module))
        form = {"values": {"body": body}, "errors": {"body": [words.REFUSED[refused.code]]}}
        return _page(found, outline, form=form, reflection=None), 422
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
    given = _response(request.form)
    try:
        with transaction(house.database()) as session:
            attempt = _open_attempt(session, found)
            quiz.answer(session, attempt=attempt, quiz=found, question_id=question, response=given, at=_now())
    except AnswerRefused as refused:
        with transaction(house.database()) as session:
            shown = _quiz(session, found, _own(session), asked=question)
            outline = _outline(session, house.catalogue().module(course, module))
        form = {"values": {"response": given}, "errors": {"response": [words.REFUSED[refused.code]]}}
        return _page(found, outline, **{**shown, "form": form}), 422
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


def _page(found: Step, outline: list[progress.StepState], **shown: Any) -> str:
    """The step's page within its module's outline."""
    course, module, _ = found.id.split("/")
    position = next(place for place, each in enumerate(outline) if each.step.id == found.id)
    return render_template(
        f"step_{found.kind}.html",
        course=house.catalogue().course(course),
        module=house.catalogue().module(course, module),
        step=found,
        outline=outline,
        state=outline[position],
        following=outline[position + 1].step if position + 1 < len(outline) else None,
        **{"form": {"values": {}, "errors": {}}, **shown},
    )


def _reading(session: Session, found: Reading, enrolment: Enrolment | None) -> dict[str, Any]:
    kept = progress.place(session, enrolment=enrolment, step=found) if enrolment else {}
    return {"section": kept.get("section")}


def _case(session: Session, found: Case, enrolment: Enrolment | None) -> dict[str, Any]:
    return {"reflection": progress.reflection(session, enrolment=enrolment, case=found) if enrolment else None}


def _scenario(session: Session, found: Scenario, enrolment: Enrolment | None) -> dict[str, Any]:
    if visitor.current().learner_view:
        return learner_view.scenario_shown(found)
    runs = scenario.runs(session, enrolment=enrolment, scenario=found) if enrolment else []
    day = scenario.play(found, runs[-1].path) if runs else None
    form = {"values": {}, "errors": {"choice": [words.REFUSED["choose_one"]]} if request.args.get("missing") else {}}
    return {"runs": runs, "run": runs[-1] if runs else None, "day": day, "form": form}


def _quiz(session: Session, found: Quiz, enrolment: Enrolment | None, asked: str = "") -> dict[str, Any]:
    if visitor.current().learner_view:
        return learner_view.quiz_shown(session, found, request.args.get("question"))
    if enrolment is None:
        return {"standing": None, "attempt": None, "lines": [], "line": None}
    standing = quiz.standing(session, enrolment=enrolment, quiz=found)
    attempt = standing.open or (standing.attempts[-1] if standing.attempts else None)
    lines = quiz.sheet(session, attempt=attempt, quiz=found) if attempt else []
    wanted = asked or request.args.get("question")
    line = next((each for each in lines if each.question.id == wanted), None)
    line = line or next((each for each in lines if each.marked is None), None)
    return {"standing": standing, "attempt": attempt, "lines": lines, "line": line if standing.open else None}


def _exercise(session: Session, found: Exercise, enrolment: Enrolment | None) -> dict[str, Any]:
    own = teams.of(session, enrolment_id=enrolment.id, exercise=found) if enrolment else None
    return {"team": own, "members": teams.members(session, own) if own else []}


_VIEWS: dict[str, Any] = {
    "reading": _reading,
    "case": _case,
    "scenario": _scenario,
    "quiz": _quiz,
    "exercise": _exercise,
}


def _response(form: Any) -> list[str]:
    """The answer's parts: `response` fields, or one `place.KEY`/`pair.KEY` field for each thing to order or match."""
    places = sorted((value, name[6:]) for name, value in form.items() if name.startswith("place."))
    pairs = [f"{name[5:]}[.]{value}" for name, value in form.items() if name.startswith("pair.") and value]
    if places:
        return [key for _, key in places] if len({value for value, _ in places}) == len(places) else []
    return pairs or list(form.getlist("response"))


def _open_attempt(session: Session, found: Quiz) -> QuizAttempt:
    opened = quiz.standing(session, enrolment=_learner(session), quiz=found).open
    if opened is None:
        raise QuizClosed("handed_in")
    return opened


def _outline(session: Session, found: Module) -> list[progress.StepState]:
    enrolment = _own(session)
    if enrolment is not None:
        return progress.outline(session, enrolment=enrolment, module=found)
    return [progress.StepState(each, progress.OPEN, None, None) for each in found.steps]


def _own(session: Session) -> Enrolment | None:
    """The visitor's enrolment; None for a trainer, who looks at the pages without one."""
    enrolment_id = visitor.current().enrolment_id
    return session.get(Enrolment, enrolment_id) if enrolment_id else None


def _learner(session: Session) -> Enrolment:
    enrolment = _own(session)
    if enrolment is None:
        raise NotEnrolled
    return enrolment


def _step(course: str, module: str, key: str, kind: type[Kind]) -> Kind:
    found = house.catalogue().step(course, module, key)
    if not isinstance(found, kind):
        raise NotFound
    return found


def _now() -> datetime:
    return datetime.now(UTC)
