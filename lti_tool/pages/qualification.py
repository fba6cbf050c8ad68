"""The qualification profile for anybody: a page to read, and the same as a CASE 1.1 framework.

A version of the profile and each part of it has its own address, which a browser follows to the part's place on the
page, and a program to the part alone. The permanent addresses (w3id.org) lead here.
"""

from typing import NoReturn

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from courses.case_framework import PLACES, Framework
from lti_tool import house, language
from lti_tool.pages import words
from lti_tool.pages.negotiation import document, for_a_program

bp = Blueprint("qualification", __name__)
JSON = "application/json"


@bp.get("/profile")
def latest() -> ResponseReturnValue:
    """The version that is taught now."""
    return _to_version()


@bp.get("/profile/<profile_id>")
def newest(profile_id: str) -> ResponseReturnValue:
    """The version of that profile that is taught now."""
    return _to_version() if profile_id == house.catalogue().profile.id else _nothing()


@bp.get("/profile/<profile_id>/<version>")
def version(profile_id: str, version: str) -> ResponseReturnValue:
    """One version of the profile: read by a person, or as a CFPackage by a program."""
    framework = _framework(profile_id, version)
    if for_a_program(JSON):
        return document(framework.package())
    answer = Response(
        render_template(
            "profile.html",
            profile=language.profile(),
            kinds=words.OUTCOME_KINDS,
            about=framework.linked_data(),
            package=framework.identifier(),
            permanent=framework.profile.iri,
        )
    )
    answer.headers["Vary"] = "Accept"
    return answer


@bp.get("/profile/<profile_id>/<version>/case.json")
def case_file(profile_id: str, version: str) -> ResponseReturnValue:
    """The whole profile as one CASE 1.1 file."""
    answer = document(_framework(profile_id, version).package())
    answer.headers["Content-Disposition"] = f'attachment; filename="{profile_id}-{version}.case.json"'
    return answer


@bp.get("/profile/<profile_id>/<version>/<code>")
def part(profile_id: str, version: str, code: str) -> ResponseReturnValue:
    """One unit, outcome or criterion: its place on the page, or the item alone."""
    framework = _framework(profile_id, version)
    if code not in framework.profile.parts():
        _nothing()
    if for_a_program(JSON):
        return document(framework.item(code))
    answer = redirect(url_for("qualification.version", profile_id=profile_id, version=version, _anchor=code), 303)
    answer.headers["Vary"] = "Accept"
    return answer


@bp.get("/ims/case/v1p1/CFDocuments")
def frameworks() -> ResponseReturnValue:
    """Every framework of this installation (CASE 1.1, getAllCFDocuments)."""
    return document(_at_home().documents())


@bp.get(f"/ims/case/v1p1/<any({', '.join(PLACES)}):place>/<uuid:identifier>")
def case_object(place: str, identifier: object) -> ResponseReturnValue:
    """One object of the framework by its identifier (CASE 1.1 REST binding)."""
    found = _at_home().found(place, str(identifier))
    return document(found) if found is not None else _nothing()


def _framework(profile_id: str, version: str) -> Framework:
    framework = _at_home()
    if (framework.profile.id, framework.profile.version) != (profile_id, version):
        _nothing()
    return framework


def _at_home() -> Framework:
    return Framework(profile=house.catalogue().profile, address=house.address())


def _to_version() -> Response:
    profile = house.catalogue().profile
    address = url_for("qualification.version", profile_id=profile.id, version=profile.version)
    return Response(status=302, headers={"Location": address})


def _nothing() -> NoReturn:
    abort(404)
