"""What a statement must be (xAPI Data 2.4, 1.0.3 and 2.0.0): every rule, in one walk, with the place of the fault.

Each kind of object is a table: what it may hold, and by which rule each member is judged. What a table does
not name is refused, and since no rule accepts null, so is null, except inside extensions.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xapi_store.actors import IDENTIFIERS
from xapi_store.errors import StatementRefused
from xapi_store.form import rules, sections, syntax
from xapi_store.form.interactions import MEMBERS, check_interaction
from xapi_store.form.rules import Fault, Rule, Table, an_object
from xapi_store.vocabulary import VOIDED


def check(statement: Any, *, version: str = "1.0.3", path: str = "statement") -> None:
    """The statement keeps every rule of this version of xAPI.

    StatementRefused otherwise, with the path of the fault, the rule that is broken and its section.
    """
    _judge(statement, _STATEMENT[version], path)


def check_actor(actor: Any, *, path: str) -> None:
    """This is an Agent or a Group as statements may name them (xAPI Data 2.4.2); StatementRefused otherwise."""
    _judge(actor, _actor, path)


def _judge(value: Any, rule: Rule, path: str) -> None:
    try:
        rule(value)
    except Fault as fault:
        section = sections.of(fault.rule, fault.steps)
        raise StatementRefused(fault.place(path), fault.reason, rule=fault.rule, section=section) from None


# Actors


def _one_identifier(agent: Mapping[str, Any]) -> None:
    if _identifiers(agent) != 1:
        raise Fault("identifier", f"must have exactly one of {', '.join(IDENTIFIERS)}")


def _identifier_or_members(group: Mapping[str, Any]) -> None:
    identifiers = _identifiers(group)
    if identifiers > 1:
        raise Fault("identifier", f"must have at most one of {', '.join(IDENTIFIERS)}")
    if identifiers == 0 and not group.get("member"):
        raise Fault("missing", "a group without an identifier must name its members", "member")


def _identifiers(actor: Mapping[str, Any]) -> int:
    return ("account" in actor) + ("mbox" in actor) + ("mbox_sha1sum" in actor) + ("openid" in actor)


_NAMED: Table = {
    "name": rules.text,
    "account": an_object({"homePage": rules.iri, "name": rules.text}, "homePage", "name"),
    "mbox": rules.form("mbox", syntax.is_mbox, "must be mailto: and an address"),
    "mbox_sha1sum": rules.form("mbox-sha1sum", syntax.is_sha1, "must be 40 hexadecimal digits"),
    "openid": rules.iri,
}
_agent = an_object({"objectType": rules.object_type("Agent"), **_NAMED}, then=_one_identifier)
_group = an_object(
    {"objectType": rules.object_type("Group"), **_NAMED, "member": rules.list_of(_agent)},
    "objectType",
    then=_identifier_or_members,
)


_kind_of_actor = an_object({"objectType": rules.object_type("Agent", "Group")})


def _actor(value: Any) -> None:
    kind = value.get("objectType", "Agent") if isinstance(value, dict) else "Agent"
    if kind == "Group":
        _group(value)
    elif kind == "Agent":
        _agent(value)
    else:
        _kind_of_actor({"objectType": kind})


def _authority(value: Any) -> None:
    _actor(value)
    if value.get("objectType") == "Group" and (_identifiers(value) or len(value["member"]) != 2):
        raise Fault("authority", "a group of authority has two members and no identifier")


# Activities and other objects

_activity = an_object(
    {
        "objectType": rules.object_type("Activity"),
        "id": rules.iri,
        "definition": an_object(
            {
                "name": rules.language_map,
                "description": rules.language_map,
                "type": rules.iri,
                "moreInfo": rules.iri,
                "extensions": rules.extensions,
                **MEMBERS,
            },
            then=check_interaction,
        ),
    },
    "id",
)
_statement_ref = an_object({"objectType": rules.object_type("StatementRef"), "id": rules.uuid}, "objectType", "id")


def _object(sub_statement: Rule) -> Rule:
    kinds: Table = {
        "Activity": _activity,
        "Agent": _agent,
        "Group": _group,
        "StatementRef": _statement_ref,
        "SubStatement": sub_statement,
    }

    def rule(value: Any) -> None:
        kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
        chosen = kinds.get(kind) if isinstance(kind, str) else None
        if chosen is None:
            fault = Fault("object-type", f"must be one of {', '.join(kinds)}")
            fault.within("objectType", kind)
            raise fault
        chosen(value)

    return rule


# Result and context


def _in_order(score: Mapping[str, Any]) -> None:
    low, high, raw = score.get("min", -math.inf), score.get("max", math.inf), score.get("raw")
    if low >= high:
        raise Fault("score-range", "must be below max", "min")
    if raw is not None and not low <= raw <= high:
        raise Fault("score-range", "must lie between min and max", "raw")


_RESULT: Table = {
    "score": an_object(
        {"scaled": rules.scaled, "raw": rules.number, "min": rules.number, "max": rules.number}, then=_in_order
    ),
    "success": rules.truth,
    "completion": rules.truth,
    "response": rules.text,
    "duration": rules.duration,
    "extensions": rules.extensions,
}
_list_of_activities = rules.list_of(_activity)


def _activities(value: Any) -> None:
    # One activity may stand without a list around it (xAPI Data 2.4.6.2).
    if isinstance(value, list):
        _list_of_activities(value)
    else:
        _activity(value)


def _party(kind: str, party: str, rule: Rule) -> Rule:
    def has_types(value: Mapping[str, Any]) -> None:
        if not value.get("relevantTypes", True):
            raise Fault("empty", "must not be empty", "relevantTypes")

    table: Table = {"objectType": rules.object_type(kind), party: rule, "relevantTypes": rules.list_of(rules.iri)}
    return rules.list_of(an_object(table, "objectType", party, then=has_types))


_CONTEXT_1: Table = {
    "registration": rules.uuid,
    "instructor": _actor,
    "team": _group,
    "contextActivities": an_object(dict.fromkeys(("parent", "grouping", "category", "other"), _activities)),
    "revision": rules.text,
    "platform": rules.text,
    "language": rules.language,
    "statement": _statement_ref,
    "extensions": rules.extensions,
}
_CONTEXT_2: Table = {
    **_CONTEXT_1,
    "contextAgents": _party("contextAgent", "agent", _agent),
    "contextGroups": _party("contextGroup", "group", _group),
}
_attachment = an_object(
    {
        "usageType": rules.iri,
        "display": rules.language_map,
        "description": rules.language_map,
        "contentType": rules.form("media-type", syntax.is_media_type, "must be a media type"),
        "length": rules.length,
        "sha2": rules.form("sha2", syntax.is_sha2, "must be a SHA-2 sum in hexadecimal digits"),
        "fileUrl": rules.iri,
    },
    *("usageType", "display", "contentType", "length", "sha2"),
)


# Statements


def _belong_together(statement: Mapping[str, Any]) -> None:
    context = statement.get("context")
    if context is None or statement["object"].get("objectType", "Activity") == "Activity":
        return
    for name in ("revision", "platform"):
        if name in context:
            raise Fault("activity-only", "is for statements whose object is an activity", name, "context")


def _voids_a_statement(statement: Mapping[str, Any]) -> None:
    _belong_together(statement)
    if statement["verb"]["id"] == VOIDED and statement["object"].get("objectType") != "StatementRef":
        raise Fault("voiding", "a voiding statement refers to a statement (StatementRef)", "objectType", "object")


def _no_further(value: Any) -> None:
    raise Fault("nested-sub-statement", "a SubStatement holds no other", "objectType")


_NEEDED = ("actor", "verb", "object")


@dataclass(frozen=True, slots=True)
class Members:
    """What a statement and its context may hold in one version of xAPI, each member with its rule; and what the
    members of a statement say together."""

    statement: Table
    context: Table
    needed: tuple[str, ...] = _NEEDED
    together: Rule = _voids_a_statement


def _members(context: Table, version: Rule) -> Members:
    shared: Table = {
        "actor": _actor,
        "verb": an_object({"id": rules.iri, "display": rules.language_map}, "id"),
        "result": an_object(_RESULT),
        "context": an_object(context),
        "timestamp": rules.time,
        "attachments": rules.list_of(_attachment),
    }
    inner: Table = {**shared, "objectType": rules.object_type("SubStatement"), "object": _object(_no_further)}
    sub_statement = an_object(inner, *_NEEDED, then=_belong_together)
    own: Table = {"id": rules.uuid, "stored": rules.time, "authority": _authority, "version": version}
    return Members({**shared, **own, "object": _object(sub_statement)}, context)


VERSIONS = {"1.0.3": _members(_CONTEXT_1, rules.version_1), "2.0.0": _members(_CONTEXT_2, rules.version_2)}
_STATEMENT = {
    version: an_object(members.statement, *members.needed, then=members.together)
    for version, members in VERSIONS.items()
}
