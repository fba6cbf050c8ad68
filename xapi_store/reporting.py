"""Evidence read for reports: statements as flat events, in the store's order. Nothing is kept that they do not say."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from xapi_store.actors import identity
from xapi_store.form.received import read_stored
from xapi_store.form.syntax import read_time
from xapi_store.postings import Kind, Named, Posting, lists
from xapi_store.statements import Statement
from xapi_store.stores import Store, moment_of


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
    key = session.scalars(select(Store.posting_key).where(Store.id == store_id)).one()
    query = select(Statement.id, Statement.seq, Statement.raw).where(
        Statement.store_id == store_id,
        Statement.seq.in_(_listed(store_id, key, [(Kind.VERB, verb) for verb in verbs])),
        Statement.voided.is_(False),
    )
    if registration is not None:
        query = query.where(Statement.seq.in_(_listed(store_id, key, [(Kind.REGISTRATION, str(registration))])))
    for row in session.execute(query.order_by(Statement.seq), execution_options={"yield_per": 500}):
        event = _event(row.id, row.seq, read_stored(row.raw))
        # A statement about a statement is listed under that one's verb too; here only its own counts.
        if event.verb in verbs and _wanted(event, category=category, registration=registration, activities=activities):
            yield event


def _listed(store_id: int, posting_key: bytes, names: Collection[Named]) -> "Select[int]":
    return select(Posting.seq).where(Posting.store_id == store_id, Posting.list.in_(lists(posting_key, names)))


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


def _event(statement_id: UUID, seq: int, content: dict[str, Any]) -> Event:
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
        timestamp=read_time(content["timestamp"]) or moment_of(seq),
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
