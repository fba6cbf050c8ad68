"""Modules and courses."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from courses.syllabus.step import Step


@dataclass(frozen=True)
class Module:
    """A part of a course that a platform can launch, in one language; `result` is what the learner can do afterwards.

    `hours` are those that the course gives it, None where it does not say; `path` is the file it was read from.
    """

    slug: str
    iri: str
    code: str
    title: str
    result: str
    units: tuple[str, ...]
    minutes: int
    steps: tuple[Step, ...]
    licence: str = ""
    language: str = ""
    hours: Decimal | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Course:
    """One version of a course.

    `modules` are in the source language (`language`); `translations` hold those that exist in another one, by language
    and short name. `licences` are those of its other files, by pattern; `directory` is where its files lie.
    """

    slug: str
    iri: str
    version: str
    title: str
    summary: str
    language: str
    licence: str
    authors: str
    modules: tuple[Module, ...]
    languages: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    translations: dict[str, dict[str, Module]] = field(default_factory=dict)
    licences: dict[str, str] = field(default_factory=dict)
    directory: Path | None = None

    def title_in(self, language: str) -> str:
        """The title in that language, in the source language where it has none."""
        return self.titles.get(language, self.title)

    def modules_in(self, language: str) -> tuple[Module, ...]:
        """Every module, in that language as far as it is translated."""
        found = self.translations.get(language, {})
        return tuple(found.get(module.slug, module) for module in self.modules)
