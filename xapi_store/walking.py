"""Along the lists: at which places a statement stands that meets every condition.

The condition that is met least often leads: its lists are walked, with a look into the others' at each place. Where
lists hardly ever meet, all of them are walked side by side instead, each once.
"""

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

from psycopg import Cursor

from xapi_store.filters import Filters

# So much of each list is looked at to see which is the rarest: of two long ones, the one that reaches further back.
SAMPLE = 200
# So far the rarest is walked before all are walked side by side.
REACH = 5000
_FURTHEST = 2**63

_LIST = "SELECT seq FROM posting WHERE store_id = %s AND list = %s AND seq > %s AND seq < %s"
_ALSO = (
    " AND EXISTS (SELECT FROM posting AS other"
    " WHERE other.store_id = %s AND other.list = ANY(%s) AND other.seq = walked.seq)"
)
# Side by side without a detour: helpers of the server take longer to start than they save.
_PLAIN_MERGE = {
    "enable_nestloop": "off",
    "enable_hashjoin": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
_ONLY_MERGE = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _PLAIN_MERGE.items())

Condition = list[int]


class Walk:
    """One question's way along the lists: which places fill the page."""

    def __init__(self, store_id: int, filters: Filters, most: int) -> None:
        self._store_id = store_id
        self._bounds = filters.bounds()
        self._most = most
        self._order = "ASC" if filters.ascending else "DESC"
        self._start = self._bounds[0 if filters.ascending else 1]

    def places(self, cursor: Cursor[Any], conditions: list[Condition]) -> list[int]:
        """The first places, in order, that stand in one list of each condition."""
        if len(conditions) == 1:
            return self._along(cursor, conditions[0], [], self._most)
        (length, walked), *others = self._rarest_first(cursor, conditions)
        found = self._along(cursor, walked, [other for _, other in others], REACH)
        if length < SAMPLE or len(found) >= self._most:
            return found
        return self._in_step(cursor, conditions)

    def _rarest_first(self, cursor: Cursor[Any], conditions: list[Condition]) -> list[tuple[int, Condition]]:
        """The conditions with their lengths (told no further than SAMPLE), the one that is met least often first."""
        flat = [number for condition in conditions for number in condition]
        values = [value for number in flat for value in (*self._list(number), SAMPLE)]
        told = iter(cursor.execute(_sampling(len(flat), self._order), values, prepare=True).fetchone() or ())
        measured = []
        for condition in conditions:
            samples = [next(told) for _ in condition]
            ends = [abs(end - self._start) for count, end in samples if count >= SAMPLE]
            length = min(SAMPLE, sum(count for count, _ in samples))
            measured.append((length, -min(ends, default=_FURTHEST), condition))
        return [(length, condition) for length, _, condition in sorted(measured)]

    def _along(self, cursor: Cursor[Any], walked: Condition, others: Sequence[Condition], reach: int) -> list[int]:
        """Of the first `reach` places of one condition, those that stand in the others' lists too, as many as fit."""
        lists = chain.from_iterable((*self._list(each), reach) for each in walked)
        looks = chain.from_iterable((self._store_id, other) for other in others)
        query = _walking(len(walked), len(others), self._order)
        cursor.execute(query, [*lists, reach, *looks, self._most], prepare=True)
        return [seq for (seq,) in cursor.fetchall()]

    def _in_step(self, cursor: Cursor[Any], conditions: list[Condition]) -> list[int]:
        """The same for long lists that rarely meet."""
        values = [value for condition in conditions for number in condition for value in self._list(number)]
        query = _side_by_side(tuple(map(len, conditions)), self._order)
        with cursor.connection.transaction(force_rollback=True):  # so that the settings hold for this alone
            cursor.execute(_ONLY_MERGE)
            cursor.execute(query, [*values, self._most])
            return [seq for (seq,) in cursor.fetchall()]

    def _list(self, number: int) -> tuple[int, int, int, int]:
        return self._store_id, number, *self._bounds


@cache
def _sampling(lists: int, order: str) -> str:
    """For each list how many places there are, no further than a sample, and where these end."""
    end = "max" if order == "ASC" else "min"
    one = f"(SELECT ARRAY[count(*), {end}(seq)] FROM ({_LIST} ORDER BY seq {order} LIMIT %s) AS sample)"
    return f"SELECT {', '.join([one] * lists)}"


@cache
def _walking(lists: int, others: int, order: str) -> str:
    """Merged, not gathered: what fills the page ends the walk. (No list gives more than can count: whatever the
    server makes of it, the whole of a long list is never sorted.)"""
    parts = " UNION ALL ".join([f"({_LIST} ORDER BY seq {order} LIMIT %s)"] * lists)
    once = "DISTINCT " if lists > 1 else ""
    walked = f"SELECT {once}seq FROM ({parts}) AS part ORDER BY seq {order} LIMIT %s"
    return f"SELECT seq FROM ({walked}) AS walked WHERE true{_ALSO * others} ORDER BY seq {order} LIMIT %s"


@cache
def _side_by_side(lists: tuple[int, ...], order: str) -> str:
    ordered = f"({_LIST} ORDER BY seq {order})"
    sources = [f"({' UNION ALL '.join([ordered] * count)}) AS condition{number}" for number, count in enumerate(lists)]
    joined = sources[0] + "".join(f" JOIN {each} USING (seq)" for each in sources[1:])
    return f"SELECT DISTINCT seq FROM {joined} ORDER BY seq {order} LIMIT %s"
