"""Questions to a store: statements by id, or a page of those that pass the filters, in the store's own order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from psycopg import sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from xapi_store.actors import identity
from xapi_store.database import driver
from xapi_store.errors import NoSuchStatement, NoSuchStore
from xapi_store.filters import Filters
from xapi_store.form import received
from xapi_store.order.placing import WRITING
from xapi_store.postings import list_number
from xapi_store.statements import Statement
from xapi_store.stores import key_of, moment_of
from xapi_store.walking import Walk

MOST = 200
HEAVIEST = 64 * 1024 * 1024


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
            key = key_of(session, store_id)
            lists = [[list_number(key, *each) for each in condition] for condition in conditions]
            places = Walk(store_id, filters, size + 1).places(cursor, lists)
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
    asked = {"kind": WRITING, "store": store_id}
    row = driver(session).execute(_CONSISTENT, asked, prepare=True).fetchone()
    if row is None:
        raise NoSuchStore(str(store_id), ())
    return moment_of(int(row[0]))


_CONSISTENT = (
    "SELECT greatest(head, CASE WHEN pg_is_in_recovery() THEN NULL"
    " WHEN pg_try_advisory_lock_shared(%(kind)s, %(store)s)"
    " THEN CASE WHEN pg_advisory_unlock_shared(%(kind)s, %(store)s)"
    " THEN (extract(epoch FROM statement_timestamp()) * 1000000)::bigint END END) FROM store WHERE id = %(store)s"
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


@cache
def _page(which: str, ascending: bool) -> sql.Composed:
    order = sql.SQL("ASC" if ascending else "DESC")
    return sql.SQL(_PAGE.replace("{which}", which)).format(order=order)


def _authority(raw: bytes) -> str:
    return identity(received.read_stored(raw).get("authority", {}))
