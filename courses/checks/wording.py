"""The words of a course: all its texts with the line of the step they stand in, and how many words a text has."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from html import unescape
from typing import Any

# Names and addresses of things, which nobody reads as a text.
NOT_READ = frozenset(
    {"id", "iri", "key", "code", "kind", "module_iri", "course_iri", "profile_version", "criterion_iri"}
)
TAG = re.compile(r"<[^>]+>")
WORD = re.compile(r"\w+(?:['’.,-]\w+)*")


def bare(html: str) -> str:
    """The text of a piece of HTML."""
    return unescape(TAG.sub(" ", html))


def words(text: str) -> int:
    """How many words a text has; HTML in it does not count."""
    return len(WORD.findall(bare(text)))


def texts(thing: Any) -> Iterator[str]:
    """Every text in a part of the syllabus, however deep."""
    if isinstance(thing, str):
        yield bare(thing)
    for inner in _inside(thing):
        yield from texts(inner)


def _inside(thing: Any) -> Iterable[Any]:
    """What a part of the syllabus is made of."""
    if is_dataclass(thing):
        return [getattr(thing, field.name) for field in fields(thing) if field.name not in NOT_READ]
    if isinstance(thing, dict):
        return thing.values()
    return thing if isinstance(thing, tuple) else ()
