"""Placing: statements that arrived get their place in their store's order, once and for all.

One transaction places the statements of many requests. The store's head is locked from here to the commit, so that
places rise in the order of the commits and a reader who has seen one place has seen all before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import Connection, Cursor

from xapi_store import arrays, attachments, postings
from xapi_store.definitions import activities
from xapi_store.definitions.activities import Definition
from xapi_store.definitions.known_definitions import KNOWN
from xapi_store.errors import Conflict, StoreError
from xapi_store.form.received import read_stored
from xapi_store.order import references
from xapi_store.statements import Arrival, Prepared

# A writer holds this advisory lock on its store while it gives out places (see query.consistent_through).
WRITING = 0x78415049

_LOCK = "SELECT pg_advisory_xact_lock(%s, %s)"
# Two requests that wait for the same row wake one after the other, and the clock is read anew by each: PostgreSQL
# evaluates the row again when it was changed meanwhile. NO KEY UPDATE is all that this takes.
_ADVANCE = (
    "UPDATE store SET head = greatest(head, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) + %s"
    " WHERE id = %s RETURNING head, posting_key, definitions_changed"
)
_KNOWN = (
    "SELECT id, raw FROM statement WHERE store_id = %s AND id = ANY(%s)"
    " UNION ALL SELECT id, NULL FROM tombstone WHERE store_id = %s AND id = ANY(%s)"
)
_WRITE = (
    "INSERT INTO statement (store_id, seq, id, target, voided, voiding, raw)"
    " SELECT %s, seq, id, target, false, voiding, raw"
    " FROM unnest(%s, %s, %s, %s, %s) AS new (seq, id, target, voiding, raw)"
)
_CHANGED = "UPDATE store SET definitions_changed = definitions_changed + 1 WHERE id = %s"


@dataclass(frozen=True, slots=True)
class _Head:
    """What the locked store says: the last of the places that are now ours, its key, and its count of definitions."""

    last: int
    posting_key: bytes
    definitions_changed: int


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one store's arrivals: `through` is the place up to which all is in, once it is committed; the
    refused stand beside the error that each gets; `learnt` is told to `KNOWN` after the commit."""

    posting_key: bytes
    through: int
    refused: dict[int, StoreError] = field(default_factory=dict)
    learnt: tuple[int, Sequence[Definition]] | None = None


def place(connection: Connection[Any], *, store_id: int, arrivals: Sequence[Arrival]) -> Placed:
    """Every arrival is in the store once the transaction is committed, or is refused by itself (Conflict).

    Refused ones are known by their number among `arrivals`. The store's head stays locked until the commit.
    """
    ids = [each.id for arrival in arrivals for each in arrival.statements]
    with connection.cursor() as cursor:
        head, known, concerned = _begin(connection, cursor, store_id, ids)
        new, refused = _judge(arrivals, known)
        if not new:
            return Placed(head.posting_key, head.last, refused)
        first = head.last - len(new) + 1
        places = list(zip(range(first, head.last + 1), new, strict=True))
        fresh = _unlearnt(cursor, store_id, head, new)
        with connection.pipeline():
            _write(cursor, store_id, head.posting_key, places)
        targets = [each.target for each in new if each.target]
        if concerned or targets:
            fresh_ids = [each.id for each in new]
            references.settle(cursor, store_id=store_id, key=head.posting_key, ids=fresh_ids, targets=targets)
        return Placed(head.posting_key, head.last, refused, _learn(cursor, store_id, head, fresh))


def _begin(
    connection: Connection[Any], cursor: Cursor[Any], store_id: int, ids: Sequence[UUID]
) -> tuple[_Head, dict[UUID, bytes | None], bool]:
    """The store's head is locked: its state, what stands under these ids, and whether anything refers to them."""
    packed = arrays.uuids(ids)
    with connection.pipeline():
        cursor.execute(_LOCK, (WRITING, store_id), prepare=True)
        advanced = connection.execute(_ADVANCE, (len(ids), store_id), prepare=True)
        known = connection.execute(_KNOWN, (store_id, packed, store_id, packed), prepare=True)
        concerned = connection.execute(references.CONCERNS, (store_id, packed), prepare=True)
        head = advanced.fetchone()
        if head is None:
            raise LookupError(f"no store {store_id}")
        return _Head(*head), _standing(known), bool((concerned.fetchone() or (False,))[0])


def _standing(rows: Iterable[tuple[UUID, bytes | None]]) -> dict[UUID, bytes | None]:
    """What stands under each id; None where it was erased, whether or not something is left of it."""
    found: dict[UUID, bytes | None] = {}
    for each, raw in rows:
        found[each] = None if raw is None or found.get(each, raw) is None else raw
    return found


def _judge(
    arrivals: Sequence[Arrival], known: dict[UUID, bytes | None]
) -> tuple[list[Prepared], dict[int, StoreError]]:
    """The statements that are new, in order; and each arrival in which one contradicts what is stored."""
    contents: dict[UUID, dict[str, Any] | None] = {
        each: None if raw is None else read_stored(raw) for each, raw in known.items()
    }
    new: list[Prepared] = []
    refused: dict[int, StoreError] = {}
    for number, arrival in enumerate(arrivals):
        mine: dict[UUID, Prepared] = {}
        arrival.conflicts.clear()
        try:
            for each in arrival.statements:
                _admit(each, arrival, contents, mine)
        except Conflict as conflict:
            refused[number] = conflict
            continue
        arrival.fresh = len(mine)
        new.extend(mine.values())
        contents.update((each.id, each.content) for each in mine.values())
    return new, refused


def _admit(
    statement: Prepared, arrival: Arrival, contents: dict[UUID, dict[str, Any] | None], mine: dict[UUID, Prepared]
) -> None:
    if statement.id in mine:
        same = statement.says(mine[statement.id].content)
    elif statement.id in contents:
        stored = contents[statement.id]
        same = stored is None or statement.says(stored)  # what was erased is known, and cannot be compared
    else:
        mine[statement.id] = statement
        return
    if not same:
        if not arrival.skip_existing:
            raise Conflict(statement.id)
        arrival.conflicts.append(statement.id)


def _write(cursor: Cursor[Any], store_id: int, key: bytes, places: Sequence[tuple[int, Prepared]]) -> None:
    columns = (
        arrays.bigints([seq for seq, _ in places]),
        arrays.uuids([each.id for _, each in places]),
        arrays.uuids([each.target for _, each in places]),
        arrays.booleans([each.voiding for _, each in places]),
        arrays.byteas([each.written(seq) for seq, each in places]),
    )
    cursor.execute(_WRITE, (store_id, *columns), prepare=True)
    postings.write(
        cursor,
        store_id=store_id,
        entries=((number, seq) for seq, each in places for number in postings.lists(key, each.names)),
    )
    kept = [(seq, sha2, each.attachments[sha2]) for seq, each in places for sha2 in each.attachments]
    if kept:
        attachments.keep(cursor, store_id, kept)


def _unlearnt(cursor: Cursor[Any], store_id: int, head: _Head, new: Iterable[Prepared]) -> list[Definition]:
    """What the statements say of activities and this process has not seen merged yet."""
    key, count = head.posting_key, head.definitions_changed
    seen = KNOWN.seen(key)
    if seen is not None and seen < count:
        KNOWN.catch_up(key, count, activities.changed_since(cursor, store_id, seen))
    return KNOWN.new(key, count, [definition for each in new for definition in each.definitions])


def _learn(
    cursor: Cursor[Any], store_id: int, head: _Head, fresh: Sequence[Definition]
) -> tuple[int, Sequence[Definition]] | None:
    """What the statements say of activities is merged with what the store knows; gives what it then knows for sure."""
    if not fresh:
        return None
    count = head.definitions_changed
    changed = activities.learn(cursor, store_id, fresh, count=count + 1)
    if changed:
        cursor.execute(_CHANGED, (store_id,))
    return count + changed, fresh
