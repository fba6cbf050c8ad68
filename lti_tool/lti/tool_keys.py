"""The keys that the tool signs with towards platforms, published at /lti/jwks, each used for a week.

A key is published a day before it signs, so that platforms that keep our keys for a while know it by then. It signs for
seven days, and is published for fourteen in all: what it signed last can still be checked. Then it is destroyed.
"""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, jsonify
from procrastinate import App
from sqlalchemy.orm import Session

from xapi_store import keys
from xapi_store.database import Database
from xapi_store.keys import Seal, SigningKey
from xapi_store.transaction import transaction

OWNER, ALGORITHM = "tool", "RS256"
AHEAD, SIGNS, PUBLISHED = timedelta(days=1), timedelta(days=7), timedelta(days=14)
AFTERWARDS = PUBLISHED - SIGNS - AHEAD
HOURLY = "41 * * * *"

bp = Blueprint("lti_keys", __name__, url_prefix="/lti")
log = logging.getLogger(__name__)


def signing_key(session: Session, *, seal: Seal, at: datetime) -> SigningKey:
    """The key that the tool signs with now; made on first need."""
    return keys.ensure(session, owner=OWNER, algorithm=ALGORITHM, seal=seal, at=at)


def shown(session: Session, *, at: datetime) -> list[SigningKey]:
    """The keys that platforms are shown: the one that signs, the next one, and those that signed not long ago."""
    return [
        key for key in keys.of_owner(session, owner=OWNER) if key.retired_at is None or key.retired_at > at - AFTERWARDS
    ]


def tend(session: Session, *, seal: Seal, at: datetime) -> SigningKey | None:
    """Whatever is due is done: keys that nobody needs are destroyed, and the key of a week ago has a successor.

    Any number of processes may do this at the same moment. Gives the key that was made, if one was.
    """
    keys.destroy(session, owner=OWNER, retired_before=at - AFTERWARDS)
    newest = keys.newest(session, owner=OWNER, algorithm=ALGORITHM)
    if newest is None or newest.created_at > at - SIGNS:
        return None
    return succeed(session, seal=seal, at=at)


def succeed(session: Session, *, seal: Seal, at: datetime) -> SigningKey | None:
    """The key that signs has a successor, published from now on, that signs from tomorrow on; None where one waits."""
    signing_key(session, seal=seal, at=at)
    return keys.succeed(session, owner=OWNER, algorithm=ALGORITHM, seal=seal, overlap=AHEAD, at=at)


def replace(session: Session, *, seal: Seal, at: datetime) -> SigningKey:
    """Every key of the tool is gone (somebody else may have it), and a new one signs at once.

    Until platforms have fetched it, they refuse what we sign; scores wait meanwhile.
    """
    for key in keys.of_owner(session, owner=OWNER):
        session.delete(key)
    session.flush()
    return signing_key(session, seal=seal, at=at)


def register(app: App, *, database: Database, seal: Seal) -> None:
    """The worker's application tends the keys every hour."""

    @app.periodic(cron=HOURLY)
    @app.task(name="tend_tool_keys", queueing_lock="tend_tool_keys")
    def tend_tool_keys(timestamp: int) -> None:
        with transaction(database) as session:
            made = tend(session, seal=seal, at=datetime.fromtimestamp(timestamp, UTC))
        if made is not None:
            log.info("the key %s is published, and signs from tomorrow on", made.kid)


@bp.get("/jwks")
def jwks() -> Response:
    """The tool's public keys (LTI Security Framework 1.0, 6.3). `alg` stands in each, since Moodle needs it."""
    at = datetime.now(UTC)
    with transaction(current_app.extensions["database"]) as session:
        signing_key(session, seal=current_app.extensions["seal"], at=at)
        published: list[dict[str, Any]] = [key.public_jwk for key in shown(session, at=at)]
        answer = jsonify(keys=published)
    answer.headers["Cache-Control"] = "public, max-age=600"
    return answer
