"""The courses of this installation: those that come with it, and the agency's own from ANIMATEUR_COURSES_DIR."""

import logging
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from courses.authoring.course_files import read_conducts, read_course
from courses.authoring.profile_file import read_profile
from courses.catalogue import Catalogue
from courses.errors import ContentRefused
from courses.profile import Profile
from courses.syllabus import Course
from lti_tool.run import last_good
from lti_tool.run.settings import Settings

CONTENT = Path(str(files("courses"))) / "content"
log = logging.getLogger(__name__)


def load(settings: Settings) -> Catalogue:
    """Every course that can be read. What is wrong with one of the agency's own is told, and the others work.

    In place of a course that cannot be read stands its last version that could, if there was one.
    """
    if not settings.courses_dir:
        return Catalogue.load(CONTENT)
    own = Path(settings.courses_dir)
    kept = last_good.Kept(settings.data_dir / "last-good-courses")
    catalogue = Catalogue.load(CONTENT, added=own)
    for fault in catalogue.refused:
        log.warning("a course cannot be read: %s", fault)
    broken = {fault.path.parent for fault in catalogue.refused}
    for directory in sorted(path.parent for path in own.glob("*/course.yaml")):
        if directory not in broken:
            kept.keep(directory)
        elif (found := _before(kept.of(directory), directory)) and found.slug not in catalogue.courses:
            log.warning("%s: its last good version, %s, goes on", directory, found.version)
            catalogue.courses[found.slug] = found
    return catalogue


def _before(kept: Path | None, directory: Path) -> Course | None:
    """The course as it was kept, with the files of its own directory; None where that cannot be read either."""
    try:
        return replace(read(kept), directory=directory) if kept else None
    except ContentRefused:
        return None


def profile() -> Profile:
    """The qualification profile that comes with the product."""
    return read_profile(CONTENT / "profile.yaml")


def read(directory: Path, *, unlisted: bool = False) -> Course:
    """The course in this directory, held against the product's own profile; ContentRefused tells every fault."""
    known = profile()
    return read_course(directory, known, conduct=read_conducts(CONTENT, known), unlisted=unlisted)


def directories(named: str | None, settings: Settings) -> list[Path]:
    """Where the course of that short name or path lies; all courses where none is named. Empty where there is none."""
    if named and (Path(named) / "course.yaml").is_file():
        return [Path(named)]
    homes = [CONTENT, *([Path(settings.courses_dir)] if settings.courses_dir else [])]
    return sorted(path.parent for home in homes for path in home.glob(f"{named or '*'}/course.yaml"))
