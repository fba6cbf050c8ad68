"""Along the lists: at which places a statement stands that meets every condition.

The condition that is met least often leads: its lists are walked, with a look into the others' at each place. Where two
long lists hardly ever meet, they are walked side by side instead, each once.
"""

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor, sql

from xapi_store.filters import Filters

# A list shorter than this is walked to its end. Of longer ones the rarest is walked so far, then further, and where
# that does not fill the page, all are walked in step.
SHORT, LONGER = 1000, 5000
_FURTHEST = 2**63

# How long a list is, and where its first so many places end: of two long lists the one that reaches further is rarer.
_SAMPLE = sql.SQL(
    "(SELECT ARRAY[count(*), {end}(seq)] FROM (SELECT seq FROM posting"
    " WHERE store_id = %s AND list = %s AND seq > %s AND seq < %s ORDER BY seq {order} LIMIT %s) AS counted)"
)
_LIST = sql.SQL(
    "(SELECT seq FROM posting WHERE store_id = %s AND list = %s AND seq > %s AND seq < %s"
    " ORDER BY seq {order} LIMIT %s)"
)
_ALSO = sql.SQL(
    " AND EXISTS (SELECT FROM posting AS other"
    " WHERE other.store_id = %s AND other.list = ANY(%s) AND other.seq = walked.seq)"
)
_WHOLE = sql.SQL("SELECT seq FROM posting WHERE store_id = %s AND list = %s AND seq > %s AND seq < %s")
# Side by side without a detour: helpers of the server take longer to start than they save.
_PLAIN_MERGE = {
    "enable_nestloop": "off",
    "enable_hashjoin": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
_ONLY_MERGE = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _PLAIN_MERGE.items())


class Walk:
    """One question's way along the lists: which places fill the page."""

    def __init__(self, store_id: int, filters: Filters, most: int) -> None:
        self._store_id = store_id
        self._bounds = filters.bounds()
        self._most = most
        self._ascending = filters.ascending
        self._order = sql.SQL("ASC" if filters.ascending else "DESC")
        self._start = self._bounds[0 if filters.ascending else 1]

    def places(self, cursor: Cursor[Any], lists: list[list[int]]) -> list[int]:
        """The first places, in order, that stand in one list of each condition."""
        if len(lists) == 1:
            return self._along(cursor, lists[0], [], self._most)
        (length, walked), *others = self._rarest_first(cursor, lists)
        found: list[int] = []
        for reach in (SHORT, LONGER):
            found = self._along(cursor, walked, [other for _, other in others], reach)
            if length < SHORT or len(found) >= self._most:
                return found[: self._most]
        return self._in_step(cursor, lists)

    def _rarest_first(self, cursor: Cursor[Any], lists: list[list[int]]) -> list[tuple[int, list[int]]]:
        """The conditions with their lengths (told no further than SHORT), the one that is met least often first."""
        sample = _SAMPLE.format(order=self._order, end=sql.SQL("max" if self._ascending else "min"))
        flat = [number for condition in lists for number in condition]
        values = [value for number in flat for value in (self._store_id, number, *self._bounds, SHORT)]
        query = sql.SQL("SELECT ") + sql.SQL(", ").join([sample] * len(flat))
        told = iter(cursor.execute(query, values, prepare=True).fetchone() or ())
        measured = []
        for condition in lists:
            samples = [next(told) for _ in condition]
            ends = [abs(end - self._start) for count, end in samples if count >= SHORT]
            length = min(SHORT, sum(count for count, _ in samples))
            measured.append((length, -min(ends, default=_FURTHEST), condition))
        return [(length, condition) for length, _, condition in sorted(measured)]

    def _along(
        self, cursor: Cursor[Any], walked: Sequence[int], others: Sequence[Sequence[int]], reach: int
    ) -> list[int]:
        """The first `reach` places of one condition, kept where they stand in the others' lists too."""
        parts = sql.SQL(" UNION ").join([_LIST.format(order=self._order)] * len(walked))
        also = sql.SQL("").join([_ALSO] * len(others))
        query = sql.SQL(
            "SELECT seq FROM (SELECT seq FROM ({parts}) AS p ORDER BY seq {order} LIMIT %s) AS walked"
        ).format(parts=parts, order=self._order) + sql.SQL(" WHERE true{also} ORDER BY seq {order} LIMIT %s").format(
            also=also, order=self._order
        )
        values: list[Any] = []
        for each in walked:
            values += [self._store_id, each, *self._bounds, reach]
        values.append(reach)
        for other in others:
            values += [self._store_id, list(other)]
        cursor.execute(query, [*values, self._most], prepare=True)
        return [seq for (seq,) in cursor.fetchall()]

    def _in_step(self, cursor: Cursor[Any], lists: list[list[int]]) -> list[int]:
        """The same for long lists that rarely meet: all are walked side by side, each once."""
        sources, values = [], []
        for number, condition in enumerate(lists):
            name = sql.Identifier(f"l{number}")
            each = sql.SQL(" UNION ALL ").join([_WHOLE] * len(condition))
            sources.append(sql.SQL("({each}) AS {name}").format(each=each, name=name))
            values += [value for item in condition for value in (self._store_id, item, *self._bounds)]
        joined = sources[0]
        for each in sources[1:]:
            joined = sql.SQL("{joined} JOIN {each} USING (seq)").format(joined=joined, each=each)
        query = sql.SQL("SELECT DISTINCT seq FROM {joined} ORDER BY seq {order} LIMIT %s").format(
            joined=joined, order=self._order
        )
        with cursor.connection.transaction(force_rollback=True):  # so that the settings hold for this alone
            cursor.execute(_ONLY_MERGE)
            cursor.execute(query, [*values, self._most])
            return [seq for (seq,) in cursor.fetchall()]
