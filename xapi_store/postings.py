"""Postings: for every actor, verb, activity and registration the places of the statements that name it, in order.

They are the store's only index: a filter is a walk along one list with a look into the others. A list is known by a
number that is drawn from what it is about with the store's own key, so that writing needs no look-up of names.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from psycopg import Cursor
from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from xapi_store import arrays
from xapi_store.actors import identity
from xapi_store.database import Base


class Kind(IntEnum):
    """What a list is about. The main place of an agent or activity and its other places have a list each."""

    AGENT = 1
    VERB = 2
    ACTIVITY = 3
    REGISTRATION = 4
    AUTHORITY = 5
    AGENT_RELATED = 6
    ACTIVITY_RELATED = 7


Named = tuple[Kind, str]


class Posting(Base):
    """The statement at place `seq` stands in this list. A voided statement stands in none."""

    __tablename__ = "posting"
    __table_args__ = ({"postgresql_with": {"autovacuum_vacuum_insert_scale_factor": "0.02"}},)

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    list: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)


@lru_cache(maxsize=100_000)
def list_number(posting_key: bytes, kind: Kind, named: str) -> int:
    """The list of this store (64 bits, signed) that is about this thing."""
    digest = blake2b(named.encode(), digest_size=8, key=posting_key, salt=bytes((kind,))).digest()
    return int.from_bytes(digest, "big", signed=True)


def names(statement: Mapping[str, Any]) -> set[Named]:
    """Every list the (valid) statement belongs in (xAPI Communication 2.1.3)."""
    found: set[Named] = {(Kind.VERB, statement["verb"]["id"])}
    _name_agent(found, statement["actor"], Kind.AGENT)
    target = statement["object"]
    _name_object(found, target, related=False)
    if target.get("objectType") == "SubStatement":
        _name_agent(found, target["actor"], Kind.AGENT_RELATED)
        _name_object(found, target["object"], related=True)
        _name_context(found, target.get("context", {}))
    context = statement.get("context")
    if context:
        _name_context(found, context)
        if "registration" in context:
            found.add((Kind.REGISTRATION, context["registration"].lower()))
    authority = statement.get("authority")
    if authority is not None:
        _name_authority(found, authority)
    return found


def inherited(statement: Mapping[str, Any]) -> set[Named]:
    """The lists in which statements about this one are found as well; whose word they are remains their own."""
    found = names(statement)
    return {(Kind.AGENT_RELATED if kind is Kind.AUTHORITY else kind, named) for kind, named in found}


def write(cursor: Cursor[Any], *, store_id: int, entries: Iterable[tuple[int, int]]) -> None:
    """Each (list, place) is written once; the store's head must be locked."""
    rows = sorted(entries)  # in the order of the index, which makes writing it cheap
    if rows:
        lists, places = zip(*rows, strict=True)
        cursor.execute(_WRITE, (store_id, arrays.bigints(lists), arrays.bigints(places)), prepare=True)


def withdraw(cursor: Cursor[Any], *, store_id: int, entries: Iterable[tuple[int, int]]) -> None:
    """None of these (list, place) is found any more."""
    rows = list(entries)
    if rows:
        lists, places = zip(*rows, strict=True)
        cursor.execute(_WITHDRAW, (arrays.bigints(lists), arrays.bigints(places), store_id))


_WRITE = (
    "INSERT INTO posting (store_id, list, seq) SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])"
    " ON CONFLICT DO NOTHING"
)
_WITHDRAW = (
    "DELETE FROM posting USING unnest(%s::bigint[], %s::bigint[]) AS gone (list, seq)"
    " WHERE posting.store_id = %s AND posting.list = gone.list AND posting.seq = gone.seq"
)


def _name_agent(found: set[Named], actor: Mapping[str, Any], kind: Kind) -> None:
    for each in (actor, *actor.get("member", ())):
        named = identity(each)
        # What stands in the main list is not repeated in the other: related questions read both.
        if named and (kind is Kind.AGENT or (Kind.AGENT, named) not in found):
            found.add((kind, named))


def _name_object(found: set[Named], target: Mapping[str, Any], *, related: bool) -> None:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        if not related:
            found.add((Kind.ACTIVITY, target["id"]))
        else:
            _name_activity(found, target)
    elif kind in ("Agent", "Group"):
        _name_agent(found, target, Kind.AGENT_RELATED if related else Kind.AGENT)


def _name_activity(found: set[Named], activity: Mapping[str, Any]) -> None:
    if (Kind.ACTIVITY, activity["id"]) not in found:
        found.add((Kind.ACTIVITY_RELATED, activity["id"]))


def _name_context(found: set[Named], context: Mapping[str, Any]) -> None:
    for name in ("instructor", "team"):
        if name in context:
            _name_agent(found, context[name], Kind.AGENT_RELATED)
    for each in context.get("contextAgents", ()):
        _name_agent(found, each["agent"], Kind.AGENT_RELATED)
    for each in context.get("contextGroups", ()):
        _name_agent(found, each["group"], Kind.AGENT_RELATED)
    for activities in context.get("contextActivities", {}).values():
        for activity in activities if isinstance(activities, list) else (activities,):
            _name_activity(found, activity)


def _name_authority(found: set[Named], authority: Mapping[str, Any]) -> None:
    named = identity(authority)
    if named:
        found.add((Kind.AUTHORITY, named))
    for member in authority.get("member", ()):
        _name_agent(found, member, Kind.AGENT_RELATED)


def lists(posting_key: bytes, named: Collection[Named]) -> list[int]:
    """The numbers of these lists in the store of that key."""
    return [list_number(posting_key, kind, text) for kind, text in named]
