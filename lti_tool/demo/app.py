"""The demo LMS put together."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker

from lti_tool.demo import (
    admin,
    answers,
    course,
    deep_linking,
    failing,
    framing,
    group_lists,
    groups,
    happening,
    keys,
    launching,
    line_items,
    pages,
    people,
    registration,
    roster,
    scores,
    security,
    switching,
)
from lti_tool.demo.database import PREPARING, Base, connect
from lti_tool.demo.faults import Fault
from lti_tool.demo.lms import Lms
from lti_tool.demo.tool_keys import ToolKeys

LARGEST_BODY = 1024 * 1024
DOORS = (
    pages,
    framing,
    admin,
    happening,
    switching,
    launching,
    deep_linking,
    security,
    registration,
    line_items,
    scores,
    roster,
    group_lists,
)


class Installation(Base):
    """What one demo LMS knows about itself: the secret that its session cookies are signed with."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    cookie_secret: Mapped[str]


def create_lms(database_url: str, public_url: str, *, misbehave: Iterable[str] = ()) -> Flask:
    """A demo LMS on this database, furnished if it was empty; `public_url` is its issuer.

    `misbehave` names faults (see `Fault`); `lms_of(app)` and the administrator's page change them later.
    """
    engine = connect(database_url)
    sessions = sessionmaker(engine, expire_on_commit=False)
    with sessions.begin() as session:
        secret = _furnish(session, at=datetime.now(UTC))
    here = Path(str(files("lti_tool.demo")))
    app = Flask("lti_tool.demo", root_path=str(here))
    app.config.update(
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME="demo_lms",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=public_url.startswith("https://"),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["lms"] = Lms(
        public_url.rstrip("/"), engine, sessions, ToolKeys(), {Fault(each) for each in misbehave}
    )
    for door in DOORS:
        app.register_blueprint(door.bp)
    answers.carry(app)
    failing.when_told(app)
    switching.tell(app)
    return app


def lms_of(app: Flask) -> Lms:
    """The LMS behind this application, for tests."""
    found: Lms = app.extensions["lms"]
    return found


def _furnish(session: Session, *, at: datetime) -> str:
    """Course, people, groups and a key are there; the secret of the cookies is returned."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PREPARING})
    found = session.get(Installation, 1)
    if found is None:
        found = Installation(id=1, cookie_secret=secrets.token_urlsafe(32))
        session.add(found)
        keys.make(session, at=at)
    # A database of an earlier version gets whom and what came since.
    people.cast(session)
    course.open_course(session)
    session.flush()
    groups.form(session)
    return found.cookie_secret
