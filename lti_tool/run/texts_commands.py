"""`animateur course texts`: the texts of a course go out to translators as a PO file, and come back."""

import re
from pathlib import Path

import click
import polib

from courses.authoring import yaml_text
from courses.authoring.faults import Faults
from courses.errors import ContentRefused, Fault
from courses.translating import exchange, source_files, standing, translations
from courses.translating.source_files import LANGUAGE, SourceFile
from lti_tool.run import own_courses
from lti_tool.run.command_line import say
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart

PROFILE = "profile"
PROFILE_LANGUAGE = "en"


@click.group()
def texts() -> None:
    """The texts of a course, for translators: out as a PO file, and back.

    A translated file is never changed by hand: its texts are kept in a PO file beside it (m1.fr.po), from which it is
    written (m1.fr.md).
    """


def _language(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """A language tag, such as fr or pt-BR."""
    if not re.fullmatch(LANGUAGE, value):
        raise click.BadParameter("a language tag, such as fr or pt-BR")
    return value


which = click.argument("which", metavar="COURSE")
only = click.option("--only", multiple=True, metavar="FILE", help="Only this module (m1); can be given several times.")
tongue = click.argument("language", metavar="LANG", callback=_language)
FILE = click.Path(dir_okay=False, path_type=Path)


@texts.command("export")
@which
@tongue
@click.argument("file", type=FILE)
@only
def export(which: str, language: str, file: Path, only: tuple[str, ...]) -> None:
    """Write the texts of COURSE (a short name, a directory, or `profile`) into FILE, for translating into LANG.

    What is translated already is in it. If FILE is there, the work in it is kept.
    """
    held = _read(file) if file.is_file() else None
    made = exchange.export(_sources(which, language, only), language, held=held)
    file.write_text(f"{made}\n", "utf-8", newline="\n")
    done = len(translations.said(made))
    say(f"{file}: {len([entry for entry in made if not entry.obsolete])} texts, {done} of them translated")


@texts.command("import")
@which
@tongue
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@only
def bring_back(which: str, language: str, file: Path, only: tuple[str, ...]) -> None:
    """Take translations out of FILE and write the translated files. A text not translated stays in its language."""
    _take(_sources(which, language, only), language, file)


@texts.command()
@which
def update(which: str) -> None:
    """Bring every translation of COURSE up to its source: changed texts wait for their translators."""
    for source in _sources(which, "", ()):
        for language in source.languages():
            _take([source], language, source.kept(language))


def _take(sources: list[SourceFile], language: str, file: Path) -> None:
    """The translations in the file are where they belong."""
    try:
        found = exchange.take(sources, language, _read(file))
    except ContentRefused as refused:
        raise CannotStart(f"nothing was changed:\n{refused}") from refused
    if not found:
        raise CannotStart(f"{file} holds no translation of these texts")
    for each in found:
        say(f"{each.written[-1]}: {each.done} of {each.whole} texts translated")


def _read(file: Path) -> polib.POFile:
    try:
        return translations.read(file)
    except ValueError as error:
        raise CannotStart(f"{file} is no PO file: {error}") from error


def _sources(which: str, language: str, only: tuple[str, ...]) -> list[SourceFile]:
    """The files that are meant, none of them in the language that is being translated into."""
    found = source_files.of_profile(own_courses.CONTENT, PROFILE_LANGUAGE) if which == PROFILE else _of_course(which)
    if any(source.language == language for source in found):
        raise CannotStart(f"{language} is the language that this is written in")
    chosen = [source for source in found if not only or source.name in only]
    if not chosen:
        raise CannotStart(f"there is nothing to translate; there are {', '.join(source.name for source in found)}")
    return chosen


def _of_course(which: str) -> list[SourceFile]:
    directories = own_courses.directories(which, Settings.from_environment())
    if len(directories) != 1:
        raise CannotStart(f"there is no course {which}: neither a short name nor a directory with a course.yaml")
    return _in(directories[0])


def _in(directory: Path) -> list[SourceFile]:
    """The modules of the course in this directory."""
    yaml = yaml_text.read_file(directory / "course.yaml", Faults())
    language = yaml.data.get("language") if yaml and isinstance(yaml.data, dict) else None
    return source_files.of_course(directory, str(language or PROFILE_LANGUAGE))


def behind(directory: Path) -> list[Fault]:
    """Texts of this course that were changed since they were translated, or are not translated: as warnings."""
    return list(standing.warnings(_in(directory)))


def not_as_kept(directory: Path) -> list[Fault]:
    """Translated files of this course that somebody changed by hand, or whose source was changed."""
    return list(standing.faults(_in(directory)))
