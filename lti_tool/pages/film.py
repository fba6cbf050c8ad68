"""The film of a step: how it is shown to this learner, what their player reports, and film or sound alone."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound

from courses import built_films, watching
from courses.built_films import Described, Film, Part
from courses.errors import FilmRefused
from courses.film_statements import Showing
from courses.people import Enrolment
from courses.syllabus import Step, Video
from courses.watching import Event, Watched
from lti_tool import house, language, visitor
from lti_tool.pages import step_page
from xapi_store.transaction import transaction

bp = Blueprint("film", __name__, url_prefix="/learn/<course>/<module>/<key>/film")

# The film, its sound and words, or the version that tells its pictures: remembered in the browser alone.
COOKIE, FILM, AUDIO, DESCRIBED = "__Host-media", "film", "audio", "described"
WAYS = (FILM, AUDIO, DESCRIBED)
YEAR = 365 * 24 * 3600
MOST_AT_ONCE = 200
NEARLY = 2_000  # who stopped so close to the end begins anew
LONGEST_FILM = 24 * 3600 * 1000
SIZE = validate.Regexp(r"^\d{1,5}x\d{1,5}$")
milliseconds = validate.Range(min=0, max=LONGEST_FILM)


class ShowingSchema(Schema):
    """How the film is shown, as the player tells it."""

    speed = fields.Float(load_default=1, validate=validate.Range(min=0.25, max=watching.FASTEST))
    volume = fields.Float(load_default=1, validate=validate.Range(min=0, max=1))
    captions = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"^[a-z]{2,3}$"))
    full_screen = fields.Boolean(load_default=False)
    screen = fields.String(load_default="0x0", validate=SIZE)
    shown = fields.String(load_default="0x0", validate=SIZE)
    track = fields.String(load_default="film", validate=validate.OneOf(WAYS))


class EventSchema(Schema):
    """One event; `time` and `came_from` in milliseconds of the film, `at` in milliseconds since 1970."""

    number = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    kind = fields.String(required=True, validate=validate.OneOf(watching.KINDS))
    at = fields.Integer(required=True, validate=validate.Range(min=0, max=10**14))
    time = fields.Integer(required=True, validate=milliseconds)
    came_from = fields.Integer(load_default=None, allow_none=True, validate=milliseconds)
    showing = fields.Nested(ShowingSchema, load_default=dict)


class ReportSchema(Schema):
    """What a player sends: its session, and what happened in it."""

    class Meta:
        """A page that was left open may know fields that are no more."""

        unknown = EXCLUDE

    session = fields.UUID(required=True)
    events = fields.List(fields.Nested(EventSchema), required=True, validate=validate.Length(min=1, max=MOST_AT_ONCE))


@bp.post("")
@visitor.learner_only
def report(course: str, module: str, key: str) -> ResponseReturnValue:
    """What happened in the player is kept; the answer says up to which event, and how far the learner has come."""
    found, film = _built(house.catalogue().step(course, module, key))
    try:
        sent: dict[str, Any] = ReportSchema().load(request.get_json())
    except ValidationError as refused:
        raise BadRequest from refused
    events = [_event(each, film) for each in sent["events"]]
    try:
        with transaction(house.database()) as session:
            watched = watching.report(
                session,
                enrolment=step_page.learner(session),
                step=found,
                length=film.length,
                session_id=sent["session"],
                events=events,
                at=datetime.now(UTC),
            )
    except FilmRefused as refused:
        return {"error": refused.code}, 422
    return {"taken": watched.taken, "share": float(watched.share), "completed": watched.completed}


@bp.post("/way")
@visitor.learner_only
def choose_way(course: str, module: str, key: str) -> ResponseReturnValue:
    """From now on this browser gets films in this way."""
    found = house.catalogue().step(course, module, key)
    answer = redirect(f"/learn/{found.id}#film", 303)
    way = request.form.get("way", FILM)
    if way not in WAYS:
        raise BadRequest
    answer.set_cookie(
        COOKIE, way, max_age=YEAR, path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )
    return answer


def shown(session: Session, found: Video, enrolment: Enrolment | None) -> dict[str, Any]:
    """What the page shows of the step's film: the film (None while it is not built), how, and how far the learner is.

    `version` has the times of what is played: the film itself, or its described version.
    """
    film = of(found)
    if film is None:
        return {"film": None, "watched": None}
    watched = watching.watched(session, enrolment=enrolment, step=found) if enrolment else None
    way = _way(film)
    version = film.described if way == DESCRIBED and film.described else film
    return {
        "film": film,
        "version": version,
        "way": way,
        "watched": watched,
        "start": _start(film, version, watched),
        "media": lambda part: address(found, part),
    }


def _start(film: Film, version: Film | Described, watched: Watched | None) -> int:
    """Where it begins: at the second that the address names, else where the learner stopped, else at the beginning."""
    asked = request.args.get("t", type=float)
    if asked is not None and 0 <= asked * 1000 <= version.length:
        return round(asked * 1000)
    position = watched.position if watched else 0
    if position >= film.length - NEARLY:
        return 0
    return version.at(position) if isinstance(version, Described) else position


def of(step: Video) -> Film | None:
    """The step's film, in the reader's language or else the course's own; None while it is not built."""
    course = house.catalogue().course(step.id.split("/")[0])
    media = house.media(course)
    own = built_films.built(media, key=step.name, language=language.of_course(course))
    return own or built_films.built(media, key=step.name, language=course.language)


def address(step: Step, part: Part) -> str:
    """Where a file of the film is fetched; the address changes with the file, so that it can be kept for long."""
    return url_for("media.file", course=step.id.split("/")[0], name=part.name, v=part.mark)


def _way(film: Film) -> str:
    """As chosen in this browser, else as the browser asks to save data; as far as the film has it."""
    chosen = request.cookies.get(COOKIE)
    if chosen not in WAYS:
        chosen = AUDIO if request.headers.get("Save-Data", "").lower() == "on" else FILM
    there = {FILM: True, AUDIO: "m4a" in film.parts, DESCRIBED: film.described is not None}
    return chosen if there[chosen] else FILM


def _built(step: Step) -> tuple[Video, Film]:
    film = of(step) if isinstance(step, Video) else None
    if film is None or not isinstance(step, Video):
        raise NotFound
    return step, film


def _event(sent: dict[str, Any], film: Film) -> Event:
    """As the courses' floor has it. A player may count a hair beyond the end: that is the end."""
    hair = film.length + 500
    times = {name: sent[name] for name in ("time", "came_from")}
    for name, value in times.items():
        if value is not None and film.length < value <= hair:
            times[name] = film.length
    return Event(
        number=sent["number"],
        kind=sent["kind"],
        at=datetime.fromtimestamp(sent["at"] / 1000, UTC),
        time=times["time"] or 0,
        came_from=times["came_from"],
        showing=Showing(**(sent["showing"] or {}), language=film.language),
    )
