"""A course's directory: `course.yaml`, and for each module a file in each language that it exists in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from marshmallow import Schema, ValidationError, fields, validate

from courses.authoring import document, modules, untranslated, yaml_text
from courses.authoring.accepting import answered_in
from courses.authoring.around import Around
from courses.authoring.document import Block
from courses.authoring.faults import Faults
from courses.authoring.rubrics import read_strand
from courses.errors import ContentRefused
from courses.profile import Profile
from courses.syllabus import Course, Criterion, Module, Reading, Section, Step

LANGUAGE = r"[a-z]{2,3}(?:-[A-Za-z0-9]+)*"
MODULE_FILE = re.compile(rf"([a-z][a-z0-9-]*)\.({LANGUAGE})\.md")
NOT_MODULES = frozenset({"conduct", "case-template"})


# The strands of conduct: the same for all languages, or by language (the empty one stands for all others).
Conduct: TypeAlias = tuple[Criterion, ...] | Mapping[str, tuple[Criterion, ...]]


class TextIn(fields.Field[Any]):
    """A text in each language: `{en: …, fr: …}`; a plain text is one in the source language."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        given = value if isinstance(value, dict) else {data.get("language", ""): value}
        if not given or not all(isinstance(each, str) and each.strip() for pair in given.items() for each in pair):
            raise ValidationError("Write a text, or one for each language: {en: …, fr: …}.")
        return dict(given)


class CourseSchema(Schema):
    """`course.yaml`."""

    slug = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]*$"))
    iri = fields.Url(required=True)
    version = fields.String(required=True, validate=validate.Regexp(r"^\d+\.\d+\.\d+$"))
    title = TextIn(required=True)
    summary = TextIn(required=True)
    language = fields.String(required=True, validate=validate.Regexp(f"^{LANGUAGE}$"))
    licence = fields.String(required=True)
    authors = fields.String(required=True)
    licences = fields.Dict(keys=fields.String(), values=fields.String(), load_default={})
    modules = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"^[a-z][a-z0-9-]*$")),
        values=fields.Decimal(validate=validate.Range(min=0, min_inclusive=False)),
        required=True,
        validate=validate.Length(min=1),
    )


def read_course(directory: Path, profile: Profile, *, conduct: Conduct, unlisted: bool = False) -> Course:
    """The course whose files lie in this directory; ContentRefused tells every fault in them.

    `unlisted` modules, whose files are there although `course.yaml` does not name them, are read as well if asked for.
    """
    faults = Faults()
    yaml = yaml_text.read_file(directory / "course.yaml", faults)
    settings = yaml.load(CourseSchema()) if yaml else None
    if yaml is None or settings is None:
        # The modules are read all the same, as far as that goes: their authors should not wait for the first fault.
        _read_modules(directory, _stand_in(directory), profile, conduct, faults)
        raise ContentRefused(faults.all())
    for name in ("title", "summary"):
        if settings["language"] not in settings[name]:
            yaml.tell([name], f"there is none in the source language, {settings['language']}")
    if unlisted:
        settings["modules"] |= {slug: None for slug, _ in _files(directory) if slug not in settings["modules"]}
    found = _read_modules(directory, settings, profile, conduct, faults)
    faults.refuse()
    return _course(directory, settings, found)


def _stand_in(directory: Path) -> dict[str, Any]:
    """Settings to read the modules with where `course.yaml` cannot be read."""
    found = dict.fromkeys(slug for slug, _ in _files(directory))
    return {"slug": directory.name, "iri": "urn:none", "version": "0.0.0", "language": "", "modules": found}


def _files(directory: Path) -> Iterator[tuple[str, str]]:
    """The short name and language of each module file in the directory."""
    for path in sorted(directory.glob("*.md")):
        named = MODULE_FILE.fullmatch(path.name)
        if named and named[1] not in NOT_MODULES:
            yield named[1], named[2]


def _read_modules(
    directory: Path, settings: dict[str, Any], profile: Profile, conduct: Conduct, faults: Faults
) -> dict[str, dict[str, Module]]:
    """Each module in each language it exists in; in the source language it must."""
    there = list(_files(directory))
    found: dict[str, dict[str, Module]] = {}
    for slug, hours in settings["modules"].items():
        languages = {language for each, language in there if each == slug} | {settings["language"]} - {""}
        for language in sorted(languages):
            strands = conduct.get(language) or conduct.get("", ()) if isinstance(conduct, Mapping) else conduct
            place = modules.Place(settings, slug, Decimal(hours) if hours is not None else None, profile, strands)
            module = modules.read(directory / f"{slug}.{language}.md", place, faults)
            if module is not None:
                found.setdefault(language, {})[slug] = module
    return found


def _course(directory: Path, settings: dict[str, Any], found: dict[str, dict[str, Module]]) -> Course:
    """The course, its translations below the source language."""
    language = settings["language"]
    others = {each: held for each, held in found.items() if each != language}
    sources = {
        slug: answered_in(module, [held[slug] for held in others.values() if slug in held])
        for slug, module in found[language].items()
    }
    return Course(
        slug=settings["slug"],
        iri=settings["iri"],
        version=settings["version"],
        title=settings["title"][language],
        summary=settings["summary"][language],
        language=language,
        licence=settings["licence"],
        authors=settings["authors"],
        licences=settings["licences"],
        modules=tuple(sources[slug] for slug in settings["modules"]),
        languages=(language, *sorted(others)),
        titles=settings["title"],
        summaries=settings["summary"],
        translations={
            each: {slug: _aligned(module, sources[slug]) for slug, module in held.items()}
            for each, held in others.items()
        },
        directory=directory,
    )


def _aligned(module: Module, source: Module) -> Module:
    """The translation, its sections under the addresses of the source's, so that a kept place fits both."""
    originals = {step.key: step for step in source.steps}
    steps = tuple(_same_sections(step, originals.get(step.key)) for step in module.steps)
    return untranslated.marked(replace(module, steps=steps), source)


def _same_sections(step: Step, source: Step | None) -> Step:
    if not isinstance(step, Reading) or not isinstance(source, Reading) or len(step.sections) != len(source.sections):
        return step
    pairs = zip(step.sections, source.sections, strict=True)
    return replace(step, sections=tuple(Section(original.key, own.title, own.parts) for own, original in pairs))


def read_conducts(content: Path, profile: Profile) -> dict[str, tuple[Criterion, ...]]:
    """The strands of conduct in every language they are there in; English under the empty one."""
    found = {path.name.split(".")[1]: read_conduct(path, profile) for path in sorted(content.glob("conduct.*.md"))}
    return {**found, "": read_conduct(content / "conduct.en.md", profile)}


def read_conduct(path: Path, profile: Profile) -> tuple[Criterion, ...]:
    """The strands of conduct in this file (`conduct.en.md`); ContentRefused tells every fault."""
    faults = Faults()
    told = faults.of_file(path)
    text = modules.read_text(path, told)
    around = Around(told, {"kind": "conduct"}, profile, (), "", "")
    parts = document.read_parts(text, told) if text is not None else []
    strands = tuple(
        made
        for part in parts
        if isinstance(part, Block) and part.name == "criterion" and (made := read_strand(part, around))
    )
    faults.refuse()
    return strands
