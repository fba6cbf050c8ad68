"""The tools that are registered with the LMS."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

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
    def reviews(self) -> bool:
        """Whether it said at its registration that it takes Submission Review messages."""
        return any(message.get("type") == "LtiSubmissionReviewRequest" for message in self.messages)

    @property
    def deep_linking_target(self) -> str | None:
        """Where a trainer chooses content, if the tool offers that."""
        for message in self.messages:
            if message.get("type") == "LtiDeepLinkingRequest":
                return str(message.get("target_link_uri") or self.target_link_uri)
        return None


class Deployment(Base):
    """One more deployment of a tool, beside the first, which the tool has from its registration."""

    __tablename__ = "deployment"

    deployment_id: Mapped[str] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    made_at: Mapped[datetime]


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


def spend_latest(session: Session, *, at: datetime) -> RegistrationToken:
    """The last permission that was given is used up: so it is where a family sends no token along."""
    unused = (RegistrationToken.used_at.is_(None), RegistrationToken.expires_at > at)
    latest = select(RegistrationToken).where(*unused).order_by(RegistrationToken.expires_at.desc()).limit(1)
    row = session.scalars(latest.with_for_update()).one_or_none()
    if row is None:
        raise Refused("invalid_token", "no administrator is connecting a tool")
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


def deploy(session: Session, tool: Tool, *, at: datetime) -> str:
    """The tool has one more deployment."""
    made = Deployment(deployment_id=uuid4().hex[:12], tool_id=tool.id, made_at=at)
    session.add(made)
    session.flush()
    return made.deployment_id


def deployments(session: Session, tool: Tool) -> list[str]:
    """Every deployment of the tool, the first one first."""
    more = select(Deployment.deployment_id).where(Deployment.tool_id == tool.id).order_by(Deployment.made_at)
    return [tool.deployment_id, *session.scalars(more)]


def deployment_of(session: Session, tool: Tool, asked: str) -> str:
    """The deployment of that id; the first where none is asked for."""
    if asked and asked not in deployments(session, tool):
        raise Refused("not_found", "This tool has no such deployment.")
    return asked or tool.deployment_id


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
