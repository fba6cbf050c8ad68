"""Postings: for every actor, verb, activity and registration the places of the statements that name it, in order.

They are the store's only index: a filter is a walk along one list with a look into the others. A list is known by a
number that is drawn from what it is about with the store's own key, so that writing needs no look-up of names.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
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
Naming = Callable[[Any], Iterable[Named]]


class Posting(Base):
    """The statement at place `seq` stands in this list. A voided statement stands in none."""

    __tablename__ = "posting"
    __table_args__ = ({"postgresql_with": {"autovacuum_vacuum_insert_scale_factor": "0.02"}},)

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    list: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)


def list_number(posting_key: bytes, kind: Kind, named: str) -> int:
    """The list of this store (64 bits, signed) that is about this thing."""
    return (_remembered if len(named) <= _SHORT else _drawn)(posting_key, kind, named)


def _drawn(posting_key: bytes, kind: Kind, named: str) -> int:
    digest = blake2b(named.encode(), digest_size=8, key=posting_key, salt=bytes((kind,))).digest()
    return int.from_bytes(digest, "big", signed=True)


_SHORT = 256  # what is longer is drawn each time, so that nobody fills the memory with it
_remembered = lru_cache(maxsize=65_536)(_drawn)


def names(statement: Mapping[str, Any]) -> set[Named]:
    """Every list the (valid) statement belongs in (xAPI Communication 2.1.3)."""
    found = {named for name, rule in NAMING.items() if name in statement for named in rule(statement[name])}
    return without_repetition(found)


def without_repetition(found: set[Named]) -> set[Named]:
    """The same, but what stands in a main list is not in the related one as well: related questions read both."""
    doubled = [each for each in found if each[0] in _MAIN and (_MAIN[each[0]], each[1]) in found]
    return found.difference(doubled) if doubled else found


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


def _agents(actor: Mapping[str, Any], kind: Kind) -> Iterator[Named]:
    for each in (actor, *actor.get("member", ())):
        named = identity(each)
        if named:
            yield kind, named


def _actor(actor: Mapping[str, Any]) -> Iterable[Named]:
    return _agents(actor, Kind.AGENT)


def _related_agent(actor: Mapping[str, Any]) -> Iterable[Named]:
    return _agents(actor, Kind.AGENT_RELATED)


def _verb(verb: Mapping[str, Any]) -> Iterable[Named]:
    return ((Kind.VERB, verb["id"]),)


def _object(target: Mapping[str, Any]) -> Iterable[Named]:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return ((Kind.ACTIVITY, target["id"]),)
    if kind == "SubStatement":
        return _inside(target)
    return _actor(target) if kind in ("Agent", "Group") else ()


def _inside(inner: Mapping[str, Any]) -> Iterator[Named]:
    """What a statement inside another names is related to the outer one."""
    yield from _related_agent(inner["actor"])
    for kind, named in _object(inner["object"]):
        yield _RELATED[kind], named
    for kind, named in _context(inner.get("context", {})):
        if kind is not Kind.REGISTRATION:
            yield kind, named


def _context(context: Mapping[str, Any]) -> Iterator[Named]:
    for name, rule in CONTEXT_NAMING.items():
        if name in context:
            yield from rule(context[name])


def _registration(registration: str) -> Iterable[Named]:
    return ((Kind.REGISTRATION, registration.lower()),)


def _parties(kind: str) -> Callable[[Sequence[Mapping[str, Any]]], Iterable[Named]]:
    return lambda listed: (named for each in listed for named in _related_agent(each[kind]))


def _activities(around: Mapping[str, Any]) -> Iterator[Named]:
    for activities in around.values():
        for activity in activities if isinstance(activities, list) else (activities,):
            yield Kind.ACTIVITY_RELATED, activity["id"]


def _authority(authority: Mapping[str, Any]) -> Iterator[Named]:
    named = identity(authority)
    if named:
        yield Kind.AUTHORITY, named
    for member in authority.get("member", ()):
        yield from _related_agent(member)


# By member of the statement, or of its context: the lists that it puts the statement in.
CONTEXT_NAMING: Mapping[str, Naming] = {
    "registration": _registration,
    "instructor": _related_agent,
    "team": _related_agent,
    "contextActivities": _activities,
    "contextAgents": _parties("agent"),
    "contextGroups": _parties("group"),
}
NAMING: Mapping[str, Naming] = {
    "actor": _actor,
    "verb": _verb,
    "object": _object,
    "context": _context,
    "authority": _authority,
}
_RELATED = {Kind.AGENT: Kind.AGENT_RELATED, Kind.ACTIVITY: Kind.ACTIVITY_RELATED}
_MAIN = {related: main for main, related in _RELATED.items()}


def lists(posting_key: bytes, named: Collection[Named]) -> list[int]:
    """The numbers of these lists in the store of that key."""
    return [list_number(posting_key, kind, text) for kind, text in named]
