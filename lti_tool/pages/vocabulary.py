"""The words of our evidence for anybody: the xAPI profile as JSON-LD, and as a page to read.

Each word and each template has an address of its own below /vocabulary, the same as its permanent one below
w3id.org/xapi/oicf: a browser follows it to its place on the page, a program to the whole document.
"""

from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

import courses
from lti_tool.pages.negotiation import document, for_a_program
from xapi_store.vocabulary import PROFILE, PROFILE_VERSION

bp = Blueprint("vocabulary", __name__, url_prefix="/vocabulary")
LINKED_DATA = "application/ld+json"
VERSION = PROFILE_VERSION.removeprefix(f"{PROFILE}/")
PUBLISHED: dict[str, Any] = orjson.loads(
    (Path(courses.__file__).parent / "content" / "xapi-profile.jsonld").read_bytes()
)
PLACES = {part["id"].removeprefix(f"{PROFILE}/"): part for part in (*PUBLISHED["concepts"], *PUBLISHED["templates"])}


@bp.get("", endpoint="page")
@bp.get(f"/{VERSION}", endpoint="this_version")
def page() -> ResponseReturnValue:
    """The profile of this version: read by a person, or as JSON-LD by a program."""
    if for_a_program(LINKED_DATA, "application/json"):
        return document(PUBLISHED, LINKED_DATA)
    answer = Response(
        render_template(
            "vocabulary.html", profile=PUBLISHED, version=VERSION, places={p["id"]: n for n, p in PLACES.items()}
        )
    )
    answer.headers["Vary"] = "Accept"
    return answer


@bp.get("/xapi-profile.jsonld")
def file() -> ResponseReturnValue:
    """The profile as a file."""
    return document(PUBLISHED, LINKED_DATA)


@bp.get("/<any('verbs','activity-types','ext','templates'):kind>/<name>")
def part(kind: str, name: str) -> ResponseReturnValue:
    """One word or template: its place on the page, or the document that defines it."""
    place = f"{kind}/{name}"
    if place not in PLACES:
        abort(404)
    if for_a_program(LINKED_DATA, "application/json"):
        return document(PUBLISHED, LINKED_DATA)
    return redirect(url_for("vocabulary.page", _anchor=place), 303)
