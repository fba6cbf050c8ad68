"""The keys that the tool signs with towards platforms, published at /lti/jwks."""

from datetime import UTC, datetime

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.orm import Session

from xapi_store import keys
from xapi_store.keys import Seal, SigningKey
from xapi_store.transaction import transaction

OWNER, ALGORITHM = "tool", "RS256"

bp = Blueprint("lti_keys", __name__, url_prefix="/lti")


def signing_key(session: Session, *, seal: Seal, at: datetime) -> SigningKey:
    """The key that the tool signs with now; made on first need."""
    return keys.ensure(session, owner=OWNER, algorithm=ALGORITHM, seal=seal, at=at)


@bp.get("/jwks")
def jwks() -> Response:
    """The tool's public keys (LTI Security Framework 1.0, 6.3). `alg` stands in each, since Moodle needs it."""
    with transaction(current_app.extensions["database"]) as session:
        signing_key(session, seal=current_app.extensions["seal"], at=datetime.now(UTC))
        answer = jsonify(keys=keys.published(session, owner=OWNER))
    answer.headers["Cache-Control"] = "public, max-age=600"
    return answer
