"""A platform's deployments: each is named, let in, or kept out."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool import house, visitor
from lti_tool.errors import NoSuchPlatform
from lti_tool.lti.platforms import Deployment, deployments
from lti_tool.pages.platforms import front, place, words
from xapi_store.transaction import transaction

bp = Blueprint("deployments", __name__, url_prefix="/<int:platform_id>/deployments")
LONGEST_NAME = 200


@bp.post("")
@visitor.operator_only
def change(platform_id: int) -> ResponseReturnValue:
    """The deployment has that name and may launch us, or not."""
    name, status = request.form.get("name", "").strip(), request.form.get("status", "")
    if status not in (deployments.ACTIVE, deployments.DISABLED) and status != deployments.PENDING:
        return front.page(platform_id), 422
    if len(name) > LONGEST_NAME or not name.isprintable():
        form = {"values": {}, "errors": {"deployments": [words.FAULTS["name"]]}}
        return front.page(platform_id, form=form), 422
    with transaction(house.database()) as session:
        place.of(session, platform_id)
        row = session.get(Deployment, (platform_id, request.form.get("deployment_id", "").replace("\0", "")))
        if row is None:
            raise NoSuchPlatform(str(platform_id))
        deployments.change(session, deployment=row, name=name, status=status)
    return redirect(url_for("platforms.one", platform_id=platform_id, done="deployment", _anchor="deployments"), 303)
