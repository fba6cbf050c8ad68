"""The addresses that programs may use, as an OpenAPI 3.1 document at a permanent address."""

from importlib.metadata import version
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lti_tool import house
from xapi_store.api import RESOURCES
from xapi_store.api import openapi as store

bp = Blueprint("openapi", __name__)


@bp.get("/openapi.json")
def document() -> ResponseReturnValue:
    """What stands at which address, for whom, and in which form it answers."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "animateur",
            "version": version("animateur"),
            "description": store.DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": house.address()}],
        "components": store.components(),
        "paths": {**store.paths(RESOURCES), **_public()},
    }


def _public() -> dict[str, dict[str, Any]]:
    said = {
        "/agencies/{slug}": "An agency as an Open Badges profile",
        "/agencies/{slug}/did.json": "An agency's DID document",
        "/agencies/{slug}/keys/{kid}": "One public key of an agency, as a bare JWK",
        "/achievements/{id}/{version}": "What a certificate under this rule says",
        "/profile/{id}/{version}": "A version of the qualification profile: a page, or a CASE 1.1 package for programs",
        "/profile/{id}/{version}/{code}": "One unit, outcome or criterion of it",
        "/ims/case/v1p1/CFDocuments": "The competency frameworks of this installation (CASE 1.1)",
        "/ims/case/v1p1/CFPackages/{identifier}": "A whole framework (CASE 1.1)",
        "/ims/case/v1p1/CFItems/{identifier}": "One item of a framework (CASE 1.1)",
        "/vocabulary": "The words of the evidence: a page, or an xAPI profile (JSON-LD) for programs",
        "/courses/{slug}/packages/{name}": "A course as a package for other platforms",
        "/status/{number}": "A signed status list (Bitstring Status List 1.0)",
        "/healthz": "This process answers",
        "/readyz": "The database answers too",
    }
    return {path: {"get": _operation(path, text)} for path, text in said.items()}


def _operation(path: str, text: str) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    answers = {"200": {"description": text}}
    if names:
        answers["404"] = {"description": "There is none."}
    return {"summary": text, "parameters": [_in_path(name) for name in names], "responses": answers}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
