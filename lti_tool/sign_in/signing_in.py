"""The door for those who come without a learning platform: with e-mail and password, or with a passkey."""

import math
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from lti_tool import house
from lti_tool.errors import NoAccount, TooOften
from lti_tool.sign_in import accounts, arriving, passkeys, passwords, threshold, throttle
from lti_tool.sign_in.arriving import Arrival
from lti_tool.sign_in.passkeys import SIGN_IN, Asking
from xapi_store.transaction import transaction

bp = Blueprint("sign_in", __name__, url_prefix="/sign-in")


@bp.get("")
@threshold.anybody
def page() -> ResponseReturnValue:
    """The sign-in page."""
    return _page()


@bp.post("")
@threshold.anybody
def enter() -> ResponseReturnValue:
    """Whoever has the password is here; everybody else gets the same answer, after the same time."""
    email, at = accounts.normalised(request.form.get("email", "")) or "", datetime.now(UTC)
    tried, near = throttle.account(email), throttle.place(threshold.address())
    try:
        with transaction(house.database()) as session:
            throttle.attempt(session, tried, near, at=at)
        arrival = _by_password(email, request.form.get("password", ""), at)
    except TooOften as refused:
        return _page(_wait(refused)), 429
    except NoAccount:
        return _page(_("That did not fit. Check the e-mail address and the password.")), 422
    with transaction(house.database()) as session:
        throttle.forgive(session, fully=tried, once=near)
    return arriving.led(arrival)


@bp.post("/passkey/options")
@threshold.anybody
def passkey_options() -> ResponseReturnValue:
    """What the browser asks the device."""
    at = datetime.now(UTC)
    with transaction(house.database()) as session:
        return jsonify(passkeys.ask(session, asking(SIGN_IN), at=at))


@bp.post("/passkey")
@threshold.anybody
def by_passkey() -> ResponseReturnValue:
    """Whoever showed a passkey is here."""
    at, near = datetime.now(UTC), throttle.place(threshold.address())
    try:
        with transaction(house.database()) as session:
            throttle.attempt(session, near, at=at)
        with transaction(house.database()) as session:
            account = passkeys.recognise(session, asking(SIGN_IN), answer=answered(), at=at)
            throttle.forgive(session, fully=throttle.account(""), once=near)
            arrival = arriving.welcome(session, account, at=at)
    except TooOften as refused:
        return jsonify(error=_wait(refused)), 429
    except NoAccount:
        return jsonify(error=_("This passkey opens nothing here.")), 422
    return arriving.hand_over(jsonify(to=arrival.path), arrival)


def asking(purpose: str) -> Asking:
    """The question to a device that this request asks or answers."""
    return Asking(house.address(), threshold.browser(), purpose)


def answered() -> dict[str, Any]:
    """What the device answered, as the script sent it."""
    sent = request.get_json(silent=True)
    answer = sent.get("credential") if isinstance(sent, dict) else None
    if not isinstance(answer, dict):
        raise BadRequest
    return answer


def _by_password(email: str, password: str, at: datetime) -> Arrival:
    with house.database().session() as session:
        found = accounts.candidates(session, email) if email else []
    place = passwords.first_match(password, [each.password_hash for each in found])
    if place is None:
        raise NoAccount
    with transaction(house.database()) as session:
        account = accounts.by_id(session, found[place].id)
        return arriving.welcome(session, account, at=at)


def _wait(refused: TooOften) -> str:
    minutes = max(1, math.ceil(refused.wait.total_seconds() / 60))
    return str(_("This was tried too often. Wait %(minutes)s min, then try again.", minutes=minutes))


def _page(fault: str = "") -> str:
    settings = current_app.extensions["settings"]
    return render_template(
        "sign_in/sign_in.html",
        fault=fault,
        email=request.form.get("email", ""),
        passkeys=passkeys.possible(house.address()),
        organisation=settings.oidc_label if settings.oidc_issuer else "",
    )
