"""The file of each kind of step: what may stand in it, and the step that comes out of it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from courses.errors import ContentRefused
from courses.profile import Profile
from courses.quiz_files import read_quiz
from courses.scenario_files import read_scenario
from courses.sources import Source, html, slug
from courses.syllabus import Case, Criterion, Exercise, Phase, Reading, Role, Rubric, Scene, Section, Step


class SceneSchema(Schema):
    """A scene of a case."""

    starts = fields.Integer(required=True)
    ends = fields.Integer(required=True)
    picture = fields.String(required=True)
    narration = fields.String(required=True)


class CaseSchema(Schema):
    """`KEY.case.LANGUAGE.yaml`."""

    firm = fields.String(required=True)
    sector = fields.String(required=True)
    scenes = fields.List(fields.Nested(SceneSchema), required=True, validate=validate.Length(min=1))
    prompt = fields.String(required=True)
    prompt_hint = fields.String(required=True)


class RoleSchema(Schema):
    """A role in an exercise."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    task = fields.String(required=True)


class PhaseSchema(Schema):
    """A phase of an exercise."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(min=1))
    do = fields.String(required=True)
    gate = fields.String(required=True)


class CriterionSchema(Schema):
    """A line of a rubric: four levels in words."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    criterion = fields.String(load_default=None)
    levels = fields.List(fields.String(), required=True, validate=validate.Length(equal=4))


class RubricSchema(Schema):
    """A rubric."""

    id = fields.String(required=True)
    group = fields.List(fields.Nested(CriterionSchema), required=True)
    conduct = fields.List(fields.Nested(CriterionSchema), required=True)


class ExerciseSchema(Schema):
    """`KEY.exercise.LANGUAGE.yaml`."""

    brief = fields.String(required=True)
    least = fields.Integer(required=True, validate=validate.Range(min=2))
    most = fields.Integer(required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True, validate=validate.Length(min=1))
    phases = fields.List(fields.Nested(PhaseSchema), required=True, validate=validate.Length(min=1))
    document_title = fields.String(required=True)
    seed = fields.String(required=True)
    rubric = fields.Nested(RubricSchema, required=True)
    licence = fields.String(required=True)


def read_reading(path: Path, face: dict[str, Any], profile: Profile) -> Reading:
    """A reading: each second-level heading of the Markdown begins a section."""
    if not path.is_file():
        raise ContentRefused(f"{path}: this file is missing")
    before, *parts = re.split(r"^## +(.+)$", path.read_text("utf-8"), flags=re.MULTILINE)
    if before.strip() or not parts:
        raise ContentRefused(f"{path}:1: a reading begins with a heading of the second level (## Title)")
    titled = zip(parts[::2], parts[1::2], strict=True)
    sections = tuple(Section(key=slug(title), title=title.strip(), html=html(body)) for title, body in titled)
    return Reading(**face, sections=sections)


def read_case(path: Path, face: dict[str, Any], profile: Profile) -> Case:
    """A case in scenes."""
    loaded = Source.read(path).load(CaseSchema())
    return Case(**face, **{**loaded, "scenes": tuple(Scene(**scene) for scene in loaded["scenes"])})


def read_exercise(path: Path, face: dict[str, Any], profile: Profile) -> Exercise:
    """A team exercise with its rubric."""
    source = Source.read(path)
    loaded = source.load(ExerciseSchema())
    minutes = sum(phase["minutes"] for phase in loaded["phases"])
    if minutes != face["minutes"]:
        source.refuse(["phases"], f"the phases take {minutes} minutes, the step {face['minutes']}")
    return Exercise(
        **face,
        brief_html=html(loaded["brief"]),
        least=loaded["least"],
        most=loaded["most"],
        roles=tuple(Role(**role) for role in loaded["roles"]),
        phases=tuple(Phase(**phase) for phase in loaded["phases"]),
        document_title=loaded["document_title"],
        seed=loaded["seed"],
        rubric=_rubric(source, loaded["rubric"], profile),
        licence=loaded["licence"],
    )


def _rubric(source: Source, loaded: dict[str, Any], profile: Profile) -> Rubric:
    """A rubric whose group criteria are criteria of the profile."""
    known = profile.criteria()
    for index, line in enumerate(loaded["group"]):
        if line["criterion"] not in known:
            source.refuse(["rubric", "group", index], f"the profile has no criterion {line['criterion']}")

    def criterion(line: dict[str, Any]) -> Criterion:
        first, second, third, fourth = line["levels"]
        code = line["criterion"]
        iri = known[code].iri if code else None
        return Criterion(line["key"], line["title"], (first, second, third, fourth), code, iri)

    return Rubric(
        id=loaded["id"],
        group=tuple(criterion(line) for line in loaded["group"]),
        conduct=tuple(criterion(line) for line in loaded["conduct"]),
    )


READERS: dict[str, Callable[[Path, dict[str, Any], Profile], Step]] = {
    "reading": read_reading,
    "case": read_case,
    "scenario": read_scenario,
    "quiz": read_quiz,
    "exercise": read_exercise,
}
