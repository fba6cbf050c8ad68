"""The composition root: which doors the house has, and what every answer carries."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, current_app, g
from flask_babel import Babel

from assessments import api as certificate_check
from assessments.rulebook import Rulebook
from courses.catalogue import Catalogue
from courses.satisfaction import Satisfaction
from lti_tool import language, visitor
from lti_tool.lti import doors, platforms
from lti_tool.pages import (
    accessibility,
    agency,
    answering,
    answers,
    certificates,
    course,
    design,
    film,
    frame,
    health,
    home,
    languages,
    learner,
    learner_view,
    media,
    observer,
    open_courses,
    openapi,
    operator,
    pilot,
    platform_roles,
    qualification,
    reports,
    review,
    roster,
    stores,
    team,
    trainer,
    trainer_grades,
    verify,
    vocabulary,
    work,
)
from lti_tool.pages import (
    platforms as platform_pages,
)
from lti_tool.run import compression, own_courses, static_files
from lti_tool.run.own_courses import CONTENT
from lti_tool.run.settings import Settings
from lti_tool.sign_in import doors as sign_in_doors
from xapi_store import api as xapi
from xapi_store.database import UNREACHABLE, Base, Database
from xapi_store.keys import Seal

METADATA = Base.metadata
# Rows that no page touches, only the worker: the database must have them all the same.
BEHIND_THE_PAGES = (Satisfaction,)
PAGES = (
    *(accessibility, home, health, media, course, learner, answering, film, work),
    *(learner_view, team, trainer, trainer_grades, roster, review, observer),
    *(agency, certificates, reports, verify, openapi, operator, platform_pages, platform_roles, stores),
    *(open_courses, qualification, vocabulary, languages, pilot),
)
LARGEST_BODY = 8 * 1024 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'{forms}; frame-ancestors 'self'{ancestors}"
)

# A drawing can hold scripts; opened by itself it may not run them, whoever drew it.
DRAWING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def create_app(settings: Settings, *, catalogue: Catalogue | None = None) -> Flask:
    """The whole tool as one WSGI application on this database. The courses are read, unless they are handed in."""
    app = Flask("lti_tool", root_path=str(Path(str(files("lti_tool")))))
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SECRET_KEY=settings.secret_key)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["settings"] = replace(settings, public_url=settings.address)
    app.extensions["database"] = database = Database(settings.database_url, pool_size=settings.web_threads)
    app.extensions["catalogue"] = catalogue or own_courses.load(settings)
    app.extensions["rules"] = Rulebook.load(CONTENT)
    app.extensions["seal"] = Seal(settings.secret_key)
    Babel(app, locale_selector=language.of_interface)
    app.register_blueprint(certificate_check.blueprint())
    for door in (*doors.ALL, *sign_in_doors.ALL, *PAGES):
        app.register_blueprint(door.bp)
    if settings.demo:
        app.register_blueprint(design.bp)
    answers.register(app)
    app.context_processor(visitor.in_templates)
    app.context_processor(frame.in_templates)
    app.context_processor(language.in_templates)
    app.jinja_env.filters["bytesformat"] = language.bytesformat
    app.jinja_env.globals.update(lang=language.lang, own_name=language.own_name)
    app.after_request(_headers)
    static_files.register(app)
    compression.register(app)
    reading = settings.read_database_url
    replica = Database(reading, pool_size=settings.web_threads) if reading else None
    app.wsgi_app = xapi.in_front_of(app.wsgi_app, database, reading=replica)  # type: ignore[method-assign]  # Flask's own way
    return app


def _headers(response: Response) -> Response:
    """A strict policy on every page; only the agency's own platforms may frame it."""
    headers = response.headers
    if response.mimetype == "text/html":
        ancestors = "".join(f" {origin}" for origin in _ancestors(leads_on=response.location is not None))
        forms = f" {g.form_action}" if "form_action" in g else ""
        headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=ancestors, forms=forms))
    if response.mimetype == "image/svg+xml":
        headers.setdefault("Content-Security-Policy", DRAWING)
    if response.mimetype == "text/html" or g.get("visitor") is not None:
        headers.setdefault("Cache-Control", "no-store")  # what a visitor is given is for nobody after them
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    return response


def _ancestors(*, leads_on: bool) -> list[str]:
    """The platforms that may frame this page: those of the visitor's agency, or all where nobody is here yet."""
    if "frame_ancestors" in g:
        return list(g.frame_ancestors)
    if leads_on:
        return []  # nothing of it is ever shown
    database: Database = current_app.extensions["database"]
    try:
        here = visitor.shown()
        with database.session() as session:
            return platforms.allowed_ancestors(session, agency_id=here.agency_id if here else None)
    except UNREACHABLE:
        return []  # without a database the calm page is still shown, unframed
