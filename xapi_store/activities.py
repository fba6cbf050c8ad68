"""What a store knows of activities and verbs: the definitions and displays of all statements, merged.

(xAPI Data 2.4.4.1 and 2.4.3; Communication 2.5 and 2.1.3, `canonical`.) The newer statement wins, language by
language and extension by extension. The digits of numbers stay as they were sent: see `digits`.
"""

import json
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson
from psycopg import Cursor
from sqlalchemy import BigInteger, SmallInteger
from sqlalchemy.orm import Mapped, Session, mapped_column

from xapi_store import digits
from xapi_store.database import Base, driver
from xapi_store.definition_merging import merge

# A definition does not grow beyond this many bytes by merging; one that comes larger is taken as it is.
LARGEST = 1024 * 1024


class Kind(IntEnum):
    """What is described."""

    ACTIVITY = 1
    VERB = 2


Name = tuple[Kind, str]


class Definition(NamedTuple):
    """What one statement says of an activity (its definition) or of a verb (`{"display": …}`)."""

    kind: Kind
    iri: str
    content: Mapping[str, Any]

    @property
    def name(self) -> Name:
        """What it is about."""
        return self.kind, self.iri


class MergedDefinition(Base):
    """All that the store knows of one activity or verb, as JSON; `digest` stands for the IRI, however long."""

    __tablename__ = "definition"

    store_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    iri: Mapped[str]
    content: Mapped[bytes]
    at: Mapped[datetime]


def named(statement: Mapping[str, Any], raw: bytes | None = None) -> list[Definition]:
    """What the (valid) statement says of activities and verbs, in all its places.

    `raw` is the statement as it was sent: numbers are taken from there, digit by digit.
    """
    found = _gather(statement)
    if any("extensions" in content and _holds_number(content["extensions"]) for _, _, content in found):
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


def learn(cursor: Cursor[Any], store_id: int, definitions: Sequence[Definition]) -> bool:
    """The store knows what these definitions say, the later ones being the newer; true where it learnt anything.

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
        _write(cursor, store_id, changed)
    return bool(changed)


def fetch(session: Session, *, store_id: int, names: Collection[Name]) -> dict[Name, dict[str, Any]]:
    """What the store knows of these activities and verbs, with numbers as `digits` marks them; in one query."""
    if not names:
        return {}
    with driver(session).cursor() as cursor:
        return {name: digits.read(content) for name, content in _read(cursor, store_id, names).items()}


class Known:
    """What this process has seen merged, so that in the usual case nothing is read and nothing written.

    A store counts the changes of what it knows (`Store.definitions_changed`). What is remembered of a store holds at
    one count: at another, somebody else has merged meanwhile, and all of it is forgotten. Stores are
    told apart by their posting keys, which no two share, wherever they are.
    """

    def __init__(self, most: int = 50_000) -> None:
        self._most = most
        self._size = 0
        self._stores: dict[bytes, _Seen] = {}
        self._mutex = threading.Lock()

    def new(self, store: bytes, count: int, definitions: Sequence[Definition]) -> list[Definition]:
        """Those that must be learnt, in their order; `count` is the store's, read while its head is locked.

        Of one activity or verb it is all or none, for what is known already may be overruled by what is not.
        """
        with self._mutex:
            seen = self._stores.get(store)
            if seen is None or seen.count != count:
                self._forget(seen)
                seen = self._stores[store] = _Seen(count)
            merged = seen.merged
            strange = {each[:2] for each in definitions if _print(each) not in merged.get(each[:2], _NOBODY)}
        return [each for each in definitions if each[:2] in strange] if strange else []

    def settled_at(self, store: bytes, definitions: Sequence[Definition]) -> int | None:
        """The store's count at which nothing of this is new; None where something is, or nothing is remembered."""
        with self._mutex:
            seen = self._stores.get(store)
            if seen is None or any(_print(each) not in seen.merged.get(each[:2], _NOBODY) for each in definitions):
                return None
            return seen.count

    def remember(self, store: bytes, learnt: tuple[int, Sequence[Definition]] | None) -> None:
        """These definitions, given by `new` and then learnt, need not be learnt again; only after the commit.

        They come with the store's count as it then is: one more than before, where anything was learnt.
        """
        if learnt is None:
            return
        count, definitions = learnt
        with self._mutex:
            seen = self._stores.get(store)
            if seen is None or count - seen.count not in (0, 1):
                return  # somebody else was faster: what they left is not known here
            if count != seen.count:
                for each in definitions:
                    self._size -= len(seen.merged.pop(each[:2], ()))
                seen.count = count
            for each in _settled(definitions):
                prints = seen.merged.setdefault(each[:2], set())
                mark = _print(each)
                self._size += mark not in prints
                prints.add(mark)
            if self._size > self._most:
                self._stores.clear()
                self._size = 0

    def _forget(self, seen: "_Seen | None") -> None:
        if seen is not None:
            self._size -= sum(map(len, seen.merged.values()))


@dataclass(slots=True)
class _Seen:
    """The prints of the definitions that change nothing in a store at this count."""

    count: int
    merged: dict[Name, set[int]] = field(default_factory=dict)


KNOWN = Known()
_NOBODY: frozenset[int] = frozenset()


def _print(definition: Definition) -> int:
    # Python's own hash of bytes is keyed anew in every process: nobody outside can make two definitions collide.
    return hash(orjson.dumps(definition[2]))


def _settled(definitions: Sequence[Definition]) -> list[Definition]:
    """Those that the later ones did not overrule: merging them again changes nothing."""
    together: dict[Name, dict[str, Any]] = {}
    for each in definitions:
        together[each.name] = merge(together.get(each.name, {}), each.content)
    return [each for each in definitions if merge(together[each.name], each.content) == together[each.name]]


# Inside a statement


def _gather(statement: Mapping[str, Any]) -> list[Definition]:
    found = []
    for part in _with_inner(statement):
        verb = part["verb"]
        if verb.get("display"):
            found.append(Definition(Kind.VERB, verb["id"], {"display": verb["display"]}))
        described = [each for each in _activities(part) if each.get("definition")]
        found.extend(Definition(Kind.ACTIVITY, each["id"], each["definition"]) for each in described)
    return found


def _with_inner(statement: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    target = statement["object"]
    return (statement, target) if target.get("objectType") == "SubStatement" else (statement,)


def _activities(statement: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    target = statement["object"]
    found = [target] if target.get("objectType", "Activity") == "Activity" else []
    for listed in statement.get("context", {}).get("contextActivities", {}).values():
        found.extend(listed if isinstance(listed, list) else [listed])
    return found


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
    "INSERT INTO definition (store_id, kind, digest, iri, content, at)"
    " SELECT %s, *, clock_timestamp() FROM unnest(%s::smallint[], %s::bytea[], %s::text[], %s::bytea[])"
    " ON CONFLICT (store_id, kind, digest) DO UPDATE SET content = excluded.content, at = excluded.at"
)


def _read(cursor: Cursor[Any], store_id: int, names: Collection[Name]) -> dict[Name, bytes]:
    kinds, digests = [int(kind) for kind, _ in names], [_digest(iri) for _, iri in names]
    rows = cursor.execute(_READ, (kinds, digests, store_id))
    return {(Kind(kind), iri): content for kind, iri, content in rows}


def _write(cursor: Cursor[Any], store_id: int, changed: Mapping[Name, bytes]) -> None:
    kinds, iris = [int(kind) for kind, _ in changed], [iri for _, iri in changed]
    cursor.execute(_WRITE, (store_id, kinds, [_digest(iri) for iri in iris], iris, list(changed.values())))


def _digest(iri: str) -> bytes:
    return blake2b(iri.encode(), digest_size=16).digest()
