"""The composition root: which doors the house has, and what every answer carries."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, current_app, g, request
from flask_babel import Babel

from assessments import api as certificate_check
from assessments.rulebook import Rulebook
from courses.catalogue import Catalogue
from lti_tool import visitor
from lti_tool.lti import doors, platforms
from lti_tool.pages import (
    agency,
    answers,
    certificates,
    design,
    frame,
    health,
    home,
    learner,
    learner_view,
    observer,
    openapi,
    operator,
    platform_roles,
    reports,
    review,
    roster,
    stores,
    team,
    trainer,
    trainer_grades,
    verify,
)
from lti_tool.pages import (
    platforms as platform_pages,
)
from lti_tool.run.settings import Settings
from lti_tool.sign_in import doors as sign_in_doors
from xapi_store import api as xapi
from xapi_store.database import UNREACHABLE, Base, Database
from xapi_store.keys import Seal

METADATA = Base.metadata
CONTENT = Path(str(files("courses"))) / "content"
PAGES = (
    *(home, health, learner, learner_view, team, trainer, trainer_grades, roster, review, observer),
    *(agency, certificates, reports, verify, openapi, operator, platform_pages, platform_roles, stores),
)
LANGUAGES = ("en",)
LARGEST_BODY = 8 * 1024 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'{forms}; frame-ancestors 'self'{ancestors}"
)


def create_app(settings: Settings, *, catalogue: Catalogue | None = None) -> Flask:
    """The whole tool as one WSGI application on this database. The courses are read, unless they are handed in."""
    app = Flask("lti_tool", root_path=str(Path(str(files("lti_tool")))))
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SECRET_KEY=settings.secret_key)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["settings"] = replace(settings, public_url=settings.address)
    app.extensions["database"] = database = Database(settings.database_url, pool_size=settings.web_threads)
    app.extensions["catalogue"] = catalogue or Catalogue.load(CONTENT)
    app.extensions["rules"] = Rulebook.load(CONTENT)
    app.extensions["seal"] = Seal(settings.secret_key)
    Babel(app, locale_selector=_language)
    app.register_blueprint(certificate_check.blueprint())
    for door in (*doors.ALL, *sign_in_doors.ALL, *PAGES):
        app.register_blueprint(door.bp)
    if settings.demo:
        app.register_blueprint(design.bp)
    answers.register(app)
    app.context_processor(visitor.in_templates)
    app.context_processor(frame.in_templates)
    app.after_request(_headers)
    reading = settings.read_database_url
    replica = Database(reading, pool_size=settings.web_threads) if reading else None
    app.wsgi_app = xapi.in_front_of(app.wsgi_app, database, reading=replica)  # type: ignore[method-assign]  # Flask's own way
    return app


def _language() -> str:
    """The visitor's language as the platform named it, else the browser's; English where we do not have it."""
    here = visitor.shown()
    asked = (here.locale or "").split("_")[0].split("-")[0] if here else ""
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _headers(response: Response) -> Response:
    """A strict policy on every page; only the agency's own platforms may frame it."""
    headers = response.headers
    if response.mimetype == "text/html":
        ancestors = "".join(f" {origin}" for origin in _ancestors(leads_on=response.location is not None))
        forms = f" {g.form_action}" if "form_action" in g else ""
        headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=ancestors, forms=forms))
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
