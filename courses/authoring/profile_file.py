"""`profile.yaml`: the qualification profile, whose criteria get their permanent addresses."""

from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, validate

from courses.authoring import yaml_text
from courses.authoring.faults import Faults
from courses.errors import ContentRefused, Fault
from courses.profile import Alignment, Outcome, PerformanceCriterion, Profile, Unit


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
    workload = fields.Integer(required=True)
    level_note = fields.String(required=True)
    licence = fields.String(required=True)
    published = fields.Date(required=True)
    role = fields.String(required=True)
    target_group = fields.String(required=True)
    entry = fields.String(required=True)
    occupations = fields.List(fields.Nested(AlignmentSchema), required=True)
    units = fields.List(fields.Nested(UnitSchema), required=True)


def read_profile(path: Path) -> Profile:
    """The qualification profile in this file; ContentRefused tells every fault in it."""
    faults = Faults()
    read = yaml_text.read_file(path, faults)
    loaded = read.load(ProfileSchema()) if read else None
    if loaded is None:
        raise ContentRefused(faults.all())
    faults.refuse()
    return _made(loaded)


def _made(loaded: dict[str, Any]) -> Profile:
    iri = f"{loaded['iri']}/{loaded['version']}"
    return Profile(
        **{
            **loaded,
            "iri": iri,
            "occupations": tuple(Alignment(**line) for line in loaded["occupations"]),
            "units": tuple(_unit(line, iri) for line in loaded["units"]),
        }
    )


def read_translations(content: Path, source: Profile) -> dict[str, Profile]:
    """The profile in other languages (`profile.fr.yaml`), by language; ContentRefused where one says another thing."""
    source_data = yaml.safe_load((content / "profile.yaml").read_text("utf-8"))
    found = {}
    for path in sorted(content.glob("profile.*.yaml")):
        texts = yaml.safe_load(path.read_text("utf-8"))
        try:
            found[path.name.split(".")[1]] = _made(ProfileSchema().load(_laid_over(source_data, texts)))
        except ValidationError as refused:
            raise ContentRefused([Fault(path, 1, str(refused.messages))]) from refused
    for language, own in found.items():
        if (own.iri, list(own.parts())) != (source.iri, list(source.parts())):
            told = "not the parts of profile.yaml; animateur course texts update profile"
            raise ContentRefused([Fault(content / f"profile.{language}.yaml", 1, told)])
    return found


def _laid_over(source: Any, texts: Any) -> Any:
    """The source with the texts of a translation in their places: by name, and in lists by code."""
    if isinstance(source, dict) and isinstance(texts, dict):
        return {name: _laid_over(value, texts[name]) if name in texts else value for name, value in source.items()}
    if isinstance(source, list) and isinstance(texts, list) and all(isinstance(each, dict) for each in source):
        by_code = {each.get("code"): each for each in texts if isinstance(each, dict)}
        return [_laid_over(each, by_code.get(each.get("code"), {})) for each in source]
    return texts if isinstance(texts, str) else source


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
