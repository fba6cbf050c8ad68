"""The door for those whom their own organisation recognises (OpenID Connect), if they were invited once."""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from flask import Blueprint, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ForeignKey, delete
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import NotFound

from lti_tool import house
from lti_tool.errors import NoAccount
from lti_tool.lti.platform_client import Client
from lti_tool.sign_in import accounts, arriving, invitations, passkeys, threshold
from lti_tool.sign_in.accounts import Account
from lti_tool.sign_in.invitations import Accepted
from lti_tool.sign_in.provider import Provider
from xapi_store.database import Base
from xapi_store.transaction import transaction

LIFETIME = timedelta(minutes=10)

bp = Blueprint("organisation", __name__, url_prefix="/sign-in/organisation")


class OrganisationIdentity(Base):
    """Somebody as a provider names them, and the account that this opens; linked by accepting an invitation alone."""

    __tablename__ = "organisation_identity"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    linked_at: Mapped[datetime]


class OrganisationLogin(Base):
    """Somebody on the way to the provider and back: good once, in the browser that set out."""

    __tablename__ = "organisation_login"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    browser_hash: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    invitation_hash: Mapped[str | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@bp.get("")
@threshold.anybody
def begin() -> ResponseReturnValue:
    """The browser is on its way to the provider, with an invitation or without."""
    provider, at, token = _provider(), datetime.now(UTC), request.args.get("invitation", "")
    if threshold.COOKIE not in request.cookies:
        return redirect(url_for("sign_in.page"), 303)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    question = provider.question(state=state, nonce=nonce, verifier=verifier)
    with transaction(house.database()) as session:
        if token:
            invitations.opened(session, token, at=at)
        row = OrganisationLogin(
            state_hash=_hash(state), browser_hash=threshold.browser(), nonce=nonce, verifier=verifier,
            invitation_hash=invitations.hashed(token) if token else None, expires_at=at + LIFETIME,
        )  # fmt: skip
        session.add(row)
    return redirect(question, 303)


@bp.get("/back")
@threshold.anybody
def back() -> ResponseReturnValue:
    """Whoever the provider recognised is here, if an account is linked with them or they accept an invitation."""
    provider, at = _provider(), datetime.now(UTC)
    begun = _spend(request.args.get("state", ""), at)
    # RFC 9207: a provider that says who it is must be the one that was asked.
    if request.args.get("iss", provider.issuer) != provider.issuer or not request.args.get("code"):
        raise NoAccount
    subject = provider.subject(request.args["code"], nonce=begun.nonce, verifier=begun.verifier, at=at)
    with transaction(house.database()) as session:
        account = _account(session, begun, (provider.issuer, subject), at)
        return arriving.led(arriving.welcome(session, account, at=at))


def close_ways_in(session: Session, account: Account) -> None:
    """Nothing opens the account any more: no password, no passkey, no organisation. A new way in comes next."""
    account.password_hash = None
    passkeys.remove_all(session, account_id=account.id)
    session.execute(delete(OrganisationIdentity).where(OrganisationIdentity.account_id == account.id))
    session.flush()


def forget_old(session: Session, *, at: datetime) -> None:
    """Those who never came back are forgotten."""
    session.execute(delete(OrganisationLogin).where(OrganisationLogin.expires_at < at))


def _account(session: Session, begun: OrganisationLogin, identity: tuple[str, str], at: datetime) -> Account:
    known = session.get(OrganisationIdentity, identity)
    if begun.invitation_hash is None:
        if known is None:
            raise NoAccount
        return accounts.by_id(session, known.account_id)
    invitation = invitations.known(session, begun.invitation_hash, at=at, to_accept=True)
    if known is not None and known.account_id != invitation.account_id:
        raise NoAccount  # this identity opens another account already
    account = invitations.accept(session, invitation, accepted=Accepted(), at=at)
    close_ways_in(session, account)
    session.add(OrganisationIdentity(issuer=identity[0], subject=identity[1], account_id=account.id, linked_at=at))
    session.flush()
    return account


def _spend(state: str, at: datetime) -> OrganisationLogin:
    """The way there, which nobody can come back by again: this step is committed by itself."""
    gone = delete(OrganisationLogin).where(OrganisationLogin.state_hash == _hash(state))
    with transaction(house.database()) as session:
        begun = session.scalars(gone.returning(OrganisationLogin)).one_or_none()
    if begun is None or begun.expires_at <= at or not hmac.compare_digest(begun.browser_hash, threshold.browser()):
        raise NoAccount
    return begun


def _provider() -> Provider:
    settings = current_app.extensions["settings"]
    if not settings.oidc_issuer:
        raise NotFound
    client = Client(allow_private=settings.allow_private_platforms)
    back_here = house.address() + url_for("organisation.back")
    return Provider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, back_here, client)


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()
