"""Small courses in a directory, as an author would write them, to be spoilt one place at a time."""

from pathlib import Path

import courses
from courses.authoring import new_course
from courses.authoring.course_files import read_conduct, read_course
from courses.authoring.profile_file import read_profile
from courses.errors import ContentRefused, Fault
from courses.syllabus import Course, Module, Step

CONTENT = Path(courses.__file__).parent / "content"
PROFILE = read_profile(CONTENT / "profile.yaml")
HEAD = """---
code: M1
title: A module
result: You can do it.
units: []
licence: CC-BY-4.0
---
"""


def a_course(directory: Path) -> Path:
    """The course that `animateur course new` writes."""
    new_course.begin(directory, slug="small", title='A "small" course: one', authors="Us")
    return directory


def spoil(path: Path, old: str, new: str) -> int:
    """The file with one text replaced; gives the line where that was."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def read(directory: Path, *, unlisted: bool = False) -> Course:
    """The course in this directory."""
    strands = read_conduct(CONTENT / "conduct.en.md", PROFILE)
    return read_course(directory, PROFILE, conduct=strands, unlisted=unlisted)


def faults(directory: Path) -> tuple[Fault, ...]:
    """What the reader says about the course in this directory."""
    try:
        read(directory)
    except ContentRefused as refused:
        return refused.faults
    return ()


def module_of(directory: Path, *steps: str) -> Module:
    """The one module of a course whose steps are written like this."""
    a_course(directory)
    (directory / "m1.en.md").write_text(HEAD + "\n".join(steps), "utf-8")
    return read(directory).modules[0]


def step_of(directory: Path, kind: str, body: str, minutes: int = 10) -> Step:
    """A step of that kind with this body."""
    return module_of(directory, a_step(kind, body, minutes)).steps[0]


def a_step(kind: str, body: str, minutes: int = 10) -> str:
    """A step as its author writes it."""
    return f"# A step\n::: step 1 {kind}\nminutes: {minutes}\nlead: Come in.\nevidence: U6.PC3 A\n:::\n\n{body}\n"
