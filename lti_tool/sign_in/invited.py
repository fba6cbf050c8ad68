"""The door for those who were invited: they choose how they will sign in, and are here."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from courses.agencies import Agency
from courses.people import Person
from lti_tool import browser_kind, house, visitor
from lti_tool.errors import NoAccount
from lti_tool.sign_in import accounts, arriving, invitations, organisation, passkeys, passwords, signing_in, threshold
from lti_tool.sign_in.accounts import Account
from lti_tool.sign_in.arriving import Arrival
from lti_tool.sign_in.invitations import Accepted, AccountInvitation
from xapi_store.transaction import transaction

bp = Blueprint("invited", __name__, url_prefix="/invitation")

LONGEST_NAME = 200


@dataclass(frozen=True)
class Credentials:
    """What will open the account: an address and a password's hash."""

    email: str
    password_hash: str


@bp.get("/<token>")
@threshold.anybody
def page(token: str) -> ResponseReturnValue:
    """Who invites, as what, and the ways to accept. Opening it spends nothing."""
    return _page(token)


@bp.post("/<token>")
@threshold.anybody
def accept(token: str) -> ResponseReturnValue:
    """The account stands and opens with this password; the invitation is spent."""
    at = datetime.now(UTC)
    if _adds_to_own(token, at):
        with transaction(house.database()) as session:
            invitation = invitations.opened(session, token, at=at, to_accept=True)
            account = invitations.accept(session, invitation, accepted=Accepted(here=visitor.present()), at=at)
            return arriving.led(arriving.welcome(session, account, at=at))
    chosen = _chosen(token, at)
    if isinstance(chosen, dict):
        return _page(token, chosen), 422
    with transaction(house.database()) as session:
        arrival = take_in(session, token, _accepted(request.form), at=at, credentials=chosen)
    return arriving.led(arrival)


@bp.post("/<token>/passkey/options")
@threshold.anybody
def passkey_options(token: str) -> ResponseReturnValue:
    """What the browser asks the device for."""
    at = datetime.now(UTC)
    with transaction(house.database()) as session:
        invitation = invitations.opened(session, token, at=at)
        called = _called(session, invitation) or _sent("name") or _("My sign-in")
        asking = signing_in.asking(_purpose(invitation))
        making = invitation.account_in_making
        return jsonify(passkeys.ask_new(session, asking, account_id=making, called=called, at=at))


@bp.post("/<token>/passkey")
@threshold.anybody
def accept_by_passkey(token: str) -> ResponseReturnValue:
    """The account stands and opens with the device's new passkey; the invitation is spent."""
    at, sent = datetime.now(UTC), request.get_json(silent=True)
    try:
        with transaction(house.database()) as session:
            asking = signing_in.asking(_purpose(invitations.opened(session, token, at=at)))
            accepted = _accepted(sent if isinstance(sent, dict) else {})
            arrival = take_in(session, token, accepted, at=at, key=(asking, signing_in.answered()))
    except NoAccount:
        return jsonify(error=_("The device's answer could not be used. Try once more.")), 422
    return arriving.hand_over(jsonify(to=arrival.path), arrival)


def take_in(
    session: Session,
    token: str,
    accepted: Accepted,
    *,
    at: datetime,
    credentials: Credentials | None = None,
    key: tuple[passkeys.Asking, dict[str, Any]] | None = None,
) -> Arrival:
    """The invitation is accepted; the account opens with these credentials or this new key, and with nothing older."""
    invitation = invitations.opened(session, token, at=at, to_accept=True)
    account = invitations.accept(session, invitation, accepted=accepted, at=at)
    organisation.close_ways_in(session, account)
    account.email = credentials.email if credentials else account.email
    account.password_hash = credentials.password_hash if credentials else None
    if key is not None:
        label = browser_kind.of(request.user_agent.string) or _("A device")
        passkeys.keep(session, key[0], account_id=account.id, answer=key[1], label=label, at=at)
    return arriving.welcome(session, account, at=at)


def _chosen(token: str, at: datetime) -> Credentials | dict[str, str]:
    """The address and password as they will be kept, or what is wrong with each field."""
    email, password = accounts.normalised(request.form.get("email", "")), request.form.get("password", "")
    wrong = {} if email else {"email": _("This is not an e-mail address.")}
    reason = passwords.refused(password, email=email or "")
    if reason is not None:
        wrong["password"] = PASSWORDS()[reason]
    with house.database().session() as session:
        invitation = invitations.opened(session, token, at=at)
        others: list[Account] = accounts.candidates(session, email) if email else []
    others = [each for each in others if each.id != invitation.account_in_making]
    fits = passwords.first_match(password, [each.password_hash for each in others])
    if not wrong and fits is not None:
        # Only who knows that password is told so.
        wrong["password"] = _("You have a sign-in with this address and password already. Choose another one here.")
    return wrong or Credentials(email or "", passwords.hashed(password))


def PASSWORDS() -> dict[str, str]:  # noqa: N802 (a table, in the visitor's language)
    """Why a password was not taken, by code."""
    return {
        "too_short": _("Use at least %(count)s characters. A short sentence does well.", count=passwords.SHORTEST),
        "too_long": _("Use at most %(count)s characters.", count=passwords.LONGEST),
        "too_common": _("Too many people use this one. Choose something of your own."),
        "like_email": _("This is your e-mail address. Choose something else."),
    }


def _adds_to_own(token: str, at: datetime) -> bool:
    """True where the visitor signed in to an account of their own, to which the invitation is added."""
    here = visitor.present()
    with house.database().session() as session:
        invitation = invitations.opened(session, token, at=at)
    return bool(here and here.account_id and request.form.get("as_here") and invitations.may_be(invitation, here))


def _accepted(sent: Any) -> Accepted:
    name = str(sent.get("name") or "").strip()[:LONGEST_NAME]
    name = name if name.isprintable() else ""
    return Accepted(name=name, here=visitor.present() if sent.get("as_here") else None)


def _sent(field: str) -> str:
    sent = request.get_json(silent=True)
    text = str(sent.get(field) or "") if isinstance(sent, dict) else ""
    return text.strip()[:LONGEST_NAME] if text.isprintable() else ""


def _purpose(invitation: AccountInvitation) -> str:
    return f"invitation {invitation.token_hash}"


def _called(session: Session, invitation: AccountInvitation) -> str:
    """The name of the person the link was made for, as far as it is known."""
    person_id = invitation.person_id
    if invitation.account_id is not None:
        person_id = accounts.by_id(session, invitation.account_id).person_id
    person = session.get(Person, person_id) if person_id else None
    return (person.name or "") if person is not None else ""


def _page(token: str, wrong: dict[str, str] | None = None) -> str:
    at, here = datetime.now(UTC), visitor.present()
    with house.database().session() as session:
        invitation = invitations.opened(session, token, at=at)
        agency = session.get(Agency, invitation.agency_id) if invitation.agency_id else None
        called = _called(session, invitation)
        own = here is not None and invitations.may_be(invitation, here)
    settings = current_app.extensions["settings"]
    return render_template(
        "sign_in/invited.html",
        token=token,
        invitation=invitation,
        agency=agency,
        called=called,
        may_be_here=own,
        form={"values": request.form, "errors": {name: [text] for name, text in (wrong or {}).items()}},
        passkeys=passkeys.possible(house.address()),
        organisation=settings.oidc_label if settings.oidc_issuer else "",
        shortest=passwords.SHORTEST,
    )
