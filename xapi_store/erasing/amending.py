"""Amending: stored statements are rewritten or deleted, and what hangs on them follows.

What stands in the lists is at any time what the stored statements say; bytes that nobody brings any more are gone;
an id that was amended never comes back; and whoever keeps copies reads in the notices what to do about them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import arrays, postings
from xapi_store.database import Base
from xapi_store.errors import NoSuchStore
from xapi_store.form.received import read_stored
from xapi_store.order.placing import WRITING


class Notice(Base):
    """The statement at the place `seq` was rewritten, or is `gone`; copies of it must follow.

    `number` rises in the order of the commits, from 1: whoever has seen one has seen all before it.
    """

    __tablename__ = "notice"

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    id: Mapped[UUID]
    gone: Mapped[bool]
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Freed:
    """How many attachments are gone, and how many bytes they had."""

    count: int
    size: int


def notices(session: Session, *, store_id: int, after: int = 0, most: int = 1000) -> list[Notice]:
    """The notices beyond that number, in their order."""
    asked = select(Notice).where(Notice.store_id == store_id, Notice.number > after)
    return list(session.scalars(asked.order_by(Notice.number).limit(most)))


def hold(cursor: Cursor[Any], store_id: int) -> bytes:
    """Nobody else writes to the store until the transaction ends; gives its posting key. NoSuchStore where none is."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", (WRITING, store_id))
    row = cursor.execute("SELECT posting_key FROM store WHERE id = %s FOR NO KEY UPDATE", (store_id,)).fetchone()
    if row is None:
        raise NoSuchStore(str(store_id), ())
    return bytes(row[0])


@contextmanager
def relisted(cursor: Cursor[Any], *, store_id: int, key: bytes, seqs: Collection[int]) -> Iterator[None]:
    """Whatever is done to these statements meanwhile, they, and all that refer to them, stand in the right lists
    afterwards. The store must be held."""
    cursor.execute(_AROUND, {"store": store_id, "places": arrays.bigints(list(seqs))})
    around = [seq for (seq,) in cursor.fetchall()]
    before = _entries(cursor, store_id, key, around)
    yield
    after = _entries(cursor, store_id, key, around)
    postings.withdraw(cursor, store_id=store_id, entries=before - after)
    postings.write(cursor, store_id=store_id, entries=after - before)


def seal(cursor: Cursor[Any], *, store_id: int, amended: Sequence[tuple[int, UUID]], gone: bool, at: datetime) -> None:
    """The ids of these (place, id) are known for ever, and there is a notice of each. The store must be held."""
    seqs, ids = arrays.bigints([seq for seq, _ in amended]), arrays.uuids([each for _, each in amended])
    cursor.execute(_BURY, (store_id, at, ids))
    cursor.execute(_NOTIFY, (store_id, store_id, gone, at, seqs, ids))
    # What another store answered about a statement may quote it.
    cursor.execute(_FORGET_ANSWERS if gone else _BLANK_ANSWERS, (store_id, seqs))


def release(cursor: Cursor[Any], *, store_id: int, links: Iterable[tuple[int, bytes]]) -> Freed:
    """The statements at these places bring the bytes of these sums no more; what nobody else brings is gone.

    The store must be held.
    """
    pairs = sorted(links)
    cursor.execute(_UNLINK, ([seq for seq, _ in pairs], [sha2 for _, sha2 in pairs], store_id))
    freed = sorted({sha2 for (sha2,) in cursor.fetchall()})
    sizes = [size for (size,) in cursor.execute(_FREE, (store_id, freed))] if freed else []
    return Freed(len(sizes), sum(sizes))


def links(cursor: Cursor[Any], *, store_id: int, seqs: Sequence[int]) -> list[tuple[int, bytes]]:
    """Which bytes came with the statements at these places: (place, sum)."""
    return cursor.execute(_LINKS, (store_id, arrays.bigints(seqs))).fetchall()


def _entries(cursor: Cursor[Any], store_id: int, key: bytes, seqs: Sequence[int]) -> set[tuple[int, int]]:
    """Every (list, place) in which the statements at these places belong, as things stand."""
    cursor.execute(_BELONGING, {"store": store_id, "places": arrays.bigints(seqs)})
    found: set[tuple[int, int]] = set()
    for origin, seq, raw in cursor:
        content = read_stored(raw)
        named = postings.names(content) if seq == origin else postings.inherited(content)
        found.update((number, origin) for number in postings.lists(key, named))
    return found


_AROUND = (
    "WITH RECURSIVE upward (seq, id) AS ("
    "  SELECT seq, id FROM statement WHERE store_id = %(store)s AND seq = ANY(%(places)s)"
    "  UNION SELECT referring.seq, referring.id FROM upward"
    "  JOIN statement AS referring ON referring.store_id = %(store)s AND referring.target = upward.id"
    ") SELECT seq FROM upward"
)
# As in `references`: what a statement refers to counts even where that is voided. UNION ends circles.
_BELONGING = (
    "WITH RECURSIVE downward (origin, seq, target) AS ("
    "  SELECT seq, seq, target FROM statement WHERE store_id = %(store)s AND seq = ANY(%(places)s) AND NOT voided"
    "  UNION SELECT downward.origin, aim.seq, aim.target FROM downward"
    "  JOIN statement AS aim ON aim.store_id = %(store)s AND aim.id = downward.target"
    ") SELECT origin, seq, raw FROM downward JOIN statement USING (seq) WHERE store_id = %(store)s"
)
_BURY = "INSERT INTO tombstone (store_id, at, id) SELECT %s, %s, * FROM unnest(%s) ON CONFLICT DO NOTHING"
_NOTIFY = (
    "INSERT INTO notice (store_id, number, seq, id, gone, at)"
    " SELECT %s, (SELECT coalesce(max(number), 0) FROM notice WHERE store_id = %s) + rank, seq, id, %s, %s"
    " FROM unnest(%s, %s) WITH ORDINALITY AS amended (seq, id, rank)"
)
_FORGET_ANSWERS = "DELETE FROM forwarding_refusal WHERE store_id = %s AND seq = ANY(%s)"
_BLANK_ANSWERS = "UPDATE forwarding_refusal SET reason = '' WHERE store_id = %s AND seq = ANY(%s)"
_LINKS = "SELECT seq, sha2 FROM statement_attachment WHERE store_id = %s AND seq = ANY(%s)"
_UNLINK = (
    "DELETE FROM statement_attachment AS link USING unnest(%s::bigint[], %b::bytea[]) AS freed (seq, sha2)"
    " WHERE link.store_id = %s AND link.seq = freed.seq AND link.sha2 = freed.sha2 RETURNING link.sha2"
)
_FREE = (
    "DELETE FROM attachment WHERE store_id = %s AND sha2 = ANY(%b::bytea[]) AND NOT EXISTS ("
    " SELECT FROM statement_attachment AS link"
    " WHERE link.store_id = attachment.store_id AND link.sha2 = attachment.sha2"
    ") RETURNING octet_length(content)"
)
