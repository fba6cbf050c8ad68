"""Onboarding: an agency's platform connects itself by a one-time invite link (LTI Dynamic Registration 1.0)."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from sqlalchemy.orm import Session

from courses.agencies import Agency
from lti_tool.errors import AddressRefused, OnboardingRefused
from lti_tool.lti import invitations, personal_data, registration, settling, tool_keys
from lti_tool.lti.invitations import Invite, invite
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform, families, origin
from lti_tool.lti.registration import Configuration, Registered
from lti_tool.lti.settling import Home
from xapi_store.transaction import transaction

__all__ = ["Invite", "bp", "complete", "invite"]

bp = Blueprint("lti_onboarding", __name__, url_prefix="/lti")


@dataclass(frozen=True)
class Asked:
    """What the platform put into the address when it opened the invite, and whose invite it is.

    `known` is the name of the platform that the invite is for, where it is for one that is connected already.
    """

    token: str
    agency: Agency
    ask_names: bool
    known: str | None
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


@bp.get("/register/<token>")
def invited(token: str) -> Response:
    """The page that shows who invites, which platform asks, what data it will send us, and why."""
    asked = _asked(token, request.args.get("openid_configuration"), request.args.get("registration_token"))
    people, rights = personal_data.about_people(names=asked.ask_names), personal_data.rights()
    return _page("register.html", asked, people=people, rights=rights, not_asked=personal_data.NOT_ASKED)


@bp.post("/register/<token>")
def connect(token: str) -> Response:
    """The platform is connected and the invite spent; or neither."""
    asked = _asked(token, request.form.get("openid_configuration"), request.form.get("registration_token"))
    if not hmac.compare_digest(request.form.get("form_token", "").encode(), asked.form_token.encode()):
        raise OnboardingRefused("foreign_form")
    database, at = current_app.extensions["database"], datetime.now(UTC)
    with transaction(database) as session:
        invitations.hold(session, token=token, at=at)
    try:
        found, given = _register(asked)
        with transaction(database) as session:
            platform = complete(session, token=token, found=found, given=given, at=at)
            # Platforms fetch our keys as soon as they are activated: let them find one.
            tool_keys.signing_key(session, seal=current_app.extensions["seal"], at=at)
    except OnboardingRefused:
        with transaction(database) as session:
            invitations.let_go(session, token=token)
        raise
    return _page("registered.html", asked, ways=families.of(platform.family), name=platform.name)


def complete(session: Session, *, token: str, found: Configuration, given: Registered, at: datetime) -> Platform:
    """The platform belongs to the agency that invited it, and the invite is spent.

    An invite that is for a platform already connected moves that one to where this registration came from.
    """
    invited = invitations.good(session, token=token, at=at)
    home = Home(
        issuer=found.issuer,
        client_id=given.client_id,
        authorization_endpoint=found.authorization_endpoint,
        token_endpoint=found.token_endpoint,
        jwks_uri=found.jwks_uri,
        token_audience=found.token_audience,
        address=found.address,
        family=found.family,
        deployment_id=given.deployment_id,
    )
    if invited.for_platform_id is None:
        platform = settling.settle(session, agency_id=invited.agency_id, home=home, ask_names=invited.ask_names, at=at)
    else:
        platform = session.get_one(Platform, invited.for_platform_id)
        platform.ask_names = invited.ask_names
        settling.move(session, platform=platform, home=home, at=at)
    invitations.spend(session, invite=invited, platform=platform, at=at)
    return platform


def _register(asked: Asked) -> tuple[Configuration, Registered]:
    settings = current_app.extensions["settings"]
    client = Client(allow_private=settings.allow_private_platforms)
    found = registration.configuration(client, asked.configuration_url)
    tool = registration.tool_configuration(settings.address, names=asked.ask_names)
    return found, registration.register(client, found=found, tool=tool, bearer=asked.bearer or None)


def _asked(token: str, configuration_url: str | None, bearer: str | None) -> Asked:
    with transaction(current_app.extensions["database"]) as session:
        row = invitations.good(session, token=token, at=datetime.now(UTC))
        agency = session.get_one(Agency, row.agency_id)
        known = session.get_one(Platform, row.for_platform_id).name if row.for_platform_id is not None else None
    try:
        origin(configuration_url or "")
    except (AddressRefused, ValueError) as error:
        raise OnboardingRefused("no_configuration") from error
    return Asked(token, agency, row.ask_names, known, configuration_url or "", bearer or "")


def _page(template: str, asked: Asked, **more: object) -> Response:
    # The platform shows this page in a frame before we know it; the invite in the address vouches for it.
    platform = origin(asked.configuration_url)
    g.frame_ancestors = [platform]
    page = make_response(render_template(template, asked=asked, agency=asked.agency, platform_origin=platform, **more))
    page.headers["Cache-Control"] = "no-store"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
