"""An invitation for a platform that is connected already: it may come back changed, or from another address."""

from datetime import UTC, datetime

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from lti_tool import house, visitor
from lti_tool.lti import invitations
from lti_tool.pages.platforms import front, place
from xapi_store.transaction import transaction

bp = Blueprint("invitations", __name__, url_prefix="/<int:platform_id>")


@bp.post("/invite")
@visitor.operator_only
def invite(platform_id: int) -> ResponseReturnValue:
    """There is a one-time link by which this platform can register anew; it is shown once."""
    with transaction(house.database()) as session:
        here = place.of(session, platform_id)
        token = invitations.invite_again(session, platform=here.platform, at=datetime.now(UTC))
    link = house.address() + url_for("lti_onboarding.invited", token=token)
    return front.page(platform_id, invitation=link)
