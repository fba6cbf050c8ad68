"""The courses for anybody, without an account: what they hold, how to credit them, to read and to take along."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from courses.exports import metadata, packages, shelf, static_pages
from courses.exports.edition import Edition
from courses.exports.packages import Package
from courses.syllabus import Course, Step, Video
from lti_tool import house
from lti_tool import language as speech
from lti_tool.pages import package_words

bp = Blueprint("open_courses", __name__, url_prefix="/courses")
HOUR = 3600
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "csv": "text/csv", "txt": "text/plain"}


@bp.get("")
def every() -> ResponseReturnValue:
    """All courses of this installation."""
    return render_template(
        "open_courses.html",
        editions=[_edition(each, speech.of_course(each)) for each in house.catalogue().courses.values()],
    )


@bp.get("/<slug>")
def one(slug: str) -> ResponseReturnValue:
    """One course: its modules, languages and films, its licence, and everything to take along."""
    edition = _edition(house.catalogue().course(slug), request.args.get("language", ""))
    profile = house.catalogue().profile
    # Only the profile's own course leads to the whole of it; an agency's course may share some criteria.
    leads = profile.id == edition.course.slug
    level = {"educationalLevel": profile.level_note} if leads else {}
    return render_template(
        "open_course.html",
        edition=edition,
        course=edition.course,
        profile=profile,
        leads=leads,
        about=metadata.linked_data(edition) | level,
        packages=packages.packages(edition),
        films=[(module, step) for module in edition.modules for step in module.steps if isinstance(step, Video)],
        built=_built,
    )


@bp.get("/<slug>/packages/<name>")
def package(slug: str, name: str) -> ResponseReturnValue:
    """A package, made when it is first asked for."""
    course = house.catalogue().course(slug)
    for language in _languages(course):
        edition = _edition(course, language)
        for found in packages.packages(edition):
            if found.name == name:
                return _handed_out(edition, found)
    return abort(404)


@bp.get("/<slug>/read/")
def begin(slug: str) -> ResponseReturnValue:
    """The first page to read, in the course's own language."""
    course = house.catalogue().course(slug)
    return redirect(url_for("open_courses.read", slug=slug, language=course.language, name="index.html"))


@bp.get("/<slug>/read/<language>/<path:name>")
def read(slug: str, language: str, name: str) -> ResponseReturnValue:
    """A page of the course, or what it needs: the same pages as in the archive."""
    course = house.catalogue().course(slug)
    if language not in _languages(course):
        abort(404)
    edition = _edition(course, language)
    content = _pages(edition).get(name)
    if content is None:
        abort(404)
    if isinstance(content, Path) and name.startswith("media/"):
        return send_file(content, conditional=True, max_age=HOUR)
    text = content.read_bytes() if isinstance(content, Path) else content
    answer = Response(text, mimetype=TYPES.get(name.rpartition(".")[2], "application/octet-stream"))
    answer.headers["Cache-Control"] = f"public, max-age={HOUR}"
    return answer


def _handed_out(edition: Edition, package: Package) -> Response:
    """The package as it is kept; made for this once where nothing can be kept."""
    kept: Path | BytesIO
    try:
        kept = shelf.kept(edition, package, house.packages())
    except OSError:
        kept = BytesIO(package.make())
    return send_file(kept, mimetype="application/zip", as_attachment=True, download_name=package.name, max_age=HOUR)


def _languages(course: Course) -> tuple[str, ...]:
    return course.languages or (course.language,)


def _edition(course: Course, language: str = "") -> Edition:
    """The course in that language, or in its own where it has none such."""
    spoken = language if language in _languages(course) else course.language
    return Edition(course=course, language=spoken, address=house.address(), translate=package_words.into(spoken))


def _pages(edition: Edition) -> Mapping[str, Any]:
    """The pages to read; kept for each state of the course, as all of them together are made in one go."""
    held = current_app.extensions.setdefault("open pages", {})
    state = (edition.course.slug, edition.language)
    fingerprint = shelf.fingerprint(edition)
    if held.get(state, ("", {}))[0] != fingerprint:
        held[state] = (
            fingerprint,
            static_pages.pages(replace(edition, home=f"/courses/{edition.course.slug}"), record="alone"),
        )
    pages: Mapping[str, Any] = held[state][1]
    return pages


def _built(edition: Edition, step: Step) -> str:
    """The address of the film, where it was built."""
    name = static_pages.film_name(edition, step)
    return f"/courses/{edition.course.slug}/media/{name}" if name else ""
