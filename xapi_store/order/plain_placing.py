"""Placing in the usual case: new statements that refer to no other, in one step of the database.

What `placing` does in several steps while the head is locked, one function does in the server: no round trip lies
between lock and commit. Where anything is out of the ordinary it does nothing, and `placing` takes over.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Any

from psycopg import Connection, OperationalError, errors, pq
from sqlalchemy import DDL, event

from xapi_store import arrays, postings
from xapi_store.definitions.known_definitions import KNOWN
from xapi_store.statements import Arrival, Prepared, Statement

# In the migration too. The settings keep the plans that a connection remembers good while tables grow from nothing.
FUNCTION = """
CREATE OR REPLACE FUNCTION place_plain_statements(
    the_store bigint, seen_definitions bigint, ids uuid[], bodies bytea[], dated boolean[],
    lists bigint[], owners bigint[]
) RETURNS bigint LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE last bigint; before bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(2017546313, the_store::integer);
    UPDATE store
        SET head = greatest(head, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) + cardinality(ids)
        WHERE id = the_store AND definitions_changed = seen_definitions RETURNING head INTO last;
    IF last IS NULL
        OR EXISTS (SELECT FROM statement WHERE store_id = the_store AND id = ANY(ids))
        OR EXISTS (SELECT FROM tombstone WHERE store_id = the_store AND id = ANY(ids))
        OR EXISTS (SELECT FROM statement WHERE store_id = the_store AND target = ANY(ids))
    THEN RETURN NULL; END IF;
    before := last - cardinality(ids);
    INSERT INTO statement (store_id, seq, id, target, voided, voiding, raw)
        SELECT the_store, before + number, id, NULL, false, false, body || convert_to(to_char(
            timestamp 'epoch' + (before + number) * interval '1 microsecond',
            CASE WHEN is_dated THEN '' ELSE '",\\"timestamp\\":\\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\\""' END
            || '",\\"stored\\":\\""YYYY-MM-DD"T"HH24:MI:SS.US"Z\\"}"'), 'UTF8')
        FROM unnest(ids, bodies, dated) WITH ORDINALITY AS new (id, body, is_dated, number);
    INSERT INTO posting (store_id, list, seq)
        SELECT the_store, list, before + owner FROM unnest(lists, owners) AS new (list, owner);
    RETURN last;
END $$
"""
event.listen(Statement.__table__, "after_create", DDL(FUNCTION.replace("%", "%%")))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped

_FUNCTION_CALL = "SELECT place_plain_statements({})"
_IN_TRANSACTION = _FUNCTION_CALL.format(", ".join(["%s"] * 7))
_BY_ITSELF = _FUNCTION_CALL.format(", ".join(f"${number}" for number in range(1, 8))).encode()
_NAME = b"place_plain_statements"
_BIGINT = struct.Struct(">q")

Columns = tuple[arrays.Packed, ...]
Call = Callable[[int, int, Columns], int | None]


def in_transaction(connection: Connection[Any]) -> Call:
    """The function is called within the transaction that the connection is in, or begins."""

    def call(store_id: int, settled_at: int, columns: Columns) -> int | None:
        row = connection.execute(
            _IN_TRANSACTION, (store_id, settled_at, *columns), prepare=True, binary=True
        ).fetchone()
        return None if row is None else row[0]

    return call


def by_itself(connection: Connection[Any]) -> Call:
    """The function is called in a transaction of its own on this connection, which must commit by itself.

    It goes to the server the shortest way: the driver's cursor takes longer than the rest of a small group.
    """
    server = connection.pgconn
    _must_be(pq.ExecStatus.COMMAND_OK, server.prepare(_NAME, _BY_ITSELF), server)

    def call(store_id: int, settled_at: int, columns: Columns) -> int | None:
        numbers = (_BIGINT.pack(store_id), _BIGINT.pack(settled_at))
        values = (*numbers, *(each.packed for each in columns))
        result = server.exec_prepared(_NAME, values, [pq.Format.BINARY] * len(values), pq.Format.BINARY)
        _must_be(pq.ExecStatus.TUPLES_OK, result, server)
        through = result.get_value(0, 0)
        return None if through is None else int(_BIGINT.unpack(through)[0])

    return call


def _must_be(status: pq.ExecStatus, result: Any, server: Any) -> None:
    if result.status != status:
        if server.status == pq.ConnStatus.BAD:
            raise OperationalError(result.get_error_message())
        raise errors.error_from_result(result)


def place(call: Call, *, store_id: int, posting_key: bytes, arrivals: Sequence[Arrival]) -> int | None:
    """All of it is in the store once the transaction is committed; gives the place up to which all is in then.

    None where nothing was done: a statement refers to another or is referred to, brings attachments, is there
    already, or says something new of an activity.
    """
    new = [each for arrival in arrivals for each in arrival.statements]
    settled_at = _settled_at(posting_key, new)
    if settled_at is None:
        return None
    lists, owners = _listed(posting_key, new)
    columns = (
        arrays.uuids([each.id for each in new]),
        arrays.byteas([each.unfinished for each in new]),
        arrays.booleans(["timestamp" in each.content for each in new]),
        arrays.bigints(lists),
        arrays.bigints(owners),
    )
    through = call(store_id, settled_at, columns)
    if through is not None:
        for arrival in arrivals:
            arrival.fresh = len(arrival.statements)
    return through


def _settled_at(posting_key: bytes, new: Sequence[Prepared]) -> int | None:
    if not all(each.plain for each in new) or len({each.id for each in new}) < len(new):
        return None
    return KNOWN.settled_at(posting_key, [known for each in new for known in each.definitions])


def _listed(posting_key: bytes, new: Sequence[Prepared]) -> tuple[Sequence[int], Sequence[int]]:
    """The lists and, beside each, the number (from 1) of the statement that stands in it."""
    lists: list[int] = []
    owners: list[int] = []
    for owner, each in enumerate(new, start=1):
        numbers = postings.lists(posting_key, each.names)
        lists += numbers
        owners += [owner] * len(numbers)
    return lists, owners
