"""The published OpenAPI document: valid, and of the store neither more nor less than what the door offers."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from flask import Flask
from openapi_spec_validator import validate

from xapi_store.api import RESOURCES, document_requests, openapi, parameters
from xapi_store.api.answers import refusal
from xapi_store.api.exchange import VERSION
from xapi_store.errors import BatchRefused, FilterRefused, StatementRefused, UnknownKey

Json = dict[str, Any]


@pytest.fixture
def document(house: Flask) -> Json:
    """The document as it is published."""
    answer = house.test_client().get("/openapi.json")
    assert answer.status_code == 200
    return dict(answer.get_json())


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def names(operation: Json, where: str = "query") -> set[str]:
    return {each["name"] for each in operation["parameters"] if each["in"] == where}


def test_the_document_is_valid_openapi(document: Json) -> None:
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_every_resource_and_method_of_the_store_is_there_and_nothing_else(document: Json) -> None:
    told = {(path, method) for path, method, _ in operations(document) if path.startswith(("/xapi", "/store"))}
    assert told == {(path, method) for path, methods in RESOURCES.items() for method in methods}


def test_the_document_has_the_parameters_that_the_store_reads(document: Json) -> None:
    told = {(path, method): operation for path, method, operation in operations(document)}
    for method, schema in {"GET": parameters.GET, "PUT": parameters.PUT, "POST": parameters.POST}.items():
        known = {each.data_key or name for name, each in schema.fields.items()}
        assert names(told["/xapi/statements", method]) == known
    for path, resource in {
        "/xapi/activities/state": document_requests.STATE,
        "/xapi/activities/profile": document_requests.ACTIVITY_PROFILE,
        "/xapi/agents/profile": document_requests.AGENT_PROFILE,
    }.items():
        whole = {resource.id_name, *resource.required, *resource.optional}
        for method in ("PUT", "POST", "DELETE"):
            assert names(told[path, method]) == whole
        assert names(told[path, "GET"]) == {*whole, "since"}


def test_everything_but_about_needs_a_key_and_names_its_version(document: Json) -> None:
    for path, method, operation in operations(document):
        if path.startswith(("/xapi", "/store")):
            assert ("security" in operation, VERSION in names(operation, "header")) == (path != "/xapi/about", True)
            assert "400" in operation["responses"], (path, method)


def test_refusals_have_the_members_that_the_document_names() -> None:
    fault = StatementRefused("statements[3].verb.id", "is missing", rule="missing", section="Data 2.4.3")
    members = set(openapi.components()["schemas"]["Error"]["properties"])
    told = [refusal(each) for each in (BatchRefused([(3, fault)]), fault, FilterRefused("limit", "is not known"))]
    told.append(refusal(UnknownKey("no key")))
    for answer in told:
        assert set(_read(answer.body)) <= members
    assert set(_read(told[0].body)["errors"][0]) == {"index", "path", "reason", "rule", "section"}


def _read(body: bytes) -> Json:
    return dict(orjson.loads(body))
