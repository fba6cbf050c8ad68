"""`animateur course`: begin a course, check it, look at it while writing, and make its packages."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from assessments import levels
from courses.authoring import new_course
from courses.checks import whole
from courses.errors import ContentRefused, Fault
from courses.profile import Profile
from courses.syllabus import Course
from lti_tool.run import course_packages, course_preview, own_courses, texts_commands
from lti_tool.run.command_line import say
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart

# Checks of the floor above the courses: who certifies knows whether a perfect learner can reach a certificate.
CERTIFYING: tuple[Callable[[Course, Profile], Iterable[Fault]], ...] = (levels.find,)
PORT = 8090


@click.group()
def course() -> None:
    """Courses as plain text: begin one, check it, look at it, make its packages."""


@course.command()
@click.argument("slug")
@click.option("--in", "home", type=click.Path(file_okay=False, path_type=Path), help="Default: ./SLUG")
@click.option("--title", default="A new course", show_default=True)
@click.option("--authors", default="The authors", show_default=True)
def new(slug: str, home: Path | None, title: str, authors: str) -> None:
    """Write a small course that works, to be changed."""
    if not new_course.SLUG.fullmatch(slug):
        raise click.BadParameter("small letters, digits and hyphens; it stands in addresses for good")
    directory = home or Path(slug)
    try:
        written = new_course.begin(directory, slug=slug, title=title, authors=authors)
    except FileExistsError as error:
        raise CannotStart(f"{error} is there already") from error
    for path in written:
        say(str(path))
    say(f"look at it while you write: animateur course preview {directory}")
    say(f"see what it still needs:    animateur course check {directory}")


@course.command()
@click.argument("which", metavar="[SLUG or DIRECTORY]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(which: str | None, as_json: bool) -> None:
    """Tell everything that is wrong, with file and line; exit code 1 if there is anything."""
    places = _places(which)
    parts, gaps, warnings = [], [], []
    for directory in places:
        found, missing = examine(directory)
        parts += found
        gaps += missing
        warnings += texts_commands.behind(directory)
    if as_json:
        told = [{"file": str(each.path), "line": each.line, "what": each.what} for each in parts + gaps]
        told += [{"file": str(each.path), "line": each.line, "what": each.what, "warning": True} for each in warnings]
        click.echo(json.dumps(told))
    else:
        for each in warnings:
            click.echo(f"warning: {_near(each)}")
        _print(parts, gaps, ", ".join(place.name for place in places))
    sys.exit(1 if parts or gaps else 0)


def examine(directory: Path) -> tuple[list[Fault], list[Fault]]:
    """What is wrong with the course in this directory: in its parts, and as a whole.

    A course that cannot be read is told for that alone: nothing else can be said of it.
    """
    try:
        read = own_courses.read(directory, unlisted=True)
    except ContentRefused as refused:
        return list(refused.faults), []
    known = own_courses.profile()
    report = whole.check(read, known)
    stale = texts_commands.not_as_kept(directory)
    certified = [fault for find in CERTIFYING for fault in find(read, known)]
    return [*report.parts, *stale], [*report.whole, *certified]


def _print(parts: list[Fault], gaps: list[Fault], names: str) -> None:
    """The faults are told, those of the whole course below the others."""
    for fault in parts:
        click.echo(_near(fault))
    if gaps:
        click.echo("The course as a whole:")
    for fault in gaps:
        click.echo(_near(fault))
    count = len(parts) + len(gaps)
    click.echo(f"{names}: {count} {'fault' if count == 1 else 'faults'}" if count else f"{names}: all is well")


def _near(fault: Fault) -> str:
    """The fault, its path as short as it can be from here."""
    here = Path.cwd()
    path = fault.path.resolve()
    shown = path.relative_to(here) if path.is_relative_to(here) else fault.path
    return str(Fault(shown, fault.line, fault.what))


@course.command()
@click.argument("which", metavar="[SLUG or DIRECTORY]", required=False)
@click.option("--port", type=int, default=PORT, show_default=True)
def preview(which: str | None, port: int) -> None:
    """Show the course in the browser, anew at each save. No database, no login; only this machine can see it."""
    places = _places(which or (str(Path.cwd()) if Path("course.yaml").is_file() else None))
    if len(places) > 1:
        raise CannotStart(f"which course? There are {', '.join(place.name for place in places)}")
    say(f"http://127.0.0.1:{port}/ shows {places[0]}; stop with Ctrl+C")
    course_preview.serve(places[0], port=port)


@course.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--course", "which", help="Short name or directory of the course. Needed where there are several.")
def build(directory: Path, which: str | None) -> None:
    """Make the course's packages in DIRECTORY."""
    places = _places(which)
    if len(places) > 1:
        raise CannotStart(f"which course? There are {', '.join(place.name for place in places)}")
    try:
        read = own_courses.read(places[0])
    except ContentRefused as refused:
        raise CannotStart(f"this course cannot be read:\n{refused}") from refused
    for path in course_packages.build(read, directory, address=Settings.from_environment().address):
        say(str(path))


def _places(which: str | None) -> list[Path]:
    """The directories that are meant."""
    places = own_courses.directories(which, Settings.from_environment())
    if not places:
        raise CannotStart(f"there is no course {which}: neither a short name nor a directory with a course.yaml")
    return places


course.add_command(texts_commands.texts)
