"""Answers in pages: short ones, so that a tool that never follows `next` notices here and not in a large course."""

from dataclasses import dataclass
from html import escape
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request

from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.lms import lms

SHORT = 4
LARGEST = 100
EVERYTHING = 1_000_000

Row = TypeVar("Row")


@dataclass(frozen=True)
class Place:
    """Which part of a list is asked for."""

    start: int
    size: int


def place() -> Place:
    """The part that this request asks for by `limit` and `from`."""
    size = SHORT if lms().manner.always_pages else EVERYTHING
    return Place(_number("from", 0, least=0), min(_number("limit", size, least=1), max(size, LARGEST)))


def cut(rows: list[Row], at: Place, *, without: tuple[str, ...] = ()) -> tuple[list[Row], dict[str, str]]:
    """The rows of this page and the header that names the next one (RFC 8288), `without` some of what was asked."""
    rest = rows[at.start :]
    if len(rest) <= at.size:
        return rest, {}
    asked = {name: value for name, value in request.args.items() if name not in without}
    query = {**asked, "from": str(at.start + at.size), "limit": str(at.size)}
    return rest[: at.size], {"Link": _link(f"{lms().address}{request.path}?{urlencode(query)}")}


def accepts(media_type: str, *, exactly: bool = False) -> None:
    """Refused where the tool does not accept what this service speaks; some families want to read it to the letter."""
    if exactly and request.headers.get("Accept") != media_type:
        raise Refused("not_acceptable", f"Accept must be {media_type}")
    if request.accept_mimetypes and not request.accept_mimetypes.quality(media_type):
        raise Refused("not_acceptable", f"Accept must allow {media_type}")


def body_of(media_type: str) -> Any:
    """The JSON that was sent, of exactly this media type."""
    if request.mimetype != media_type:
        raise Refused("unsupported_media_type", f"Content-Type must be {media_type}")
    found = request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise Refused("invalid_request", "the body must be a JSON object")
    return found


def _link(url: str) -> str:
    if Fault.CURLY_LINK in lms().faults or (lms().manner.curly_links and request.blueprint != "roster"):
        # As Moodle writes it: typographic quotes in UTF-8 and HTML entities. Headers carry bytes as Latin-1.
        return f"<{escape(url)}>; rel=“next”".encode().decode("latin-1")
    return f'<{url}>; rel="next"'


def _number(name: str, otherwise: int, *, least: int) -> int:
    value = request.args.get(name, str(otherwise))
    if not value.isdecimal() or int(value) < least:
        raise Refused("invalid_request", f"{name} must be a whole number from {least} on")
    return int(value)
