"""The learner view: a trainer sees a module as a learner does. Nothing is saved and nothing becomes evidence.

That is held at the door (`visitor.only`): while the view lasts, no form of this visit is kept.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from courses import quiz, scenario
from courses.quiz import QuizAttempt, Standing
from courses.scenario import ScenarioRun
from courses.syllabus import Quiz, Scenario
from lti_tool import house, visitor
from lti_tool.visitor import TRAINER, Visit
from xapi_store.transaction import transaction

bp = Blueprint("learner_view", __name__, url_prefix="/teach/learner-view")

# The same questions each time: what a trainer looks at twice should not have changed.
SAMPLE = UUID(int=0)

trainer_in_view = visitor.only(TRAINER, in_learner_view=True)


@bp.post("")
@trainer_in_view
def begin() -> ResponseReturnValue:
    """The trainer sees the module as a learner does, from now until they go back."""
    course, _, module = request.form.get("module", "").partition("/")
    found = house.catalogue().module(course, module)
    with transaction(house.database()) as session:
        session.get_one(Visit, visitor.current().visit).learner_view = True
    return redirect(url_for("learner.module", course=course, module=found.slug), 303)


@bp.post("/end")
@trainer_in_view
def end() -> ResponseReturnValue:
    """The trainer is back at the desk, as themselves."""
    with transaction(house.database()) as session:
        session.get_one(Visit, visitor.current().visit).learner_view = False
    return redirect(url_for("trainer.queue"), 303)


def quiz_shown(session: Session, found: Quiz, asked: str | None) -> dict[str, Any]:
    """A quiz as it looks at the start of an attempt; the attempt is a sample that is never stored."""
    attempt = QuizAttempt(id=SAMPLE, questions=quiz.draw(found, seed=SAMPLE, used=set()))
    lines = quiz.sheet(session, attempt=attempt, quiz=found)
    line = next((each for each in lines if each.question.id == asked), lines[0] if lines else None)
    standing = Standing(attempts=(attempt,), open=attempt, best=None, passed=False, left=found.attempts)
    return {"standing": standing, "attempt": attempt, "lines": lines, "line": line}


def scenario_shown(found: Scenario) -> dict[str, Any]:
    """A scenario at its first request; the run is a sample that is never stored."""
    run = ScenarioRun(number=1, path=[])
    form: dict[str, Any] = {"values": {}, "errors": {}}
    return {"runs": [run], "run": run, "day": scenario.play(found, []), "form": form}
