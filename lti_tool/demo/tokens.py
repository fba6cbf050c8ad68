"""Access to the services: tokens given to tools, and the assertions that were spent for them (Security Framework 4)."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo.database import Base
from lti_tool.demo.errors import Refused
from lti_tool.demo.tools import Tool, hashed

LIFETIME = timedelta(hours=1)


class AccessToken(Base):
    """A token that one tool may use for some services, for an hour."""

    __tablename__ = "access_token"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    scopes: Mapped[list[str]]
    expires_at: Mapped[datetime]


class SpentMessage(Base):
    """The id (jti or nonce) of a message that a tool signed; it is not taken a second time."""

    __tablename__ = "spent_message"

    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


def give(session: Session, tool: Tool, scopes: list[str], *, at: datetime) -> str:
    """The tool has a token for these scopes."""
    session.execute(delete(AccessToken).where(AccessToken.expires_at < at))
    token = secrets.token_urlsafe(32)
    session.add(AccessToken(token_hash=hashed(token), tool_id=tool.id, scopes=scopes, expires_at=at + LIFETIME))
    return token


def read(session: Session, token: str, *, at: datetime) -> AccessToken | None:
    """The token as it was given, unless it is over."""
    row = session.get(AccessToken, hashed(token))
    return row if row is not None and row.expires_at > at else None


def spend_message(session: Session, tool: Tool, message_id: str, *, expires_at: datetime, at: datetime) -> None:
    """The message of this id is used up; Refused where it was before."""
    session.execute(delete(SpentMessage).where(SpentMessage.expires_at < at - LIFETIME))
    row = {"tool_id": tool.id, "message_id": message_id, "expires_at": expires_at}
    new = insert(SpentMessage).values(row).on_conflict_do_nothing().returning(SpentMessage.message_id)
    if session.scalar(new) is None:
        raise Refused("invalid_client", "this message was used before (its jti or nonce is known)")
