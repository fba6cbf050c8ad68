"""Where a fault of the syllabus is told: the module's file, and a line in it."""

from pathlib import Path

from courses.errors import Fault
from courses.syllabus import Course, Module

NOWHERE = Path("course")


def in_module(module: Module, line: int, what: str) -> Fault:
    """A fault in this module's file."""
    return Fault(module.path or NOWHERE / module.slug, max(line, 1), what)


def in_course(course: Course, what: str) -> Fault:
    """A fault of the course as a whole, told at its `course.yaml`."""
    return Fault((course.directory or NOWHERE) / "course.yaml", 1, what)
