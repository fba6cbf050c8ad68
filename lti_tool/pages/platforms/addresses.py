"""A platform's addresses, changed by hand: it has moved, and keeps its learners."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lti_tool import house, visitor
from lti_tool.errors import OnboardingRefused
from lti_tool.lti import settling
from lti_tool.lti.platforms import deployments
from lti_tool.pages.platforms import forms, place, words
from xapi_store.transaction import transaction

bp = Blueprint("addresses", __name__, url_prefix="/<int:platform_id>/addresses")


@bp.get("")
@visitor.operator_only
def show(platform_id: int) -> ResponseReturnValue:
    """The form with the platform's addresses as they are."""
    with house.database().session() as session:
        platform = place.of(session, platform_id).platform
        known = deployments.of_platform(session, platform_id=platform_id)
    only = known[0].deployment_id if len(known) == 1 else ""
    return _page(platform_id, {"values": {**forms.of_platform(platform), "deployment_id": only}, "errors": {}})


@bp.post("")
@visitor.operator_only
def move(platform_id: int) -> ResponseReturnValue:
    """The platform lives at these addresses from now on."""
    given, errors = forms.read()
    if not errors:
        try:
            with transaction(house.database()) as session:
                platform = place.of(session, platform_id).platform
                home = forms.home_of(given, family=platform.family)
                settling.move(session, platform=platform, home=home, at=datetime.now(UTC))
        except OnboardingRefused:
            errors = {"client_id": [words.TAKEN]}
        else:
            return redirect(url_for("platforms.one", platform_id=platform_id, done="moved"), 303)
    return _page(platform_id, {"values": forms.typed(), "errors": errors}), 422


def _page(platform_id: int, form: dict[str, Any]) -> str:
    with house.database().session() as session:
        here = place.of(session, platform_id)
    return render_template("platforms/addresses.html", place=here, platform=here.platform, form=form, words=words)
