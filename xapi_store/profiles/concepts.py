"""Concepts of xAPI profiles: verbs, activity types and extensions, and how statements may use them (Profiles 2, 7)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from xapi_store.profiles.extension_schemas import Check
from xapi_store.profiles.templates import Finding, Statement, activity_type

Room = Literal["context", "result", "activity"]


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension: in which part of a statement it may stand, with what (verbs or activity types), and its values.

    `recommended` is empty where every verb or type will do. `check` is None where the profile gives no schema.
    """

    id: str
    room: Room
    recommended: frozenset[str]
    check: Check | None


@dataclass(frozen=True, slots=True)
class Concepts:
    """What one profile's version (`profile`) defines; addresses that begin with `namespace` are the profile's own."""

    profile: str
    namespace: str
    known: frozenset[str]
    deprecated: frozenset[str]
    extensions: Mapping[str, Extension]

    def findings(self, statement: Statement) -> Iterator[Finding]:
        """Each concept that the statement uses otherwise than defined. An unknown or deprecated one is no more than
        advice; an extension in the wrong part, or with a value that breaks its schema, is binding."""
        verb = statement["verb"]["id"]
        yield from self._word("verb", verb, "verb.id")
        for activity, path in _activities(statement):
            kind = activity_type(activity)
            if kind is not None:
                yield from self._word("activity type", kind, f"{path}.definition.type")
            extensions = activity.get("definition", {}).get("extensions")
            if extensions:
                yield from self._extensions(extensions, "activity", f"{path}.definition.extensions", kind)
        for room in ("context", "result"):
            extensions = statement.get(room, {}).get("extensions")
            if extensions:
                yield from self._extensions(extensions, room, f"{room}.extensions", verb)

    def _word(self, what: str, iri: str, path: str) -> Iterator[Finding]:
        if iri in self.deprecated:
            yield Finding(self.profile, iri, "deprecated", path, "is deprecated", binding=False)
        elif iri.startswith(self.namespace) and iri not in self.known:
            # The address is the sender's: it is told, but the rule stays the same for all of them.
            rule, reason = f"{what} of this profile", f"{iri} is not in the profile"
            yield Finding(self.profile, "", rule, path, reason, binding=False)

    def _extensions(
        self, extensions: Mapping[str, Any], room: str, path: str, companion: str | None
    ) -> Iterator[Finding]:
        """Those of one part of the statement, which stand there with this verb or activity type."""
        for iri, value in extensions.items():
            place = f"{path}[{iri!r}]"
            yield from self._word("extension", iri, place)
            known = self.extensions.get(iri)
            if known is not None:
                for rule, reason, binding in _misuse(known, value, room, companion):
                    yield Finding(self.profile, iri, rule, place, reason, binding)


def _misuse(known: Extension, value: Any, room: str, companion: str | None) -> Iterator[tuple[str, str, bool]]:
    if room != known.room:
        yield "where an extension stands", f"belongs in {known.room}, not in {room}", True
        return
    if known.recommended and companion not in known.recommended:
        yield "what an extension is recommended for", f"is not recommended with {companion}", False
    if known.check is not None and (reason := known.check(value)):
        yield "schema of an extension", reason, True


def _activities(statement: Statement) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The object, where it is described, and every activity around the statement that is."""
    if "definition" in statement["object"]:
        yield statement["object"], "object"
    for kind, activities in statement.get("context", {}).get("contextActivities", {}).items():
        for number, each in enumerate(activities):
            if "definition" in each:
                yield each, f"context.contextActivities.{kind}[{number}]"
