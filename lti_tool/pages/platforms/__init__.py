"""The operator's pages for platforms: all of them, one by hand, and of one its deployments, check and new home."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lti_tool.errors import NoSuchPlatform
from lti_tool.pages import answers
from lti_tool.pages.platforms import addresses, changes, checks, deployments, entry, front, invitations, listing

bp = Blueprint("platforms", __name__, url_prefix="/operator/platforms")
bp.add_url_rule("", "every", listing.every)
bp.add_url_rule("/new", "new", entry.new, methods=["GET", "POST"])
bp.add_url_rule("/<int:platform_id>", "one", front.one)
for each in (addresses, changes, checks, deployments, invitations):
    bp.register_blueprint(each.bp)


@bp.errorhandler(NoSuchPlatform)
def missing(_error: Exception) -> ResponseReturnValue:
    """What was asked for is not here."""
    return answers.page(404, _l("There is no such platform"), _l("Go back to the list of platforms and choose again."))
