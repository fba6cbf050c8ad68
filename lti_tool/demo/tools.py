"""The tools that are registered with the LMS."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo.database import Base
from lti_tool.demo.errors import Refused

TOKEN_LIFETIME = timedelta(hours=1)


class Tool(Base):
    """A tool with one deployment; until an administrator activates it, nothing is launched and no token given."""

    __tablename__ = "tool"

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(unique=True)
    deployment_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    domain: Mapped[str]
    initiate_login_uri: Mapped[str]
    target_link_uri: Mapped[str]
    jwks_uri: Mapped[str]
    redirect_uris: Mapped[list[str]]
    scopes: Mapped[list[str]]
    claims: Mapped[list[str]]
    messages: Mapped[list[Any]]
    custom: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime]

    @property
    def origins(self) -> set[str]:
        """Where the tool's pages live: the LMS's content policy lets these be framed and posted to."""
        return {origin(each) for each in (self.initiate_login_uri, self.target_link_uri, *self.redirect_uris)}

    @property
    def deep_linking_target(self) -> str | None:
        """Where a trainer chooses content, if the tool offers that."""
        for message in self.messages:
            if message.get("type") == "LtiDeepLinkingRequest":
                return str(message.get("target_link_uri") or self.target_link_uri)
        return None


class RegistrationToken(Base):
    """The right to register one tool, given by an administrator (Dynamic Registration 1.0, 3.4)."""

    __tablename__ = "registration_token"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    tool_id: Mapped[int | None] = mapped_column(ForeignKey("tool.id"))


def permit_registration(session: Session, *, at: datetime) -> str:
    """A registration token, good once and for an hour."""
    token = secrets.token_urlsafe(32)
    session.add(RegistrationToken(token_hash=hashed(token), expires_at=at + TOKEN_LIFETIME))
    return token


def spend(session: Session, token: str, *, at: datetime) -> RegistrationToken:
    """The token is used up; Refused where it is unknown, used or too old."""
    row = session.get(RegistrationToken, hashed(token), with_for_update=True)
    if row is None:
        raise Refused("invalid_token", "this registration token is not one of ours")
    if row.used_at is not None:
        raise Refused("token_already_used", "a registration token registers one tool")
    if row.expires_at < at:
        raise Refused("invalid_token", "this registration token is older than an hour")
    row.used_at = at
    return row


def by_client(session: Session, client_id: str) -> Tool:
    """The active tool of that client id; Refused where there is none."""
    tool = session.scalars(select(Tool).where(Tool.client_id == client_id)).one_or_none()
    if tool is None:
        raise Refused("invalid_client", "no tool is registered under this client_id")
    if not tool.active:
        raise Refused("invalid_client", "an administrator has not activated this tool")
    return tool


def registered(session: Session) -> list[Tool]:
    """All tools, oldest first."""
    return list(session.scalars(select(Tool).order_by(Tool.id)))


def hashed(token: str) -> str:
    """How tokens are kept."""
    return sha256(token.encode()).hexdigest()


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
