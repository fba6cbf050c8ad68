"""Invitations: one-time links by which an agency's platform connects itself, or comes back under another address."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ForeignKey, or_, true, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import OnboardingRefused
from lti_tool.lti.platforms import Platform
from xapi_store.database import Base

LIFETIME = timedelta(days=14)
HOLD = timedelta(seconds=30)


class Invite(Base):
    """A one-time invitation to connect a platform to an agency; spent only when a platform is connected.

    While a connection is being made it is held, so that two browsers do not make two. `for_platform_id` names the
    platform that it is for, where that is connected already; `platform_id` the one that was connected by it.
    """

    __tablename__ = "invite"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    for_platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    ask_names: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    spent_at: Mapped[datetime | None]
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))


def invite(session: Session, *, agency_id: int, at: datetime, ask_names: bool = True) -> str:
    """The agency has one more invite; the token returned is shown once and stands in /lti/register/TOKEN."""
    return _add(session, Invite(agency_id=agency_id, ask_names=ask_names, created_at=at))


def invite_again(session: Session, *, platform: Platform, at: datetime, ask_names: bool | None = None) -> str:
    """There is an invite for this very platform: whoever comes by it takes its place and keeps its learners."""
    asked = platform.ask_names if ask_names is None else ask_names
    row = Invite(agency_id=platform.agency_id, for_platform_id=platform.id, ask_names=asked, created_at=at)
    return _add(session, row)


def good(session: Session, *, token: str, at: datetime) -> Invite:
    """The invite of that token; OnboardingRefused (`unknown_invite`) where it is none, spent or too old."""
    row = session.get(Invite, _hash(token))
    if row is None or row.spent_at is not None or row.expires_at <= at:
        raise OnboardingRefused("unknown_invite")
    return row


def hold(session: Session, *, token: str, at: datetime) -> None:
    """The invite is held for as long as a connection may take; OnboardingRefused (`invite_in_use`) if it already is."""
    free = or_(Invite.held_until.is_(None), Invite.held_until < at)
    unspent = Invite.token_hash == _hash(token), Invite.spent_at.is_(None)
    holding = update(Invite).where(*unspent, free).values(held_until=at + HOLD).returning(Invite.token_hash)
    if session.scalar(holding) is None:
        raise OnboardingRefused("invite_in_use")


def let_go(session: Session, *, token: str) -> None:
    """The invite is free to be tried again."""
    session.execute(update(Invite).where(Invite.token_hash == _hash(token)).values(held_until=None))


def spend(session: Session, *, invite: Invite, platform: Platform, at: datetime) -> None:
    """The invite is spent; it connected that platform."""
    invite.spent_at, invite.platform_id = at, platform.id
    session.flush()


def _add(session: Session, row: Invite) -> str:
    token = secrets.token_urlsafe(32)
    row.token_hash, row.expires_at = _hash(token), row.created_at + LIFETIME
    session.add(row)
    session.flush()
    return token


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
