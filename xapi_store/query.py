"""Questions to a store: statements by id, or a page of those that pass the filters, in the store's own order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from psycopg import Cursor, sql
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from xapi_store import received
from xapi_store.actors import identity
from xapi_store.database import driver
from xapi_store.errors import NoSuchStatement
from xapi_store.placing import WRITING
from xapi_store.postings import Kind, Named, list_number
from xapi_store.statements import Statement
from xapi_store.stores import Store, moment_of, place_at

MOST = 200
HEAVIEST = 64 * 1024 * 1024
# A list shorter than this is walked to its end; of two longer ones, so much is tried before both are walked in step.
SHORT = 1000


@dataclass(frozen=True)
class Filters:
    """What GET /statements can ask for (xAPI Communication 2.1.3); `agent` and `authority` are `actors.identity` texts.

    `limit` 0 means as many as one page holds. `cursor` continues a page: only what lies beyond that place.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    ascending: bool = False
    authority: str | None = None
    cursor: int | None = None

    def names(self) -> list[tuple[Named, ...]]:
        """What a statement must stand in: for each condition the lists of which one will do."""
        found: list[tuple[Named, ...]] = []
        if self.registration is not None:
            found.append(((Kind.REGISTRATION, str(self.registration)),))
        if self.agent is not None:
            wider = (Kind.AGENT_RELATED, Kind.AUTHORITY) if self.related_agents else ()
            found.append(tuple((kind, self.agent) for kind in (Kind.AGENT, *wider)))
        if self.activity is not None:
            more = (Kind.ACTIVITY_RELATED,) if self.related_activities else ()
            found.append(tuple((kind, self.activity) for kind in (Kind.ACTIVITY, *more)))
        if self.verb is not None:
            found.append(((Kind.VERB, self.verb),))
        if self.authority is not None:
            found.append(((Kind.AUTHORITY, self.authority),))
        return found

    def bounds(self) -> tuple[int, int]:
        """The places between which the answer lies, both outside it."""
        low = place_at(self.since) if self.since is not None else -1
        high = place_at(self.until) + 1 if self.until is not None else 2**63 - 1
        if self.cursor is not None:
            low, high = (max(low, self.cursor), high) if self.ascending else (low, min(high, self.cursor))
        return low, high

    def following(self, cursor: int) -> "Filters":
        """The same question, continued beyond that place."""
        return replace(self, cursor=cursor)


@dataclass(frozen=True)
class Page:
    """Some statements as they are stored, with their places; `more` is the cursor of the next page, None at the end."""

    statements: list[bytes]
    places: list[int]
    more: int | None


def find(session: Session, *, store_id: int, filters: Filters) -> Page:
    """The page of statements, newest first (or oldest first), that pass all filters and are not voided.

    A statement about another statement is found where that one would be, whether or not that one is voided. A page
    ends early where its statements are long (HEAVIEST bytes, attachments included).
    """
    size = min(filters.limit or MOST, MOST)
    with driver(session).cursor(binary=True) as cursor:
        conditions = filters.names()
        if conditions:
            key = session.scalars(select(Store.posting_key).where(Store.id == store_id)).one()
            lists = [[list_number(key, *each) for each in condition] for condition in conditions]
            places = _Walk(store_id, filters, size + 1).places(cursor, lists)
            cursor.execute(_page(_AT, filters.ascending), (HEAVIEST, store_id, store_id, places), prepare=True)
        else:
            values = (HEAVIEST, store_id, store_id, *filters.bounds(), size + 1)
            cursor.execute(_page(_ALL, filters.ascending), values, prepare=True)
        rows = cursor.fetchall()
    return _paged(rows, size)


def _paged(rows: Sequence[tuple[int, bytes | None]], size: int) -> Page:
    """As many as the page holds and as were not left out for their weight; what is left is told by the cursor."""
    whole = [(seq, raw) for seq, raw in rows[:size] if raw is not None]
    more = whole[-1][0] if len(rows) > len(whole) else None
    return Page([raw for _, raw in whole], [seq for seq, _ in whole], more)


def newest(session: Session, *, store_id: int, agent: str, most: int) -> list[bytes]:
    """The newest statements in which this agent is named anywhere."""
    filters = Filters(agent=agent, related_agents=True, limit=most)
    return find(session, store_id=store_id, filters=filters).statements


def by_id(
    session: Session, *, store_id: int, statement_id: UUID, voided: bool = False, authority: str | None = None
) -> bytes:
    """The statement of this id; NoSuchStatement where there is none; `voided` asks for hidden ones, and only these."""
    raw = session.scalar(
        select(Statement.raw).where(
            Statement.store_id == store_id, Statement.id == statement_id, Statement.voided.is_(voided)
        )
    )
    if raw is None or (authority is not None and _authority(raw) != authority):
        raise NoSuchStatement(str(statement_id))
    return raw


def consistent_through(session: Session, *, store_id: int) -> datetime:
    """A time such that every statement stored up to it is visible to the queries that follow (Communication 2.1.3).

    While nobody is writing that is the present: whoever begins later reads a later clock. While somebody is, it is
    the time of the newest committed statement, and so it is on a replica, which cannot know. (The clock is read at
    the start, before the lock is tried.)
    """
    place = session.execute(_CONSISTENT, {"kind": WRITING, "store": store_id}).scalar_one()
    return moment_of(int(place))


_CONSISTENT = text(
    "SELECT greatest(head, CASE WHEN pg_is_in_recovery() THEN NULL"
    " WHEN pg_try_advisory_lock_shared(:kind, :store) THEN CASE WHEN pg_advisory_unlock_shared(:kind, :store)"
    " THEN (extract(epoch FROM statement_timestamp()) * 1000000)::bigint END END) FROM store WHERE id = :store"
)
_ALL = "seq > %s AND seq < %s AND NOT voided ORDER BY seq {order} LIMIT %s"
_AT = "seq = ANY(%s) ORDER BY seq {order}"
# The weight of a value can be told without reading it; what is beyond the limit comes as a mere place.
_PAGE = (
    "SELECT seq, CASE WHEN row_number() OVER light = 1 OR sum(weight) OVER light <= %s THEN raw END FROM ("
    " SELECT seq, raw, octet_length(raw) + (SELECT coalesce(sum(octet_length(content)), 0) FROM statement_attachment"
    "  JOIN attachment USING (store_id, sha2) WHERE store_id = %s AND seq = statement.seq) AS weight"
    " FROM statement WHERE store_id = %s AND {which}) AS chosen WINDOW light AS (ORDER BY seq {order})"
    " ORDER BY seq {order}"
)
_COUNT = sql.SQL(
    "(SELECT count(*) FROM ("
    "SELECT FROM posting WHERE store_id = %s AND list = %s AND seq > %s AND seq < %s LIMIT %s) AS counted)"
)
_LIST = sql.SQL(
    "(SELECT seq FROM posting WHERE store_id = %s AND list = %s AND seq > %s AND seq < %s"
    " ORDER BY seq {order} LIMIT %s)"
)
_ALSO = sql.SQL(
    " AND EXISTS (SELECT FROM posting AS other"
    " WHERE other.store_id = %s AND other.list = ANY(%s) AND other.seq = walked.seq)"
)


@cache
def _page(which: str, ascending: bool) -> sql.Composed:
    order = sql.SQL("ASC" if ascending else "DESC")
    return sql.SQL(_PAGE.replace("{which}", which)).format(order=order)


def _authority(raw: bytes) -> str:
    return identity(received.read_stored(raw).get("authority", {}))


class _Walk:
    """One question's way along the lists: which places fill the page."""

    def __init__(self, store_id: int, filters: Filters, most: int) -> None:
        self._store_id = store_id
        self._bounds = filters.bounds()
        self._most = most
        self._ascending = filters.ascending

    def places(self, cursor: Cursor[Any], lists: list[list[int]]) -> list[int]:
        """The first places, in order, that stand in one list of each condition."""
        if len(lists) == 1:
            return self._along(cursor, lists[0], [], self._most)
        counted = self._counts(cursor, lists)
        (shortest, walked), *others = sorted(zip(counted, lists, strict=True))
        found = self._along(cursor, walked, [other for _, other in others], SHORT)
        if shortest >= SHORT and len(found) < self._most:
            return self._in_step(cursor, lists)
        return found[: self._most]

    def _along(
        self, cursor: Cursor[Any], walked: Sequence[int], others: Sequence[Sequence[int]], reach: int
    ) -> list[int]:
        """The first `reach` places of one condition, kept where they stand in the others' lists too."""
        order = sql.SQL("ASC" if self._ascending else "DESC")
        parts = sql.SQL(" UNION ").join([_LIST.format(order=order)] * len(walked))
        also = sql.SQL("").join([_ALSO] * len(others))
        query = sql.SQL(
            "SELECT seq FROM (SELECT seq FROM ({parts}) AS p ORDER BY seq {order} LIMIT %s) AS walked"
        ).format(parts=parts, order=order) + sql.SQL(" WHERE true{also} ORDER BY seq {order} LIMIT %s").format(
            also=also, order=order
        )
        values: list[Any] = []
        for each in walked:
            values += [self._store_id, each, *self._bounds, reach]
        values.append(reach)
        for other in others:
            values += [self._store_id, list(other)]
        cursor.execute(query, [*values, self._most], prepare=True)
        return [seq for (seq,) in cursor.fetchall()]

    def _counts(self, cursor: Cursor[Any], lists: list[list[int]]) -> list[int]:
        """How long each condition's lists are, counted no further than decides which one is walked."""
        flat = [number for condition in lists for number in condition]
        query = sql.SQL("SELECT ") + sql.SQL(", ").join([_COUNT] * len(flat))
        values = [value for number in flat for value in (self._store_id, number, *self._bounds, SHORT)]
        counts = iter(cursor.execute(query, values, prepare=True).fetchone() or ())
        return [sum(next(counts) for _ in condition) for condition in lists]

    def _in_step(self, cursor: Cursor[Any], lists: list[list[int]]) -> list[int]:
        """The same for long lists that rarely meet: all are walked side by side, each once."""
        order = sql.SQL("ASC" if self._ascending else "DESC")
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
            joined=joined, order=order
        )
        cursor.execute(_ONLY_MERGE)
        cursor.execute(query, [*values, self._most])
        found = [seq for (seq,) in cursor.fetchall()]
        cursor.execute(_ANY_WAY)
        return found


_WHOLE = sql.SQL("SELECT seq FROM posting WHERE store_id = %s AND list = %s AND seq > %s AND seq < %s")
_ONLY_MERGE = "SELECT set_config('enable_nestloop', 'off', true), set_config('enable_hashjoin', 'off', true)"
_ANY_WAY = "SELECT set_config('enable_nestloop', 'on', true), set_config('enable_hashjoin', 'on', true)"
