"""A platform is given a name, is asked for names or not, is blocked, or let in again."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lti_tool import house, visitor
from lti_tool.lti.platforms.platform import ACTIVE, BLOCKED
from lti_tool.pages.platforms import front, place, words
from xapi_store.transaction import transaction

bp = Blueprint("changes", __name__, url_prefix="/<int:platform_id>")
LONGEST_NAME = 200


@bp.post("/name")
@visitor.operator_only
def rename(platform_id: int) -> ResponseReturnValue:
    """The platform has that name, and its people's names are asked for or not."""
    name = request.form.get("name", "").strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        form = {"values": {"name": name}, "errors": {"name": [words.FAULTS["name"]]}}
        return front.page(platform_id, form=form), 422
    with transaction(house.database()) as session:
        platform = place.of(session, platform_id).platform
        platform.name, platform.ask_names = name, "ask_names" in request.form
    return redirect(url_for("platforms.one", platform_id=platform_id, done="changed"), 303)


@bp.post("/<any('block','unblock'):what>")
@visitor.operator_only
def gate(platform_id: int, what: str) -> ResponseReturnValue:
    """The platform is blocked, or active again."""
    with transaction(house.database()) as session:
        place.of(session, platform_id).platform.status = BLOCKED if what == "block" else ACTIVE
    return redirect(url_for("platforms.one", platform_id=platform_id, done=f"{what}ed"), 303)
