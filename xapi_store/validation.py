"""What a statement must be (xAPI Data 2.4, 1.0.3 and 2.0.0): every rule, in one walk, with the place of the fault.

Each kind of object is a table: what it may hold, and by which rule each member is judged. What a table does
not name is refused, and since no rule accepts null, so is null, except inside extensions.
"""

import math
from collections.abc import Mapping
from typing import Any

from xapi_store import rules, syntax
from xapi_store.actors import IDENTIFIERS
from xapi_store.errors import StatementRefused
from xapi_store.interactions import check_interaction
from xapi_store.rules import Rule, Table
from xapi_store.vocabulary import VOIDED


def check(statement: Any, *, version: str = "1.0.3", path: str = "statement") -> None:
    """The statement keeps every rule of this version of xAPI; StatementRefused with the path of the fault otherwise."""
    rules.members(statement, path, _STATEMENT_2 if version.startswith("2") else _STATEMENT_1)
    rules.require(statement, path, "actor", "verb", "object")
    _belong_together(statement, path)
    if statement["verb"]["id"] == VOIDED and statement["object"].get("objectType") != "StatementRef":
        raise StatementRefused(f"{path}.object.objectType", "a voiding statement refers to a statement (StatementRef)")


def check_actor(actor: Any, *, path: str) -> None:
    """This is an Agent or a Group as statements may name them (xAPI Data 2.4.2); StatementRefused otherwise."""
    _actor(actor, path)


def _belong_together(statement: Mapping[str, Any], path: str) -> None:
    if statement["object"].get("objectType", "Activity") == "Activity":
        return
    for name in ("revision", "platform"):
        if name in statement.get("context", ()):
            raise StatementRefused(f"{path}.context.{name}", "is for statements whose object is an activity")


# Actors


def _account(value: Any, path: str) -> None:
    rules.members(value, path, {"homePage": rules.iri, "name": rules.text})
    rules.require(value, path, "homePage", "name")


_AGENT: Table = {
    "objectType": rules.one_of("Agent"),
    "name": rules.text,
    "account": _account,
    "mbox": rules.form(syntax.is_mbox, "must be mailto: and an address"),
    "mbox_sha1sum": rules.form(syntax.is_sha1, "must be 40 hexadecimal digits"),
    "openid": rules.iri,
}


def _agent(value: Any, path: str) -> None:
    rules.members(value, path, _AGENT)
    if _identifiers(value) != 1:
        raise StatementRefused(path, f"must have exactly one of {', '.join(IDENTIFIERS)}")


_GROUP: Table = {**_AGENT, "objectType": rules.one_of("Group"), "member": rules.list_of(_agent)}


def _group(value: Any, path: str) -> None:
    rules.members(value, path, _GROUP)
    rules.require(value, path, "objectType")
    identifiers = _identifiers(value)
    if identifiers > 1:
        raise StatementRefused(path, f"must have at most one of {', '.join(IDENTIFIERS)}")
    if identifiers == 0 and not value.get("member"):
        raise StatementRefused(f"{path}.member", "a group without an identifier must name its members")


def _identifiers(actor: Mapping[str, Any]) -> int:
    return sum(name in actor for name in IDENTIFIERS)


def _actor(value: Any, path: str) -> None:
    if isinstance(value, dict) and value.get("objectType") == "Group":
        _group(value, path)
    else:
        _agent(value, path)


def _authority(value: Any, path: str) -> None:
    _actor(value, path)
    if value.get("objectType") == "Group" and (_identifiers(value) or len(value["member"]) != 2):
        raise StatementRefused(path, "a group of authority has two members and no identifier")


# Activities and other objects

_DEFINITION: Table = {
    "name": rules.language_map,
    "description": rules.language_map,
    "type": rules.iri,
    "moreInfo": rules.iri,
    "extensions": rules.extensions,
    # How these five fit the kind of interaction is judged together, below.
    **dict.fromkeys(
        ("interactionType", "correctResponsesPattern", "choices", "scale", "source", "target", "steps"),
        lambda value, path: None,
    ),
}


def _definition(value: Any, path: str) -> None:
    rules.members(value, path, _DEFINITION)
    check_interaction(value, path)


_ACTIVITY: Table = {"objectType": rules.one_of("Activity"), "id": rules.iri, "definition": _definition}
_STATEMENT_REF: Table = {"objectType": rules.one_of("StatementRef"), "id": rules.uuid}


def _activity(value: Any, path: str) -> None:
    rules.members(value, path, _ACTIVITY)
    rules.require(value, path, "id")


def _statement_ref(value: Any, path: str) -> None:
    rules.members(value, path, _STATEMENT_REF)
    rules.require(value, path, "objectType", "id")


def _object(sub_statement: Rule) -> Rule:
    kinds: Table = {
        "Activity": _activity,
        "Agent": _agent,
        "Group": _group,
        "StatementRef": _statement_ref,
        "SubStatement": sub_statement,
    }

    def rule(value: Any, path: str) -> None:
        kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
        chosen = kinds.get(kind) if isinstance(kind, str) else None
        if chosen is None:
            raise StatementRefused(f"{path}.objectType", f"must be one of {', '.join(kinds)}")
        chosen(value, path)

    return rule


def _verb(value: Any, path: str) -> None:
    rules.members(value, path, {"id": rules.iri, "display": rules.language_map})
    rules.require(value, path, "id")


# Result and context


def _score(value: Any, path: str) -> None:
    rules.members(value, path, {"scaled": rules.scaled, "raw": rules.number, "min": rules.number, "max": rules.number})
    low, high, raw = value.get("min", -math.inf), value.get("max", math.inf), value.get("raw")
    if low > high:
        raise StatementRefused(f"{path}.min", "must not be above max")
    if raw is not None and not low <= raw <= high:
        raise StatementRefused(f"{path}.raw", "must lie between min and max")


_RESULT: Table = {
    "score": _score,
    "success": rules.truth,
    "completion": rules.truth,
    "response": rules.text,
    "duration": rules.duration,
    "extensions": rules.extensions,
}


def _result(value: Any, path: str) -> None:
    rules.members(value, path, _RESULT)


def _activities(value: Any, path: str) -> None:
    # One activity may stand without a list around it (xAPI Data 2.4.6.2).
    if isinstance(value, list):
        rules.list_of(_activity)(value, path)
    else:
        _activity(value, path)


_CONTEXT_ACTIVITIES: Table = dict.fromkeys(("parent", "grouping", "category", "other"), _activities)


def _context_party(kind: str, party: str, rule: Rule) -> Rule:
    def judge(value: Any, path: str) -> None:
        table: Table = {"objectType": rules.one_of(kind), party: rule, "relevantTypes": rules.list_of(rules.iri)}
        rules.members(value, path, table)
        rules.require(value, path, "objectType", party)
        if not value.get("relevantTypes", True):
            raise StatementRefused(f"{path}.relevantTypes", "must not be empty")

    return judge


_CONTEXT_1: Table = {
    "registration": rules.uuid,
    "instructor": _actor,
    "team": _group,
    "contextActivities": lambda value, path: rules.members(value, path, _CONTEXT_ACTIVITIES),
    "revision": rules.text,
    "platform": rules.text,
    "language": rules.language,
    "statement": _statement_ref,
    "extensions": rules.extensions,
}
_CONTEXT_2: Table = {
    **_CONTEXT_1,
    "contextAgents": rules.list_of(_context_party("contextAgent", "agent", _agent)),
    "contextGroups": rules.list_of(_context_party("contextGroup", "group", _group)),
}

_ATTACHMENT: Table = {
    "usageType": rules.iri,
    "display": rules.language_map,
    "description": rules.language_map,
    "contentType": rules.form(syntax.is_media_type, "must be a media type"),
    "length": rules.length,
    "sha2": rules.form(syntax.is_sha2, "must be a SHA-2 sum in hexadecimal digits"),
    "fileUrl": rules.iri,
}


def _attachment(value: Any, path: str) -> None:
    rules.members(value, path, _ATTACHMENT)
    rules.require(value, path, "usageType", "display", "contentType", "length", "sha2")


# Statements


def _statement_table(context: Table, version: Rule) -> Table:
    shared: Table = {
        "actor": _actor,
        "verb": _verb,
        "result": _result,
        "context": lambda value, path: rules.members(value, path, context),
        "timestamp": rules.time,
        "attachments": rules.list_of(_attachment),
    }

    def nested(value: Any, path: str) -> None:
        raise StatementRefused(f"{path}.objectType", "a SubStatement holds no other")

    inner: Table = {**shared, "objectType": rules.one_of("SubStatement"), "object": _object(nested)}

    def sub_statement(value: Any, path: str) -> None:
        rules.members(value, path, inner)
        rules.require(value, path, "actor", "verb", "object")
        _belong_together(value, path)

    own: Table = {"id": rules.uuid, "stored": rules.time, "authority": _authority, "version": version}
    return {**shared, **own, "object": _object(sub_statement)}


_STATEMENT_1 = _statement_table(_CONTEXT_1, rules.version_1)
_STATEMENT_2 = _statement_table(_CONTEXT_2, rules.version_2)
