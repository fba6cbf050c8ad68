"""Questions that are answered in words: right is what is right in any language that the module is there in."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from courses.syllabus import Module, Question, Step


def answered_in(module: Module, translations: Sequence[Module]) -> Module:
    """The module, whose short questions also accept the answers that its translations accept.

    Answers are marked by the source, so that they count the same whoever reads in which language.
    """
    if not translations:
        return module
    more = {question.iri: question.accepted for each in translations for question in _short(each)}
    return replace(module, steps=tuple(_accepting(step, more) for step in module.steps))


def _accepting(step: Step, more: dict[str, tuple[str, ...]]) -> Step:
    """The step with longer lists of right answers."""
    pool: tuple[Question, ...] = getattr(step, "pool", ())
    if not any(question.iri in more for question in pool):
        return step
    changed: dict[str, Any] = {"pool": tuple(_with(question, more.get(question.iri, ())) for question in pool)}
    return replace(step, **changed)


def _with(question: Question, more: tuple[str, ...]) -> Question:
    return replace(question, accepted=tuple(dict.fromkeys((*question.accepted, *more))))


def _short(module: Module) -> list[Question]:
    return [each for step in module.steps for each in getattr(step, "pool", ()) if each.type == "short"]
