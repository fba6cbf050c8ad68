"""A platform is connected by hand: for those that do not register us by themselves."""

from datetime import UTC, datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import agencies
from courses.agencies import Agency
from lti_tool import house, visitor
from lti_tool.errors import OnboardingRefused
from lti_tool.lti import our_addresses, settling
from lti_tool.lti.platforms import Platform, families
from lti_tool.lti.settling import Home
from lti_tool.pages.platforms import forms, place, words
from xapi_store.transaction import transaction


@visitor.operator_only
def new() -> ResponseReturnValue:
    """The form with what this kind of platform lets us guess; sent, the platform is connected to the agency."""
    with house.database().session() as session:
        agency = _agency(session)
    if request.method == "GET" or agency is None:
        return _page(agency, {"values": _guessed(), "errors": {}})
    given, errors = forms.read()
    if not errors:
        family = None if _ways().family == families.OTHER.family else _ways().family
        made = _connected(agency.id, forms.home_of(given, family=family), given["name"])
        if made is not None:
            return redirect(url_for("platforms.one", platform_id=made, done="connected"), 303)
        errors = {"client_id": [words.TAKEN]}
    return _page(agency, {"values": forms.typed(), "errors": errors}), 422


def _connected(agency_id: int, home: Home, name: str | None) -> int | None:
    """The id of the new platform; None where one lives there already."""
    with transaction(house.database()) as session:
        there = Platform.issuer == home.issuer, Platform.client_id == home.client_id
        if session.scalar(select(Platform.id).where(*there)) is not None:
            return None
        try:
            platform = settling.settle(
                session, agency_id=agency_id, home=home, ask_names="ask_names" in request.form, at=datetime.now(UTC)
            )
        except OnboardingRefused:
            return None
        platform.name = name or platform.name
        return platform.id


def _agency(session: Session) -> Agency | None:
    """The agency that is meant: the named one, or the only one; None where it is still to be chosen."""
    slug = request.args.get("agency", "")
    if slug:
        return agencies.by_slug(session, slug)
    found = session.scalars(select(Agency).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _ways() -> Any:
    return families.of(request.args.get("family"))


def _guessed() -> dict[str, str]:
    home = request.args.get("home", "").strip().rstrip("/")
    guessed = _ways().addresses.at(home, client_id=request.args.get("client_id", "").strip())
    elsewhere = home if guessed["issuer"] not in ("", home) else ""
    return {**guessed, "home": elsewhere, "client_id": request.args.get("client_id", ""), "ask_names": "yes"}


def _page(agency: Agency | None, form: dict[str, Any]) -> str:
    with house.database().session() as session:
        every = list(session.scalars(select(Agency).order_by(Agency.name)))
    names = "ask_names" in form["values"]
    return render_template(
        "platforms/new.html",
        agency=agency,
        agencies=every,
        families=families.ALL,
        ways=_ways() if request.args.get("family") else None,
        form=form or place.EMPTY_FORM,
        words=words,
        sheet=our_addresses.sheet(house.address(), names=names),
        canvas_json=our_addresses.canvas_json(house.address(), names=names),
    )
