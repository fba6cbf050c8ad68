"""Statements: what is stored of each, and the only way in: checked at once, put in order when the transaction ends."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import postings, staging
from xapi_store.attachments import Kept
from xapi_store.database import Base
from xapi_store.definitions import activities
from xapi_store.definitions.activities import Definition
from xapi_store.form.comparison import same
from xapi_store.form.received import completed, inside, listed, read
from xapi_store.form.syntax import read_time, write_time
from xapi_store.form.validation import check
from xapi_store.recurring import Read, recognise
from xapi_store.stores import moment_of
from xapi_store.vocabulary import VOIDED


class Statement(Base):
    """A stored statement: its bytes as they are given out, and what the store itself must know of it.

    `seq` is its place in the store's order and its `stored` time at once: microseconds since 1970, strictly
    increasing. `target` is the statement that its object refers to (xAPI Data 2.4.4.3); a `voided` one is only shown
    to who asks for it by id, and a `voiding` one is never voided itself.
    """

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("store_id", "id"),
        Index("ix_statement_target", "store_id", "target", postgresql_where="target IS NOT NULL"),
        {"postgresql_with": {"autovacuum_vacuum_insert_scale_factor": "0.02"}},
    )

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID]
    target: Mapped[UUID | None]
    voided: Mapped[bool] = mapped_column(default=False)
    voiding: Mapped[bool] = mapped_column(default=False)
    raw: Mapped[bytes]


class Tombstone(Base):
    """A statement of this id was erased: it never comes back, and who sends it again is told that it is known."""

    __tablename__ = "tombstone"

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a statement comes from: under whose authority it stands, in which version of xAPI it was sent, and whether
    what it says of activities is learnt (the scope `define`)."""

    authority: Mapping[str, Any]
    version: str = "1.0.3"
    defines: bool = True

    @property
    def names(self) -> frozenset[postings.Named]:
        """The lists in which its statements stand because they are its own."""
        return _own_lists(orjson.dumps(self.authority))


@lru_cache(maxsize=1024)
def _own_lists(authority: bytes) -> frozenset[postings.Named]:
    return frozenset(postings.NAMING["authority"](orjson.loads(authority)))


@dataclass(slots=True)  # not frozen: that would double the cost of making one
class Prepared:
    """A valid statement on its way into a store: all but its place and its `stored`."""

    id: UUID
    content: dict[str, Any]
    body: bytes
    dated: bool
    names: set[postings.Named]
    definitions: Sequence[Definition] = ()
    attachments: Mapping[str, Kept] = field(default_factory=dict)

    def says(self, stored: Mapping[str, Any]) -> bool:
        """True where the stored statement is this one; a time that the sender left open cannot differ."""
        said = self.content
        return same(stored, said if self.dated else {name: said[name] for name in said if name != "timestamp"})

    @property
    def declares_attachments(self) -> bool:
        """True where the statement, or the one inside it, names attachments."""
        return "attachments" in self.content or "attachments" in self.content["object"]

    @property
    def target(self) -> UUID | None:
        """The statement that this one's object refers to, if any (xAPI Data 2.4.4.3)."""
        aim = self.content["object"]
        return UUID(aim["id"]) if aim.get("objectType") == "StatementRef" else None

    @property
    def plain(self) -> bool:
        """True where it does nothing but say what happened: no reference to another statement, no bytes with it."""
        return not self.attachments and self.content["object"].get("objectType") != "StatementRef"

    @property
    def voiding(self) -> bool:
        """True where this statement voids its target."""
        return bool(self.content["verb"]["id"] == VOIDED)

    def written(self, seq: int) -> bytes:
        """Its bytes as they are stored at this place; a time that was left open is that of storing (Data 2.4.7)."""
        stored = write_time(moment_of(seq)).encode()
        happened = b"" if "timestamp" in self.content else b',"timestamp":"' + stored + b'"'
        return self.body[:-1] + happened + b',"stored":"' + stored + b'"}'

    @property
    def unfinished(self) -> bytes:
        """Its bytes without their end, which says when it was stored (and happened, where no `timestamp` stands)."""
        return self.body[:-1]


@dataclass(slots=True)
class Arrival:
    """Statements that come into one store together: all of them, or none.

    With `skip_existing` those whose id another statement holds are left out instead, and named in `conflicts`.
    `fresh` counts those that were not there before.
    """

    store_id: int
    statements: Sequence[Prepared]
    skip_existing: bool = False
    conflicts: list[UUID] = field(default_factory=list)
    fresh: int = 0


def prepare(raw: bytes, *, sender: Sender, at: datetime | None = None, path: str = "statement") -> Prepared:
    """The statement of these bytes, checked and complete but for its place (xAPI Data 2.3, 2.4).

    Id, version and timestamp (`at`, else the time of storing) are filled in where missing; authority and stored are
    always the store's; every other member is kept to the letter. StatementRefused where it breaks xAPI; `path` begins
    the place of the fault.
    """
    seen = recognise(raw, version=sender.version) or _examined(raw, sender, path)
    own = _own_members(seen.content, sender, at)
    content = {**seen.content, **own}
    content.pop("stored", None)
    return Prepared(
        id=UUID(content["id"]),
        content=content,
        body=completed(_as_given_out(raw, seen.content, sender), seen.content, own, drop=("stored",)),
        dated="timestamp" in seen.content,
        names=postings.without_repetition(seen.names | sender.names),
        definitions=seen.definitions if sender.defines else (),
    )


def record(
    session: Session,
    *,
    store_id: int,
    statement: dict[str, Any],
    authority: dict[str, Any],
    at: datetime,
    version: str = "1.0.3",
) -> UUID:
    """The statement will be in the store once the transaction is committed; gives its id (xAPI Data 2.3).

    StatementRefused where it breaks xAPI; Conflict, at the end of the transaction, where another statement stands
    under its id.
    """
    prepared = prepare(written(statement, path="statement"), sender=Sender(authority, version), at=at)
    receive(session, store_id=store_id, statements=[prepared])
    return prepared.id


def receive(session: Session, *, store_id: int, statements: Sequence[Prepared], skip_existing: bool = False) -> Arrival:
    """All these statements will be in the store once the transaction is committed; the arrival then says how many of
    them were new, and with `skip_existing` which were left out because another statement holds their id."""
    arrival = Arrival(store_id, statements, skip_existing)
    staging.add(session, arrival)
    return arrival


def written(statement: Mapping[str, Any], *, path: str) -> bytes:
    """The statement as JSON; half characters, which the fast writer refuses, are left to the reader to name."""
    try:
        return orjson.dumps(statement)
    except orjson.JSONEncodeError:
        return json.dumps(statement).encode()


def _examined(raw: bytes, sender: Sender, path: str) -> Read:
    content = read(raw, path)
    check(content, version=sender.version, path=path)
    foreign = {name: value for name, value in content.items() if name != "authority"}
    return Read(content, postings.names(foreign), activities.named(content, raw))


def _as_given_out(raw: bytes, content: Mapping[str, Any], sender: Sender) -> bytes:
    """What the specification wants changed inside: activities in lists, and in 2.0 an inner time in UTC."""
    inner = content["object"].get("timestamp")
    if inner is not None and sender.version.startswith("2") and not inner.endswith("Z"):
        moment = read_time(inner)
        raw = raw if moment is None else inside(raw, ("object", "timestamp"), orjson.dumps(write_time(moment)))
    return listed(raw, content)


def _own_members(statement: Mapping[str, Any], sender: Sender, at: datetime | None) -> dict[str, Any]:
    own: dict[str, Any] = {"authority": sender.authority}
    second = sender.version.startswith("2")
    if "id" not in statement:
        own["id"] = str(uuid4())
    if "version" not in statement:
        own["version"] = "2.0.0" if second else "1.0.0"
    moment = statement.get("timestamp")
    happened = at
    if moment is not None:
        # xAPI 2.0 gives times in UTC; 1.0.3 gives them as they came.
        happened = read_time(moment) if second and not moment.endswith("Z") else None
    if happened is not None:
        own["timestamp"] = write_time(happened)
    return own
