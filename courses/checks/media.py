"""Files that a module's texts link to are there."""

import re
from collections.abc import Iterator
from pathlib import Path

from courses.checks.place import in_module
from courses.errors import Fault
from courses.syllabus import Module

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s]+)")


def find(module: Module) -> Iterator[Fault]:
    """Links of this module that lead to no file of the course."""
    if module.path is None:
        return
    directory = module.path.parent
    for number, line in enumerate(module.path.read_text("utf-8").split("\n"), start=1):
        for link in LINK.findall(line):
            if not _held(directory, link):
                yield in_module(module, number, f"there is no {link} in the course (files for download lie in media/)")


def _held(directory: Path, link: str) -> bool:
    """Whether the file is there, below the course's own directory."""
    target = (directory / link.split("#")[0]).resolve()
    return target.is_relative_to((directory / "media").resolve()) and target.is_file()
