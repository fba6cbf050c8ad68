"""In which language a page speaks, and in which its reader wants the course: two things, since a course may be there in
a language that the product does not speak yet, and the other way round."""

from dataclasses import replace
from typing import TypeVar

from babel import Locale, UnknownLocaleError
from babel.units import format_unit
from flask import current_app, g, request
from flask_babel import get_locale
from markupsafe import Markup
from werkzeug import Response

from courses.profile import Profile
from courses.syllabus import Course, Module, Step
from lti_tool import house, visitor

# What the product's own texts are written in.
OWN = "en"
COOKIE = "__Host-language"
KEPT_FOR = 365 * 24 * 3600

Spoken = TypeVar("Spoken", bound=Step)


def of_interface() -> str:
    """The locale (`en`, `pt_BR`) of the page's own words: the reader's language, else the next best that we have."""
    return _best(reader(), interface_languages()).replace("-", "_") or OWN


def interface_languages() -> list[str]:
    """The languages that the product itself speaks."""
    return list(current_app.config.get("INTERFACE_LANGUAGES", (OWN,)))


def offered() -> list[tuple[str, str]]:
    """Every language that a reader can choose, with its own name for itself: of the product, and of its courses."""
    courses = house.catalogue().courses.values()
    tags = {*interface_languages(), *(tag for course in courses for tag in course.languages or (course.language,))}
    tags |= set(house.catalogue().profiles)
    return sorted((tag, own_name(tag)) for tag in tags)


def own_name(tag: str) -> str:
    """What the language is called in itself; the tag where nobody knows."""
    found = Locale.parse(tag.replace("-", "_")) if _is_known(tag) else None
    name = found.get_display_name(found) if found else None
    return f"{name[0].upper()}{name[1:]}" if name else tag


def reader() -> str:
    """The language tag that the reader wants: chosen or launched with, kept by the browser, or set in it."""
    if "reader_language" not in g:
        g.reader_language = _reader()
    return str(g.reader_language)


def _reader() -> str:
    here = visitor.shown()
    tags = [tag for tag, _ in offered()]
    for asked in (here.locale if here else None, request.cookies.get(COOKIE)):
        if asked and (found := _best(asked.replace("_", "-"), tags)):
            return found
    return request.accept_languages.best_match(tags) or OWN


def keep(response: Response, tag: str) -> None:
    """The browser keeps the language for pages that nobody has to sign in for."""
    response.set_cookie(COOKIE, tag, max_age=KEPT_FOR, path="/", secure=True, httponly=True, samesite="Lax")


def of_course(course: Course) -> str:
    """The language in which this reader gets the course, where its modules are translated."""
    return _best(reader(), course.languages) or course.language


def course(found: Course) -> Course:
    """The course in the reader's language, as far as it is translated."""
    tag = of_course(found)
    summary = found.summaries.get(tag, found.summary)
    return replace(found, title=found.title_in(tag), summary=summary, modules=found.modules_in(tag))


def module(course: str, slug: str) -> Module:
    """The module in the reader's language, or in the source language where it is not translated."""
    found = house.catalogue()
    return found.module(course, slug, language=of_course(found.course(course)))


def step(found: Spoken) -> Spoken:
    """The same step in the reader's language. Pages show it; commands, and what they record, keep to the source."""
    course, slug, key = found.id.split("/")
    own = next((each for each in module(course, slug).steps if each.key == key), found)
    return own if isinstance(own, type(found)) else found


def profile() -> Profile:
    """The qualification profile in the reader's language; in English where it is not translated."""
    found = house.catalogue()
    return found.profile_in(_best(reader(), list(found.profiles)))


def of_profile() -> str:
    """The language in which this reader gets the profile."""
    return _best(reader(), list(house.catalogue().profiles)) or OWN


def of_title(course: Course) -> str:
    """The language of the course's title and summary, as this reader gets them."""
    tag = of_course(course)
    return tag if tag in course.titles else course.language


def instead(found: Module) -> bool:
    """Whether the reader gets this module in another language than the one they want."""
    return bool(found.language) and found.language.split("-")[0] != reader().split("-")[0]


def lang(tag: str | None) -> Markup:
    """The attribute for a part of the page in that language; empty where the whole page speaks it."""
    if not tag or tag == page_language():
        return Markup("")
    return Markup(' lang="{}"').format(tag)


def page_language() -> str:
    """The tag of the page's own language."""
    return str(get_locale() or OWN).replace("_", "-")


def bytesformat(size: float) -> str:
    """A size in words of the page's language: `3.4 MB`."""
    units = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte", "digital-terabyte")
    step = 0
    while size >= 1000 and step < len(units) - 1:
        size, step = size / 1000, step + 1
    shown = round(size, 1 if step and size < 10 else 0)
    return format_unit(shown, units[step], length="short", locale=get_locale() or OWN)


def in_templates() -> dict[str, object]:
    """What every template needs: `language`, `direction`, `languages` to choose from, and the one chosen."""
    locale = get_locale()
    return {
        "language": page_language(),
        "direction": locale.text_direction if locale else "ltr",
        "of_title": of_title,
        "of_profile": of_profile,
        "languages": offered(),
        "reader_language": reader(),
        "in_another_language": instead,
    }


def _best(asked: str, there: list[str] | tuple[str, ...]) -> str:
    """The nearest of these languages to the one asked for: itself, its main language, or a variant; else empty."""
    main = asked.split("-")[0].lower()
    same = [tag for tag in there if tag.lower() == asked.lower()]
    near = [tag for tag in there if tag.lower() == main] or [tag for tag in there if tag.split("-")[0].lower() == main]
    return (same or near or [""])[0]


def _is_known(tag: str) -> bool:
    try:
        Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return False
    return True
