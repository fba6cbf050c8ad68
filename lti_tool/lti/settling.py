"""Where a platform is at home: its issuer, client id and addresses, as it told them or as somebody typed them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lti_tool.errors import OnboardingRefused
from lti_tool.lti import access_tokens
from lti_tool.lti.counterparts import LmsContext, ResourceLink
from lti_tool.lti.login import Login
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.platforms import Deployment, Platform, deployments, origin

# The session's own objects are read anew afterwards.
IN_THE_DATABASE = {"synchronize_session": False}


@dataclass(frozen=True)
class Home:
    """What names a platform and says where it answers. `address` is where people open it, if not at the issuer's."""

    issuer: str
    client_id: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_audience: str | None = None
    address: str | None = None
    family: str | None = None
    deployment_id: str | None = None

    @property
    def name(self) -> str:
        """What a platform is called until somebody gives it a name."""
        return urlsplit(self.address or self.issuer).netloc or self.issuer


def settle(session: Session, *, agency_id: int, home: Home, ask_names: bool, at: datetime) -> Platform:
    """The platform at that home belongs to the agency: a new one, or the agency's own brought up to date.

    OnboardingRefused (`platform_taken`) where it belongs to another agency.
    """
    platform = _living_at(session, home)
    if platform is None:
        platform = Platform(agency_id=agency_id, name=home.name, status="active", created_at=at)
        session.add(platform)
    elif platform.agency_id != agency_id:
        raise OnboardingRefused("platform_taken", f"platform {platform.id}")
    platform.ask_names = ask_names
    _write(session, platform, home, at)
    return platform


def move(session: Session, *, platform: Platform, home: Home, at: datetime) -> Platform:
    """The platform lives at that home from now on; its learners, courses and name stay with it.

    Keys and tokens of the old home are forgotten, and logins under way end. OnboardingRefused (`platform_taken`)
    where another platform lives there.
    """
    neighbour = _living_at(session, home)
    if neighbour is not None and neighbour.id != platform.id:
        raise OnboardingRefused("platform_taken", f"platform {neighbour.id}")
    before = platform.home or platform.issuer
    if platform.name == urlsplit(before).netloc:
        platform.name = home.name
    _rename_the_only_deployment(session, platform, home.deployment_id)
    _write(session, platform, home, at)
    _bring_line_items(session, platform, origin(before), origin(home.address or home.issuer))
    return platform


def _living_at(session: Session, home: Home) -> Platform | None:
    where = Platform.issuer == home.issuer, Platform.client_id == home.client_id
    return session.scalar(select(Platform).where(*where))


def _write(session: Session, platform: Platform, home: Home, at: datetime) -> None:
    moved = platform.id is not None and (platform.issuer, platform.client_id, platform.jwks_uri) != (
        home.issuer, home.client_id, home.jwks_uri,
    )  # fmt: skip
    platform.issuer, platform.client_id = home.issuer, home.client_id
    platform.authorization_endpoint, platform.token_endpoint = home.authorization_endpoint, home.token_endpoint
    platform.jwks_uri, platform.token_audience = home.jwks_uri, home.token_audience
    platform.home, platform.family = home.address, home.family or platform.family
    session.flush()
    if moved:
        _forget_the_old(session, platform)
    if home.deployment_id is not None:
        deployments.note(
            session, platform_id=platform.id, deployment_id=home.deployment_id, status=deployments.ACTIVE, at=at
        )


def _forget_the_old(session: Session, platform: Platform) -> None:
    session.execute(delete(PlatformKeys).where(PlatformKeys.platform_id == platform.id))
    session.execute(delete(Login).where(Login.platform_id == platform.id))
    access_tokens.forget(session, platform=platform)


def _bring_line_items(session: Session, platform: Platform, before: str, after: str) -> None:
    """Columns of the gradebook are looked for at the new home, so that scores that wait find them."""
    if before == after:
        return
    contexts = select(LmsContext.id).where(LmsContext.platform_id == platform.id)
    for column in (ResourceLink.lineitem, ResourceLink.lineitems):
        old = ResourceLink.lms_context_id.in_(contexts), column.startswith(f"{before}/", autoescape=True)
        moved = func.concat(after, func.substr(column, len(before) + 1))
        session.execute(update(ResourceLink).where(*old).values({column: moved}), execution_options=IN_THE_DATABASE)
    session.expire_all()


def _rename_the_only_deployment(session: Session, platform: Platform, deployment_id: str | None) -> None:
    """A platform that has one deployment, before and after, keeps its courses under the new one's id."""
    known = deployments.of_platform(session, platform_id=platform.id)
    if deployment_id is None or len(known) != 1 or known[0].deployment_id == deployment_id:
        return
    for row in (Deployment, LmsContext):
        session.execute(update(row).where(row.platform_id == platform.id).values(deployment_id=deployment_id))
    session.expire_all()
