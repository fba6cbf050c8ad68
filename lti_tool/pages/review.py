"""What one learner did, for their trainer, whom the platform sent to review it, and for themselves: to read only."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from assessments import desk
from courses import handing_in, progress, quiz, scenario, teams
from courses.fields import fields_of
from courses.people import Enrolment, Person
from courses.progress import StepState
from courses.syllabus import Exercise, Module, Quiz, Reflection, Scenario, Step, Talk, Task, Video
from courses.teams import Team
from lti_tool import house, language, visitor
from lti_tool.errors import NotForThisRole
from lti_tool.lti import submission_review
from lti_tool.pages import words
from lti_tool.visitor import LEARNER, TRAINER

bp = Blueprint("review", __name__, url_prefix="/review")

reader_only = visitor.only(LEARNER, TRAINER)


@dataclass(frozen=True)
class Part:
    """One step as the learner stands in it; `shown` is what its kind has to show."""

    state: StepState
    shown: dict[str, Any]


@bp.get("/<course>/<module>/<uuid:enrolment_id>")
@reader_only
def module(course: str, module: str, enrolment_id: UUID) -> ResponseReturnValue:
    """Every step of the module, as this learner stands in it."""
    return _page(language.module(course, module), None, enrolment_id)


@bp.get("/<course>/<module>/<key>/<uuid:enrolment_id>")
@reader_only
def step(course: str, module: str, key: str, enrolment_id: UUID) -> ResponseReturnValue:
    """One step as this learner stands in it; a team's work is shown where it was made, or where it is graded."""
    found = house.catalogue().step(course, module, key)
    if isinstance(found, Exercise):
        with house.database().session() as session:
            team = teams.of(session, enrolment_id=_allowed(session, enrolment_id).id, exercise=found)
        if team is not None:
            return redirect(place_of(team), 303)
    return _page(language.module(course, module), language.step(found), enrolment_id)


def place_of(team: Team) -> str:
    """Where the team's work is to be seen: on the grading screen once it is frozen (for trainers), else in its room."""
    if team.closed_at is not None and TRAINER in visitor.current().roles:
        return url_for("trainer.grade", team_id=team.id)
    return url_for("team.room", team_id=team.id)


def _page(found: Module, only: Step | None, enrolment_id: UUID) -> str:
    with house.database().session() as session:
        enrolment = _allowed(session, enrolment_id)
        person = session.get_one(Person, enrolment.person_id)
        states = progress.outline(session, enrolment=enrolment, module=found)
        parts = [
            Part(state, _shown(session, state.step, enrolment))
            for state in states
            if only is None or state.step.id == only.id
        ]
        own = enrolment.person_id == visitor.current().person_id
        return render_template("review.html", module=found, only=only, person=person, parts=parts, own=own)


def _shown(session: Session, found: Step, enrolment: Enrolment) -> dict[str, Any]:
    if isinstance(found, Quiz):
        standing = quiz.standing(session, enrolment=enrolment, quiz=found)
        shown = standing.best or standing.open
        lines = quiz.sheet(session, attempt=shown, quiz=found) if shown else []
        return {"standing": standing, "attempt": shown, "lines": lines}
    if isinstance(found, Scenario):
        runs = scenario.runs(session, enrolment=enrolment, scenario=found)
        return {"runs": runs, "day": scenario.play(found, runs[0].path) if runs else None}
    if isinstance(found, Exercise):
        team = teams.of(session, enrolment_id=enrolment.id, exercise=found)
        grade = desk.released_to(session, enrolment_id=enrolment.id, exercise_id=found.id)
        return {"team": team, "place": place_of(team) if team else "", "grade": grade}
    if isinstance(found, Video | Reflection):
        return {"reflection": progress.reflection(session, enrolment=enrolment, step=found)}
    if isinstance(found, Task | Talk):
        submission = handing_in.of(session, enrolment=enrolment, step=found)
        handed_in = submission if submission is not None and submission.handed_in_at is not None else None
        return {"submission": handed_in, "fields": fields_of(found), "codes": words.FUNCTIONS}
    return {}


def _allowed(session: Session, enrolment_id: UUID) -> Enrolment:
    """The enrolment: one's own, or that of a learner in a cohort that one trains; of one's own agency in any case."""
    here, enrolment = visitor.current(), session.get(Enrolment, enrolment_id)
    if enrolment is None:
        raise NotFound
    own = LEARNER in here.roles and enrolment.person_id == here.person_id
    trained = TRAINER in here.roles and submission_review.may_review(
        session, person_id=here.person_id, enrolment=enrolment
    )
    if enrolment.store_id != here.store_id or not (own or trained):
        raise NotForThisRole
    return enrolment
