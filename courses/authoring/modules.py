"""A module's file, `KEY.LANGUAGE.md`: its head, and its steps one after the other."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from courses.authoring import document, exercises, prompts, quizzes, readings, scenarios, tasks, values
from courses.authoring.around import Around
from courses.authoring.document import StepText
from courses.authoring.faults import Faults, FileFaults
from courses.authoring.yaml_text import YamlText
from courses.profile import Profile
from courses.syllabus import Criterion, Module, Step

READERS: dict[str, Callable[[StepText, Around], Step | None]] = {
    "reading": readings.read,
    "video": prompts.read_video,
    "scenario": scenarios.read,
    "quiz": quizzes.read_quiz,
    "lab": quizzes.read_lab,
    "exercise": exercises.read,
    "task": tasks.read,
    "reflection": prompts.read_reflection,
    "talk": prompts.read_talk,
}


class HeadSchema(Schema):
    """What stands at a module's head."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[A-Z0-9]+$"))
    title = fields.String(required=True)
    result = fields.String(required=True)
    units = fields.List(fields.String(), required=True)
    licence = fields.String(required=True)


class StepSchema(Schema):
    """The settings of `::: step`."""

    minutes = values.Whole(least=1, required=True)
    lead = fields.String(required=True)
    evidence = values.EvidenceList(load_default=())


@dataclass(frozen=True)
class Place:
    """Where a module stands: in which course (its settings), under which short name, with how many hours."""

    course: dict[str, Any]
    slug: str
    hours: Decimal | None
    profile: Profile
    conduct: tuple[Criterion, ...]

    @property
    def iri(self) -> str:
        """The module's permanent address."""
        return f"{self.course['iri']}/{self.slug}"


def read(path: Path, place: Place, faults: Faults) -> Module | None:
    """The module in this file; None where it has no head. What is wrong with it is told."""
    told = faults.of_file(path)
    text = read_text(path, told)
    if text is None:
        return None
    found = document.read(text, told)
    if found.before:
        told.tell(found.before[0].line, "everything in a module belongs to a step (# Title)")
    head = _head(found.head, place, told) if found.head else None
    if not found.steps:
        told.tell(1, "a module has at least one step (# Title)")
    steps = [_step(each, head or {"code": "", "licence": ""}, place, told) for each in found.steps]
    return _module(path, place, head, [step for step in steps if step], told) if head else None


def read_text(path: Path, told: FileFaults) -> str | None:
    """The file's text; None, and told, where there is none."""
    if not path.is_file():
        told.tell(1, "this file is missing")
        return None
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        told.tell(1, "this file is not UTF-8 text")
        return None


def _head(yaml: YamlText, place: Place, told: FileFaults) -> dict[str, Any] | None:
    """What stands at the head, with units that the profile has."""
    head = yaml.load(HeadSchema())
    known = {unit.code for unit in place.profile.units}
    for index, unit in enumerate(head["units"] if head else ()):
        if unit not in known:
            yaml.tell(["units", index], f"the profile has no unit {unit}")
    return head


def _module(path: Path, place: Place, head: dict[str, Any], steps: list[Step], told: FileFaults) -> Module:
    """The module with these steps, each of its own key."""
    seen: set[str] = set()
    for step in steps:
        if step.key in seen:
            told.tell(step.line, f"the step {step.key} stands here a second time")
        seen.add(step.key)
    return Module(
        slug=place.slug,
        iri=place.iri,
        code=head["code"],
        title=head["title"],
        result=head["result"],
        units=tuple(head["units"]),
        minutes=sum(step.minutes for step in steps),
        steps=tuple(steps),
        licence=head["licence"],
        language=path.name.removeprefix(f"{place.slug}.").removesuffix(".md"),
        hours=place.hours,
        path=path,
    )


def _step(step: StepText, head: dict[str, Any], place: Place, told: FileFaults) -> Step | None:
    """The step, as the reader of its kind reads it."""
    opened = step.blocks("step")
    if len(opened) != 1 or step.parts[0] is not opened[0]:
        told.tell(step.line, "right under a step's title stands its block, once: ::: step 1 reading")
        return None
    step.parts.pop(0)
    empty = Around(told, {}, place.profile, place.conduct, place.course["version"], head["licence"])
    named = empty.words(opened[0], r"([a-z0-9][a-z0-9-]*) +([a-z]+)", f"a key and the kind: {', '.join(READERS)}")
    loaded = empty.settings(opened[0], StepSchema())
    if named is None or loaded is None:
        return None
    if named[2] not in READERS:
        told.tell(opened[0].line, f"there is no kind of step {named[2]}; there are {', '.join(READERS)}")
        return None
    for shown in loaded["evidence"]:
        empty.criterion_iri(shown.criterion, opened[0].settings["evidence"].line)
    face = _face(step, named[1], named[2], {**loaded, "code": f"{head['code']}.{named[1]}"}, place)
    around = Around(told, face, place.profile, place.conduct, place.course["version"], head["licence"])
    return READERS[named[2]](step, around)


def _face(step: StepText, key: str, kind: str, loaded: dict[str, Any], place: Place) -> dict[str, Any]:
    """What every step has."""
    return {
        **loaded,
        "kind": kind,
        "id": f"{place.course['slug']}/{place.slug}/{key}",
        "iri": f"{place.iri}/{key}",
        "key": key,
        "title": step.title,
        "module_iri": place.iri,
        "course_iri": place.course["iri"],
        "profile_version": place.profile.version,
        "line": step.line,
    }
