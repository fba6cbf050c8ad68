"""`animateur course build-videos`: the films of a course, built from its scripts."""

from pathlib import Path

import click
from platformdirs import user_cache_path

from courses.films.course_films import scripts_of
from courses.films.errors import FilmError, ToolMissing
from courses.films.scripts import Script
from lti_tool.run import own_courses
from lti_tool.run.settings import Settings


@click.command("build-videos")
@click.argument("course", default="oicf")
@click.option("--only", help="Build this film only, such as v1.")
@click.option("--language", help="Build the films in this language only, such as en.")
@click.option("--again", is_flag=True, help="Build films that are up to date as well.")
@click.option(
    "--voices",
    type=click.Path(path_type=Path),
    default=user_cache_path("animateur") / "voices",
    help="Where deploy/films/fetch-voices.sh put the voices.",
)
def build_videos(course: str, only: str | None, language: str | None, again: bool, voices: Path) -> None:
    """Build the films of COURSE (a short name or a directory) whose script or pictures have changed."""
    places = own_courses.directories(course, Settings.from_environment())
    if len(places) != 1:
        raise click.ClickException(f"there is no course {course}")
    directory = places[0]
    read = own_courses.read(directory, unlisted=True)
    asked = [
        script for script in scripts_of(read) if only in {None, script.name} and language in {None, script.language}
    ]
    if not asked:
        raise click.ClickException("this course has no such film")
    try:
        for script in asked:
            _build(script, directory, voices, again=again)
    except FilmError as error:
        raise click.ClickException(str(error)) from error


def _build(script: Script, directory: Path, voices: Path, *, again: bool) -> None:
    """One film, with a line for each step of the work."""
    try:
        # Drawing needs libraries that a running tool does without.
        from courses.films.building import Workshop, build, is_current
    except ImportError as error:
        raise ToolMissing(f"{error.name} is not installed: pip install --group films") from error
    workshop = Workshop(course=directory, styles=voices)
    named = f"{script.name}.{script.language}"
    if not again and is_current(script, workshop):
        click.echo(f"{named}: up to date")
        return
    build(script, workshop, tell=lambda done: click.echo(f"{named}: {done}"))
