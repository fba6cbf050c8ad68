"""Postings: for every actor, verb, activity and registration the places of the statements that name it, newest first.

They are the store's only index: a filter is a walk along one list with a look into the others.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from enum import IntEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.actors import identity
from xapi_store.database import Base


class Kind(IntEnum):
    """What a term is."""

    AGENT = 1
    VERB = 2
    ACTIVITY = 3
    REGISTRATION = 4
    AUTHORITY = 5


Named = tuple[Kind, str]


class Term(Base):
    """One actor, verb, activity, registration or authority of a store; `digest` stands for the text, however long."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("store_id", "kind", "digest"),)

    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"), primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[int] = mapped_column(SmallInteger)
    digest: Mapped[bytes]
    text: Mapped[str]


class Posting(Base):
    """A statement names a term: in its main place, or (`related`) in any place.

    What stands in the main place is in both lists, so that every question walks one list.
    """

    __tablename__ = "posting"

    store_id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    related: Mapped[bool] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)


def terms_of(statement: Mapping[str, Any]) -> dict[Named, bool]:
    """Every term the (valid) statement names, and whether only as something related (xAPI Communication 2.1.3)."""
    found: dict[Named, bool] = {}
    authority = statement.get("authority")
    if authority is not None:
        found[(Kind.AUTHORITY, identity(authority))] = False
        _name_agent(found, authority, related=True)
    context = statement.get("context", {})
    _name_context(found, context)
    if "registration" in context:
        found[(Kind.REGISTRATION, context["registration"].lower())] = False
    target = statement["object"]
    if target.get("objectType") == "SubStatement":
        _name_agent(found, target["actor"], related=True)
        _name_object(found, target["object"], related=True)
        _name_context(found, target.get("context", {}))
    _name_object(found, target, related=False)
    _name_agent(found, statement["actor"], related=False)
    found[(Kind.VERB, statement["verb"]["id"])] = False
    return found


def find_terms(session: Session, *, store_id: int, names: Collection[Named]) -> dict[Named, int]:
    """The ids of those of these terms that the store knows."""
    rows = session.execute(_FIND, {"store": store_id, **_columns(names)})
    return {(Kind(kind), named): term_id for kind, named, term_id in rows}


def intern(session: Session, *, store_id: int, names: Collection[Named]) -> dict[Named, int]:
    """All these terms have an id in the store, whose head must be locked: nobody else adds terms meanwhile."""
    known = find_terms(session, store_id=store_id, names=names)
    missing = [each for each in names if each not in known]
    if missing:
        rows = session.execute(_ADD, {"store": store_id, **_columns(missing)})
        known.update({(Kind(kind), named): term_id for kind, named, term_id in rows})
    return known


def write(session: Session, *, store_id: int, entries: Iterable[tuple[int, Mapping[Named, bool]]]) -> None:
    """Each statement (by its place) is listed under each of its terms; the store's head must be locked."""
    listed = list(entries)
    ids = intern(session, store_id=store_id, names=list({name for _, names in listed for name in names}))
    rows = [
        (ids[name], place, seq)
        for seq, names in listed
        for name, related in names.items()
        for place in _places(name, related)
    ]
    columns = zip(*rows, strict=True)
    session.execute(
        _LIST, {"store": store_id, **dict(zip(("terms", "related", "seqs"), map(list, columns), strict=True))}
    )


_FIND = text(
    "SELECT term.kind, term.text, term.id"
    " FROM unnest(cast(:kinds AS smallint[]), cast(:digests AS bytea[])) AS wanted (kind, digest)"
    " JOIN term ON term.store_id = :store AND term.kind = wanted.kind AND term.digest = wanted.digest"
)
_ADD = text(
    "INSERT INTO term (store_id, kind, digest, text) SELECT :store, * FROM"
    " unnest(cast(:kinds AS smallint[]), cast(:digests AS bytea[]), cast(:texts AS text[])) RETURNING kind, text, id"
)
_LIST = text(
    "INSERT INTO posting (store_id, term_id, related, seq) SELECT :store, * FROM"
    " unnest(cast(:terms AS bigint[]), cast(:related AS boolean[]), cast(:seqs AS bigint[])) ON CONFLICT DO NOTHING"
)


def _places(name: Named, related: bool) -> tuple[bool, ...]:
    if related:
        return (True,)
    return (False, True) if name[0] in (Kind.AGENT, Kind.ACTIVITY) else (False,)


def _columns(names: Iterable[Named]) -> dict[str, list[Any]]:
    listed = list(names)
    return {
        "kinds": [int(kind) for kind, _ in listed],
        "digests": [hashlib.blake2b(named.encode(), digest_size=16).digest() for _, named in listed],
        "texts": [named for _, named in listed],
    }


def _name_agent(found: dict[Named, bool], actor: Mapping[str, Any], *, related: bool) -> None:
    for each in (actor, *actor.get("member", ())):
        named = identity(each)
        if named:
            _name(found, (Kind.AGENT, named), related=related)


def _name_object(found: dict[Named, bool], target: Mapping[str, Any], *, related: bool) -> None:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        _name(found, (Kind.ACTIVITY, target["id"]), related=related)
    elif kind in ("Agent", "Group"):
        _name_agent(found, target, related=related)


def _name_context(found: dict[Named, bool], context: Mapping[str, Any]) -> None:
    for name in ("instructor", "team"):
        if name in context:
            _name_agent(found, context[name], related=True)
    for each in context.get("contextAgents", ()):
        _name_agent(found, each["agent"], related=True)
    for each in context.get("contextGroups", ()):
        _name_agent(found, each["group"], related=True)
    for activities in context.get("contextActivities", {}).values():
        for activity in activities if isinstance(activities, list) else (activities,):
            _name(found, (Kind.ACTIVITY, activity["id"]), related=True)


def _name(found: dict[Named, bool], name: Named, *, related: bool) -> None:
    found[name] = related and found.get(name, True)
