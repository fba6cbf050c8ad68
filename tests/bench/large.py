"""A store filled by COPY, with the very rows that the product itself would have written."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import psycopg

from tests.bench import store_statements
from tests.bench.floor import plain
from tests.bench.tenant import Tenant
from xapi_store import postings, statements, stores

CHUNK = 20_000
APART = 60_000  # microseconds between one statement and the next

Row = tuple[int, int, UUID, UUID | None, bool, bool, bytes]
_STATEMENTS = "COPY statement (store_id, seq, id, target, voided, voiding, raw) FROM STDIN (FORMAT BINARY)"
_POSTINGS = "COPY posting (store_id, list, seq) FROM STDIN (FORMAT BINARY)"


@dataclass(frozen=True)
class Filled:
    """A store that was filled: how many statements it has, and the places of the first and the last."""

    count: int
    first: int
    last: int

    def place(self, share: float) -> datetime:
        """The moment after which this share of its statements (0 to 1) is still to come."""
        return stores.moment_of(self.last - int((self.last - self.first) * share))


def fill(tenant: Tenant, count: int) -> Filled:
    """The store holds so many statements, as if they had come one by one; its tables are vacuumed and analysed."""
    last = stores.place_at(datetime.now(UTC) - timedelta(seconds=10))
    first = last - APART * (count - 1)
    chunks = [(tenant, first, at, min(CHUNK, count - at)) for at in range(0, count, CHUNK)]
    if len(chunks) == 1:
        _copy(*chunks[0])
    else:
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            pool.starmap(_copy, chunks, chunksize=1)
    with psycopg.connect(plain(tenant.database_url), autocommit=True) as connection:
        connection.execute("UPDATE store SET head = %s WHERE id = %s", (last, tenant.store_id))
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    return Filled(count, first, last)


def _copy(tenant: Tenant, first: int, at: int, count: int) -> None:
    """One part of the store is there, and committed."""
    with psycopg.connect(plain(tenant.database_url)) as connection, connection.cursor() as cursor:
        connection.execute("SET synchronous_commit = off")  # a lost filling is simply done again
        rows: list[Row] = []
        lists: list[tuple[int, int]] = []
        for row, numbers in _rows(tenant, first, at, count):
            rows.append(row)
            lists += ((number, row[1]) for number in numbers)
        _copy_rows(cursor, _STATEMENTS, ("int8", "int8", "uuid", "uuid", "bool", "bool", "bytea"), rows)
        lists.sort()  # in the order of the index, which is then written page by page
        _copy_rows(cursor, _POSTINGS, ("int8", "int8", "int8"), [(tenant.store_id, *each) for each in lists])


def _rows(tenant: Tenant, first: int, at: int, count: int) -> Iterator[tuple[Row, Sequence[int]]]:
    """The rows of these statements as the product prepares them, each with the lists that it stands in."""
    now, sender = datetime.now(UTC), statements.Sender(tenant.authority)
    for number, content in enumerate(store_statements.statements(count, seed=at), start=at):
        seq = first + APART * number
        made = statements.prepare(orjson.dumps(content), sender=sender, at=now)
        row = (tenant.store_id, seq, made.id, made.target, False, made.voiding, made.written(seq))
        yield row, list(postings.lists(tenant.posting_key, made.names))


def _copy_rows(
    cursor: "psycopg.Cursor[Any]", command: str, types: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    with cursor.copy(command) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def filled(tenant: Tenant, count: int) -> Filled:
    """The store holds so many statements, from now or from an earlier run; it was printed how long it took."""
    with psycopg.connect(plain(tenant.database_url)) as connection:
        row = connection.execute("SELECT count(*), min(seq), max(seq) FROM statement").fetchone()
    if row is not None and row[0] == count:
        print(f"  a store of {count:,} statements was there already")
        return Filled(*row)
    if row is not None and row[0]:
        raise RuntimeError(f"{row[0]:,} statements are there, not {count:,}; remove the directory that was kept")
    began = time.monotonic()
    made = fill(tenant, count)
    print(f"  a store of {count:,} statements was made by COPY in {time.monotonic() - began:.0f} s", flush=True)
    return made
