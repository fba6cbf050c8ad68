"""How a refused launch, connection or visit is told: calmly, in one page, with an id that also stands in the log."""

import logging
import secrets

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from lti_tool.errors import FormRefused, LaunchRefused, NobodyHere, NotForThisRole, OnboardingRefused, VisitorRefused

bp = Blueprint("lti_refusals", __name__)
log = logging.getLogger(__name__)

AGAIN = _l("Go back to your course and open it there once more.")
TELL = _l("Please tell the people who run your learning platform, and give them the number below.")

# code → (what happened, what to do)
LAUNCHES = {
    "incomplete_login": (_l("Your learning platform sent us too little to go on"), TELL),
    "unknown_platform": (
        _l("We do not know this learning platform"),
        _l("It has to be connected to an agency first. Please tell the people who run it."),
    ),
    "unknown_deployment": (
        _l("This part of your learning platform is not connected"),
        _l("Whoever runs the platform can have it added. Please give them the number below."),
    ),
    "foreign_target": (_l("The link leads to a place that is not ours"), TELL),
    "unknown_target": (
        _l("There is nothing at the address that your course links to"),
        _l("Please tell your trainer: the link in the course has to be chosen again."),
    ),
    "unknown_state": (
        _l("This launch was already used, or took too long"),
        AGAIN,
    ),
    "login_expired": (_l("This launch took too long"), AGAIN),
    "window_code": (
        _l("This page was open too long, or was used already"),
        AGAIN,
    ),
    "other_browser": (_l("This launch was begun in another browser"), AGAIN),
    "signed_out": (_l("Your learning platform no longer knows you"), _l("Sign in there, then open the link again.")),
    "platform_error": (_l("Your learning platform stopped the launch"), AGAIN),
    "expired": (_l("The launch came too late"), AGAIN),
    "too_old": (_l("The launch came too late"), AGAIN),
    "not_yet_valid": (_l("The clocks of your learning platform and ours differ"), TELL),
    "keys_unreachable": (
        _l("We could not reach your learning platform to check the launch"),
        _l("Try again in a minute. If it stays like this, tell the people who run the platform."),
    ),
    "anonymous": (
        _l("Your learning platform did not say who you are"),
        _l("Sign in there. We only need a number that stands for you, not your name."),
    ),
    "not_a_trainer": (_l("Only trainers choose what a course links to"), AGAIN),
    "nothing_to_link": (_l("Your learning platform asked for a kind of content that we do not have"), TELL),
}
UNPROVEN = (_l("We could not be sure that this launch is genuine"), AGAIN)

ONBOARDINGS = {
    "unknown_invite": (
        _l("This invitation was used already, or it is too old"),
        _l("Ask the agency for a new one. Each connects one platform."),
    ),
    "invite_in_use": (
        _l("This invitation is being used at this moment"),
        _l("Wait a minute. If nothing happened by then, open the link again."),
    ),
    "foreign_form": (_l("The form does not belong to this invitation"), _l("Open the invitation once more.")),
    "no_configuration": (
        _l("This link is for a learning platform, not for a browser"),
        _l("In your learning platform, add an external tool and paste the link as its registration address."),
    ),
    "unreachable": (
        _l("We could not reach your learning platform"),
        _l("Check that its address can be reached from here, then open the invitation again."),
    ),
    "refused_by_platform": (
        _l("Your learning platform refused the connection"),
        _l("Begin again in the platform: what it gives us for this is valid once and not for long."),
    ),
    "malformed_configuration": (
        _l("Your learning platform described itself in a way that we cannot use"),
        _l("Please tell the people who run this service, and give them the number below."),
    ),
    "foreign_endpoint": (
        _l("Your learning platform names addresses on other sites"),
        _l("For your safety we connect only platforms whose addresses belong together."),
    ),
    "platform_taken": (
        _l("This platform is connected to another agency"),
        _l("Please tell the people who run this service, and give them the number below."),
    ),
}

VISITORS: dict[type[VisitorRefused], tuple[int, object, object]] = {
    NobodyHere: (
        401,
        _l("Your visit has ended"),
        _l("Open the page again from your learning platform. What you saved is still there."),
    ),
    NotForThisRole: (403, _l("This page is for other people"), AGAIN),
    FormRefused: (
        403,
        _l("This browser was opened as someone else in the meantime"),
        _l("Nothing was saved. Copy what you typed, then open the page again from your learning platform."),
    ),
}


@bp.app_errorhandler(LaunchRefused)
def launch_refused(error: LaunchRefused) -> ResponseReturnValue:
    """A launch that must not go on."""
    log.warning("launch refused %s %s", support_id(), error)
    status = 503 if error.code == "keys_unreachable" else 400
    return _page(status, *LAUNCHES.get(error.code, UNPROVEN), code=error.code)


@bp.app_errorhandler(OnboardingRefused)
def onboarding_refused(error: OnboardingRefused) -> ResponseReturnValue:
    """A platform that could not be connected."""
    log.warning("onboarding refused %s %s", support_id(), error)
    return _page(400, *ONBOARDINGS[error.code], code=error.code)


@bp.app_errorhandler(VisitorRefused)
def visitor_refused(error: VisitorRefused) -> ResponseReturnValue:
    """A page or form that is not for the one who asks."""
    log.info("visitor refused %s %s (%s)", support_id(), type(error).__name__, request.endpoint)
    status, happened, advice = VISITORS[type(error)]
    return _page(status, happened, advice, code=type(error).__name__)


def support_id() -> str:
    """This request's id, made once; it stands on the page and in the log."""
    if "support_id" not in g:
        g.support_id = secrets.token_hex(4)
    return str(g.support_id)


def _page(status: int, happened: object, advice: object, *, code: str) -> ResponseReturnValue:
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if wanted == "application/json":
        return {"error": str(happened), "advice": str(advice), "code": code, "support_id": support_id()}, status
    page = render_template("launch_refused.html", happened=happened, advice=advice, code=code, support_id=support_id())
    return page, status, {"Cache-Control": "no-store"}
