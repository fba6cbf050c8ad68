"""Statements read and checked member by member, for most members have been seen before.

A learner's statements name the same actor, verb, activity and surroundings again and again, to the letter. What such
a member holds and says was found out once and is remembered by its bytes, so that only what is new is read and
checked. Where anything is out of the ordinary the answer is None, and the whole statement is read and judged as
`received` and `validation` do it, who also name the fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from xapi_store import postings
from xapi_store.definitions import activities
from xapi_store.definitions.activities import Definition
from xapi_store.errors import StatementRefused
from xapi_store.form.received import DEEPEST, read
from xapi_store.form.rules import Fault, Rule, Table
from xapi_store.form.validation import VERSIONS, Members
from xapi_store.postings import Named

# Bytes that each memory holds of late, and again of before; what it knows of them takes some times as much.
MOST = 1024 * 1024
LONGEST = 4096
# Of the statement and of its context: what recurs. (No name stands in both.)
_MEMORABLE = frozenset({"actor", "verb", "object", "version"}) | {
    "registration",
    "instructor",
    "team",
    "contextActivities",
    "revision",
    "platform",
    "language",
}
# Under whose authority a statement stands is the store's to say.
_NAMING = {name: rule for name, rule in postings.NAMING.items() if name != "authority"}
_split = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_QUOTE, _BACKSLASH = b'"'[0], b"\\"


@dataclass(slots=True)
class Read:
    """A valid statement: what it holds, the lists it belongs in, and what it says of activities and verbs."""

    content: dict[str, Any]
    names: set[Named]
    definitions: list[Definition]


@dataclass(frozen=True, slots=True)
class _Member:
    """What a member holds and says; `colons` are those of its bytes."""

    value: Any
    colons: int
    names: tuple[Named, ...]
    definitions: tuple[Definition, ...]


class _Strange(Exception):
    """Something is out of the ordinary."""


def recognise(raw: bytes, *, version: str) -> Read | None:
    """The statement of these bytes, where it is valid and in no way odd; None where it has to be looked at closely.

    What it holds is shared with other statements, and must not be changed.
    """
    if raw.count(b"{") + raw.count(b"[") > DEEPEST:
        return None
    try:
        return _Reader(version).read(raw)
    except (_Strange, Fault, StatementRefused, msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Memory:
    """Members by their bytes: those of `late`, and those of before, which are forgotten when the late ones are many."""

    def __init__(self) -> None:
        self.late: dict[bytes, _Member] = {}
        self._before: dict[bytes, _Member] = {}
        self._size = 0

    def found(self, raw: bytes) -> _Member | None:
        """What was known of these bytes before, and is again."""
        found = self._before.get(raw)
        if found is not None:
            self._keep(raw, found)
        return found

    def learn(self, raw: bytes, name: str, table: Table, naming: Mapping[str, postings.Naming]) -> _Member:
        """What these bytes hold and say, found out now."""
        value = _checked(raw, table.get(name))
        names = naming[name](value) if name in naming else ()
        member = _Member(value, raw.count(b":"), tuple(names), tuple(activities.said_by(name, value, raw)))
        if len(raw) <= LONGEST:
            self._keep(raw, member)
        return member

    def _keep(self, raw: bytes, member: _Member) -> None:
        if self._size >= MOST:
            self.late, self._before, self._size = {}, self.late, 0
        self.late[raw] = member
        self._size += len(raw)


class _Reader:
    """Reads one statement in one version of xAPI."""

    def __init__(self, version: str) -> None:
        self._members: Members = VERSIONS[version]
        self._memories = _MEMORIES[version]
        self._names: set[Named] = set()
        self._definitions: list[Definition] = []
        self._colons = 0

    def read(self, raw: bytes) -> Read:
        """The statement; any of several errors where it is not valid, or odd."""
        content = self._object(raw, self._members.statement, _NAMING)
        # A repeated member is lost in the splitting, and its colon with it.
        if raw.count(b":") != self._colons:
            raise _Strange
        for name in self._members.needed:
            if name not in content:
                raise _Strange
        self._members.together(content)
        return Read(content, self._names, self._definitions)

    def _object(self, raw: bytes, table: Table, naming: Mapping[str, postings.Naming]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        members = _split(raw)
        self._colons += len(members)
        for name, piece in members.items():
            memory = self._memories.get(name)
            if memory is not None:
                raw = bytes(piece)
                member = memory.late.get(raw) or memory.found(raw) or memory.learn(raw, name, table, naming)
                content[name] = member.value
                self._colons += member.colons
                if member.names:
                    self._names.update(member.names)
                if member.definitions:
                    self._definitions += member.definitions
            elif name == "context":
                content[name] = self._object(bytes(piece), self._members.context, postings.CONTEXT_NAMING)
            else:
                content[name] = self._once(bytes(piece), table.get(name), naming.get(name))
        return content

    def _once(self, raw: bytes, rule: Rule | None, naming: postings.Naming | None) -> Any:
        value = _checked(raw, rule)
        self._colons += raw.count(b":")
        if naming is not None:
            self._names.update(naming(value))
        return value


_MEMORIES = {version: {name: _Memory() for name in _MEMORABLE} for version in VERSIONS}


def _checked(raw: bytes, rule: Rule | None) -> Any:
    if rule is None:
        raise _Strange
    value: Any = None
    if raw[0] == _QUOTE and _BACKSLASH not in raw:
        value = raw[1:-1].decode()
    if value is None or not value.isprintable():
        value = read(raw, "")
    rule(value)
    return value
