"""The certificates that a course leads to, as its own `certificates.yaml` tells them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from assessments import dead_ends
from assessments.dead_ends import Level
from assessments.errors import RuleRefused
from courses.errors import Fault
from courses.profile import Profile
from courses.syllabus import Course

FILE = "certificates.yaml"


class _LevelSchema(Schema):
    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]*$"))
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True, validate=validate.Length(min=1))
    units = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    modules = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    at_work = fields.Boolean(required=True)


class _FileSchema(Schema):
    levels = fields.List(fields.Nested(_LevelSchema), required=True, validate=validate.Length(min=1))


def find(course: Course, profile: Profile) -> Iterator[Fault]:
    """Each dead end of the course as a fault of its `certificates.yaml`; a file that does not fit its form is one."""
    path = (course.directory or Path()) / FILE
    try:
        levels = of_course(course, profile=profile)
    except RuleRefused as refused:
        yield Fault(path, 1, str(refused).removeprefix(f"{path}: "))
        return
    for end in dead_ends.all_of(course, profile=profile, levels=levels):
        yield Fault(path, 1, str(end))


def of_course(course: Course, *, profile: Profile) -> tuple[Level, ...]:
    """The levels of the course, each in the course's own language; none where it names none.

    RuleRefused where the file does not fit its form, or names a unit or a module that there is not.
    """
    path = course.directory / FILE if course.directory else None
    if path is None or not path.is_file():
        return ()
    try:
        loaded = _FileSchema(unknown=RAISE).load(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise RuleRefused(f"{path}: {error}") from error
    return tuple(_level(line, course, profile, path) for line in loaded["levels"])


def _level(line: dict[str, Any], course: Course, profile: Profile, path: Path) -> Level:
    known = {"units": {unit.code for unit in profile.units}, "modules": {module.slug for module in course.modules}}
    for name, names in known.items():
        strays = [each for each in line[name] if each not in names]
        if strays:
            raise RuleRefused(f"{path}: {line['key']}: {name}: there is no {strays[0]}")
    title = line["title"].get(course.language) or next(iter(line["title"].values()))
    return Level(line["key"], title, tuple(line["units"]), tuple(line["modules"]), line["at_work"])
