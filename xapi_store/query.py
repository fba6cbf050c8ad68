"""Questions to a store: statements by id, or a page of those that pass the filters, in the store's own order."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from xapi_store.errors import NoSuchStatement
from xapi_store.postings import Kind, Named, Posting, find_terms
from xapi_store.statements import WRITING, Statement

MOST = 200


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

    def names(self) -> list[tuple[Named, bool]]:
        """The terms asked for, and whether related places count; first the one that is likely to be rarest."""
        wanted = [
            ((Kind.REGISTRATION, str(self.registration) if self.registration else None), False),
            ((Kind.AGENT, self.agent), self.related_agents),
            ((Kind.ACTIVITY, self.activity), self.related_activities),
            ((Kind.VERB, self.verb), False),
            ((Kind.AUTHORITY, self.authority), False),
        ]
        return [((kind, named), related) for (kind, named), related in wanted if named is not None]

    def following(self, cursor: int) -> "Filters":
        """The same question, continued beyond that place."""
        return replace(self, cursor=cursor)


@dataclass(frozen=True)
class Page:
    """Some statements as they are stored; `more` is the cursor of the next page, None at the end."""

    statements: list[bytes]
    more: int | None


def find(session: Session, *, store_id: int, filters: Filters) -> Page:
    """The page of statements, newest first (or oldest first), that pass all filters and are not voided.

    A statement about another statement is found where that one would be, whether or not that one is voided.
    """
    names = filters.names()
    terms = find_terms(session, store_id=store_id, names=[name for name, _ in names]) if names else {}
    if len(terms) < len(names):
        return Page([], None)
    size = min(filters.limit or MOST, MOST)
    query = _select(store_id, [(terms[name], related) for name, related in names]).where(
        *_bounds(store_id, filters), Statement.voided.is_(False)
    )
    order = Statement.seq.asc() if filters.ascending else Statement.seq.desc()
    rows = session.execute(query.order_by(order).limit(size + 1)).all()
    more = rows[size - 1].seq if len(rows) > size else None
    return Page([row.raw for row in rows[:size]], more)


def by_id(
    session: Session, *, store_id: int, statement_id: UUID, voided: bool = False, authority: str | None = None
) -> bytes:
    """The statement of this id; NoSuchStatement where there is none; `voided` asks for hidden ones, and only these."""
    query = select(Statement.raw).where(
        Statement.store_id == store_id, Statement.id == statement_id, Statement.voided.is_(voided)
    )
    if authority is not None:
        known = find_terms(session, store_id=store_id, names=[(Kind.AUTHORITY, authority)])
        query = query.where(_listed(store_id, known.get((Kind.AUTHORITY, authority), 0), related=False))
    raw = session.scalar(query)
    if raw is None:
        raise NoSuchStatement(str(statement_id))
    return raw


def consistent_through(session: Session, *, store_id: int) -> datetime:
    """A time such that every statement stored up to it is visible to the queries that follow (Communication 2.1.3).

    While nobody is writing that is the present: whoever begins later reads a later clock. While somebody is, it is
    the time of the newest committed statement. (The clock is read at the start, before the lock is tried.)
    """
    moment: datetime = session.execute(_CONSISTENT, {"kind": WRITING, "store": store_id}).scalar_one()
    return moment


_CONSISTENT = text(
    "SELECT greatest(stored, CASE WHEN pg_try_advisory_lock_shared(:kind, :store)"
    " THEN CASE WHEN pg_advisory_unlock_shared(:kind, :store) THEN statement_timestamp() END END)"
    " FROM store WHERE id = :store"
)


def _select(store_id: int, terms: list[tuple[int, bool]]) -> "Select[int, bytes]":
    query = select(Statement.seq, Statement.raw).where(Statement.store_id == store_id)
    if terms:
        term_id, related = terms[0]
        query = query.join(Posting, Posting.seq == Statement.seq).where(*_list(Posting, store_id, term_id, related))
    for term_id, related in terms[1:]:
        query = query.where(_listed(store_id, term_id, related=related))
    return query


def _list(where: type[Posting], store_id: int, term_id: int, related: bool) -> tuple[ColumnElement[bool], ...]:
    return where.store_id == store_id, where.term_id == term_id, where.related.is_(related)


def _listed(store_id: int, term_id: int, *, related: bool) -> ColumnElement[bool]:
    where = aliased(Posting)
    return exists().where(*_list(where, store_id, term_id, related), where.seq == Statement.seq)


def _bounds(store_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    # `stored` rises with `seq`, so that bounds in time are bounds in place, and the lists can be cut there.
    bounds = []
    if filters.since is not None:
        bounds.append(Statement.seq > _last_place(store_id, filters.since))
    if filters.until is not None:
        bounds.append(Statement.seq <= _last_place(store_id, filters.until))
    if filters.cursor is not None:
        bounds.append(Statement.seq > filters.cursor if filters.ascending else Statement.seq < filters.cursor)
    return bounds


def _last_place(store_id: int, moment: datetime) -> ColumnElement[int]:
    other = aliased(Statement)
    found = select(other.seq).where(other.store_id == store_id, other.stored <= moment)
    return func.coalesce(found.order_by(other.stored.desc()).limit(1).scalar_subquery(), 0)
