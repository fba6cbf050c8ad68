"""The self-test: a foreign client writes a statement through the public door and reads it back."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lti_tool import house, self_test, visitor
from lti_tool.pages.stores import front, place
from xapi_store import api_keys
from xapi_store.transaction import transaction

bp = Blueprint("self_tests", __name__)

SCOPES = ("statements/write", "statements/read/mine")
LIFETIME = timedelta(minutes=1)


@bp.post("/<slug>/self-test")
@visitor.operator_only
def run(slug: str) -> ResponseReturnValue:
    """Each step of the self-test is on the page. Its key lived a minute at most and opens nothing any more.

    The request to ourselves needs a second thread of this server; each step gives up after `self_test.LONGEST`.
    """
    at = datetime.now(UTC)
    with transaction(house.database()) as session:
        here = place.of(session, slug)
        row, secret = api_keys.create(
            session, store_id=here.id, label="self-test", scopes=SCOPES, at=at, expires_at=at + LIFETIME
        )
    try:
        tested = list(self_test.ping(front.endpoint(), row.key, secret))
    finally:
        with transaction(house.database()) as session:
            api_keys.revoke(session, key=row.key, at=datetime.now(UTC))
    return front.page(slug, tested=tested)
