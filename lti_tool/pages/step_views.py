"""What the page of each kind of step shows of the learner's own."""

from typing import Any

from flask import request
from sqlalchemy.orm import Session

from courses import pause_answers, progress, quiz, scenario, teams
from courses.people import Enrolment
from courses.syllabus import Exercise, Quiz, Reading, Reflection, Scenario, Step, Video
from lti_tool import language, visitor
from lti_tool.pages import film, learner_view, words, work


def shown(session: Session, found: Step, enrolment: Enrolment | None) -> dict[str, Any]:
    """What its template needs beside the step itself."""
    own: dict[str, Any] = _VIEWS[found.kind](session, language.step(found), enrolment)
    return own


def quiz_shown(session: Session, found: Quiz, enrolment: Enrolment | None, asked: str = "") -> dict[str, Any]:
    """The same of a quiz: the question that was `asked` for (by its id), else the first without an answer."""
    found = language.step(found)
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


def _reading(session: Session, found: Reading, enrolment: Enrolment | None) -> dict[str, Any]:
    kept = progress.place(session, enrolment=enrolment, step=found) if enrolment else {}
    return {"section": kept.get("section"), "paragraph": kept.get("paragraph", 0), "checked": {}}


def _video(session: Session, found: Video, enrolment: Enrolment | None) -> dict[str, Any]:
    reflection = progress.reflection(session, enrolment=enrolment, step=found) if enrolment else None
    answered = pause_answers.answered(session, enrolment=enrolment, video=found) if enrolment else None
    return {"reflection": reflection, "answered": answered, **film.shown(session, found, enrolment)}


def _reflection(session: Session, found: Reflection, enrolment: Enrolment | None) -> dict[str, Any]:
    return {"reflection": progress.reflection(session, enrolment=enrolment, step=found) if enrolment else None}


def _scenario(session: Session, found: Scenario, enrolment: Enrolment | None) -> dict[str, Any]:
    if visitor.current().learner_view:
        return learner_view.scenario_shown(found)
    runs = scenario.runs(session, enrolment=enrolment, scenario=found) if enrolment else []
    day = scenario.play(found, runs[-1].path) if runs else None
    form = {"values": {}, "errors": {"choice": [words.REFUSED["choose_one"]]} if request.args.get("missing") else {}}
    return {"runs": runs, "run": runs[-1] if runs else None, "day": day, "form": form}


def _exercise(session: Session, found: Exercise, enrolment: Enrolment | None) -> dict[str, Any]:
    own = teams.of(session, enrolment_id=enrolment.id, exercise=found) if enrolment else None
    return {"team": own, "members": teams.members(session, own) if own else []}


_VIEWS: dict[str, Any] = {
    "reading": _reading,
    "video": _video,
    "scenario": _scenario,
    "quiz": quiz_shown,
    "lab": quiz_shown,
    "exercise": _exercise,
    "task": work.shown,
    "talk": work.shown,
    "reflection": _reflection,
}
