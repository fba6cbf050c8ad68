"""The addresses that programs may use, as an OpenAPI 3.1 document at a permanent address."""

from importlib.metadata import version
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from lti_tool import house

bp = Blueprint("openapi", __name__)

Operation = dict[str, Any]
VERSION_HEADER = {
    "name": "X-Experience-API-Version",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "examples": ["1.0.3", "2.0.0"]},
}
FILTERS = {
    "statementId": "The statement of this id, and nothing else.",
    "voidedStatementId": "The voided statement of this id.",
    "agent": "JSON of an Agent or identified Group that is actor or object.",
    "verb": "IRI of the verb.",
    "activity": "IRI of the activity that is the object.",
    "registration": "UUID of one enrolment's run.",
    "related_activities": "Look at every place where an activity may stand.",
    "related_agents": "Look at every place where an agent may stand.",
    "since": "Stored after this time.",
    "until": "Stored at this time or before.",
    "limit": "At most so many; 0 leaves it to the store.",
    "format": "ids, exact or canonical.",
    "ascending": "Oldest first.",
}


@bp.get("/openapi.json")
def document() -> ResponseReturnValue:
    """What stands at which address, for whom, and in which form it answers."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "animateur", "version": version("animateur"), "license": {"name": "Apache-2.0"}},
        "servers": [{"url": house.address()}],
        "components": {"securitySchemes": {"apiKey": {"type": "http", "scheme": "basic"}}},
        "paths": {**_xapi(), **_public()},
    }


def _xapi() -> dict[str, dict[str, Operation]]:
    filters = [_parameter(name, text) for name, text in FILTERS.items()]
    one = [_parameter("statementId", "The statement's id.", required=True)]
    return {
        "/xapi/about": {"get": _operation("Versions that the store speaks", {"200": "About"})},
        "/xapi/statements": {
            "get": _guarded(
                "Statements, newest first", {"200": "One statement, or a page of them with `more`"}, filters
            ),
            "post": _guarded(
                "Record one statement or a list, all or none",
                {"200": "Their ids", "400": "What is wrong, and where", "409": "Another statement has that id"},
                [],
            ),
            "put": _guarded(
                "Record one statement under this id", {"204": "Recorded", "409": "Another statement has that id"}, one
            ),
        },
    }


def _public() -> dict[str, dict[str, Operation]]:
    said = {
        "/agencies/{slug}": "An agency as an Open Badges profile",
        "/agencies/{slug}/did.json": "An agency's DID document",
        "/agencies/{slug}/keys/{kid}": "One public key of an agency, as a bare JWK",
        "/achievements/{id}/{version}": "What a certificate under this rule says",
        "/status/{number}": "A signed status list (Bitstring Status List 1.0)",
        "/healthz": "This process answers",
        "/readyz": "The database answers too",
    }
    return {path: {"get": _operation(text, {"200": text}, _in_path(path))} for path, text in said.items()}


def _in_path(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _parameter(name: str, text: str, *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": text, "schema": {"type": "string"}}


def _guarded(summary: str, answers: dict[str, str], parameters: list[dict[str, Any]]) -> Operation:
    more = {"400": "Not understood", "401": "No such key, or a wrong secret", "403": "The key lacks the scope"}
    operation = _operation(summary, {**more, **answers}, [VERSION_HEADER, *parameters])
    return {**operation, "security": [{"apiKey": []}]}


def _operation(summary: str, answers: dict[str, str], parameters: list[dict[str, Any]] | None = None) -> Operation:
    return {
        "summary": summary,
        "parameters": parameters or [],
        "responses": {status: {"description": text} for status, text in sorted(answers.items())},
    }
