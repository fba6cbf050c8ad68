"""xAPI profiles as documents (JSON-LD, Profiles 2): read, checked, and compiled into what statements are held against.

A profile is written so that it can be read without processing its JSON-LD; no context and no schema is ever fetched.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson

from xapi_store.errors import ProfileRefused
from xapi_store.profiles import profile_members
from xapi_store.profiles.concepts import Concepts, Extension, Room
from xapi_store.profiles.extension_schemas import DEEPEST, Check, compile_schema, is_deeper
from xapi_store.profiles.locations import compile_location
from xapi_store.profiles.templates import (
    Finding,
    FindStatement,
    Rule,
    Statement,
    Template,
    Templates,
    comparable,
    normalised,
)

LARGEST = 4 * 1024 * 1024
MOST_PARTS = 5_000
_LONGEST_CHAIN = 3
_ROOMS: dict[str, Room] = {
    "ContextExtension": "context",
    "ResultExtension": "result",
    "ActivityExtension": "activity",
}
_Part = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of a profile, compiled. `remarks` tell what of it is not checked, and why."""

    iri: str
    version: str
    title: str
    concepts: Concepts
    templates: Templates
    remarks: tuple[str, ...]

    def findings(self, statement: Statement, find: FindStatement) -> list[Finding]:
        """All that this profile does not foresee about the statement, which must be valid xAPI.

        `find` gives the statements that it refers to.
        """
        plain = normalised(statement)
        claimed = self._is_claimed(plain)
        return [*self.concepts.findings(plain), *self.templates.findings(plain, find, claimed=claimed)]

    def _is_claimed(self, statement: Statement) -> bool:
        category = statement.get("context", {}).get("contextActivities", {}).get("category", ())
        return any(each["id"] in (self.version, self.iri) for each in category)


def read(document: bytes) -> Profile:
    """The profile that the document describes, in its newest version. ProfileRefused names reason and place."""
    if len(document) > LARGEST:
        raise ProfileRefused(f"the document is larger than {LARGEST // 1024 // 1024} MiB")
    if rb"\u0000" in document:
        raise ProfileRefused("the document has a NUL character")
    try:
        content = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise ProfileRefused(f"the document is not JSON: {error}") from error
    if is_deeper(content, DEEPEST):
        raise ProfileRefused("the document is nested too deeply")
    return _compile(profile_members.checked(content))


def _compile(content: _Part) -> Profile:
    for name in ("concepts", "templates"):
        if len(content[name]) > MOST_PARTS:
            raise ProfileRefused(f"{name}: more than {MOST_PARTS} of them")
    version = str(max(content["versions"], key=itemgetter("generatedAtTime"))["id"])
    _refuse_doubles(content)
    _refuse_loops(content["templates"])
    remarks: list[str] = []
    return Profile(
        iri=content["id"],
        version=version,
        title=content["prefLabel"].get("en") or next(iter(content["prefLabel"].values())),
        concepts=_concepts(content, version, remarks.append),
        templates=Templates(version, (_template(each, n) for n, each in enumerate(content["templates"]))),
        remarks=tuple(remarks),
    )


def _refuse_doubles(content: _Part) -> None:
    for name in ("versions", "templates", "concepts"):
        seen: set[str] = set()
        for number, each in enumerate(content[name]):
            if each["id"] in seen:
                raise ProfileRefused(f"{name}[{number}].id: {each['id']} stands there twice")
            seen.add(each["id"])


# Concepts


def _concepts(content: _Part, version: str, remark: Callable[[str], None]) -> Concepts:
    concepts = content["concepts"]
    narrower = _narrower(concepts)
    extensions: dict[str, Extension] = {}
    for number, each in enumerate(concepts):
        if each["type"] in _ROOMS:
            extensions[each["id"]] = Extension(
                id=each["id"],
                room=_ROOMS[each["type"]],
                recommended=_with_narrower(each["recommendedVerbs"] + each["recommendedActivityTypes"], narrower),
                check=_schema(each, f"concepts[{number}]", remark),
            )
    return Concepts(
        profile=version,
        namespace=content["id"].rstrip("/#") + "/",
        known=frozenset(each["id"] for each in concepts),
        deprecated=frozenset(each["id"] for each in concepts if each["deprecated"]),
        extensions=extensions,
    )


def _schema(concept: _Part, place: str, remark: Callable[[str], None]) -> Check | None:
    """The extension's schema; profiles in use have some that cannot be used, which is told and no reason to refuse."""
    if "schema" in concept:
        remark(f"{place}.schema: {concept['schema']} is not fetched; values of {concept['id']} are not checked")
    if "inlineSchema" not in concept:
        return None
    given = concept["inlineSchema"]
    try:
        return compile_schema(given if isinstance(given, str) else orjson.dumps(given).decode())
    except ValueError as error:
        remark(f"{place}.inlineSchema: {error}; values of {concept['id']} are not checked")
        return None


def _narrower(concepts: Iterable[_Part]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in concepts:
        found.setdefault(each["id"], set()).update(each["narrower"])
        for wider in each["broader"]:
            found.setdefault(wider, set()).add(each["id"])
    return found


def _with_narrower(words: list[str], narrower: Mapping[str, set[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(words)
    while waiting:
        word = waiting.pop()
        if word not in found:
            found.add(word)
            waiting.extend(narrower.get(word, ()))
    return frozenset(found)


# Templates


def _template(content: _Part, number: int) -> Template:
    place = f"templates[{number}]"
    if content["objectStatementRefTemplate"] and content["objectActivityType"]:
        raise ProfileRefused(f"{place}: has both objectActivityType and objectStatementRefTemplate")
    return Template(
        id=content["id"],
        verb=content["verb"],
        object_type=content["objectActivityType"],
        around=tuple(
            (kind, frozenset(content[name])) for name, kind in profile_members.AROUND.items() if content[name]
        ),
        usages=frozenset(content["attachmentUsageType"]),
        object_refs=frozenset(content["objectStatementRefTemplate"]),
        context_refs=frozenset(content["contextStatementRefTemplate"]),
        rules=tuple(_rule(rule, f"{place}.rules[{n}]") for n, rule in enumerate(content["rules"])),
        deprecated=content["deprecated"],
    )


def _rule(content: _Part, place: str) -> Rule:
    choices = {
        name: frozenset(map(comparable, content[name])) if name in content else None for name in ("any", "all", "none")
    }
    if content["presence"] is None and not any(choices.values()):
        raise ProfileRefused(f"{place}: has none of presence, any, all and none")
    selector = content["selector"]
    return Rule(
        location=content["location"],
        find=compile_location(content["location"]),
        selector=selector,
        select=None if selector is None else compile_location(selector),
        presence=content["presence"],
        **choices,
    )


def _refuse_loops(templates: Iterable[_Part]) -> None:
    """Templates refer to others of the profile, never in a circle, and never far: each step is a look at the store."""
    refs = {
        each["id"]: (*each["objectStatementRefTemplate"], *each["contextStatementRefTemplate"]) for each in templates
    }

    def follow(template: str, chain: tuple[str, ...]) -> None:
        if template not in refs:
            raise ProfileRefused(f"templates: {chain[-1]} refers to {template}, which is not in the profile")
        if template in chain:
            raise ProfileRefused(f"templates: {template} refers to itself, by way of {' and '.join(chain)}")
        if len(chain) > _LONGEST_CHAIN:
            raise ProfileRefused(f"templates: {chain[0]} refers to others over more than {_LONGEST_CHAIN} steps")
        for each in refs[template]:
            follow(each, (*chain, template))

    for template in refs:
        follow(template, ())
