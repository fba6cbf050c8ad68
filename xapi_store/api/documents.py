"""The document resources: State, Activity Profile and Agent Profile (xAPI Communication 2.3, 2.6, 2.7)."""

import hashlib
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial

from xapi_store.api.document_requests import (
    ACTIVITY_PROFILE,
    AGENT_PROFILE,
    SINCE,
    STATE,
    Resource,
    condition_of,
    content_of,
    place_of,
    shelf_of,
    since_of,
    tags_of,
)
from xapi_store.api.exchange import Answer, House, Method, Request
from xapi_store.documents import documents
from xapi_store.documents.preconditions import names
from xapi_store.documents.shelves import Kind, Shelf
from xapi_store.errors import FilterRefused, NotAllowed
from xapi_store.transaction import transaction

_NO_CONTENT = Answer(204)
# What a program keeps may be a web page. It must not run here, where people are signed in.
_HARMLESS = (("Content-Security-Policy", "sandbox; default-src 'none'"),)


def get(resource: Resource, request: Request, house: House) -> Answer:
    """One document to the byte, or the ids on a shelf where none is named; 304 where the program has it already."""
    _allow(request, resource, change=False)
    shelf = shelf_of(resource, request.parameters, further=(SINCE,))
    since = since_of(request.parameters)
    if resource.id_name not in request.parameters:
        return _list(request, house, shelf, since)
    place = place_of(resource, request.parameters, shelf)
    # Not from a copy that may lag behind: a program must read what it has just written.
    with house.database.session() as session:
        found = documents.get(session, store_id=request.bearer.store_id, place=place)
    answer = Answer(200, found.content.body, found.content.content_type, _HARMLESS)
    return _fresh(request, answer, found.etag, found.updated)


def put(resource: Resource, request: Request, house: House) -> Answer:
    """204: the document stands in place of what was there (xAPI Communication 2.2, 3.1)."""
    _allow(request, resource, change=True)
    place = place_of(resource, request.parameters, shelf_of(resource, request.parameters))
    content, condition = content_of(request), condition_of(request)
    with transaction(house.database) as session:
        documents.put(
            session,
            store_id=request.bearer.store_id,
            place=place,
            content=content,
            condition=condition,
            version=request.version,
            at=datetime.now(UTC),
        )
    return _NO_CONTENT


def post(resource: Resource, request: Request, house: House) -> Answer:
    """204: the document stands there, merged with the one that was there (xAPI Communication 2.2)."""
    _allow(request, resource, change=True)
    place = place_of(resource, request.parameters, shelf_of(resource, request.parameters))
    content, condition = content_of(request), condition_of(request)
    with transaction(house.database) as session:
        documents.merge(
            session,
            store_id=request.bearer.store_id,
            place=place,
            content=content,
            condition=condition,
            at=datetime.now(UTC),
        )
    return _NO_CONTENT


def delete(resource: Resource, request: Request, house: House) -> Answer:
    """204: the document is gone, or for a state without an id, all of exactly that shelf."""
    _allow(request, resource, change=True)
    shelf, condition = shelf_of(resource, request.parameters), condition_of(request)
    whole_shelf = resource.kind is Kind.STATE and resource.id_name not in request.parameters
    if whole_shelf and condition.given:
        raise FilterRefused(resource.id_name, "is missing: If-Match and If-None-Match speak of one document")
    with transaction(house.database) as session:
        if whole_shelf:
            documents.clear(session, store_id=request.bearer.store_id, shelf=shelf)
        else:
            place = place_of(resource, request.parameters, shelf)
            documents.remove(session, store_id=request.bearer.store_id, place=place, condition=condition)
    return _NO_CONTENT


def _methods(resource: Resource) -> dict[str, Method]:
    answers = {"GET": get, "PUT": put, "POST": post, "DELETE": delete}
    return {method: partial(answer, resource) for method, answer in answers.items()}


METHODS_STATE = _methods(STATE)
METHODS_ACTIVITY_PROFILE = _methods(ACTIVITY_PROFILE)
METHODS_AGENT_PROFILE = _methods(AGENT_PROFILE)


def _allow(request: Request, resource: Resource, *, change: bool) -> None:
    if not request.bearer.may_use_documents(resource.scope, change=change):
        raise NotAllowed("scope")


def _list(request: Request, house: House, shelf: Shelf, since: datetime | None) -> Answer:
    with house.database.session() as session:
        listing = documents.ids(session, store_id=request.bearer.store_id, shelf=shelf, since=since)
    body = json.dumps(listing.ids).encode()
    etag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
    return _fresh(request, Answer(200, body), etag, listing.updated)


def _fresh(request: Request, answer: Answer, etag: str, updated: datetime | None) -> Answer:
    headers = [("ETag", etag), *answer.headers]
    if updated is not None:
        headers.append(("Last-Modified", format_datetime(updated.astimezone(UTC), usegmt=True)))
    known = tags_of(request, "If-None-Match")
    if known is not None and names(known, etag):
        return Answer(304, headers=tuple(headers))
    return Answer(answer.status, answer.body, answer.content_type, tuple(headers))
