"""What a store knows of activities and verbs: the definitions and displays of all statements, merged.

(xAPI Data 2.4.4.1 and 2.4.3; Communication 2.5 and 2.1.3, `canonical`.) The newer statement wins, language by
language and extension by extension. The digits of numbers stay as they were sent: see `digits`.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from psycopg import Cursor
from sqlalchemy import BigInteger, Index, SmallInteger
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store.database import Base, driver
from xapi_store.definitions.definition_merging import merge
from xapi_store.form import digits

# A definition does not grow beyond this many bytes by merging; one that comes larger is taken as it is.
LARGEST = 1024 * 1024


class Kind(IntEnum):
    """What is described."""

    ACTIVITY = 1
    VERB = 2


Name = tuple[Kind, str]


class Definition(NamedTuple):
    """What one statement says of an activity (its definition) or of a verb (`{"display": …}`); equal ones have one
    `mark` within a process."""

    kind: Kind
    iri: str
    content: Mapping[str, Any]
    mark: int = 0

    @property
    def name(self) -> Name:
        """What it is about."""
        return self.kind, self.iri


class MergedDefinition(Base):
    """All that the store knows of one activity or verb, as JSON; `digest` stands for the IRI, however long.

    `changed` is the store's count of changes (`Store.definitions_changed`) since the last of its own.
    """

    __tablename__ = "definition"
    __table_args__ = (Index(None, "store_id", "changed"),)

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    iri: Mapped[str]
    content: Mapped[bytes]
    changed: Mapped[int] = mapped_column(BigInteger)


def named(statement: Mapping[str, Any], raw: bytes | None = None) -> list[Definition]:
    """What the (valid) statement says of activities and verbs, in all its places.

    `raw` is the statement as it was sent: numbers are taken from there, digit by digit.
    """
    found = _gather(statement)
    if any("extensions" in content and _holds_number(content["extensions"]) for _, _, content, _ in found):
        return _gather(digits.read(json.dumps(statement) if raw is None else raw))
    return found


def mentioned(statements: Iterable[Mapping[str, Any]]) -> set[Name]:
    """Every activity and verb in these statements, described or not."""
    found: set[Name] = set()
    for statement in statements:
        for part in _with_inner(statement):
            found.add((Kind.VERB, part["verb"]["id"]))
            found.update((Kind.ACTIVITY, each["id"]) for each in _activities(part))
    return found


def learn(cursor: Cursor[Any], store_id: int, definitions: Sequence[Definition], *, count: int) -> bool:
    """The store knows what these definitions say, the later ones being the newer; true where it learnt anything.

    What changes, changes at `count`: the store's count so far and one.

    The store's head must be locked, so that nobody else merges meanwhile. Two round trips, one where nothing is new.
    """
    gathered: dict[Name, list[Mapping[str, Any]]] = {}
    for each in definitions:
        said = gathered.setdefault(each.name, [])
        if not said or said[-1] != each.content:
            said.append(each.content)
    known = _read(cursor, store_id, gathered)
    changed: dict[Name, bytes] = {}
    for name, contents in gathered.items():
        written = _grown(known.get(name), contents)
        if written is not None:
            changed[name] = written
    if changed:
        _write(cursor, store_id, changed, count)
    return bool(changed)


def changed_since(cursor: Cursor[Any], store_id: int, count: int) -> list[Name] | None:
    """What changed after the store's count was this; None where that is too much to tell."""
    rows = cursor.execute(_CHANGED, (store_id, count, _MOST_CHANGED + 1)).fetchall()
    return [(Kind(kind), iri) for kind, iri in rows] if len(rows) <= _MOST_CHANGED else None


def fetch(session: Session, *, store_id: int, names: Collection[Name]) -> dict[Name, dict[str, Any]]:
    """What the store knows of these activities and verbs, with numbers as `digits` marks them; in one query."""
    if not names:
        return {}
    with driver(session).cursor() as cursor:
        return {name: digits.read(content) for name, content in _read(cursor, store_id, names).items()}


# Inside a statement


def said_by(member: str, value: Any, raw: bytes) -> list[Definition]:
    """What a valid statement's (or its context's) member of that name says of activities and verbs.

    `raw` is the member as it was sent: numbers are taken from there, digit by digit.
    """
    found = _said(member, value)
    if any("extensions" in each.content and _holds_number(each.content["extensions"]) for each in found):
        found = _said(member, digits.read(raw))
    # Python's own hash of bytes is keyed anew in every process: nobody outside can make two definitions collide.
    return [each._replace(mark=hash(orjson.dumps(each.content))) for each in found]


def _said(member: str, value: Any) -> list[Definition]:
    if member == "verb":
        display = value.get("display")
        return [Definition(Kind.VERB, value["id"], {"display": display})] if display else []
    if member == "contextActivities":
        return _described(each for listed in value.values() for each in _listed(listed))
    if member == "object" and value.get("objectType", "Activity") == "Activity":
        return _described((value,))
    return _gather(value) if member == "object" and value.get("objectType") == "SubStatement" else []


def _gather(statement: Mapping[str, Any]) -> list[Definition]:
    around = statement.get("context", {}).get("contextActivities", {})
    said = (("verb", statement["verb"]), ("object", statement["object"]), ("contextActivities", around))
    return [each for member, value in said for each in _said(member, value)]


def _described(activities: Iterable[Mapping[str, Any]]) -> list[Definition]:
    return [Definition(Kind.ACTIVITY, each["id"], each["definition"]) for each in activities if each.get("definition")]


def _with_inner(statement: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    target = statement["object"]
    return (statement, target) if target.get("objectType") == "SubStatement" else (statement,)


def _activities(statement: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    target = statement["object"]
    found = [target] if target.get("objectType", "Activity") == "Activity" else []
    for listed in statement.get("context", {}).get("contextActivities", {}).values():
        found.extend(_listed(listed))
    return found


def _listed(activities: Any) -> list[Mapping[str, Any]]:
    return activities if isinstance(activities, list) else [activities]


def _holds_number(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_number, value.values()))
    if isinstance(value, list):
        return any(map(_holds_number, value))
    return isinstance(value, int | float) and not isinstance(value, bool)


# Rows


def _grown(known: bytes | None, contents: Iterable[Mapping[str, Any]]) -> bytes | None:
    """The JSON of what is known with what is said, the last being the newest; None where nothing changes."""
    before: Mapping[str, Any] | None = None if known is None else digits.read(known)
    after, most = before, max(LARGEST, len(known or b""))
    for content in contents:
        grown = content if after is None else merge(after, content)
        if after is None or grown == after or len(digits.write(grown)) <= most:
            after = grown
    return None if after is None or after == before else digits.write(after)


_READ = (
    "SELECT kind, iri, content FROM definition JOIN unnest(%s::smallint[], %s::bytea[]) AS sought (kind, digest)"
    " USING (kind, digest) WHERE store_id = %s"
)
_WRITE = (
    "INSERT INTO definition (store_id, kind, digest, iri, content, changed)"
    " SELECT %s, *, %s::bigint FROM unnest(%s::smallint[], %s::bytea[], %s::text[], %s::bytea[])"
    " ON CONFLICT (store_id, kind, digest) DO UPDATE SET content = excluded.content, changed = excluded.changed"
)
_CHANGED = "SELECT kind, iri FROM definition WHERE store_id = %s AND changed > %s LIMIT %s"
_MOST_CHANGED = 1000


def _read(cursor: Cursor[Any], store_id: int, names: Collection[Name]) -> dict[Name, bytes]:
    kinds, digests = [int(kind) for kind, _ in names], [_digest(iri) for _, iri in names]
    rows = cursor.execute(_READ, (kinds, digests, store_id))
    return {(Kind(kind), iri): content for kind, iri, content in rows}


def _write(cursor: Cursor[Any], store_id: int, changed: Mapping[Name, bytes], count: int) -> None:
    kinds, iris = [int(kind) for kind, _ in changed], [iri for _, iri in changed]
    cursor.execute(_WRITE, (store_id, count, kinds, [_digest(iri) for iri in iris], iris, list(changed.values())))


def _digest(iri: str) -> bytes:
    return blake2b(iri.encode(), digest_size=16).digest()
