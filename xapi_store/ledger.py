"""The ledger: a hash-chained record of what an agency did that must be provable later (issued, revoked, erased).

Each entry's digest covers the one before it, so that no entry can be changed, left out or put in between unseen.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import rfc8785
from sqlalchemy import DDL, BigInteger, ForeignKey, event, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import staging
from xapi_store.database import Base

BEGINNING = "0" * 64

# In the migration too: rows of the ledger are only ever added.
PROTECTION = (
    """CREATE OR REPLACE FUNCTION ledger_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the ledger only grows: its entries are never changed or removed'; END $$""",
    """CREATE TRIGGER ledger_keeps_rows BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_only_grows()""",
    """CREATE TRIGGER ledger_keeps_table BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()""",
)


class Entry(Base):
    """One link of a store's ledger; `digest` is the SHA-256 (hex) of it and of the digest before."""

    __tablename__ = "ledger_entry"

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    previous: Mapped[str]
    digest: Mapped[str]


class Head(Base):
    """The newest link of a store's ledger: its number and digest."""

    __tablename__ = "ledger_head"

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    digest: Mapped[str] = mapped_column(default=BEGINNING)


for _statement in PROTECTION:
    event.listen(Entry.__table__, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@dataclass(frozen=True)
class Fault:
    """The first entry of a ledger that does not fit: its number and what is wrong with it."""

    seq: int
    reason: str


@dataclass(frozen=True)
class _Staged:
    store_id: int
    kind: str
    payload: dict[str, Any]
    at: datetime


def append(session: Session, *, store_id: int, kind: str, payload: dict[str, Any], at: datetime) -> None:
    """The entry waits to be chained at the end of the transaction; `payload` is plain JSON."""
    _digest(seq=0, at=at, kind=kind, payload=payload, previous=BEGINNING)  # what cannot be hashed is refused here
    staging.add(session, _Staged(store_id, kind, payload, at))


def chain(session: Session) -> None:
    """All waiting entries are numbered, hashed and written; each ledger's head is locked until the commit."""
    staged = sorted(staging.take(session, _Staged), key=lambda each: each.store_id)
    for store_id, entries in groupby(staged, key=lambda each: each.store_id):
        _extend(session, store_id, entries)


def verify(session: Session, *, store_id: int) -> Fault | None:
    """The first entry that was changed, left out or put in between; None where the whole ledger holds."""
    seq, previous = 0, BEGINNING
    entries = session.scalars(select(Entry).where(Entry.store_id == store_id).order_by(Entry.seq)).yield_per(1000)
    for entry in entries:
        seq += 1
        if entry.seq != seq:
            return Fault(seq, "missing")
        if entry.previous != previous:
            return Fault(seq, "does not follow the entry before it")
        digest = _digest(seq=seq, at=entry.at, kind=entry.kind, payload=entry.payload, previous=previous)
        if entry.digest != digest:
            return Fault(seq, "altered")
        previous = digest
    head = session.get(Head, store_id, populate_existing=True)
    if (head.seq, head.digest) != (seq, previous) if head else seq:
        return Fault(seq + 1, "missing at the end")
    return None


def _extend(session: Session, store_id: int, staged: Iterable[_Staged]) -> None:
    session.execute(insert(Head).values(store_id=store_id, seq=0, digest=BEGINNING).on_conflict_do_nothing())
    # NO KEY UPDATE: a plain FOR UPDATE would wait for everyone who merely refers to the row, and could deadlock.
    head = session.scalars(
        select(Head).where(Head.store_id == store_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one()
    for each in staged:
        seq, previous = head.seq + 1, head.digest
        digest = _digest(seq=seq, at=each.at, kind=each.kind, payload=each.payload, previous=previous)
        session.add(
            Entry(
                store_id=store_id,
                seq=seq,
                at=each.at,
                kind=each.kind,
                payload=each.payload,
                previous=previous,
                digest=digest,
            )
        )
        head.seq, head.digest = seq, digest
    session.flush()


def _digest(*, seq: int, at: datetime, kind: str, payload: dict[str, Any], previous: str) -> str:
    link: dict[str, Any] = {
        "seq": seq,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": kind,
        "payload": payload,
        "previous": previous,
    }
    return hashlib.sha256(rfc8785.dumps(link)).hexdigest()
