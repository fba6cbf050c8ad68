"""Choosing the language: kept with the visit, and by the browser for pages that nobody signs in for."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from lti_tool import house, language, visitor
from lti_tool.visitor import Visit
from xapi_store.transaction import transaction

bp = Blueprint("languages", __name__)


@bp.post("/language")
def choose() -> ResponseReturnValue:
    """The page that one comes from speaks the language chosen, as far as we have it. Anybody may choose.

    A visit is only changed by a form of its own; all that other forms can change is a cookie.
    """
    tag = request.form.get("language", "")
    if tag not in {each for each, _ in language.offered()}:
        raise BadRequest
    here = visitor.shown()
    if here is not None and "form_token" in request.form:
        visitor.check_form()
        with transaction(house.database()) as session:
            session.get_one(Visit, here.visit).locale = tag
    answer = redirect(_back(), 303)
    language.keep(answer, tag)
    return answer


def _back() -> str:
    """The page of ours that the form stood on."""
    back = request.form.get("back", "")
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
