"""The trainer's desk: what waits, grading a team and its members by rubric, and the release."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import desk, drafts, grading
from assessments.drafts import Draft, MemberDraft
from assessments.errors import AlreadyReleased, LevelsMissing, LevelsRefused, NotYourTask, StaleGrading
from courses import progress, teams
from courses.people import Cohort, CohortMember, Person
from courses.sandbox import builtin, document, thread
from courses.syllabus import Exercise, Video
from courses.teams import Team
from lti_tool import house, language, visitor
from lti_tool.lti import gradebook
from lti_tool.pages import words
from lti_tool.visitor import TRAINER
from xapi_store.transaction import transaction

bp = Blueprint("trainer", __name__, url_prefix="/teach")

MEMBER = re.compile(r"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\.")
LEVEL = re.compile(r"[0-9]")


@bp.get("")
@visitor.trainer_only
def queue() -> ResponseReturnValue:
    """What waits to be graded, the longest wait first; and which teams are still at work."""
    at = datetime.now(UTC)
    with house.database().session() as session:
        person = _trainer(session)
        cohorts = _cohorts(session, person)
        waiting = desk.queue_for(session, person=person, cohort_ids=list(cohorts), at=at)
        working = session.scalars(
            select(Team).where(Team.cohort_id.in_(cohorts), Team.closed_at.is_(None)).order_by(Team.opened_at)
        ).all()
        seats = {team.id: teams.members(session, team) for team in working}
    return render_template(
        "teach_desk.html",
        waiting=waiting,
        working=working,
        seats=seats,
        cohorts=cohorts,
        exercise=lambda key: language.step(house.catalogue().exercise(key)),
        state=request.args.get("state"),
        at=at,
        shelf=house.catalogue().courses.values(),
        address=house.address(),
    )


@bp.post("/<uuid:team_id>/open")
@visitor.trainer_only
def begin(team_id: UUID) -> ResponseReturnValue:
    """The team's artefact is being graded."""
    try:
        with transaction(house.database()) as session:
            grading.begin(session, team_id=team_id, assessor=_trainer(session), at=datetime.now(UTC))
    except NotYourTask as refused:
        return render_template("error.html", happened=words.NOT_YOURS[refused.reason], advice="", support_id=""), 403
    return redirect(url_for("trainer.grade", team_id=team_id), 303)


@bp.get("/<uuid:team_id>")
@visitor.trainer_only
def grade(team_id: UUID) -> ResponseReturnValue:
    """One screen: what the team made, the rubric, the members."""
    return _screen(team_id)


@bp.post("/<uuid:team_id>")
@visitor.trainer_only
def save(team_id: UUID) -> ResponseReturnValue:
    """The draft stands, or the grade is released (`release`); typed text comes back where that cannot be."""
    at = datetime.now(UTC)
    try:
        version, missing = _save(team_id, at)
        if "release" in request.form:
            _release(team_id, version, at)
    except (StaleGrading, LevelsRefused, LevelsMissing, AlreadyReleased) as refused:
        return _refused(team_id, refused)
    if _for_script():
        return {"seen": version, "missing": missing, "at": at.isoformat()}
    return redirect(url_for("trainer.grade", team_id=team_id, saved=1), 303)


def _save(team_id: UUID, at: datetime) -> tuple[int, int]:
    """The draft stands; gives its version and how much is still missing."""
    with transaction(house.database()) as session:
        held, exercise = _held(session, team_id)
        draft = _draft(request.form, exercise)
        seen = request.form.get("seen", type=int, default=0)
        saved = grading.save_draft(
            session,
            grading_id=held.id,
            assessor=_trainer(session),
            exercise=exercise,
            seen=seen,
            draft=draft,
            at=at,
        )
        return saved.version, len(drafts.missing(draft, exercise=exercise))


def _release(team_id: UUID, version: int, at: datetime) -> None:
    """In a step of its own: where something is missing, the draft saved before still stands."""
    with transaction(house.database()) as session:
        held, exercise = _held(session, team_id)
        grading.release(session, grading_id=held.id, assessor=_trainer(session), exercise=exercise, seen=version, at=at)


def _refused(team_id: UUID, refused: Exception) -> ResponseReturnValue:
    if _for_script():
        return {"error": str(words.grading_refused(refused))}, 409
    missing = refused.fields if isinstance(refused, LevelsMissing) else ()
    return _screen(team_id, sent=request.form, trouble=words.grading_refused(refused), missing=missing), 409


def _screen(
    team_id: UUID, *, sent: Mapping[str, str] | None = None, trouble: object = None, missing: tuple[str, ...] = ()
) -> str:
    with house.database().session() as session:
        held, exercise = _held(session, team_id)
        view = desk.view(session, grading_id=held.id)
        enrolments = [each.member.enrolment_id for each in view.members]
        draft = _draft(sent, exercise) if sent else grading.standing(held, grading.members_of(session, held.id))
        people = {member.enrolment_id: member for member in teams.members(session, view.team)}
        return render_template(
            "teach_grade.html",
            view=view,
            exercise=language.step(exercise),
            draft=draft,
            seen=held.version,
            people=people,
            mirror={each.member.enrolment_id: each for each in builtin.mirror(session, team=view.team)},
            posts=thread.thread(session, view.team),
            document=document.current(session, team=view.team, exercise=exercise),
            reflections=_reflections(session, enrolments, exercise),
            deliveries=gradebook.deliveries(session, enrolment_ids=enrolments, activity=exercise.iri),
            delivery_words=words.DELIVERIES,
            trouble=trouble,
            missing=missing,
            still=drafts.missing(draft, exercise=exercise),
        )


def _reflections(session: Session, enrolments: list[UUID], exercise: Exercise) -> dict[UUID, progress.Reflection]:
    """What the members wrote to the film of the same module: for their trainer's eyes."""
    course, module, _ = exercise.id.split("/")
    films = [step for step in house.catalogue().module(course, module).steps if isinstance(step, Video)]
    return progress.reflections(session, enrolment_ids=enrolments, step=films[0]) if films else {}


def _held(session: Session, team_id: UUID) -> tuple[grading.Grading, Exercise]:
    team = teams.by_id(session, team_id)
    held = grading.begin(session, team_id=team.id, assessor=_trainer(session), at=datetime.now(UTC))
    return held, house.catalogue().exercise(team.exercise)


def _draft(sent: Mapping[str, str], exercise: Exercise) -> Draft:
    """The form as a draft: `group.c5`, `comment`, and for each enrolment `ID.x1`, `ID.accepted`, `ID.comment` …"""
    ids = {UUID(found[1]) for found in map(MEMBER.match, sent) if found}
    return Draft(
        group={each.key: _level(sent.get(f"group.{each.key}")) for each in exercise.rubric.group},
        members={enrolment_id: _member(sent, str(enrolment_id), exercise) for enrolment_id in ids},
        comment=sent.get("comment", ""),
    )


def _member(sent: Mapping[str, str], prefix: str, exercise: Exercise) -> MemberDraft:
    return MemberDraft(
        conduct={each.key: _level(sent.get(f"{prefix}.{each.key}")) for each in exercise.rubric.conduct},
        accepted=f"{prefix}.accepted" in sent,
        accepted_reason=sent.get(f"{prefix}.accepted_reason", ""),
        comment=sent.get(f"{prefix}.comment", ""),
    )


def _level(value: str | None) -> int | None:
    """The level chosen; None where none is, 0 (which is no level, and refused later) for anything else."""
    if not value:
        return None
    return int(value) if LEVEL.fullmatch(value) else 0


def _trainer(session: Session) -> Person:
    return session.get_one(Person, visitor.current().person_id)


def _cohorts(session: Session, person: Person) -> dict[int, Cohort]:
    rows = session.scalars(
        select(Cohort)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.person_id == person.id, CohortMember.role == TRAINER)
    )
    return {cohort.id: cohort for cohort in rows}


def _for_script() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
