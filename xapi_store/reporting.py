"""Evidence read for reports: statements as flat events, in the store's order. Nothing is kept that they do not say."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from xapi_store.actors import identity
from xapi_store.postings import Kind, Posting, find_terms
from xapi_store.received import read_stored
from xapi_store.statements import Statement


@dataclass(frozen=True)
class Event:
    """One statement, flat. `actor` is the account's name where there is one, else `actors.identity`.

    `object` is the activity (or statement) acted upon; the last lists are activities of its context.
    """

    id: UUID
    seq: int
    registration: UUID | None
    actor: str
    verb: str
    object: str
    success: bool | None
    scaled: float | None
    timestamp: datetime
    grouping: tuple[str, ...]
    parent: tuple[str, ...]
    category: tuple[str, ...]
    statement: dict[str, Any]


def events(
    session: Session,
    *,
    store_id: int,
    verbs: Collection[str],
    category: str | None = None,
    registration: UUID | None = None,
    activities: Collection[str] | None = None,
) -> Iterator[Event]:
    """Every statement with one of these verbs that is not voided, oldest first, read as it is asked for."""
    names = [(Kind.VERB, verb) for verb in verbs]
    terms = find_terms(session, store_id=store_id, names=names)
    places = select(Posting.seq).where(
        Posting.store_id == store_id, Posting.term_id.in_(terms.values()), Posting.related.is_(False)
    )
    # A statement about a statement is listed under that one's verb too; here only its own counts.
    query = select(Statement.id, Statement.seq, Statement.verb, Statement.timestamp, Statement.raw).where(
        Statement.store_id == store_id,
        Statement.seq.in_(places),
        Statement.verb.in_(verbs),
        Statement.voided.is_(False),
    )
    if registration is not None:
        known = find_terms(session, store_id=store_id, names=[(Kind.REGISTRATION, str(registration))])
        of_run = select(Posting.seq).where(Posting.store_id == store_id, Posting.term_id.in_(known.values()))
        query = query.where(Statement.seq.in_(of_run))
    for row in session.execute(query.order_by(Statement.seq), execution_options={"yield_per": 500}):
        event = _event(row.id, row.seq, row.timestamp, read_stored(row.raw))
        if _wanted(event, category=category, registration=registration, activities=activities):
            yield event


def latest_by(
    session: Session,
    *,
    store_id: int,
    verbs: Collection[str],
    activities: Collection[str] | None = None,
    registration: UUID | None = None,
) -> dict[tuple[str, str], Event]:
    """The newest such event of each actor on each object, by (actor, object)."""
    found = events(session, store_id=store_id, verbs=verbs, activities=activities, registration=registration)
    return {(event.actor, event.object): event for event in found}


def _wanted(
    event: Event, *, category: str | None, registration: UUID | None, activities: Collection[str] | None
) -> bool:
    return (
        (category is None or category in event.category)
        and (registration is None or registration == event.registration)
        and (activities is None or event.object in activities)
    )


def _event(statement_id: UUID, seq: int, timestamp: datetime, content: dict[str, Any]) -> Event:
    context = content.get("context", {})
    result = content.get("result", {})
    actor = content["actor"]
    return Event(
        id=statement_id,
        seq=seq,
        registration=UUID(context["registration"]) if "registration" in context else None,
        actor=actor["account"]["name"] if "account" in actor else identity(actor),
        verb=content["verb"]["id"],
        object=_object(content["object"]),
        success=result.get("success"),
        scaled=result.get("score", {}).get("scaled"),
        timestamp=timestamp,
        grouping=_activities(context, "grouping"),
        parent=_activities(context, "parent"),
        category=_activities(context, "category"),
        statement=content,
    )


def _object(target: dict[str, Any]) -> str:
    if "id" in target:
        return str(target["id"])
    return "" if target.get("objectType") == "SubStatement" else identity(target)


def _activities(context: dict[str, Any], name: str) -> tuple[str, ...]:
    found = context.get("contextActivities", {}).get(name, [])
    return tuple(each["id"] for each in (found if isinstance(found, list) else [found]))
