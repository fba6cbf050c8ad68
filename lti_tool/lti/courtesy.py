"""Courtesy towards platforms: few calls at once, and rest for one that does not answer.

A platform that is down costs nothing: after a few failures nobody calls it for a while, the others are served
meanwhile, and what waited for it is hastened once it answers again.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base

IN_FLIGHT = 8
FAILURES_BEFORE_REST = 3
SHORTEST_REST, LONGEST_REST = timedelta(seconds=10), timedelta(minutes=5)

# One worker serves an installation, so its own memory is enough to count by.
_slots: defaultdict[int, threading.BoundedSemaphore] = defaultdict(lambda: threading.BoundedSemaphore(IN_FLIGHT))


class PlatformOutage(Base):
    """A platform that does not answer: how often in a row, why, and until when nobody tries it again."""

    __tablename__ = "platform_outage"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"), primary_key=True)
    failures: Mapped[int]
    reason: Mapped[str]
    since: Mapped[datetime]
    rests_until: Mapped[datetime | None]


@contextmanager
def in_flight(platform_id: int) -> Iterator[None]:
    """At most eight calls of this process are under way to this platform, this one among them."""
    with _slots[platform_id]:
        yield


def resting(session: Session, *, platform_id: int, at: datetime) -> str | None:
    """Why the platform is not called at this moment; None where it may be."""
    outage = session.get(PlatformOutage, platform_id)
    if outage is None or outage.rests_until is None or outage.rests_until <= at:
        return None
    return outage.reason


def failed(session: Session, *, platform_id: int, reason: str, at: datetime) -> None:
    """One more failure in a row is noted; from the third on the platform rests, each time twice as long."""
    row = {"platform_id": platform_id, "failures": 1, "reason": reason, "since": at}
    more = {"failures": PlatformOutage.failures + 1, "reason": reason}
    session.execute(
        insert(PlatformOutage).values(**row).on_conflict_do_update(index_elements=["platform_id"], set_=more)
    )
    outage = session.get_one(PlatformOutage, platform_id, populate_existing=True)
    if outage.failures >= FAILURES_BEFORE_REST:
        doublings = min(outage.failures - FAILURES_BEFORE_REST, 10)
        outage.rests_until = at + min(SHORTEST_REST * 2**doublings, LONGEST_REST)


def answered(session: Session, *, platform_id: int) -> bool:
    """The platform answers; gives True where it had been resting before."""
    rested = delete(PlatformOutage).where(PlatformOutage.platform_id == platform_id)
    return any(until is not None for until in session.scalars(rested.returning(PlatformOutage.rests_until)))


def outages(session: Session) -> list[PlatformOutage]:
    """The platforms that do not answer just now, the longest outage first."""
    return list(session.scalars(select(PlatformOutage).order_by(PlatformOutage.since)))
