"""What the store offers over HTTP, as the parts of an OpenAPI 3.1 document, drawn from its resources."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema as Parameters

from xapi_store.api import openapi_parameters, parameters
from xapi_store.api.document_requests import ACTIVITY_PROFILE, AGENT_PROFILE, SINCE, STATE, Resource
from xapi_store.api.exchange import CONSISTENT, VERSION, Method
from xapi_store.api.openapi_bodies import SCHEMAS, Schema, ref

Json = dict[str, Any]

DESCRIPTION = (
    "The record store speaks xAPI 1.0.3 and 2.0.0 below /xapi; the header X-Experience-API-Version chooses. Every "
    "resource also answers OPTIONS and, where it answers GET, HEAD; 405 names what it answers. Doubled slashes do not "
    "matter. For xAPI 1.0 a POST with `?method=` and a form is the request that the form describes (alternate request "
    "syntax). Whatever is refused changes nothing. Statements come out to the letter as they came in."
)
_SCHEME = "accessKey"
_JSON = "application/json"

_TOLD: Mapping[str, str] = {
    VERSION: "The version that this answer is in.",
    CONSISTENT: "Everything stored up to this time can be found.",
    "ETag": "The SHA-1 sum of the body.",
    "Last-Modified": "When it was last written.",
}
# What an answer that is not what was asked for says; its body is an Error.
_REFUSALS: Mapping[str, str] = {
    "400": "It breaks a rule of xAPI; what, where, and of a batch all that is wrong.",
    "401": "There is no such access key, or its secret is another.",
    "403": "The access key lacks the scope.",
    "404": "Nothing is there.",
    "409": "Something else stands under this id, or the precondition that is needed is missing.",
    "412": "The precondition does not hold.",
    "413": "The body is too large.",
    "500": "A fault of the store; nothing of the request was stored.",
    "503": "The store does not answer at this moment.",
}
_ALWAYS = ("400", "401", "403", "500", "503")


@dataclass(frozen=True)
class _Said:
    """An operation in short: in words, with what it takes and how it answers."""

    summary: str
    good: Mapping[str, Json]
    names: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    body: Json | None = None
    refusals: tuple[str, ...] = ()
    keyed: bool = True


def components() -> Json:
    """The schemas, the refusals and the way to sign in that `paths` points at."""
    error = {_JSON: {"schema": ref("Error")}}
    return {
        "schemas": dict(SCHEMAS),
        "responses": {
            f"Refused{status}": {"description": text, "headers": _headers(VERSION), "content": error}
            for status, text in _REFUSALS.items()
        },
        "securitySchemes": {
            _SCHEME: {"type": "http", "scheme": "basic", "description": "An access key and its secret."}
        },
    }


def paths(resources: Mapping[str, Mapping[str, Method]]) -> Json:
    """What can be done with each of these resources; KeyError for one that is not described here."""
    said = _described()
    return {
        path: {method.lower(): _operation(path, method, said[path, method]) for method in methods}
        for path, methods in resources.items()
    }


def _described() -> dict[tuple[str, str], _Said]:
    found = {
        ("/xapi/about", "GET"): _Said("The versions that are spoken here", _good(ref("About")), keyed=False),
        ("/xapi/statements", "GET"): _Said(
            "One statement by its id, or a page of those that pass the filters",
            _good({"anyOf": [ref("StatementResult"), ref("Statement")]}, mixed=True, headers=("Last-Modified",)),
            names=_names(parameters.GET),
            headers=("Accept-Language",),
            refusals=("404",),
        ),
        ("/xapi/statements", "POST"): _Said(
            "Store one statement or a list of them, all or none",
            _good(ref("Ids")),
            body=_statements({"anyOf": [ref("Statement"), ref("Statements")]}),
            refusals=("409", "413"),
        ),
        ("/xapi/statements", "PUT"): _Said(
            "Store one statement under this id",
            _NOTHING,
            names=_names(parameters.PUT),
            required=_names(parameters.PUT),
            body=_statements(ref("Statement")),
            refusals=("409", "413"),
        ),
        ("/xapi/activities", "GET"): _looked_up("All that the store knows of an activity", "activityId", "Activity"),
        ("/xapi/agents", "GET"): _looked_up("All that the store knows of an agent", "agent", "Person"),
        ("/store/import", "POST"): _Said(
            "Store the good ones of a list of statements, and name the others (not part of xAPI)",
            _good(ref("Imported")),
            body=_statements(ref("Statements")),
            refusals=("409", "413"),
        ),
    }
    for path, resource in (
        ("/xapi/activities/state", STATE),
        ("/xapi/activities/profile", ACTIVITY_PROFILE),
        ("/xapi/agents/profile", AGENT_PROFILE),
    ):
        found |= {(path, method): said for method, said in _documents(resource)}
    return found


def _documents(resource: Resource) -> Iterable[tuple[str, _Said]]:
    names = (*resource.required, resource.id_name, *resource.optional)
    whole = (*resource.required, resource.id_name)
    conditions = ("If-Match", "If-None-Match")
    found: Mapping[str, Json] = {**_good({}, any_type=True, headers=("ETag", "Last-Modified")), **_UNCHANGED}
    body: Json = {"content": {_JSON: {"schema": {}}, "application/octet-stream": {}}}
    merged: Json = {"content": {_JSON: {"schema": {"type": "object"}}, "application/octet-stream": {}}}
    write = ("409", "412", "413")
    yield (
        "GET",
        _Said(
            "One document, or the ids of those that are there",
            found,
            (*names, SINCE),
            resource.required,
            ("If-None-Match",),
            refusals=("404",),
        ),
    )
    yield "PUT", _Said("The document stands there", _NOTHING, names, whole, conditions, body, write)
    yield "POST", _Said("Merge into the document that is there", _NOTHING, names, whole, conditions, merged, write)
    clears = resource is STATE
    yield (
        "DELETE",
        _Said(
            "Remove the document, or without an id all that are there" if clears else "Remove the document",
            _NOTHING,
            names,
            resource.required if clears else whole,
            conditions,
            refusals=("412",),
        ),
    )


def _looked_up(summary: str, name: str, schema: str) -> _Said:
    found = {**_good(ref(schema), headers=("ETag",)), **_UNCHANGED}
    return _Said(summary, found, (name,), (name,), ("If-None-Match",))


_NOTHING: Mapping[str, Json] = {"204": {"description": "Done."}}
_UNCHANGED: Mapping[str, Json] = {"304": {"description": "It is the one that If-None-Match names."}}


def _good(
    schema: Schema, *, mixed: bool = False, any_type: bool = False, headers: tuple[str, ...] = ()
) -> dict[str, Json]:
    content: Json = {"*/*" if any_type else _JSON: {"schema": schema}}
    if mixed:
        content["multipart/mixed"] = {}
    answer: Json = {"description": "What was asked for.", "content": content}
    return {"200": {**answer, "headers": _headers(*headers, required=False)} if headers else answer}


def _statements(schema: Schema) -> Json:
    return {"required": True, "content": {_JSON: {"schema": schema}, "multipart/mixed": {}}}


def _names(schema: Parameters) -> tuple[str, ...]:
    return tuple(each.data_key or name for name, each in schema.fields.items())


def _headers(*names: str, required: bool = True) -> Json:
    return {name: {"description": _TOLD[name], "required": required, "schema": {"type": "string"}} for name in names}


def _operation(path: str, method: str, said: _Said) -> Json:
    own = (VERSION, CONSISTENT) if path == "/xapi/statements" else (VERSION,)
    refused = sorted({*(_ALWAYS if said.keyed else ("400", "500")), *said.refusals})
    operation: Json = {
        "summary": said.summary,
        "operationId": "_".join((method.lower(), *path.strip("/").split("/"))),
        "tags": ["store" if path.startswith("/store") else "xAPI"],
        "parameters": [
            *openapi_parameters.in_the_address(said.names, said.required),
            *openapi_parameters.in_headers(said.headers, keyed=said.keyed),
        ],
        "responses": {
            **{
                status: {**good, "headers": {**_headers(*own), **good.get("headers", {})}}
                for status, good in said.good.items()
            },
            **{status: {"$ref": f"#/components/responses/Refused{status}"} for status in refused},
        },
    }
    if said.body is not None:
        operation["requestBody"] = said.body
    return {**operation, "security": [{_SCHEME: []}]} if said.keyed else operation
