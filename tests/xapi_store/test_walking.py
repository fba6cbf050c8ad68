"""How far the walk along the lists goes: never to the end of a long list for a page that is full before."""

from collections.abc import Iterator
from itertools import product

import psycopg
import pytest

from xapi_store.filters import Filters
from xapi_store.walking import Walk

LONG, OTHER, LOOKED_INTO = 1, 2, 3
MANY, PAGE = 20_000, 51
_READ = "SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes WHERE relname = 'posting'"


@pytest.fixture
def lists(database_url: str) -> Iterator[psycopg.Connection[tuple[int]]]:
    """A connection to a store in which three lists have many places each."""
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO posting (store_id, list, seq) SELECT 1, list, 3 * place + list %% 2"
            " FROM generate_series(1, %s) AS place, unnest(%s::bigint[]) AS list",
            (MANY, [LONG, OTHER, LOOKED_INTO]),
        )
        connection.execute("VACUUM ANALYZE posting")
        yield connection


@pytest.mark.parametrize(
    ("conditions", "ascending"),
    list(product(([[LONG]], [[LONG, OTHER]], [[LONG, OTHER], [LOOKED_INTO]]), (False, True))),
)
def test_a_page_that_fills_is_found_without_reading_the_lists_to_their_end(
    lists: psycopg.Connection[tuple[int]], conditions: list[list[int]], ascending: bool
) -> None:
    walk = Walk(1, Filters(limit=PAGE - 1, ascending=ascending), PAGE)
    before = _read(lists)
    times = 8  # after a few of them the server plans for any values, not for these
    for _ in range(times):
        found = walk.places(lists.cursor(), conditions)
    assert found == sorted(set(found), reverse=not ascending)
    assert len(found) == PAGE
    assert (_read(lists) - before) / times < MANY / 2


def _read(connection: psycopg.Connection[tuple[int]]) -> int:
    connection.execute("SELECT pg_stat_force_next_flush()")
    row = connection.execute(_READ).fetchone()
    return int(row[0]) if row else 0
