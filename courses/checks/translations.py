"""Translations: they have the same steps, and in them the same parts, as the source; only the words differ."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from courses.checks.place import in_module
from courses.errors import Fault
from courses.syllabus import Course, Module, Step

# What may differ: the words, and where they stand.
WORDED = frozenset(
    {"title", "lead", "html", "intro_html", "brief_html", "hint_html", "stem", "stem_html", "text", "feedback", "note"}
    | {"unit", "accepted", "firm", "sector", "picture", "on_screen", "narration", "explanation", "levels", "task", "do"}
    | {"gate", "document_title", "seed", "role", "line", "parts", "options"}
)


def find(course: Course) -> Iterator[Fault]:
    """Where a translation has another structure than its source."""
    sources = {module.slug: module for module in course.modules}
    for held in course.translations.values():
        for slug, module in held.items():
            yield from _differences(module, sources[slug])


def _differences(module: Module, source: Module) -> Iterator[Fault]:
    originals = {step.key: step for step in source.steps}
    if [step.key for step in module.steps] != list(originals):
        told = f"the steps are {', '.join(step.key for step in module.steps)}; the source has {', '.join(originals)}"
        yield in_module(module, 1, told)
    for step in module.steps:
        if (original := originals.get(step.key)) and (place := _differs(step, original)):
            yield in_module(module, step.line, f"{step.code}: not as in the source: {place}")


def _differs(own: Step, source: Step) -> str:
    """The first part that is another one; empty where all are the same."""
    return "another kind of step" if own.kind != source.kind else _unlike(own, source, "")


def _unlike(own: Any, source: Any, name: str) -> str:
    """Where two parts differ in anything but words."""
    if is_dataclass(own) and type(own) is type(source):
        return _fields_unlike(own, source, name)
    if isinstance(own, dict) and isinstance(source, dict):
        if list(own) != list(source):
            return f"{name} ({', '.join(map(str, own))}; source: {', '.join(map(str, source))})"
        return next((found for key in own if (found := _unlike(own[key], source[key], f"{name} {key}"))), "")
    if isinstance(own, tuple) and isinstance(source, tuple):
        if len(own) != len(source):
            return f"{name} ({len(own)}; source: {len(source)})"
        pairs = zip(own, source, strict=True)
        return next((found for a, b in pairs if (found := _unlike(a, b, name))), "")
    return "" if own == source else f"{name} ({own}; source: {source})"


def _fields_unlike(own: Any, source: Any, name: str) -> str:
    """Where two things of one class differ."""
    for field in fields(own):
        a, b = getattr(own, field.name), getattr(source, field.name)
        if field.name in WORDED and not (isinstance(a, tuple) and any(is_dataclass(each) for each in a)):
            continue
        inner = getattr(own, "key", "") or getattr(own, "id", "")
        if found := _unlike(a, b, " ".join(filter(None, (name, str(inner), field.name)))):
            return found
    return ""
