"""The composition root: which doors the house has, and what every answer carries."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from flask import Flask, Response, request
from flask_babel import Babel

from assessments import api as certificate_check
from courses.catalogue import Catalogue
from lti_tool import visitor
from lti_tool.lti import doors
from lti_tool.pages import agency, answers, design, health, home, learner, operator, reports, team, trainer, verify
from lti_tool.run.settings import Settings
from xapi_store import api as xapi
from xapi_store.database import Base, Database
from xapi_store.keys import Seal

METADATA = Base.metadata
CONTENT = Path(str(files("courses"))) / "content"
LANGUAGES = ("en",)
LARGEST_BODY = 8 * 1024 * 1024


def create_app(settings: Settings) -> Flask:
    """The whole tool as one WSGI application on this database."""
    app = Flask("lti_tool", root_path=str(Path(str(files("lti_tool")))))
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, SECRET_KEY=settings.secret_key)
    app.url_map.merge_slashes = False  # xAPI clients double slashes and must not be redirected
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["settings"] = settings
    app.extensions["database"] = Database(settings.database_url, pool_size=settings.web_threads)
    app.extensions["catalogue"] = Catalogue.load(CONTENT)
    app.extensions["seal"] = Seal(settings.secret_key)
    Babel(app, locale_selector=_language)
    for door in (
        xapi,
        certificate_check,
        *doors.ALL,
        home,
        health,
        learner,
        team,
        trainer,
        agency,
        reports,
        verify,
        operator,
    ):
        app.register_blueprint(door.bp)
    if settings.demo:
        app.register_blueprint(design.bp)
    answers.register(app)
    app.context_processor(visitor.in_templates)
    app.after_request(_headers)
    return app


def web() -> Flask:
    """The application of a web process, set up from its environment."""
    return create_app(Settings.from_environment())
