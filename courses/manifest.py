"""From content files to the syllabus: the profile, the course, its modules. Each step's own file is in `step_files`.

A course lies in a directory: `course.yaml`, and for each module a directory with `module.LANGUAGE.yaml` and one
file for each step, `KEY.KIND.LANGUAGE.yaml` (a reading's ends in `.md`).
"""

from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from courses import step_files
from courses.profile import Alignment, Outcome, PerformanceCriterion, Profile, Unit
from courses.sources import Source
from courses.syllabus import Course, Module, Step


class AlignmentSchema(Schema):
    """A relation to another framework."""

    framework = fields.String(required=True)
    code = fields.String(required=True)
    uri = fields.Url(load_default=None)
    status = fields.String(required=True)


class OutcomeSchema(Schema):
    """A learning outcome."""

    code = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["K", "S", "RA"]))
    text = fields.String(required=True)


class PerformanceCriterionSchema(Schema):
    """A performance criterion."""

    code = fields.String(required=True)
    outcomes = fields.List(fields.String(), required=True)
    critical = fields.Boolean(required=True)
    text = fields.String(required=True)


class UnitSchema(Schema):
    """A unit of competence."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    purpose = fields.String(required=True)
    hours = fields.Integer(required=True)
    outcomes = fields.List(fields.Nested(OutcomeSchema), required=True)
    criteria = fields.List(fields.Nested(PerformanceCriterionSchema), required=True)
    alignments = fields.List(fields.Nested(AlignmentSchema), required=True)


class ProfileSchema(Schema):
    """`profile.yaml`."""

    id = fields.String(required=True)
    iri = fields.Url(required=True)
    version = fields.String(required=True)
    title = fields.String(required=True)
    level = fields.Integer(required=True)
    level_note = fields.String(required=True)
    licence = fields.String(required=True)
    role = fields.String(required=True)
    target_group = fields.String(required=True)
    entry = fields.String(required=True)
    occupations = fields.List(fields.Nested(AlignmentSchema), required=True)
    units = fields.List(fields.Nested(UnitSchema), required=True)


class CourseSchema(Schema):
    """`course.yaml`."""

    slug = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]*$"))
    iri = fields.Url(required=True)
    version = fields.String(required=True, validate=validate.Regexp(r"^\d+\.\d+\.\d+$"))
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True)
    licence = fields.String(required=True)
    authors = fields.String(required=True)
    modules = fields.List(fields.String(), required=True, validate=validate.Length(min=1))


class StepSchema(Schema):
    """A step's line in `module.LANGUAGE.yaml`."""

    key = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(step_files.READERS)))
    title = fields.String(required=True)
    lead = fields.String(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(min=1))
    criteria = fields.List(fields.String(), required=True)


class ModuleSchema(Schema):
    """`module.LANGUAGE.yaml`."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    result = fields.String(required=True)
    units = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True, validate=validate.Length(min=1))


def read_profile(path: Path) -> Profile:
    """The qualification profile in this file; its criteria have their permanent addresses."""
    loaded = Source.read(path).load(ProfileSchema())
    iri = f"{loaded['iri']}/{loaded['version']}"
    return Profile(
        **{
            **loaded,
            "iri": iri,
            "occupations": tuple(Alignment(**line) for line in loaded["occupations"]),
            "units": tuple(_unit(line, iri) for line in loaded["units"]),
        }
    )


def _unit(line: dict[str, Any], iri: str) -> Unit:
    """A unit, with everything in it addressed below the profile."""
    criteria = [
        {**found, "outcomes": tuple(found["outcomes"]), "unit": line["code"], "iri": f"{iri}/{found['code']}"}
        for found in line["criteria"]
    ]
    return Unit(
        code=line["code"],
        iri=f"{iri}/{line['code']}",
        title=line["title"],
        purpose=line["purpose"],
        hours=line["hours"],
        outcomes=tuple(Outcome(iri=f"{iri}/{found['code']}", **found) for found in line["outcomes"]),
        criteria=tuple(PerformanceCriterion(**found) for found in criteria),
        alignments=tuple(Alignment(**found) for found in line["alignments"]),
    )


def read_course(directory: Path, profile: Profile) -> Course:
    """The course whose files lie in this directory; ContentRefused names file, line and what to mend."""
    loaded = Source.read(directory / "course.yaml").load(CourseSchema())
    modules = tuple(_read_module(directory / slug, loaded, profile) for slug in loaded["modules"])
    return Course(**{**loaded, "modules": modules})


def _read_module(directory: Path, course: dict[str, Any], profile: Profile) -> Module:
    """The module in this directory, with all its steps."""
    source = Source.read(directory / f"module.{course['language']}.yaml")
    loaded = source.load(ModuleSchema())
    units = {unit.code for unit in profile.units}
    for index, unit in enumerate(loaded["units"]):
        if unit not in units:
            source.refuse(["units", index], f"the profile has no unit {unit}")
    keys = [line["key"] for line in loaded["steps"]]
    if len(set(keys)) != len(keys):
        source.refuse(["steps"], "two steps have the same key")
    slug, iri = directory.name, f"{course['iri']}/{directory.name}"
    steps = tuple(_read_step(source, index, loaded, slug, course, profile) for index in range(len(keys)))
    return Module(
        slug=slug,
        iri=iri,
        code=loaded["code"],
        title=loaded["title"],
        result=loaded["result"],
        units=tuple(loaded["units"]),
        minutes=sum(step.minutes for step in steps),
        steps=steps,
    )


def _read_step(
    source: Source, index: int, module: dict[str, Any], slug: str, course: dict[str, Any], profile: Profile
) -> Step:
    """One step: its line in the module's file, and its own file beside it."""
    line = module["steps"][index]
    for code in line["criteria"]:
        if code not in profile.criteria():
            source.refuse(["steps", index, "criteria"], f"the profile has no criterion {code}")
    key, kind, module_iri = line["key"], line["kind"], f"{course['iri']}/{slug}"
    face = {
        "id": f"{course['slug']}/{slug}/{key}",
        "iri": f"{module_iri}/{key}",
        "key": key,
        "code": f"{module['code']}.{key}",
        "title": line["title"],
        "lead": line["lead"],
        "minutes": line["minutes"],
        "criteria": tuple(line["criteria"]),
        "module_iri": module_iri,
        "course_iri": course["iri"],
        "profile_version": profile.version,
    }
    suffix = "md" if kind == "reading" else "yaml"
    path = source.path.parent / f"{key}.{kind}.{course['language']}.{suffix}"
    return step_files.READERS[kind](path, face, profile)
