"""What anyone may read: agencies and their keys, what certificates mean, and the status lists.

These documents stand at permanent addresses that signed credentials name, so any page of any site may fetch them.
"""

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, request

from assessments import documents, open_badge, status_lists
from assessments.addresses import Addresses
from assessments.errors import NoSuchRule, NoSuchStatusList
from assessments.rulebook import Rulebook
from courses import agencies
from courses.errors import NoSuchAgency
from xapi_store.database import Database
from xapi_store.transaction import transaction

JSON_LD = "application/ld+json"
JWK = "application/jwk+json"
DID = "application/did+json"
VC_JWT = "application/vc+jwt"
# Keys and agencies seldom change; a retired key stays published.
AN_HOUR = 3600


def blueprint() -> Blueprint:
    """The public documents at `/agencies`, `/achievements` and `/status`.

    The application holds `database`, `settings` (with `public_url`), `seal` and `rules` among its extensions.
    """
    pages = Blueprint("assessments", __name__)
    pages.add_url_rule("/agencies/<slug>", "agency", agency)
    pages.add_url_rule("/agencies/<slug>/did.json", "did", did)
    pages.add_url_rule("/agencies/<slug>/keys/<kid>", "key", key)
    pages.add_url_rule("/achievements/<rule_id>/<version>", "achievement", achievement)
    pages.add_url_rule("/status/<int:number>", "status", status)
    pages.after_request(_open_to_all)
    pages.register_error_handler(NoSuchAgency, _not_found)
    pages.register_error_handler(NoSuchRule, _not_found)
    pages.register_error_handler(NoSuchStatusList, _not_found)
    return pages


def agency(slug: str) -> Response:
    """The agency as an Open Badges Profile (Open Badges 3.0, B.1.9)."""
    with transaction(_database()) as session:
        found = agencies.by_slug(session, slug)
        return _json(documents.agency(session, agency=found, addresses=_addresses()), JSON_LD)


def did(slug: str) -> Response:
    """The agency's DID document (did:web method, 2.5.2)."""
    with transaction(_database()) as session:
        found = agencies.by_slug(session, slug)
        return _json(documents.did(session, agency=found, addresses=_addresses()), DID)


def key(slug: str, kid: str) -> Response:
    """One bare JWK, as verifiers of Open Badges ask for it (Open Badges 3.0, 8.2.4)."""
    with transaction(_database()) as session:
        found = documents.key(session, slug=agencies.by_slug(session, slug).slug, kid=kid)
    return _not_found() if found is None else _json(found, JWK)


def achievement(rule_id: str, version: str) -> Response:
    """What a certificate under this rule says (Open Badges 3.0, B.1.1)."""
    rulebook: Rulebook = current_app.extensions["rules"]
    rule = rulebook.find(rule_id, version)
    return _json({"@context": list(open_badge.CONTEXT), **open_badge.achievement(rule, _addresses())}, JSON_LD)


def status(number: int) -> Response:
    """The signed status list (Bitstring Status List 1.0, 2.2)."""
    with transaction(_database()) as session:
        found = status_lists.signed(
            session,
            number=number,
            addresses=_addresses(),
            seal=current_app.extensions["seal"],
            at=datetime.now(UTC),
        )
    response = Response(found.token, content_type=VC_JWT)
    response.set_etag(found.etag)
    response.cache_control.max_age = int(status_lists.KEPT.total_seconds())
    response.cache_control.public = True
    response.make_conditional(request)
    return response


def _json(document: dict[str, Any], content_type: str) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    response = Response(body, content_type=content_type)
    response.add_etag()
    response.cache_control.max_age = AN_HOUR
    response.cache_control.public = True
    response.make_conditional(request)
    return response


def _not_found(error: Exception | None = None) -> Response:
    return Response('{"error":"There is nothing at this address."}', status=404, content_type="application/json")


def _open_to_all(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


def _addresses() -> Addresses:
    return Addresses(current_app.extensions["settings"].public_url)
