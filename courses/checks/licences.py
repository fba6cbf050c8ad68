"""Licences: every file of the course says under which licence it may be used."""

from collections.abc import Iterator
from fnmatch import fnmatch

from courses.checks.place import in_course, in_module
from courses.errors import Fault
from courses.syllabus import Course

# Those under which a course may be used, changed and passed on by everyone (SPDX).
OPEN = frozenset({"CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "CC-BY-3.0", "CC-BY-SA-3.0", "OFL-1.1", "MIT", "Apache-2.0"})


def find(course: Course) -> Iterator[Fault]:
    """The licences of a course and its files that are missing or not open."""
    if course.licence not in OPEN:
        yield in_course(course, f"licence: {course.licence} is no open licence ({', '.join(sorted(OPEN))})")
    for module in [*course.modules, *(each for held in course.translations.values() for each in held.values())]:
        if module.licence not in OPEN:
            yield in_module(module, 1, f"licence: {module.licence} is no open licence")
    for pattern, licence in course.licences.items():
        if licence not in OPEN:
            yield in_course(course, f"licences: {pattern}: {licence} is no open licence")
    yield from _files(course)


def _files(course: Course) -> Iterator[Fault]:
    """Files that neither say it themselves, as modules do, nor are named in `course.yaml`."""
    if course.directory is None:
        return
    own = {module.path for module in course.modules}
    own |= {module.path for held in course.translations.values() for module in held.values()}
    own |= {path.with_suffix(".po") for path in own if path}  # the texts that a translation is written from
    for path in sorted(course.directory.rglob("*")):
        name = path.relative_to(course.directory).as_posix()
        if path.is_dir() or path in own or name == "course.yaml" or any(part.startswith(".") for part in path.parts):
            continue
        if not any(fnmatch(name, pattern) for pattern in course.licences):
            yield Fault(path, 1, f'no licence: name it in course.yaml (licences: {{"{name}": CC-BY-4.0}})')
