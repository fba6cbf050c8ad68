"""The team room: phases, thread, the shared document, the freeze and each member's agreement."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound

from assessments import desk
from courses import exercises, scripted, teams
from courses.errors import AnswerRefused, NotInTeam, TooEarly
from courses.sandbox import builtin, document, thread
from courses.syllabus import Exercise
from courses.teams import Seat, Team
from lti_tool import house, language, visitor
from lti_tool.pages import words
from lti_tool.visitor import LEARNER, TRAINER
from xapi_store.transaction import transaction

bp = Blueprint("team", __name__, url_prefix="/team/<uuid:team_id>")

team_only = visitor.only(LEARNER, TRAINER)


class SaveForm(Schema):
    """A save of the document: the text, and the number of the state that it was based on."""

    class Meta:
        """The form token travels in the same form."""

        unknown = EXCLUDE

    body = fields.String(required=True)
    based_on = fields.Integer(required=True, strict=False)


class PostForm(Schema):
    """A message, and the id of the one it answers, if any."""

    class Meta:
        """The form token travels in the same form."""

        unknown = EXCLUDE

    body = fields.String(required=True)
    in_reply_to = fields.UUID(load_default=None)


@bp.get("")
@team_only
def room(team_id: UUID) -> ResponseReturnValue:
    """The room as it stands, for its members and their trainers."""
    return _room(team_id)


@bp.get("/changes")
@team_only
def changes(team_id: UUID) -> ResponseReturnValue:
    """What happened since the page last looked: new posts as markup, and the rest as it stands."""
    at = datetime.now(UTC)
    with house.database().session() as session:
        team, exercise, seat = _enter(session, team_id)
        found = builtin.changes_since(session, team=team, cursor=request.args.get("cursor", ""))
        now = exercises.phase_now(session, team=team, exercise=exercise, at=at)
        shown = _people(found.members)
        current = document.current(session, team=team, exercise=exercise)
    exercise = language.step(exercise)
    posts = render_template("team/posts.html", posts=found.posts, people=shown, seat=seat, team=team, exercise=exercise)
    return {
        "posts": posts,
        "revision": found.revision,
        "body": current.body if found.revision != request.args.get("revision", type=int) else None,
        "saved_by": shown[current.enrolment_id].name if current.enrolment_id else None,
        "people": render_template("team/people.html", people=shown, exercise=exercise, now=now, team=team),
        "phases": render_template(
            "team/phases.html", exercise=exercise, now=now, team=team, seat=seat, missing=words.EARLY
        ),
        "closed": found.closed,
        "cursor": found.cursor,
    }


@bp.post("/posts")
@visitor.learner_only
def post(team_id: UUID) -> ResponseReturnValue:
    """The message stands in the thread."""
    sent = _load(PostForm())
    try:
        with transaction(house.database()) as session:
            thread.post(
                session, seat=_seat(session, team_id), body=sent["body"], in_reply_to=sent["in_reply_to"], at=_now()
            )
    except AnswerRefused as refused:
        form = {"values": request.form, "errors": {"body": [words.REFUSED[refused.code]]}}
        return _room(team_id, form=form), 422
    return redirect(url_for("team.room", team_id=team_id, _anchor="thread-end"), 303)


@bp.post("/document")
@visitor.learner_only
def save(team_id: UUID) -> ResponseReturnValue:
    """The member's changes are in the document with everybody else's; scripts get the merged text back."""
    sent = _load(SaveForm())
    at = _now()
    try:
        with transaction(house.database()) as session:
            seat = _seat(session, team_id)
            saved = document.save(session, seat=seat, based_on=sent["based_on"], body=sent["body"], at=at)
            standing = document.numbered(session, team=seat.team, number=saved.number) if saved.number else None
    except AnswerRefused as refused:
        if _for_script():
            return {"error": str(words.REFUSED[refused.code])}, 422
        form = {"values": request.form, "errors": {"document": [words.REFUSED[refused.code]]}}
        return _room(team_id, form=form), 422
    if _for_script():
        return {
            "revision": saved.number,
            "merged": saved.merged,
            "conflicts": [each.line for each in saved.conflicts],
            "body": standing.body if standing else sent["body"],
            "at": at.isoformat(),
        }
    return redirect(url_for("team.room", team_id=team_id, saved=1, _anchor="document"), 303)


@bp.post("/advance")
@team_only
def advance(team_id: UUID) -> ResponseReturnValue:
    """The team is in the next phase."""
    leaving = request.form.get("leaving", type=int)
    if leaving is None:
        raise BadRequest
    try:
        with transaction(house.database()) as session:
            team, exercise, _ = _enter(session, team_id)
            by = visitor.current().person_id
            exercises.advance(session, team=team, exercise=exercise, leaving=leaving, by=by, at=_now())
    except TooEarly as early:
        return _room(team_id, early=early.missing), 409
    return redirect(url_for("team.room", team_id=team_id), 303)


@bp.post("/freeze")
@team_only
def freeze(team_id: UUID) -> ResponseReturnValue:
    """What the team made stands for good."""
    try:
        with transaction(house.database()) as session:
            team, exercise, _ = _enter(session, team_id)
            exercises.freeze(session, team=team, exercise=exercise, by=visitor.current().person_id, at=_now())
    except TooEarly as early:
        return _room(team_id, early=early.missing), 409
    return redirect(url_for("team.room", team_id=team_id), 303)


@bp.post("/agree")
@visitor.learner_only
def agree(team_id: UUID) -> ResponseReturnValue:
    """The member has agreed to what the team froze."""
    with transaction(house.database()) as session:
        exercises.agree(session, seat=_seat(session, team_id), at=_now())
    return redirect(url_for("team.room", team_id=team_id), 303)


@bp.get("/history/<int:number>")
@team_only
def history(team_id: UUID, number: int) -> ResponseReturnValue:
    """One saved state of the document, and what changed from the one before."""
    with house.database().session() as session:
        team, exercise, _ = _enter(session, team_id)
        states = document.revisions(session, team)
        try:
            new = document.numbered(session, team=team, number=number)
            old = document.numbered(session, team=team, number=max(number - 1, 0))
        except AnswerRefused as refused:
            raise NotFound from refused
        people = _people(teams.members(session, team))
    return render_template(
        "team/history.html",
        team=team,
        exercise=language.step(exercise),
        states=states,
        state=new,
        difference=document.difference(old, new),
        people=people,
    )


def _room(team_id: UUID, *, form: dict[str, Any] | None = None, early: tuple[str, ...] = ()) -> str:
    at = _now()
    with house.database().session() as session:
        team, exercise, seat = _enter(session, team_id)
        # Posts and cursor in one look, so that no post falls between the two.
        found = builtin.changes_since(session, team=team, cursor="")
        artefact = exercises.artefact_of(session, team)
        agreed = exercises.agreements(session, artefact=artefact) if artefact else {}
        grade = (
            desk.released_to(session, enrolment_id=seat.member.enrolment_id, exercise_id=exercise.id) if seat else None
        )
        return render_template(
            "team_room.html",
            team=team,
            exercise=language.step(exercise),
            seat=seat,
            people=_people(teams.members(session, team)),
            now=exercises.phase_now(session, team=team, exercise=exercise, at=at),
            posts=found.posts,
            scripted=scripted.said(team, language.step(exercise)),
            materials=scripted.materials(language.step(exercise), seat.member.role if seat else None),
            document=document.current(session, team=team, exercise=exercise),
            states=document.revisions(session, team),
            mirror=builtin.mirror(session, team=team),
            cursor=found.cursor,
            artefact=artefact,
            agreed=agreed,
            grade=grade,
            early=[words.EARLY[each] for each in early],
            missing=words.EARLY,
            form=form or {"values": {}, "errors": {}},
            at=at,
        )


def _grade(session: Session, seat: Seat | None) -> desk.Released | None:
    if seat is None:
        return None
    return desk.released_to(session, enrolment_id=seat.member.enrolment_id, exercise_id=seat.exercise.id)


def _people(members: tuple[teams.Member, ...]) -> dict[UUID, teams.Member]:
    return {member.enrolment_id: member for member in members}


def _enter(session: Session, team_id: UUID) -> tuple[Team, Exercise, Seat | None]:
    """The team and the visitor's seat in it; None for its trainers, NotInTeam for everybody else."""
    here = visitor.current()
    team = teams.by_id(session, team_id)
    exercise = house.catalogue().exercise(team.exercise)
    if here.enrolment_id is not None:
        try:
            return team, exercise, teams.seat(session, team=team, enrolment_id=here.enrolment_id, exercise=exercise)
        except NotInTeam:
            if TRAINER not in here.roles:
                raise
    if TRAINER not in here.roles or not teams.is_trainer(session, team=team, person_id=here.person_id):
        raise NotInTeam(team_id)
    return team, exercise, None


def _seat(session: Session, team_id: UUID) -> Seat:
    _, _, seat = _enter(session, team_id)
    if seat is None:
        raise NotInTeam(team_id)
    return seat


def _load(schema: Schema) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(request.form)
    except ValidationError as refused:
        raise BadRequest from refused
    return loaded


def _for_script() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _now() -> datetime:
    return datetime.now(UTC)
