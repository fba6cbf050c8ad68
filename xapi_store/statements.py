"""Statements: the only way in. What is recorded is validated at once, and put in order when the transaction ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, insert, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import postings, references, staging
from xapi_store.comparison import same
from xapi_store.database import Base
from xapi_store.errors import Conflict
from xapi_store.received import check_texts, read_stored
from xapi_store.stores import Store
from xapi_store.syntax import read_time, write_time
from xapi_store.validation import check

# A writer holds this advisory lock on its store while it gives out `stored` times (see query.consistent_through).
WRITING = 0x78415049


class Statement(Base):
    """A stored statement: its bytes as they are given out, and what the store itself must know of it.

    `seq` is its place in the store's order, `stored` strictly increases with it, `target` is the statement
    that its object refers to (xAPI Data 2.4.4.3), and a voided one is only shown to who asks for it by id.
    """

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        UniqueConstraint("store_id", "stored"),
        Index("ix_statement_target", "store_id", "target", postgresql_where="target IS NOT NULL"),
    )

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[UUID]
    stored: Mapped[datetime]
    timestamp: Mapped[datetime]
    verb: Mapped[str]
    target: Mapped[UUID | None]
    voided: Mapped[bool] = mapped_column(default=False)
    raw: Mapped[bytes]


@dataclass(frozen=True)
class _Staged:
    """A valid statement on its way into the store: all but its place and its `stored`."""

    store_id: int
    id: UUID
    content: dict[str, Any]
    body: bytes
    timestamp: datetime
    dated: bool
    terms: Mapping[postings.Named, bool]

    def says(self, stored: Mapping[str, Any]) -> bool:
        """True where the stored statement is this one; a time that the sender left open cannot differ."""
        return same(stored, self.content if self.dated else {**self.content, "timestamp": stored["timestamp"]})

    @property
    def target(self) -> UUID | None:
        """The statement that this one's object refers to, if any (xAPI Data 2.4.4.3)."""
        aim = self.content["object"]
        return UUID(aim["id"]) if aim.get("objectType") == "StatementRef" else None


def record(
    session: Session,
    *,
    store_id: int,
    statement: dict[str, Any],
    authority: dict[str, Any],
    at: datetime,
    version: str = "1.0.3",
    source: Mapping[str, str] | None = None,
    path: str = "statement",
) -> UUID:
    """The statement will be in the store once the transaction is committed; gives its id (xAPI Data 2.3).

    Id, timestamp (`at`) and version are filled in where missing; authority and stored are always ours. `source` is each
    member as it was sent, to be kept to the letter. StatementRefused where it breaks xAPI (`path` begins the place
    of the fault); Conflict, at the end of the transaction, where another statement stands under its id.
    """
    check(statement, version=version, path=path)
    own = _own_members(statement, authority, at, version)
    content = {name: value for name, value in {**statement, **own}.items() if name != "stored"}
    body = _written(content, path) if source is None else _as_sent(source, own)
    staged = _Staged(
        store_id=store_id,
        id=UUID(content["id"]),
        content=content,
        body=body,
        timestamp=read_time(content["timestamp"]) or at,
        dated="timestamp" in statement,
        terms=postings.terms_of(content),
    )
    staging.add(session, staged)
    return staged.id


def sequence(session: Session) -> None:
    """All statements recorded in this transaction have their place in their store's order; the heads stay locked."""
    staged = sorted(staging.take(session, _Staged), key=lambda each: each.store_id)
    for store_id, arriving in groupby(staged, key=lambda each: each.store_id):
        _place(session, store_id, list(arriving))


def _own_members(statement: Mapping[str, Any], authority: dict[str, Any], at: datetime, version: str) -> dict[str, Any]:
    own: dict[str, Any] = {"authority": authority}
    if "id" not in statement:
        own["id"] = str(uuid4())
    if "version" not in statement:
        own["version"] = "2.0.0" if version.startswith("2") else "1.0.0"
    moment = statement.get("timestamp")
    if moment is None:
        own["timestamp"] = write_time(at)
    elif version.startswith("2") and not moment.endswith("Z"):
        # xAPI 2.0 gives times in UTC; 1.0.3 gives them as they came.
        own["timestamp"] = write_time(read_time(moment) or at)
    return own


def _written(content: dict[str, Any], path: str) -> bytes:
    try:
        body = orjson.dumps(content)
    except TypeError:
        check_texts(content, path)  # half a character is the sender's fault; anything else is ours
        raise
    if b"\\u0000" in body:
        check_texts(content, path)
    return body


def _as_sent(source: Mapping[str, str], own: Mapping[str, Any]) -> bytes:
    kept = [f'"{name}":{written}' for name, written in source.items() if name not in own and name != "stored"]
    ours = [f'"{name}":{orjson.dumps(value).decode()}' for name, value in own.items()]
    return f"{{{','.join(kept + ours)}}}".encode()


def _place(session: Session, store_id: int, arriving: list[_Staged]) -> None:
    head, stored = _lock(session, store_id)
    new = _unknown(session, store_id, arriving)
    if not new:
        return
    rows = [
        _row(each, seq=head + number, stored=stored + timedelta(microseconds=number))
        for number, each in enumerate(new, start=1)
    ]
    session.execute(insert(Statement), rows)
    places = ((row["seq"], each.terms) for row, each in zip(rows, new, strict=True))
    postings.write(session, store_id=store_id, entries=places)
    references.settle(
        session, store_id=store_id, ids=[each.id for each in new], targets=[each.target for each in new if each.target]
    )
    newest = {"head": rows[-1]["seq"], "stored": rows[-1]["stored"]}
    session.execute(
        update(Store).where(Store.id == store_id).values(newest).execution_options(synchronize_session=False)
    )


def _lock(session: Session, store_id: int) -> tuple[int, datetime]:
    """The store's head is ours until the commit; gives it, and the time after which new `stored` times lie."""
    # NO KEY UPDATE: a plain FOR UPDATE would wait for everyone who merely refers to the store, and could deadlock.
    head, stored = session.execute(
        select(Store.head, Store.stored).where(Store.id == store_id).with_for_update(key_share=True)
    ).one()
    # The clock is the database's, one for all processes, and read only after the lock is held.
    now = session.execute(
        text("SELECT CASE WHEN pg_advisory_xact_lock(:kind, :store) IS NOT NULL THEN clock_timestamp() END"),
        {"kind": WRITING, "store": store_id},
    ).scalar_one()
    return head, max(now, stored)


def _unknown(session: Session, store_id: int, arriving: Iterable[_Staged]) -> list[_Staged]:
    """Those not stored yet; Conflict where a different statement holds the id."""
    arriving = list(arriving)
    found = session.execute(
        select(Statement.id, Statement.raw).where(
            Statement.store_id == store_id, Statement.id.in_([each.id for each in arriving])
        )
    )
    known: dict[UUID, dict[str, Any]] = {row.id: read_stored(row.raw) for row in found}
    new = []
    for each in arriving:
        if each.id not in known:
            known[each.id] = each.content
            new.append(each)
        elif not each.says(known[each.id]):
            raise Conflict(each.id)
    return new


def _row(staged: _Staged, *, seq: int, stored: datetime) -> dict[str, Any]:
    return {
        "store_id": staged.store_id,
        "seq": seq,
        "id": staged.id,
        "stored": stored,
        "timestamp": staged.timestamp,
        "verb": staged.content["verb"]["id"],
        "target": staged.target,
        "voided": False,
        "raw": staged.body[:-1] + b',"stored":"' + write_time(stored).encode() + b'"}',
    }
