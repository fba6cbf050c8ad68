"""The trainer's people: who has come from the platform's course, who has not yet, who left; its groups as teams."""

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from courses.errors import TeamRefused
from courses.people import Cohort, CohortMember
from courses.syllabus import Exercise
from lti_tool import house, visitor
from lti_tool.lti import group_teams, groups, roster
from lti_tool.lti.counterparts import LmsContext
from lti_tool.visitor import TRAINER
from xapi_store.transaction import transaction

bp = Blueprint("roster", __name__, url_prefix="/teach/people")


@bp.get("")
@visitor.trainer_only
def people() -> ResponseReturnValue:
    """Everybody of one cohort (`cohort`, else the one that was launched), as far as the platform tells."""
    with house.database().session() as session:
        cohorts = _cohorts(session)
        cohort = _chosen(cohorts, request.args.get("cohort", type=int) or visitor.current().cohort_id)
        context = roster.context_of(session, cohort_id=cohort.id) if cohort else None
        listed = roster.listed(session, context=context) if context else []
        return render_template(
            "teach_people.html",
            cohorts=cohorts,
            cohort=cohort,
            context=context,
            reading=roster.reading(session, context=context) if context else None,
            listed=listed,
            counted=roster.count_by_standing(listed),
            groups=groups.of(session, context=context) if context else [],
            exercises=_exercises(cohort) if cohort else [],
            asked=request.args.get("asked"),
            made=request.args.get("made", type=int),
        )


@bp.post("/<int:cohort_id>/refresh")
@visitor.trainer_only
def refresh(cohort_id: int) -> ResponseReturnValue:
    """The platform is asked for its roster, in a moment."""
    with transaction(house.database()) as session:
        context = _context(session, cohort_id)
        asked = roster.ask(session, context=context, at=datetime.now(UTC))
    return redirect(url_for("roster.people", cohort=cohort_id, asked="yes" if asked else "just-now"), 303)


@bp.get("/<int:cohort_id>/groups")
@visitor.trainer_only
def preview(cohort_id: int) -> ResponseReturnValue:
    """Who would be in which team, if the course's groups were taken for the exercise."""
    return _preview(cohort_id, request.args.get("exercise", ""), changed=False)


@bp.post("/<int:cohort_id>/groups")
@visitor.trainer_only
def take_groups(cohort_id: int) -> ResponseReturnValue:
    """The course's groups are teams of the exercise."""
    exercise_id = request.form.get("exercise", "")
    try:
        with transaction(house.database()) as session:
            context = _context(session, cohort_id)
            exercise = _exercise(session.get_one(Cohort, cohort_id), exercise_id)
            course = house.catalogue().course(context.course)
            made = group_teams.make(session, context=context, course=course, exercise=exercise, at=datetime.now(UTC))
    except TeamRefused:
        # Somebody found a team meanwhile: what would be now is shown again.
        return _preview(cohort_id, exercise_id, changed=True), 409
    return redirect(url_for("roster.people", cohort=cohort_id, made=len(made)), 303)


def _preview(cohort_id: int, exercise_id: str, *, changed: bool) -> str:
    with house.database().session() as session:
        context = _context(session, cohort_id)
        cohort = session.get_one(Cohort, cohort_id)
        course, exercise = house.catalogue().course(context.course), _exercise(cohort, exercise_id)
        plan = group_teams.plan(session, context=context, course=course, exercise=exercise)
    return render_template("teach_groups.html", cohort=cohort, exercise=exercise, plan=plan, changed=changed)


def _cohorts(session: Session) -> dict[int, Cohort]:
    """The cohorts that the visitor trains, the youngest first."""
    rows = session.scalars(
        select(Cohort)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == visitor.current().person_id, CohortMember.role == TRAINER)
        .order_by(Cohort.created_at.desc(), Cohort.id.desc())
    )
    return {cohort.id: cohort for cohort in rows}


def _chosen(cohorts: dict[int, Cohort], wanted: int | None) -> Cohort | None:
    """The cohort wanted, if the visitor trains it; else their youngest."""
    return cohorts.get(wanted or 0) or next(iter(cohorts.values()), None)


def _context(session: Session, cohort_id: int) -> LmsContext:
    """The platform's course behind a cohort that the visitor trains; NotFound for any other."""
    context = roster.context_of(session, cohort_id=cohort_id) if cohort_id in _cohorts(session) else None
    if context is None:
        raise NotFound
    return context


def _exercises(cohort: Cohort) -> list[Exercise]:
    """The team exercises of the cohort's course."""
    modules = house.catalogue().course(cohort.course).modules
    return [step for module in modules for step in module.steps if isinstance(step, Exercise)]


def _exercise(cohort: Cohort, exercise_id: str) -> Exercise:
    """That exercise of the cohort's course, or its first where none is named; NotFound where there is none."""
    found = [each for each in _exercises(cohort) if exercise_id in ("", each.id)]
    if not found:
        raise NotFound
    return found[0]
