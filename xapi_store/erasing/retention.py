"""Retention: statements stored before a moment are deleted, with a dry run first and an entry in the ledger after.

Their ids stay known, so that nothing comes back; statements that refer to them stay and are found by what they say
themselves; a voided statement stays voided when the one that voided it is deleted. How long evidence must stand is
the operator's affair: what certificates rest on can be kept by its verbs. What the store knows of activities stays.

A retention goes on in steps, each a transaction that holds the store for a bounded portion, oldest first; after an
interruption the next step goes on where the last one ended.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Cursor
from sqlalchemy import BigInteger, ForeignKey, Identity, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import arrays, ledger
from xapi_store.database import Base, driver
from xapi_store.documents.documents import Document
from xapi_store.erasing import amending
from xapi_store.errors import StoreError
from xapi_store.stores import moment_of, place_at

# So many are deleted in less than a tenth of a second, in which writers wait.
MOST = 200


class RetentionRefused(StoreError):
    """Only what is past can be deleted by age."""


class NoSuchRetention(StoreError):
    """There is no retention of that number in this store."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What goes: statements stored before `before`, but for those with one of `keep_verbs` (IRIs); with `documents`
    also the documents that were last written before it."""

    before: datetime
    keep_verbs: tuple[str, ...] = ()
    documents: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What a retention would delete: `size` is the bytes of statements and attachments, `oldest` and `newest` are
    `stored` times, and `unsent` counts statements that an enabled forwarding has not sent on yet."""

    statements: int
    attachments: int
    documents: int
    size: int
    oldest: datetime | None
    newest: datetime | None
    unsent: int


class Retention(Base):
    """One deletion by age, done where `done_at` stands; `through` is the place up to which it came."""

    __tablename__ = "retention"

    store_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("store.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    before: Mapped[datetime]
    keep_verbs: Mapped[list[str]]
    with_documents: Mapped[bool]
    reason: Mapped[str]
    by: Mapped[str]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    through: Mapped[int] = mapped_column(BigInteger, default=-1)
    statements: Mapped[int] = mapped_column(BigInteger, default=0)
    attachments: Mapped[int] = mapped_column(BigInteger, default=0)
    documents: Mapped[int] = mapped_column(BigInteger, default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)

    @property
    def rule(self) -> Rule:
        """What goes."""
        return Rule(self.before, tuple(self.keep_verbs), self.with_documents)


def plan(session: Session, *, store_id: int, rule: Rule) -> Plan:
    """What this rule would delete now; nothing is changed."""
    with driver(session).cursor() as cursor:
        named = {"store": store_id, **_bound(rule)}
        count, size, first, last = cursor.execute(_COUNT, named).fetchone() or (0, 0, None, None)
        attachments, freed = cursor.execute(_COUNT_ATTACHMENTS, named).fetchone() or (0, 0)
        (unsent,) = cursor.execute(_COUNT_UNSENT, named).fetchone() or (0,)
    old = select(func.count()).select_from(Document).where(*_old(store_id, rule))
    written = session.scalar(old) or 0 if rule.documents else 0
    oldest, newest = (None if place is None else moment_of(place) for place in (first, last))
    return Plan(count, attachments, written, size + freed, oldest, newest, unsent)


def begin(session: Session, *, store_id: int, rule: Rule, reason: str, by: str, at: datetime) -> Retention:
    """The deletion by this rule is under way; `step` carries it out. RetentionRefused for a moment to come.

    `reason` and `by` go into the ledger for ever.
    """
    if rule.before > at:
        raise RetentionRefused("only what was stored before now can be deleted by age")
    retention = Retention(
        store_id=store_id,
        before=rule.before,
        keep_verbs=list(rule.keep_verbs),
        with_documents=rule.documents,
        reason=reason,
        by=by,
        begun_at=at,
    )
    session.add(retention)
    session.flush()
    _enter(session, retention, "retention-begun", at)
    return retention


def unfinished(session: Session, *, store_id: int) -> list[Retention]:
    """The deletions that are under way or were interrupted, oldest first."""
    asked = select(Retention).where(Retention.store_id == store_id, Retention.done_at.is_(None))
    return list(session.scalars(asked.order_by(Retention.number)))


def step(session: Session, *, store_id: int, number: int, at: datetime, most: int = MOST) -> Retention:
    """The next portion, at most so many statements, is gone; `done_at` stands after the last. NoSuchRetention.

    Each step is to be a transaction of its own (`transaction.transaction`); two at a time wait for each other.
    """
    asked = select(Retention).where(Retention.store_id == store_id, Retention.number == number)
    retention = session.scalars(asked.with_for_update(), execution_options={"populate_existing": True}).one_or_none()
    if retention is None:
        raise NoSuchRetention(f"there is no retention {number}")
    if retention.done_at is not None:
        return retention
    with driver(session).cursor() as cursor:
        seqs = _next(cursor, retention, most)
        if seqs:
            _delete(cursor, retention, seqs, at)
            retention.through = seqs[-1]
        else:
            _finish(session, retention, at)
    session.flush()
    return retention


def _next(cursor: Cursor[Any], retention: Retention, most: int) -> list[int]:
    bound = _bound(retention.rule)
    cursor.execute(_NEXT, {"store": retention.store_id, **bound, "through": retention.through, "most": most})
    return [seq for (seq,) in cursor.fetchall()]


def _delete(cursor: Cursor[Any], retention: Retention, seqs: list[int], at: datetime) -> None:
    store_id = retention.store_id
    key = amending.hold(cursor, store_id)
    with amending.relisted(cursor, store_id=store_id, key=key, seqs=seqs):
        gone = cursor.execute(_DELETE, (store_id, arrays.bigints(seqs))).fetchall()
    brought = amending.links(cursor, store_id=store_id, seqs=seqs)
    freed = amending.release(cursor, store_id=store_id, links=brought)
    amending.seal(cursor, store_id=store_id, amended=[(seq, each) for seq, each, _ in gone], gone=True, at=at)
    retention.statements += len(gone)
    retention.attachments += freed.count
    retention.size += freed.size + sum(size for _, _, size in gone)


def _finish(session: Session, retention: Retention, at: datetime) -> None:
    # The store is not held here: a ledger is locked before a store, everywhere.
    if retention.with_documents:
        store_id, rule = retention.store_id, retention.rule
        # Held in one order, so that two who delete the same never wait for each other in a circle.
        held = select(Document.place).where(*_old(store_id, rule)).order_by(Document.place).with_for_update()
        gone = delete(Document).where(Document.store_id == store_id, Document.place.in_(held))
        options = {"synchronize_session": False}
        retention.documents = len(session.scalars(gone.returning(Document.place), execution_options=options).all())
    retention.done_at = at
    _enter(session, retention, "retained", at, ("statements", "attachments", "documents", "size"))


def _enter(session: Session, retention: Retention, kind: str, at: datetime, counted: Collection[str] = ()) -> None:
    said = {
        "number": retention.number,
        "before": retention.before.isoformat(),
        "keep_verbs": retention.keep_verbs,
        "reason": retention.reason,
        "by": retention.by,
        **{name: getattr(retention, name) for name in counted},
    }
    ledger.append(session, store_id=retention.store_id, kind=kind, payload=said, at=at)


def _old(store_id: int, rule: Rule) -> tuple[Any, Any]:
    return Document.store_id == store_id, Document.updated < rule.before


def _bound(rule: Rule) -> dict[str, Any]:
    return {"before": place_at(rule.before), "kept": list(rule.keep_verbs)}


# The text of the verb is read from the bytes only where a rule asks for it: a list also leads to what refers.
_GOES = (
    "store_id = %(store)s AND seq < %(before)s AND (cardinality(%(kept)s::text[]) = 0"
    " OR NOT (convert_from(raw, 'UTF8')::json #>> '{verb,id}') = ANY(%(kept)s::text[]))"
)
_COUNT = (
    "SELECT count(*), coalesce(sum(octet_length(raw)), 0)::bigint, min(seq), max(seq) FROM statement WHERE {goes}"
).replace("{goes}", _GOES)
_COUNT_ATTACHMENTS = (
    "SELECT count(*), coalesce(sum(octet_length(content)), 0)::bigint FROM attachment WHERE store_id = %(store)s"
    " AND NOT EXISTS (SELECT FROM statement_attachment AS link WHERE link.store_id = %(store)s"
    "  AND link.sha2 = attachment.sha2 AND EXISTS ("
    "   SELECT FROM statement WHERE statement.seq = link.seq AND store_id = %(store)s AND NOT ({goes})))"
).replace("{goes}", _GOES)
_COUNT_UNSENT = (
    "SELECT count(*) FROM statement WHERE {goes}"
    " AND seq > (SELECT min(position) FROM forwarding WHERE store_id = %(store)s AND enabled)"
).replace("{goes}", _GOES)
_NEXT = "SELECT seq FROM statement WHERE {goes} AND seq > %(through)s ORDER BY seq LIMIT %(most)s".replace(
    "{goes}", _GOES
)
_DELETE = "DELETE FROM statement WHERE store_id = %s AND seq = ANY(%s) RETURNING seq, id, octet_length(raw)"
