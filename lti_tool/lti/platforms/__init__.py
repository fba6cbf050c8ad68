"""Platforms: the learning platforms (LMS) that may launch us, each belonging to one agency."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import AddressRefused
from xapi_store.database import Base

ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class Platform(Base):
    """A learning platform as one agency connected it: an issuer and the client id it gave us.

    `status` is `active` or `blocked`; `family` is its product family code (`moodle`), where known.
    """

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    issuer: Mapped[str]
    client_id: Mapped[str]
    authorization_endpoint: Mapped[str]
    token_endpoint: Mapped[str]
    token_audience: Mapped[str | None]
    jwks_uri: Mapped[str]
    name: Mapped[str]
    family: Mapped[str | None]
    status: Mapped[str] = mapped_column(default="active")
    created_at: Mapped[datetime]

    def speaks_for(self, url: str) -> bool:
        """True where the address lies on a host that was tied to this platform when it was connected."""
        own = (self.issuer, self.authorization_endpoint, self.token_endpoint, self.jwks_uri)
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        schemes = ("https", urlsplit(self.authorization_endpoint).scheme)
        return parts.scheme in schemes and parts.netloc in {urlsplit(each).netloc for each in own}


class Deployment(Base):
    """One installation of the tool inside a platform (LTI 1.3 Core, 3.1.3)."""

    __tablename__ = "deployment"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    deployment_id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


def find(session: Session, *, issuer: str, client_id: str | None) -> Platform | None:
    """The active platform of that issuer and client id; without a client id only if the issuer has just one."""
    query = select(Platform).where(Platform.issuer == issuer, Platform.status == "active")
    if client_id is not None:
        query = query.where(Platform.client_id == client_id)
    found = session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def accepts(session: Session, *, platform: Platform, deployment_id: str, at: datetime) -> bool:
    """True where the deployment belongs to the platform; the first one of a platform without any is recorded."""
    known = session.scalars(select(Deployment.deployment_id).where(Deployment.platform_id == platform.id)).all()
    if known:
        return deployment_id in known
    # Some platforms name no deployment while they register (Moodle does): then the first launch does.
    session.add(Deployment(platform_id=platform.id, deployment_id=deployment_id, created_at=at))
    return True


def allowed_ancestors(session: Session, *, agency_id: int | None = None) -> list[str]:
    """The origins that may show our pages in a frame: this agency's active platforms, or all active ones."""
    query = select(Platform.issuer, Platform.authorization_endpoint).where(Platform.status == "active")
    if agency_id is not None:
        query = query.where(Platform.agency_id == agency_id)
    return sorted({origin(url) for row in session.execute(query) for url in row})


def origin(url: str) -> str:
    """Scheme, host and port of an address, fit to stand in a header; AddressRefused for anything odd."""
    parts = urlsplit(url)
    found = f"{parts.scheme}://{parts.netloc}"
    if not ORIGIN.fullmatch(found):
        raise AddressRefused("not a plain web address")
    return found
