"""A course as plain files that a browser can show: the pages, what makes them work, and the media they need.

Nothing in them is fetched from anywhere else. The pages name their licence and whom to credit.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any, TypeAlias

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from courses.exports import browser_steps, metadata
from courses.exports.edition import Edition, in_company, translatable
from courses.syllabus import Module, Step, Video

Files: TypeAlias = dict[str, bytes | str | Path]

HERE = Path(__file__).parent
SCRIPTS = ("marking.js", "step.js")
FILM_PARTS = ("mp4", "vtt")
# A file of the course that a text links to; never a path that climbs.
NAME = r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*"
MEDIA = re.compile(rf'(?<=["(])media/({NAME})(?=["?#)\\])')
PACKED = re.compile(rf'"(?:\.\./)?media/({NAME})[?#\\"]')

WORDS = {
    "answer": translatable("Your answer"),
    "check": translatable("Check"),
    "incomplete": translatable("Something is still missing."),
    "right": translatable("Right."),
    "partly": translatable("Partly right."),
    "wrong": translatable("Not right."),
    "place": translatable("Question {number} of {of}"),
    "next": translatable("Next"),
    "result": translatable("See the result"),
    "passed": translatable("{share} %. Passed."),
    "failed": translatable("{share} %. To pass, {pass} % are needed."),
    "again": translatable("Try again with other questions"),
    "points": translatable("{points} of {best} points"),
    "replay": translatable("Play it again"),
    "finish": translatable("I am done with this"),
    "done": translatable("Done"),
    "leave": translatable("Leave"),
}


def pages(edition: Edition, *, record: str, linked: bool = True) -> Files:
    """Every page and file. `record` is the script that keeps results; `linked` pages lead from one to the next."""
    files: Files = {"assets/course.css": HERE / "browser" / "course.css"}
    files |= {f"assets/{name}": HERE / "browser" / name for name in SCRIPTS}
    files["assets/record.js"] = HERE / "browser" / f"record-{record}.js"
    for module in edition.modules:
        steps = module.steps if linked else edition.alone(module)
        for step in steps:
            files[page_of(module, step)] = _step(edition, module, step, linked)
        if linked:
            files[f"{module.slug}/index.html"] = _render("module.html", edition, module=module, root="../")
    if linked:
        about = metadata.linked_data(edition)
        files["index.html"] = _render("course.html", edition, about=_data(about), root="")
    return files | _media(edition, files)


def page_of(module: Module, step: Step) -> str:
    """Where the step's page lies in the package."""
    return f"{module.slug}/{step.key}.html"


def _step(edition: Edition, module: Module, step: Step, linked: bool) -> str:
    working = browser_steps.data(step) | {"words": {key: edition.translate(text) for key, text in WORDS.items()}}
    place = module.steps.index(step)
    return _render(
        "step.html",
        edition,
        module=module,
        step=step,
        working=_data(working),
        film=_film(edition, module, step),
        company=in_company(step),
        linked=linked,
        before=module.steps[place - 1] if linked and place else None,
        after=module.steps[place + 1] if linked and place + 1 < len(module.steps) else None,
        root="../",
    )


def _render(template: str, edition: Edition, *, root: str, **more: Any) -> str:
    """A page; links of the course's texts to its media lead to where these lie in the package."""
    language = edition.module_language(more["module"]) if "module" in more else edition.language
    page = (
        _templates(edition.translate)
        .get_template(template)
        .render(edition=edition, course=edition.course, credit=edition.credit, language=language, root=root, **more)
    )
    return MEDIA.sub(rf"{root}media/\1", page)


@cache
def _templates(translate: Any) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    nothing = NullTranslations()
    environment.install_gettext_callables(translate, nothing.ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    return environment


def _data(content: Mapping[str, Any]) -> Markup:
    """JSON that can stand inside of a page: no sign in it ends the element it stands in."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704 (escaped)


def _film(edition: Edition, module: Module, step: Step) -> dict[str, str] | None:
    """The film's files by kind, as the page links them; None where there is no film in a language that is here."""
    if not isinstance(step, Video):
        return None
    for language in (edition.module_language(module), edition.course.language):
        found = _parts(edition, step, language)
        if "mp4" not in found:
            continue
        if edition.films:
            return {"language": language, **{kind: f"media/{name}" for kind, name in found.items()}}
        away = f"{edition.address}/courses/{edition.course.slug}/media/{found['mp4']}"
        return {"language": language, "away": away}
    return None


def film_name(edition: Edition, step: Step) -> str:
    """The film's place below the course's `media`; empty where it was not built."""
    return _parts(edition, step, edition.course.language).get("mp4", "") if isinstance(step, Video) else ""


def _parts(edition: Edition, step: Video, language: str) -> dict[str, str]:
    """The names of the film's built files below `media`, by kind."""
    home = edition.course.directory
    if home is None:
        return {}
    names = {kind: f"{step.name}/{language}.{kind}" for kind in FILM_PARTS} | {"poster": f"{step.name}/poster.jpg"}
    return {kind: name for kind, name in names.items() if (home / "media" / name).is_file()}


def _media(edition: Edition, files: Mapping[str, Any]) -> Files:
    """The media that these pages name."""
    home = edition.course.directory
    if home is None:
        return {}
    named = {name for text in files.values() if isinstance(text, str) for name in PACKED.findall(text)}
    found = {f"media/{name}": home / "media" / name for name in sorted(named)}
    inside = (home / "media").resolve()
    return {name: path for name, path in found.items() if path.is_file() and path.resolve().is_relative_to(inside)}
