"""How the operator comes in: by a one-time link from the command line, never by a launch."""

from datetime import UTC, datetime

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lti_tool import house, visitor
from lti_tool.pages.operator.door import bp
from xapi_store.transaction import transaction


@bp.get("/sign-in/<link>")
def sign_in(link: str) -> ResponseReturnValue:
    """A page with one button: opening a link alone (a mail scanner does) must not spend it."""
    return render_template("operator/sign_in.html", link=link)


@bp.post("/sign-in/<link>")
def enter(link: str) -> ResponseReturnValue:
    """The operator is here; the link is spent."""
    with transaction(house.database()) as session:
        token = visitor.operator_enters(session, link=link, at=datetime.now(UTC))
    answer = make_response(redirect(url_for("operator.overview"), 303))
    visitor.hand_over_operator(answer, token)
    return answer
