"""The fields of what is handed in: how a form's values are kept, and what is wrong with them. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from courses.syllabus import Field, Talk, Task
from courses.texts import tidy

# What an adviser's hour can be spent on (the vocabulary's function codes), in the order in which they are taught.
FUNCTIONS = ("INF", "BRO", "OPP", "ANI", "PRJ", "LRN", "ADM")
# A draft may be longer than what can be handed in: first it is written, then shortened.
DRAFT_LIMIT = 40_000
LINE_LIMIT = 300
MOST_HOURS = Decimal(744)
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
# Before a talk one writes what it should be about, and when one has time.
TALK_FIELDS = (
    Field(key="notes", title="", kind="text", limit=3_000, hint_html=""),
    Field(key="times", title="", kind="text", limit=500, hint_html=""),
)


def fields_of(step: Task | Talk) -> tuple[Field, ...]:
    """What is to be filled in for this step."""
    return TALK_FIELDS if isinstance(step, Talk) else step.fields


def kept(field: Field, given: Mapping[str, str]) -> Any:
    """The field's value as it is kept: a tidy text, or for a table of hours the texts by function code."""
    if field.kind == "hours":
        hours = {code: _number(given.get(f"{field.key}.{code}", "")) for code in FUNCTIONS}
        return {code: value for code, value in hours.items() if value}
    text = tidy(given.get(field.key, ""))
    if field.kind == "number":
        return _number(text)
    return text if field.kind == "text" else " ".join(text.split())


def fault_of(field: Field, value: Any) -> str:
    """What keeps this value from being handed in; empty where nothing does. A file may be left out."""
    if field.kind == "file":
        return ""
    if not value:
        return _MISSING.get(field.kind, "empty")
    return _CHECKS[field.kind](field, value)


def total(value: Mapping[str, str]) -> Decimal:
    """All hours of a table; those that are no numbers count nothing."""
    return sum((Decimal(each) for each in value.values() if NUMBER.fullmatch(each)), start=Decimal(0))


def _number(text: str) -> str:
    """The number with a point, as far as it is one."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    return plain if NUMBER.fullmatch(plain) else text.strip()


def _long(field: Field, value: Any) -> str:
    limit = field.limit or (LINE_LIMIT if field.kind == "line" else DRAFT_LIMIT)
    return "too_long" if len(str(value)) > limit else ""


def _numeric(_field: Field, value: Any) -> str:
    return "" if NUMBER.fullmatch(str(value)) else "number_needed"


def _dated(_field: Field, value: Any) -> str:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return "date_needed"
    return ""


def _chosen(field: Field, value: Any) -> str:
    return "" if value in field.options else "choose_one"


def _hours(_field: Field, value: Any) -> str:
    right = all(NUMBER.fullmatch(str(each)) and Decimal(each) >= 0 for each in value.values())
    return "" if right and 0 < total(value) <= MOST_HOURS else "hours_needed"


_MISSING = {
    "line": "fill_in",
    "number": "number_needed",
    "date": "date_needed",
    "choice": "choose_one",
    "hours": "hours_needed",
}
_CHECKS = {
    "text": _long,
    "line": _long,
    "number": _numeric,
    "date": _dated,
    "choice": _chosen,
    "hours": _hours,
}
