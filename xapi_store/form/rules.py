"""The plain rules that the members of a statement are judged by.

A rule takes the value only, so that nothing is spent on places while all is well. Where it finds a fault, each
surrounding object and list adds its step to the fault's place on the way out.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from xapi_store.form import syntax

Rule = Callable[[Any], object]
Table = Mapping[str, Rule]


class Fault(Exception):
    """A value breaks the rule of this short name; `steps` lead to its place, the innermost first."""

    def __init__(self, rule: str, reason: str, *steps: str | int) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason
        self.steps = list(steps)

    def within(self, step: str | int, value: Any) -> None:
        """The place is one step further in; a null that is at fault itself is named as such."""
        if value is None and not self.steps:
            self.rule, self.reason = "null", "must not be null"
        self.steps.append(step)

    def place(self, path: str) -> str:
        """The place of the fault below the path."""
        return path + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in reversed(self.steps))


def _nothing_more(value: Any) -> None:
    pass


def an_object(table: Table, *required: str, then: Rule = _nothing_more) -> Rule:
    """A rule for objects: each member is one the table names and keeps its rule, and none of the required is missing.

    `then` judges what the members say together.
    """
    find = table.get

    def rule(value: Any) -> None:
        if not isinstance(value, dict):
            raise Fault("type", "must be an object")
        for name, member in value.items():
            judge = find(name)
            if judge is None:
                raise _unknown(name, value, table)
            try:
                judge(member)
            except Fault as fault:
                fault.within(name, member)
                raise
        for name in required:
            if name not in value:
                raise Fault("missing", "is missing", name)
        then(value)

    return rule


def _unknown(name: str, value: Mapping[str, Any], table: Table) -> Fault:
    # What an object is says what it may hold: where that is wrong, it is the fault to name.
    if "objectType" in value and "objectType" in table:
        try:
            table["objectType"](value["objectType"])
        except Fault as fault:
            fault.within("objectType", value["objectType"])
            return fault
    return Fault("unknown-member", "is not known here", name)


def list_of(rule: Rule) -> Rule:
    """A rule for a list whose every item keeps this one."""

    def each(value: Any) -> None:
        if not isinstance(value, list):
            raise Fault("type", "must be a list")
        for number, item in enumerate(value):
            try:
                rule(item)
            except Fault as fault:
                fault.within(number, item)
                raise

    return each


def text(value: Any) -> None:
    """It is a text."""
    if not isinstance(value, str):
        raise Fault("type", "must be a text")


def form(name: str, fits: Callable[[str], object], reason: str) -> Rule:
    """A rule of this name for texts of one form."""

    def rule(value: Any) -> None:
        if not isinstance(value, str):
            raise Fault("type", reason)
        if not fits(value):
            raise Fault(name, reason)

    return rule


def object_type(*values: str) -> Rule:
    """A rule for `objectType`, which here can only be one of these."""
    return form("object-type", values.__contains__, f"must be {' or '.join(values)}")


def truth(value: Any) -> None:
    """It is true or false."""
    if value is not True and value is not False:
        raise Fault("type", "must be true or false")


def number(value: Any) -> None:
    """It is a finite number."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise Fault("type", "must be a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise Fault("number", "must be a number of ordinary size")


def length(value: Any) -> None:
    """It is a whole number of bytes."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Fault("type", "must be a whole number of bytes")
    if value < 0:
        raise Fault("number", "must be a whole number of bytes")


def scaled(value: Any) -> None:
    """It is a number between -1 and 1."""
    number(value)
    if not -1 <= value <= 1:
        raise Fault("score-range", "must lie between -1 and 1")


def language_map(value: Any) -> None:
    """It is an object of texts by language tag (xAPI Data 4.2)."""
    if not isinstance(value, dict):
        raise Fault("type", "must be an object of texts by language")
    for tag, wording in value.items():
        if not syntax.is_language(tag):
            raise Fault("language", "is not a language tag (RFC 5646)", tag)
        if not isinstance(wording, str):
            fault = Fault("type", "must be a text")
            fault.within(tag, wording)
            raise fault


def extensions(value: Any) -> None:
    """It is an object whose names are IRIs; what they hold is not judged (xAPI Data 4.1)."""
    if not isinstance(value, dict):
        raise Fault("type", "must be an object")
    for name in value:
        if not syntax.is_iri(name):
            raise Fault("iri", "is not an IRI", name)


iri = form("iri", syntax.is_iri, "must be an IRI with a scheme")
uuid = form("uuid", syntax.is_uuid, "must be a UUID")
time = form("timestamp", syntax.is_time, "must be a time such as 2026-05-18T05:32:34.804Z (RFC 3339)")
duration = form("duration", syntax.is_duration, "must be an ISO 8601 duration such as PT5M30S")
language = form("language", syntax.is_language, "must be a language tag (RFC 5646)")
version_1 = form("version", lambda value: value == "1.0" or value.startswith("1.0."), "must be 1.0.x")
version_2 = form(
    "version", lambda value: value == "1.0" or value.startswith(("1.0.", "2.0.")), "must be 1.0.x or 2.0.x"
)
