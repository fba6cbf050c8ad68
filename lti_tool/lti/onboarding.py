"""Onboarding: an agency's platform connects itself by a one-time invite link (LTI Dynamic Registration 1.0)."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.agencies import Agency
from lti_tool.errors import AddressRefused, OnboardingRefused
from lti_tool.lti import registration, tool_keys
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Deployment, Platform, origin
from lti_tool.lti.registration import Configuration, Registered
from xapi_store.database import Base, Database
from xapi_store.transaction import transaction

INVITE_LIFETIME = timedelta(days=14)
HOLD = timedelta(seconds=30)

bp = Blueprint("lti_onboarding", __name__, url_prefix="/lti")


class Invite(Base):
    """A one-time invitation to connect a platform to an agency; spent only when a platform is connected.

    While a connection is being made it is held, so that two browsers do not make two.
    """

    __tablename__ = "invite"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    spent_at: Mapped[datetime | None]
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))


@dataclass(frozen=True)
class Asked:
    """What the platform put into the address when it opened the invite, and whose invite it is."""

    token: str
    agency: Agency
    configuration_url: str
    bearer: str

    @property
    def platform_host(self) -> str:
        """The host that wants to be connected."""
        return urlsplit(self.configuration_url).netloc

    @property
    def form_token(self) -> str:
        """Binds the form to this invite and to this platform's values."""
        secret: str = current_app.extensions["settings"].secret_key
        bound = "\n".join(("register", self.token, self.configuration_url, self.bearer))
        return hmac.new(secret.encode(), bound.encode(), sha256).hexdigest()


def invite(session: Session, *, agency_id: int, at: datetime) -> str:
    """The agency has one more invite; the token returned is shown once and stands in /lti/register/TOKEN."""
    token = secrets.token_urlsafe(32)
    session.add(Invite(token_hash=_hash(token), agency_id=agency_id, created_at=at, expires_at=at + INVITE_LIFETIME))
    session.flush()
    return token


@bp.get("/register/<token>")
def invited(token: str) -> Response:
    """The page that shows who invites, which platform asks, and what data it will send us."""
    asked = _asked(token, request.args.get("openid_configuration"), request.args.get("registration_token"))
    return _page("register.html", asked)


@bp.post("/register/<token>")
def connect(token: str) -> Response:
    """The platform is connected and the invite spent; or neither."""
    asked = _asked(token, request.form.get("openid_configuration"), request.form.get("registration_token"))
    if not hmac.compare_digest(request.form.get("form_token", "").encode(), asked.form_token.encode()):
        raise OnboardingRefused("foreign_form")
    settings, database, at = current_app.extensions["settings"], current_app.extensions["database"], datetime.now(UTC)
    _hold(database, token, at)
    try:
        found, given = _register(asked, Client(allow_private=settings.allow_private_platforms), settings.address)
        with transaction(database) as session:
            platform = complete(session, token=token, found=found, given=given, at=at)
            # Platforms fetch our keys as soon as they are activated: let them find one.
            tool_keys.signing_key(session, seal=current_app.extensions["seal"], at=at)
    except OnboardingRefused:
        _let_go(database, token)
        raise
    return _page("registered.html", asked, family=platform.family)


def complete(session: Session, *, token: str, found: Configuration, given: Registered, at: datetime) -> Platform:
    """The platform belongs to the agency that invited it, and the invite is spent."""
    row = session.get_one(Invite, _hash(token))
    platform = session.scalar(
        select(Platform).where(Platform.issuer == found.issuer, Platform.client_id == given.client_id)
    )
    if platform is None:
        platform = Platform(
            agency_id=row.agency_id, issuer=found.issuer, client_id=given.client_id, status="active", created_at=at
        )
        session.add(platform)
    elif platform.agency_id != row.agency_id:
        raise OnboardingRefused("platform_taken", f"platform {platform.id}")
    platform.name = urlsplit(found.issuer).netloc
    platform.authorization_endpoint = found.authorization_endpoint
    platform.token_endpoint, platform.token_audience = found.token_endpoint, found.token_audience
    platform.jwks_uri, platform.family = found.jwks_uri, found.family
    session.flush()
    if given.deployment_id is not None:
        named = {"platform_id": platform.id, "deployment_id": given.deployment_id, "created_at": at}
        session.execute(insert(Deployment).values(named).on_conflict_do_nothing())
    row.spent_at, row.platform_id = at, platform.id
    return platform


def _register(asked: Asked, client: Client, address: str) -> tuple[Configuration, Registered]:
    found = registration.configuration(client, asked.configuration_url)
    tool = registration.tool_configuration(address)
    return found, registration.register(client, found=found, tool=tool, bearer=asked.bearer or None)


def _asked(token: str, configuration_url: str | None, bearer: str | None) -> Asked:
    with transaction(current_app.extensions["database"]) as session:
        row = session.get(Invite, _hash(token))
        if row is None or row.spent_at is not None or row.expires_at <= datetime.now(UTC):
            raise OnboardingRefused("unknown_invite")
        agency = session.get_one(Agency, row.agency_id)
    try:
        origin(configuration_url or "")
    except (AddressRefused, ValueError) as error:
        raise OnboardingRefused("no_configuration") from error
    return Asked(token, agency, configuration_url or "", bearer or "")


def _hold(database: Database, token: str, at: datetime) -> None:
    free = or_(Invite.held_until.is_(None), Invite.held_until < at)
    holding = (
        update(Invite)
        .where(Invite.token_hash == _hash(token), Invite.spent_at.is_(None), free)
        .values(held_until=at + HOLD)
        .returning(Invite.token_hash)
    )
    with transaction(database) as session:
        if session.scalar(holding) is None:
            raise OnboardingRefused("invite_in_use")


def _let_go(database: Database, token: str) -> None:
    with transaction(database) as session:
        session.execute(update(Invite).where(Invite.token_hash == _hash(token)).values(held_until=None))


def _page(template: str, asked: Asked, **more: object) -> Response:
    # The platform shows this page in a frame before we know it; the invite in the address vouches for it.
    platform = origin(asked.configuration_url)
    g.frame_ancestors = [platform]
    page = make_response(render_template(template, asked=asked, agency=asked.agency, platform_origin=platform, **more))
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
