"""`animateur course add`: an agency's own course, from a zip archive, beside those that come with the tool."""

from pathlib import Path

import click

from courses import packed_course
from courses.checks import whole
from courses.errors import ContentRefused, PackageRefused
from courses.syllabus import Course
from lti_tool.run import own_courses
from lti_tool.run.command_line import say
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart


@click.command()
@click.argument("archive", metavar="ZIP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add(archive: Path) -> None:
    """Add your own course from a zip archive, or a new version of it; a broken one changes nothing."""
    settings = Settings.from_environment()
    if not settings.courses_dir:
        raise CannotStart("ANIMATEUR_COURSES_DIR is not set: it names the directory where your own courses lie")
    try:
        added = packed_course.add(archive, Path(settings.courses_dir), read=_read)
    except PackageRefused as refused:
        raise CannotStart(f"{archive.name} was not added: {refused}") from refused
    except ContentRefused as refused:
        raise CannotStart(f"{archive.name} was not added:\n{_short(refused)}") from refused
    before = f" (it takes over from {added.before})" if added.before else ""
    say(f"{added.course.slug} {added.course.version} is there{before}; it is shown after the next start of the tool")
    advice = len(whole.check(added.course, own_courses.profile()).parts)
    if advice:
        say(f"{advice} things could be better: animateur course check {added.directory}")


def _read(directory: Path) -> Course:
    """The course in this directory; ContentRefused tells every fault, PackageRefused a name that is taken."""
    course = own_courses.read(directory)
    if (own_courses.CONTENT / course.slug).exists():
        raise PackageRefused(f"there is a course {course.slug} that comes with the tool; choose another short name")
    return course


def _short(refused: ContentRefused) -> str:
    """The faults, each with its file's own name: where it was unpacked in the meantime helps nobody."""
    return "\n".join(f"{fault.path.name}:{fault.line}: {fault.what}" for fault in refused.faults)
