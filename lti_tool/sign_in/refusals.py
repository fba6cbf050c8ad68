"""How a refused invitation or account is told: calmly, and without saying what exactly was wrong."""

import logging

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lti_tool.errors import InvitationRefused, SignInRefused
from lti_tool.lti.refusals import support_id

bp = Blueprint("sign_in_refusals", __name__)
log = logging.getLogger(__name__)


@bp.app_errorhandler(SignInRefused)
def refused(error: SignInRefused) -> ResponseReturnValue:
    """An invitation that is no longer good, or an account that is not open."""
    log.info("sign-in refused %s %s (%s)", support_id(), type(error).__name__, request.endpoint)
    happened, advice = _("You could not be signed in"), _("Go back to the sign-in page and try once more.")
    if isinstance(error, InvitationRefused):
        happened = _("This link was used already, or it is too old")
        advice = _("Sign in if you have done so before. If not, ask whoever sent it to you for a new one.")
    page = render_template("error.html", happened=happened, advice=advice, support_id=support_id())
    return page, 410 if isinstance(error, InvitationRefused) else 403, {"Cache-Control": "no-store"}
