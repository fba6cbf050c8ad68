"""The connection check, run and shown."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from lti_tool import house, visitor
from lti_tool.lti import connection, connection_words
from lti_tool.lti.platform_client import Client
from lti_tool.pages.platforms import front, place

bp = Blueprint("checks", __name__, url_prefix="/<int:platform_id>")


@bp.post("/check")
@visitor.operator_only
def run(platform_id: int) -> ResponseReturnValue:
    """What works and what does not is on the page."""
    with house.database().session() as session:
        platform = place.of(session, platform_id).platform
    found = connection.check(
        connection.Check(
            database=house.database(),
            client=Client(allow_private=current_app.extensions["settings"].allow_private_platforms),
            seal=house.seal(),
            platform=platform,
            address=house.address(),
            at=datetime.now(UTC),
            seen_at=request.host,
        )
    )
    return front.page(platform_id, told=[connection_words.told(each) for each in found])
