"""Launches under way: what the LMS wants to say, kept until the tool asks for it."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.demo.database import Base
from lti_tool.demo.errors import Refused
from lti_tool.demo.tools import hashed

LIFETIME = timedelta(minutes=5)
CHOOSING = timedelta(hours=1)


class Hint(Base):
    """One launch under way; its token travels as lti_message_hint and is good once."""

    __tablename__ = "hint"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id", ondelete="CASCADE"))
    target: Mapped[str]
    document_target: Mapped[str]
    # What is otherwise than usual: see `launching.OPTIONS`.
    options: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    expires_at: Mapped[datetime]


class Choosing(Base):
    """A trainer is choosing content in a tool; its token travels as the `data` of Deep Linking and is good once."""

    __tablename__ = "choosing"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"))
    course_id: Mapped[str] = mapped_column(server_default="7")
    many: Mapped[bool] = mapped_column(server_default="true")
    types: Mapped[list[str]] = mapped_column(server_default='["ltiResourceLink"]')
    expires_at: Mapped[datetime]


def begin(session: Session, described: dict[str, Any], *, at: datetime) -> str:
    """A launch is under way; `described` is the rest of its row, and without a link it is one for choosing content."""
    session.execute(delete(Hint).where(Hint.expires_at < at))
    token = secrets.token_urlsafe(24)
    session.add(Hint(token_hash=hashed(token), expires_at=at + LIFETIME, **described))
    return token


def spend(session: Session, token: str, *, at: datetime) -> Hint:
    """The launch of this hint, which is used up by it; Refused where it is unknown, used or too old."""
    found = session.scalars(delete(Hint).where(Hint.token_hash == hashed(token)).returning(Hint)).one_or_none()
    if found is None:
        raise Refused("invalid_request", "lti_message_hint is unknown or was used before; open the link again")
    if found.expires_at < at:
        raise Refused("invalid_request", "lti_message_hint is too old; open the link again")
    return found


def choose(session: Session, hint: Hint, *, at: datetime) -> str:
    """The person of this launch may hand back content from its tool, once."""
    session.execute(delete(Choosing).where(Choosing.expires_at < at))
    token = secrets.token_urlsafe(24)
    asked = {name: hint.options[name] for name in ("course_id", "many", "types") if name in hint.options}
    session.add(
        Choosing(
            token_hash=hashed(token),
            person_id=hint.person_id,
            tool_id=hint.tool_id,
            expires_at=at + CHOOSING,
            **{"course_id": "7", "many": True, "types": ["ltiResourceLink"], **asked},
        )
    )
    return token


def chosen(session: Session, token: str, *, at: datetime) -> Choosing:
    """The choice that is being handed back, which is used up by it."""
    query = delete(Choosing).where(Choosing.token_hash == hashed(token)).returning(Choosing)
    found = session.scalars(query).one_or_none()
    if found is None or found.expires_at < at:
        raise Refused("invalid_request", "data is not what the deep linking request carried, or was handed back before")
    return found
