"""Paragraphs of a translation that stand there in the source language say so, for those who have pages read to them."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from courses.syllabus import Module

LEAF = re.compile(
    r"<(p|li|h[1-6]|td|th)( [^>]*)?>([^<]*(?:<(?:em|strong|code|a|br)\b[^>]*>[^<]*|</(?:em|strong|code|a)>[^<]*)*)</\1>"
)
# A name or a figure is the same in two languages; a sentence is not.
WORDS = 4


def marked(module: Module, source: Module) -> Module:
    """The translation, in whose HTML every paragraph that is one of the source's carries that one's `lang`."""
    same = {found[3] for text in _htmls(source.steps) for found in LEAF.finditer(text) if _is_sentence(found[3])}
    if not any(found[3] in same for text in _htmls(module.steps) for found in LEAF.finditer(text)):
        return module
    return replace(module, steps=_with_marks(module.steps, same, source.language))


def _is_sentence(text: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", text)) >= WORDS


def _htmls(held: Any) -> Iterator[str]:
    """All HTML in what is held."""
    if isinstance(held, tuple | list):
        for each in held:
            yield from _htmls(each)
    elif isinstance(held, dict):
        yield from _htmls(list(held.values()))
    elif is_dataclass(held):
        for field in fields(held):
            value = getattr(held, field.name)
            if isinstance(value, str):
                yield from [value] if field.name.endswith("html") else []
            else:
                yield from _htmls(value)


def _with_marks(held: Any, same: set[str], language: str) -> Any:
    """The same, with marks in its HTML."""
    if isinstance(held, tuple):
        return tuple(_with_marks(each, same, language) for each in held)
    if isinstance(held, dict):
        return {key: _with_marks(each, same, language) for key, each in held.items()}
    if not is_dataclass(held) or isinstance(held, type):
        return held
    changed: dict[str, Any] = {}
    for field in fields(held):
        value = getattr(held, field.name)
        if not isinstance(value, str):
            changed[field.name] = _with_marks(value, same, language)
        elif field.name.endswith("html"):
            changed[field.name] = LEAF.sub(lambda found: _mark(found, same, language), value)
    return replace(held, **changed)


def _mark(found: re.Match[str], same: set[str], language: str) -> str:
    if found[3] not in same:
        return found[0]
    return f'<{found[1]}{found[2] or ""} lang="{language}">{found[3]}</{found[1]}>'
