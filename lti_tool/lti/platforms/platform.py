"""A learning platform (LMS) as one agency connected it, and how it is found when it launches us."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import AddressRefused
from xapi_store.database import Base

ACTIVE, BLOCKED = "active", "blocked"
ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class Platform(Base):
    """A learning platform as one agency connected it: an issuer and the client id it gave us.

    `status` is `active` or `blocked`; `family` is its product family code (`moodle`), where known. `home` is the
    address at which people open it, where that is not the issuer's (many Canvas platforms share one issuer).
    `ask_names` says whether people's names are asked for and kept.
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
    home: Mapped[str | None]
    ask_names: Mapped[bool] = mapped_column(default=True, server_default=true())
    status: Mapped[str] = mapped_column(default=ACTIVE)
    created_at: Mapped[datetime]

    def speaks_for(self, url: str) -> bool:
        """True where the address lies on a host that was tied to this platform when it was connected."""
        own = (self.issuer, self.authorization_endpoint, self.token_endpoint, self.jwks_uri, self.home or self.issuer)
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        schemes = ("https", urlsplit(self.authorization_endpoint).scheme)
        return parts.scheme in schemes and parts.netloc in {urlsplit(each).netloc for each in own}


def named() -> Select[int]:
    """Asks for the id of the active platform of `:issuer` and `:client_id`; without a client id (None) it gives one
    only if the issuer has just one."""
    issuer, client_id = bindparam("issuer", type_=String), bindparam("client_id", type_=String)
    found = select(func.min(Platform.id)).where(Platform.issuer == issuer, Platform.status == ACTIVE)
    return found.where(or_(client_id.is_(None), Platform.client_id == client_id)).having(func.count() == 1)


def note_family(session: Session, *, platform_id: int, family: str) -> None:
    """The platform is of that product family: it has just said so itself."""
    session.execute(update(Platform).where(Platform.id == platform_id).values(family=family))


def allowed_ancestors(session: Session, *, agency_id: int | None = None) -> list[str]:
    """The origins that may show our pages in a frame: this agency's active platforms, or all active ones."""
    own = (Platform.issuer, Platform.authorization_endpoint, Platform.home)
    query = select(*own).where(Platform.status == ACTIVE)
    if agency_id is not None:
        query = query.where(Platform.agency_id == agency_id)
    return sorted({origin(url) for row in session.execute(query) for url in row if url})


def origin(url: str) -> str:
    """Scheme, host and port of an address, fit to stand in a header; AddressRefused for anything odd."""
    parts = urlsplit(url)
    found = f"{parts.scheme}://{parts.netloc}"
    if not ORIGIN.fullmatch(found):
        raise AddressRefused("not a plain web address")
    return found


def plain_origin(url: str) -> str | None:
    """The same of an address that anybody may have made up; None for anything odd."""
    try:
        return origin(url)
    except (AddressRefused, ValueError):
        return None
