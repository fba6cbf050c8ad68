"""How errors of every floor become an answer: the one table, and the one calm page."""

import logging
import secrets
from collections.abc import Callable

from flask import Flask, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from assessments import errors as judged
from courses import errors as learned
from xapi_store.database import UNREACHABLE

log = logging.getLogger(__name__)

# error → (status, what happened, what the person can do)
PAGES: dict[type[Exception], tuple[int, object, object]] = {
    learned.NoSuchCourse: (404, _l("There is nothing at this address"), _l("Go back to your course and choose again.")),
    learned.NoSuchAgency: (404, _l("There is no such agency"), _l("Check the address that you were given.")),
    learned.NotEnrolled: (
        403,
        _l("You are not taking part in this course"),
        _l("Open it once from your learning platform; after that it is yours."),
    ),
    learned.NotInTeam: (403, _l("You are not in this team"), _l("Open your own team room from the exercise.")),
    learned.NoSuchPilot: (
        404,
        _l("There is nothing at this address"),
        _l("A personal link may have been replaced by a newer one: ask for yours once more."),
    ),
    learned.QuizClosed: (409, _l("This attempt is closed"), _l("Look at its result; if an attempt is left, begin it.")),
    learned.StepClosed: (
        409,
        _l("This takes no more changes"),
        _l("It was closed in the meantime. What you typed was not saved: copy it before you leave the page."),
    ),
    learned.CoursesError: (
        409,
        _l("This cannot be done now"),
        _l("Load the page again to see how things stand."),
    ),
    judged.NoSuchCertificate: (
        404,
        _l("There is no such certificate"),
        _l("Check the address that you were given."),
    ),
    judged.NoSuchRule: (404, _l("There is nothing at this address"), _l("Check the address that you were given.")),
    judged.NotYourTask: (
        403,
        _l("This page is not for you"),
        _l("Open it from your learning platform, as the person it is meant for."),
    ),
    judged.AssessmentError: (409, _l("This cannot be done now"), _l("Load the page again to see how things stand.")),
}
PLAIN = {
    400: (_l("That was not understood"), _l("Go back and try once more.")),
    403: (_l("This page is not for you"), _l("Open it from your learning platform, as the person it is meant for.")),
    404: (_l("There is nothing at this address"), _l("Check the address, or go back to your course.")),
    405: (_l("That was not understood"), _l("Go back and try once more.")),
    413: (_l("That is too large"), _l("Send less at once.")),
}
OWN_FAULT = (_l("Something went wrong on our side"), _l("Nothing you saved before is lost. Try again in a minute."))


RESTING = (_l("This service is resting for a moment"), _l("Nothing you saved before is lost. Try again in a minute."))


def register(app: Flask) -> None:
    """Every error that reaches the door is answered calmly, with an id that also stands in the log."""
    for kind, (status, happened, advice) in PAGES.items():
        app.register_error_handler(kind, _answer(status, happened, advice))
    app.register_error_handler(HTTPException, _http)
    for unreachable in UNREACHABLE:
        app.register_error_handler(unreachable, _resting)
    app.register_error_handler(Exception, _unforeseen)


def support_id() -> str:
    """This request's id, made once; it stands on the page and in the log."""
    if "support_id" not in g:
        g.support_id = secrets.token_hex(4)
    return str(g.support_id)


def page(status: int, happened: object, advice: object) -> ResponseReturnValue:
    """The calm page, or the same in JSON for a script that asked for it."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(error=str(happened), advice=str(advice), support_id=support_id()), status
    return render_template("error.html", happened=happened, advice=advice, support_id=support_id()), status


def _answer(status: int, happened: object, advice: object) -> Callable[[Exception], ResponseReturnValue]:
    def handle(error: Exception) -> ResponseReturnValue:
        log.info("refused %s %s (%s)", support_id(), type(error).__name__, request.endpoint)
        return page(status, happened, advice)

    return handle


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    happened, advice = PLAIN.get(error.code, OWN_FAULT)
    return page(error.code, happened, advice)


def _resting(error: Exception) -> ResponseReturnValue:
    # One line: the same trouble meets every request until the database is back.
    log.error("no database %s in %s (%s)", support_id(), request.endpoint, type(error).__name__)
    return page(503, *RESTING)


def _unforeseen(error: Exception) -> ResponseReturnValue:
    log.error("fault %s in %s", support_id(), request.endpoint, exc_info=error)
    return page(500, *OWN_FAULT)
