"""How much a store holds: figures for who looks after it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from xapi_store.statements import Statement
from xapi_store.stores import Store, moment_of

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Holdings:
    """How many statements stand in a store, and when the newest was stored; beyond `MOST_COUNTED` an `estimate`."""

    statements: int
    estimate: bool
    newest: datetime | None


def of_store(session: Session, *, store: Store) -> Holdings:
    """What the store holds. Counting stops early and the planner's estimate is taken, so that it costs little."""
    own = Statement.store_id == store.id
    some = select(Statement.seq).where(own).limit(MOST_COUNTED + 1).subquery()
    counted = session.scalar(select(func.count()).select_from(some)) or 0
    newest = session.scalar(select(func.max(Statement.seq)).where(own))
    many = counted > MOST_COUNTED
    estimated = max(_planned(session, store.id), counted) if many else counted
    return Holdings(estimated, many, moment_of(newest) if newest else None)


def bytes_on_disk(session: Session) -> int:
    """How many bytes the statements of all stores take, their postings and attachments included."""
    tables = ("statement", "posting", "attachment", "statement_attachment")
    size = text("SELECT sum(pg_total_relation_size(each::regclass)) FROM unnest(CAST(:tables AS text[])) AS each")
    return int(session.scalar(size, {"tables": list(tables)}) or 0)


def _planned(session: Session, store_id: int) -> int:
    plan = session.scalar(_PLAN, {"store": store_id})
    return int(plan[0]["Plan"]["Plan Rows"])


_PLAN = text("EXPLAIN (FORMAT JSON) SELECT FROM statement WHERE store_id = :store")
