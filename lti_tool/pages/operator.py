"""The operator's page: agencies, their platforms, and one-time links that invite another platform."""

from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from courses import agencies
from courses.agencies import Agency
from lti_tool import house, visitor
from lti_tool.lti import onboarding
from lti_tool.lti.platforms import Platform
from xapi_store.transaction import transaction

bp = Blueprint("operator", __name__, url_prefix="/operator")


@bp.get("/sign-in/<link>")
def sign_in(link: str) -> ResponseReturnValue:
    """A page with one button: opening a link alone (a mail scanner does) must not spend it."""
    return render_template("operator_sign_in.html", link=link)


@bp.post("/sign-in/<link>")
def enter(link: str) -> ResponseReturnValue:
    """The operator is here; the link is spent."""
    with transaction(house.database()) as session:
        token = visitor.operator_enters(session, link=link, at=datetime.now(UTC))
    answer = make_response(redirect(url_for("operator.overview"), 303))
    visitor.hand_over_operator(answer, token)
    return answer


@bp.get("")
@visitor.operator_only
def overview() -> ResponseReturnValue:
    """Every agency with its platforms."""
    return _overview(None)


@bp.post("/invite")
@visitor.operator_only
def invite() -> ResponseReturnValue:
    """There is a one-time link for this agency; it is shown once."""
    with transaction(house.database()) as session:
        agency = agencies.by_slug(session, request.form.get("agency", ""))
        token = onboarding.invite(session, agency_id=agency.id, at=datetime.now(UTC))
    address = url_for("lti_onboarding.invited", token=token)
    return _overview({"agency": agency, "link": house.address() + address})


def _overview(invitation: dict[str, object] | None) -> str:
    with house.database().session() as session:
        found = list(session.scalars(select(Agency).order_by(Agency.name)))
        platforms = list(session.scalars(select(Platform).order_by(Platform.name)))
    return render_template("operator.html", agencies=found, platforms=platforms, invitation=invitation)
