"""Throttling: who fails often waits, twice as long each time; counted for what is tried and for where it comes from."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.errors import TooOften
from xapi_store.database import Base

LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class SignInFailure(Base):
    """How often something failed lately, under a hash of what it was, and until when it is not tried again."""

    __tablename__ = "sign_in_failure"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    waits_until: Mapped[datetime]


@dataclass(frozen=True)
class Counted:
    """One thing that is counted: its hash, and how many failures are free before the first wait."""

    key_hash: str
    free: int


def account(email: str) -> Counted:
    """Attempts at one address, whether there is an account or not."""
    return Counted(_hash(f"account {email}"), 5)


def person(person_id: object) -> Counted:
    """Codes that one person enters."""
    return Counted(_hash(f"person {person_id}"), 5)


def place(address: str) -> Counted:
    """Attempts from one neighbourhood: an IPv4 /24 or an IPv6 /56. A school sits behind one, so more are free."""
    try:
        found = ipaddress.ip_address(address)
        network = ipaddress.ip_network((found, 24 if found.version == 4 else 56), strict=False)
    except ValueError:
        return Counted(_hash("nowhere"), 20)
    return Counted(_hash(f"from {network}"), 20)


def attempt(session: Session, *counted: Counted, at: datetime) -> None:
    """The attempt is counted as failed beforehand, so that many at once are all counted. TooOften where it must wait.

    Commit this by itself before anything is compared; `forgive` takes it back when the attempt was good.
    """
    # In one order, so that two that count the same things do not wait for each other.
    for each in sorted(counted, key=lambda one: one.key_hash):
        _count(session, each, at)


def forgive(session: Session, *, fully: Counted, once: Counted | None = None) -> None:
    """A good attempt: what was tried is no longer counted, its neighbourhood loses only this one."""
    session.execute(delete(SignInFailure).where(SignInFailure.key_hash == fully.key_hash))
    row = session.get(SignInFailure, once.key_hash, with_for_update=True) if once else None
    if row is not None:
        row.failures = max(0, row.failures - 1)


def forget_old(session: Session, *, at: datetime) -> None:
    """Failures of long ago are forgotten."""
    session.execute(delete(SignInFailure).where(SignInFailure.last_at < at - FORGOTTEN_AFTER))


def _count(session: Session, counted: Counted, at: datetime) -> None:
    row = SignInFailure
    new = insert(row).values(key_hash=counted.key_hash, failures=0, last_at=at, waits_until=at)
    session.execute(new.on_conflict_do_nothing())
    found = session.scalars(select(row).where(row.key_hash == counted.key_hash).with_for_update()).one()
    if found.waits_until > at:
        raise TooOften(found.waits_until - at)
    stale = found.last_at < at - FORGOTTEN_AFTER
    found.failures, found.last_at = (1 if stale else found.failures + 1), at
    over = found.failures - counted.free
    found.waits_until = at + min(LONGEST_WAIT, timedelta(seconds=2 ** min(over, 20))) if over >= 0 else at


def _hash(what: str) -> str:
    return sha256(what.encode()).hexdigest()
