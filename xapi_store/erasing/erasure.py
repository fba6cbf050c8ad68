"""Erasure: a person's identifiers vanish from a store, and what they did stays countable under a pseudonym.

What is erased: the identifiers and the name in every statement that names the person, also in voided ones and where an
extension holds an actor; the attachments of their own statements and the signatures of all, which repeat the
statement; their State and Agent Profile documents. The order, ids, numbers and all else of the statements stay.

What is not: free text (an extension, a response, a display) that mentions somebody is not understood here. `mentions`
finds statements in which the identifier still stands. Backups and copies elsewhere follow by the notices of
`amending`. Statements made by the product carry random accounts only: for them it is enough, on the floor that knows
it, to erase the map between account and person; their signatures then stay good.

An erasure goes on in steps, each a transaction that holds the store for a bounded portion; after an interruption the
next step goes on where the last one ended. What was stored when it began is erased for certain. Statements that come
in meanwhile are taken, and erased too where the last steps still meet them.
"""

import hmac
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from sqlalchemy import BigInteger, ForeignKey, Identity, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import arrays, ledger, postings
from xapi_store.database import Base, driver
from xapi_store.documents import documents
from xapi_store.erasing import amending, pseudonyms
from xapi_store.erasing.pseudonyms import Person
from xapi_store.errors import StoreError
from xapi_store.form.received import read_stored
from xapi_store.postings import Kind
from xapi_store.stores import Store

# So many are rewritten in less than a tenth of a second, in which writers wait.
MOST = 200
_KINDS = (Kind.AGENT, Kind.AGENT_RELATED, Kind.AUTHORITY)


class NobodyNamed(StoreError):
    """An erasure needs an identifier; an anonymous group has none."""


class NoSuchErasure(StoreError):
    """There is no erasure of that number in this store."""


class Erasure(Base):
    """One person's erasure, done where `done_at` stands; then `identities` are gone from here too.

    `pseudonym` is the name of the account that takes the person's place; empty where each statement has its own. The
    two cursors are the places up to which the person's lists, and all other statements, were looked through.
    """

    __tablename__ = "erasure"

    store_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("store.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    identities: Mapped[list[str]]
    pseudonym: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str]
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    lists_through: Mapped[int] = mapped_column(BigInteger, default=-1)
    others_through: Mapped[int] = mapped_column(BigInteger, default=-1)
    statements: Mapped[int] = mapped_column(BigInteger, default=0)
    attachments: Mapped[int] = mapped_column(BigInteger, default=0)
    documents: Mapped[int] = mapped_column(BigInteger, default=0)


@dataclass(frozen=True, slots=True)
class _Portion:
    """Places that were looked at, the last of them, and at which of them the person is named."""

    last: int
    named: list[int]


def begin(
    session: Session,
    *,
    store_id: int,
    identities: Collection[str],
    reason: str,
    by: str,
    at: datetime,
    linked: bool = True,
) -> Erasure:
    """The erasure of the person with these identifiers (`actors.identity` texts) is under way; `step` carries it out.

    `linked` gives all their statements one pseudonym, so that learners are counted as before; else each statement has
    its own. `reason` and `by` go into the ledger for ever and must not name the person. NobodyNamed without identifier.
    """
    if not identities or not all(identities):
        raise NobodyNamed("name the person by an account, mbox, mbox_sha1sum or openid")
    erasure = Erasure(
        store_id=store_id,
        identities=pseudonyms.known_as(identities),
        pseudonym=pseudonyms.fresh() if linked else "",
        reason=reason,
        by=by,
        begun_at=at,
    )
    session.add(erasure)
    session.flush()
    _enter(session, erasure, "erasure-begun", at)
    return erasure


def unfinished(session: Session, *, store_id: int) -> list[Erasure]:
    """The erasures that are under way or were interrupted, oldest first."""
    asked = select(Erasure).where(Erasure.store_id == store_id, Erasure.done_at.is_(None))
    return list(session.scalars(asked.order_by(Erasure.number)))


def step(session: Session, *, store_id: int, number: int, at: datetime, most: int = MOST) -> Erasure:
    """The next portion, at most so many statements, is erased; `done_at` stands after the last. NoSuchErasure.

    Each step is to be a transaction of its own (`transaction.transaction`); two at a time wait for each other.
    """
    asked = select(Erasure).where(Erasure.store_id == store_id, Erasure.number == number)
    erasure = session.scalars(asked.with_for_update(), execution_options={"populate_existing": True}).one_or_none()
    if erasure is None:
        raise NoSuchErasure(f"there is no erasure {number}")
    if erasure.done_at is not None:
        return erasure
    with driver(session).cursor() as cursor:
        if portion := _listed(cursor, erasure, most):
            _erase(cursor, erasure, portion, at)
            erasure.lists_through = portion.last
        elif portion := _unlisted(cursor, erasure, most):
            _erase(cursor, erasure, portion, at)
            erasure.others_through = portion.last
        else:
            _finish(session, erasure, at)
    session.flush()
    return erasure


def mentions(session: Session, *, store_id: int, identities: Collection[str], most: int = 1000) -> list[UUID]:
    """The statements whose bytes hold the text of one of these identifiers, wherever it stands, in order."""
    texts = [each[1:-1] for each in pseudonyms.texts(pseudonyms.known_as(identities))]
    with driver(session).cursor() as cursor:
        return [found for (found,) in cursor.execute(_MENTIONS, (store_id, texts, most))]


def _listed(cursor: Cursor[Any], erasure: Erasure, most: int) -> _Portion | None:
    """Statements in the person's lists; among them such as only refer to one that names the person."""
    (key,) = cursor.execute("SELECT posting_key FROM store WHERE id = %s", (erasure.store_id,)).fetchone() or (b"",)
    lists = postings.lists(key, [(kind, each) for kind in _KINDS for each in erasure.identities])
    cursor.execute(_LISTED, (erasure.store_id, arrays.bigints(lists), erasure.lists_through, most))
    return _looked_through(erasure, cursor)


def _unlisted(cursor: Cursor[Any], erasure: Erasure, most: int) -> _Portion | None:
    """Statements that no list of the person leads to: voided ones, and where an extension names the person."""
    texts = pseudonyms.texts(erasure.identities)
    cursor.execute(_UNLISTED, (erasure.store_id, erasure.others_through, texts, most))
    return _looked_through(erasure, cursor)


def _looked_through(erasure: Erasure, found: Cursor[Any]) -> _Portion | None:
    rows = found.fetchall()
    person = _person(erasure)
    return _Portion(rows[-1][0], [seq for seq, raw in rows if person.named_in(read_stored(raw))]) if rows else None


def _erase(cursor: Cursor[Any], erasure: Erasure, portion: _Portion, at: datetime) -> None:
    if not portion.named:
        return
    store_id = erasure.store_id
    key = amending.hold(cursor, store_id)
    rows = _named_now(cursor, erasure, portion)
    with amending.relisted(cursor, store_id=store_id, key=key, seqs=[seq for seq, _, _ in rows]):
        changed = [_replaced(erasure, raw) for _, _, raw in rows]
        cursor.execute(_REWRITE, (arrays.bigints([seq for seq, _, _ in rows]), arrays.byteas(changed), store_id))
    freed = amending.release(cursor, store_id=store_id, links=_theirs(erasure, rows))
    amending.seal(cursor, store_id=store_id, amended=[(seq, each) for seq, each, _ in rows], gone=False, at=at)
    erasure.statements += len(rows)
    erasure.attachments += freed.count


def _named_now(cursor: Cursor[Any], erasure: Erasure, portion: _Portion) -> list[tuple[int, UUID, bytes]]:
    """What was not amended by somebody else before the store was held."""
    person = _person(erasure)
    rows = cursor.execute(_READ, (erasure.store_id, arrays.bigints(portion.named))).fetchall()
    return [row for row in rows if person.named_in(read_stored(row[2]))]


def _replaced(erasure: Erasure, raw: bytes) -> bytes:
    return _person(erasure).replaced(raw, erasure.pseudonym or pseudonyms.fresh())


def _theirs(erasure: Erasure, rows: list[tuple[int, UUID, bytes]]) -> Iterator[tuple[int, bytes]]:
    person = _person(erasure)
    for seq, _, raw in rows:
        for sha2 in person.sums(read_stored(raw)):
            yield seq, sha2


def _finish(session: Session, erasure: Erasure, at: datetime) -> None:
    # The store is not held here: a ledger is locked before a store, everywhere.
    for each in erasure.identities:
        erasure.documents += documents.forget(session, store_id=erasure.store_id, agent=each)
    counts = {name: getattr(erasure, name) for name in ("statements", "attachments", "documents")}
    _enter(session, erasure, "erased", at, counts)
    erasure.identities, erasure.done_at = [], at


def _enter(session: Session, erasure: Erasure, kind: str, at: datetime, more: Mapping[str, Any] | None = None) -> None:
    """The ledger says what was done, without being a register of whom it was done to."""
    key = session.scalars(select(Store.posting_key).where(Store.id == erasure.store_id)).one()
    digests = [hmac.digest(key, each.encode(), "sha256").hex() for each in erasure.identities]
    said = {"number": erasure.number, "identities": digests, "reason": erasure.reason, "by": erasure.by}
    ledger.append(session, store_id=erasure.store_id, kind=kind, payload={**said, **(more or {})}, at=at)


def _person(erasure: Erasure) -> Person:
    return Person(frozenset(erasure.identities))


_LISTED = (
    "SELECT seq, raw FROM statement JOIN (SELECT DISTINCT store_id, seq FROM posting"
    " WHERE store_id = %s AND list = ANY(%s) AND seq > %s ORDER BY seq LIMIT %s) AS listed USING (store_id, seq)"
    " ORDER BY seq"
)
_HOLDS = "EXISTS (SELECT FROM unnest(%b::bytea[]) AS sought (said) WHERE position(said IN raw) > 0)"
_UNLISTED = (
    "SELECT seq, raw FROM statement WHERE store_id = %s AND seq > %s AND (voided OR {holds}) ORDER BY seq LIMIT %s"
).replace("{holds}", _HOLDS)
_MENTIONS = "SELECT id FROM statement WHERE store_id = %s AND {holds} ORDER BY seq LIMIT %s".replace("{holds}", _HOLDS)
_READ = "SELECT seq, id, raw FROM statement WHERE store_id = %s AND seq = ANY(%s) ORDER BY seq"
_REWRITE = (
    "UPDATE statement SET raw = new.raw FROM unnest(%s, %s) AS new (seq, raw)"
    " WHERE statement.store_id = %s AND statement.seq = new.seq"
)
