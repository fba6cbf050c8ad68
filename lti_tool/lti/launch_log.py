"""The launch log: how every launch, and every login that was refused, ended. Ids and codes, no personal data.

A row is kept for `KEPT`, and of one platform at most `MOST`; the hourly upkeep sees to both.
"""

import re
import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, bindparam, delete, func, insert, literal, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool.lti.login import Login
from lti_tool.lti.under_way import UnderWay
from xapi_store.database import Base, driver
from xapi_store.prepared import Prepared

KEPT = timedelta(days=14)
MOST = 10_000
OK, NEVER_CAME_BACK = "ok", "never_came_back"
LONGEST = 120
# What a second of one process may leave of refusals: without a platform anybody can make them.
STRANGERS_A_SECOND, KNOWN_A_SECOND = 10, 50
# A code, a few field names, a platform's number; nothing else is kept of what a refusal says for the log.
PLAIN = re.compile(r"[^A-Za-z0-9_:/., -]")


class LaunchAttempt(Base):
    """One launch, or one login that went no further, and how it ended: `ok` or the code of the refusal.

    `support_id` stands on the page that the person saw. `person_id` is our own and only of those who came in.
    `origin` is the web address that an unknown platform gave as its own. Nothing here refers to other rows by key:
    a note outlives what it is about.
    """

    __tablename__ = "launch_attempt"
    __table_args__ = (Index(None, "platform_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    platform_id: Mapped[int | None] = mapped_column(BigInteger)
    deployment_id: Mapped[str | None]
    message_type: Mapped[str | None]
    family: Mapped[str | None]
    outcome: Mapped[str]
    detail: Mapped[str | None]
    person_id: Mapped[UUID | None]
    support_id: Mapped[str | None]
    origin: Mapped[str | None]


_NOTED = [column.name for column in LaunchAttempt.__table__.c if column.name != "id"]
_NOTING = Prepared(insert(LaunchAttempt).values({name: bindparam(name) for name in _NOTED}).inline())


class Measure:
    """How many rows a second may leave; what comes beyond that is not kept."""

    def __init__(self, most: int) -> None:
        self._most, self._second, self._count = most, 0, 0
        self._lock = threading.Lock()

    def allows(self, at: datetime) -> bool:
        """True while this second's rows are not used up; counts one."""
        second = int(at.timestamp())
        with self._lock:
            if second != self._second:
                self._second, self._count = second, 0
            self._count += 1
            return self._count <= self._most


STRANGERS, KNOWN = Measure(STRANGERS_A_SECOND), Measure(KNOWN_A_SECOND)


def admitted(session: Session, *, launch: UnderWay, person_id: UUID, at: datetime) -> None:
    """The launch stands in the log as `ok`, if the transaction that lets the person in is committed."""
    _NOTING.run(driver(session), _row(launch, OK, at, person_id=person_id))


def refused(session: Session, *, launch: UnderWay, code: str, detail: str, support_id: str, at: datetime) -> None:
    """The refusal stands in the log, with what is known of where it came from."""
    kept = PLAIN.sub("", detail)[:LONGEST] or None
    session.add(LaunchAttempt(**_row(launch, code, at, detail=kept, support_id=support_id)))


def worth_keeping(launch: UnderWay, *, at: datetime) -> bool:
    """False where this second has brought more refusals than anybody will read."""
    return (STRANGERS if launch.platform_id is None else KNOWN).allows(at)


def note_unfinished(session: Session, *, at: datetime) -> None:
    """Logins that ran out stand in the log as `never_came_back`; call it before they are forgotten."""
    ended = select(
        Login.expires_at, Login.platform_id, func.left(Login.deployment_id, LONGEST), literal(NEVER_CAME_BACK)
    ).where(Login.expires_at < at)
    session.execute(
        insert(LaunchAttempt).from_select(
            ["at", "platform_id", "deployment_id", "outcome"], ended.order_by("expires_at")
        )
    )


def forget_old(session: Session, *, at: datetime, most: int = MOST) -> None:
    """What is older than `KEPT` is gone, and of each platform (and of strangers) all but the newest `most`."""
    session.execute(delete(LaunchAttempt).where(LaunchAttempt.at < at - KEPT))
    place = func.row_number().over(partition_by=LaunchAttempt.platform_id, order_by=LaunchAttempt.id.desc())
    numbered = select(LaunchAttempt.id, place.label("place")).subquery()
    session.execute(
        delete(LaunchAttempt).where(LaunchAttempt.id.in_(select(numbered.c.id).where(numbered.c.place > most)))
    )


def _row(
    launch: UnderWay,
    outcome: str,
    at: datetime,
    *,
    detail: str | None = None,
    person_id: UUID | None = None,
    support_id: str | None = None,
) -> dict[str, Any]:
    return {
        "at": at,
        "platform_id": launch.platform_id,
        "deployment_id": _short(launch.deployment_id),
        "message_type": _short(launch.message_type),
        "family": _short(launch.family),
        "outcome": outcome,
        "detail": detail,
        "person_id": person_id,
        "support_id": support_id,
        "origin": _short(launch.origin),
    }


def _short(text: str | None) -> str | None:
    return text[:LONGEST] if text else None
