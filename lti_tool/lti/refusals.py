"""How a refused launch, connection or visit is told: calmly, in one page, with an id that also stands in the log."""

import logging
import secrets
from datetime import UTC, datetime

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import SQLAlchemyError

from lti_tool.errors import (
    FormRefused,
    LaunchRefused,
    NobodyHere,
    NotForThisRole,
    NothingIsKept,
    OnboardingRefused,
    VisitorRefused,
)
from lti_tool.lti import launch_log, under_way
from xapi_store.database import UNREACHABLE
from xapi_store.transaction import transaction

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
        _l("This part of your learning platform is not connected yet"),
        _l("Whoever runs this service sees that it waits and can let it in. Please give them the number below."),
    ),
    "disabled_deployment": (
        _l("This part of your learning platform was switched off here"),
        _l("If that is a mistake, please tell the people who run your learning platform."),
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
    "unknown_learner": (
        _l("This learner has not been here yet"),
        _l("There is nothing to review until they open the course from your learning platform for the first time."),
    ),
    "not_your_work": (_l("You can only review your own work"), AGAIN),
    "already_answered": (
        _l("What you chose was sent to your course already"),
        _l("To add more, open the choice once more from your course."),
    ),
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
    "no_description": (
        _l("Your learning platform does not describe itself where it said it would"),
        _l("Check its web server: the address that it gave us answers with an error. Then begin again."),
    ),
    "refused_by_platform": (
        _l("Your learning platform refused the connection"),
        _l("Begin again in the platform: what it gives us for this is valid once and not for long."),
    ),
    "token_used": (
        _l("Your learning platform has already used up this try"),
        _l("Look among its external tools: we may be there already. If not, begin again and paste the link anew."),
    ),
    "token_missing": (
        _l("Your learning platform wants a registration token, but gave us none"),
        _l("Begin again in the platform and paste the link where it asks for it; do not open the link by hand."),
    ),
    "token_refused": (
        _l("Your learning platform does not take its own registration token back"),
        _l("The token is valid for a short time. Begin again in the platform and connect without a long break."),
    ),
    "address_mismatch": (
        _l("Your learning platform finds that our addresses do not belong together"),
        _l("Please tell the people who run this service: its public address in the settings may be wrong."),
    ),
    "nothing_there": (
        _l("Your learning platform has nothing at the address where it registers tools"),
        _l("Dynamic registration may be switched off there. Ask us for the addresses to type in instead."),
    ),
    "platform_fault": (
        _l("Something went wrong inside your learning platform"),
        _l("Try again in a few minutes. If it stays like this, its own log says more."),
    ),
    "unreadable_answer": (
        _l("Your learning platform answered in a way that we cannot read"),
        _l("Look among its external tools: if we are there already, remove that tool and begin again."),
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
    NothingIsKept: (
        403,
        _l("In the learner view nothing is saved"),
        _l("You see the module as a learner does, and nothing that you send is kept. Go back to look on."),
    ),
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
    _keep(error)
    status = 503 if error.code == "keys_unreachable" else 400
    return _page(status, *LAUNCHES.get(error.code, UNPROVEN), code=error.code)


@bp.app_errorhandler(OnboardingRefused)
def onboarding_refused(error: OnboardingRefused) -> ResponseReturnValue:
    """A platform that could not be connected."""
    log.warning("onboarding refused %s %s", support_id(), error)
    return _page(400, *ONBOARDINGS[error.code], code=error.code, said=error.said)


@bp.app_errorhandler(VisitorRefused)
def visitor_refused(error: VisitorRefused) -> ResponseReturnValue:
    """A page or form that is not for the one who asks."""
    log.info("visitor refused %s %s (%s)", support_id(), type(error).__name__, request.endpoint)
    status, happened, advice = VISITORS[type(error)]
    return _page(status, happened, advice, code=type(error).__name__)


def _keep(error: LaunchRefused) -> None:
    """The refusal stands in the launch log, by itself; whether that works or not, the page is shown."""
    here, at = under_way.launch(), datetime.now(UTC)
    if not launch_log.worth_keeping(here, at=at):
        return
    try:
        with transaction(current_app.extensions["database"]) as session:
            launch_log.refused(
                session, launch=here, code=error.code, detail=error.detail, support_id=support_id(), at=at
            )
    except (SQLAlchemyError, *UNREACHABLE) as trouble:
        log.warning("the refusal %s is not in the launch log (%s)", support_id(), type(trouble).__name__)


def support_id() -> str:
    """This request's id, made once; it stands on the page and in the log."""
    if "support_id" not in g:
        g.support_id = secrets.token_hex(4)
    return str(g.support_id)


def _page(status: int, happened: object, advice: object, *, code: str, said: str = "") -> ResponseReturnValue:
    wanted = request.accept_mimetypes.best_match(["text/html", "application/json"])
    if wanted == "application/json":
        return {"error": str(happened), "advice": str(advice), "code": code, "support_id": support_id()}, status
    worded = {"happened": happened, "advice": advice, "said": said}
    page = render_template("launch_refused.html", **worded, code=code, support_id=support_id())
    return page, status, {"Cache-Control": "no-store"}
