"""The plain rules that the members of a statement are judged by; each refuses with the place it was given."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from xapi_store import syntax
from xapi_store.errors import StatementRefused

Rule = Callable[[Any, str], None]
Table = Mapping[str, Rule]


def members(value: Any, path: str, table: Table) -> None:
    """Every member of the object is one the table names, and keeps its rule."""
    if not isinstance(value, dict):
        raise StatementRefused(path, "must be an object")
    for name, member in value.items():
        rule = table.get(name)
        if rule is None:
            raise StatementRefused(f"{path}.{name}", "is not known here")
        rule(member, f"{path}.{name}")


def require(value: Mapping[str, Any], path: str, *names: str) -> None:
    """None of these members is missing."""
    for name in names:
        if name not in value:
            raise StatementRefused(f"{path}.{name}", "is missing")


def text(value: Any, path: str) -> None:
    """It is a text."""
    if not isinstance(value, str):
        raise StatementRefused(path, "must be a text")


def form(fits: Callable[[str], object], reason: str) -> Rule:
    """A rule for texts of one form."""

    def rule(value: Any, path: str) -> None:
        if not isinstance(value, str) or not fits(value):
            raise StatementRefused(path, reason)

    return rule


def one_of(*values: str) -> Rule:
    """A rule for one of these texts."""
    return form(lambda value: value in values, f"must be {' or '.join(values)}")


def truth(value: Any, path: str) -> None:
    """It is true or false."""
    if not isinstance(value, bool):
        raise StatementRefused(path, "must be true or false")


def number(value: Any, path: str) -> None:
    """It is a finite number."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise StatementRefused(path, "must be a number")
    if isinstance(value, float) and not math.isfinite(value):
        raise StatementRefused(path, "must be a number of ordinary size")


def length(value: Any, path: str) -> None:
    """It is a whole number of bytes."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise StatementRefused(path, "must be a whole number of bytes")


def scaled(value: Any, path: str) -> None:
    """It is a number between -1 and 1."""
    number(value, path)
    if not -1 <= value <= 1:
        raise StatementRefused(path, "must lie between -1 and 1")


def list_of(rule: Rule) -> Rule:
    """A rule for a list whose every item keeps this one."""

    def each(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise StatementRefused(path, "must be a list")
        for number, item in enumerate(value):
            rule(item, f"{path}[{number}]")

    return each


def language_map(value: Any, path: str) -> None:
    """It is an object of texts by language tag (xAPI Data 4.2)."""
    if not isinstance(value, dict):
        raise StatementRefused(path, "must be an object of texts by language")
    for tag, wording in value.items():
        if not syntax.is_language(tag):
            raise StatementRefused(f"{path}.{tag}", "is not a language tag (RFC 5646)")
        text(wording, f"{path}.{tag}")


def extensions(value: Any, path: str) -> None:
    """It is an object whose names are IRIs; what they hold is not judged (xAPI Data 4.1)."""
    if not isinstance(value, dict):
        raise StatementRefused(path, "must be an object")
    for name in value:
        if not syntax.is_iri(name):
            raise StatementRefused(f"{path}.{name}", "is not an IRI")


iri = form(syntax.is_iri, "must be an IRI with a scheme")
uuid = form(syntax.is_uuid, "must be a UUID")
time = form(syntax.read_time, "must be a time such as 2026-05-18T05:32:34.804Z (RFC 3339)")
duration = form(syntax.is_duration, "must be an ISO 8601 duration such as PT5M30S")
language = form(syntax.is_language, "must be a language tag (RFC 5646)")
version_1 = form(lambda value: value == "1.0" or value.startswith("1.0."), "must be 1.0.x")
version_2 = form(lambda value: value == "1.0" or value.startswith(("1.0.", "2.0.")), "must be 1.0.x or 2.0.x")
