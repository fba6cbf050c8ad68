"""What strangers fetch: agencies, keys, achievements, status lists."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from assessments import api, certificates, envelope, verification
from assessments.addresses import Addresses
from assessments.rulebook import Rulebook
from courses.people import Enrolment, Person
from tests.assessments.scenes import ADDRESSES, SEAL, Scene, the_rule
from tests.assessments.test_certificates import a_qualified_learner
from xapi_store.database import Database
from xapi_store.transaction import transaction


@dataclass(frozen=True)
class Settings:
    """The one setting this door reads."""

    public_url: str = ADDRESSES.public_url


@dataclass
class Published:
    """An installation with one certificate, as a stranger reaches it."""

    client: FlaskClient
    database: Database
    scene: Scene
    token: str
    certificate: certificates.Certificate

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(address.removeprefix(ADDRESSES.public_url), headers=headers)


def a_certificate(session: Session, scene: Scene, at: datetime) -> certificates.Certificate:
    return certificates.issue(
        session, enrolment=session.get_one(Enrolment, scene.enrolments[0].id), rule=the_rule(),
        officer=session.get_one(Person, scene.officer.id), name="Ana", seal=SEAL, addresses=ADDRESSES, at=at,
    )  # fmt: skip


@pytest.fixture
def published(database: Database, now: datetime) -> Published:
    """Agency north has conferred one certificate."""
    with transaction(database) as session:
        scene = a_qualified_learner(session, now)
    with transaction(database) as session:
        certificate = a_certificate(session, scene, now)
    app = Flask("test")
    rule = the_rule()
    app.extensions |= {
        "database": database,
        "settings": Settings(),
        "seal": SEAL,
        "rules": Rulebook({(rule.id, rule.version): rule}),
    }
    app.register_blueprint(api.blueprint())
    return Published(app.test_client(), database, scene, certificate.credential, certificate)


def test_a_stranger_verifies_a_certificate_with_nothing_but_public_addresses(
    published: Published, now: datetime
) -> None:
    def fetch_key(address: str) -> Any:
        return published.get(address).json

    def fetch_list(address: str) -> str:
        return str(published.get(address).text)

    def verdict() -> str:
        return verification.examine(
            published.token.encode(), resolve_key=fetch_key, resolve_status=fetch_list, at=now
        ).verdict

    assert verdict() == verification.VALID
    with transaction(published.database) as session:
        certificates.revoke(
            session, certificate_id=published.certificate.id, reason="issued_in_error", note="",
            officer=session.get_one(Person, published.scene.officer.id), rule=the_rule(), at=now,
        )  # fmt: skip
    assert verdict() == verification.REVOKED


def test_a_status_list_may_be_kept_for_a_while_and_is_not_sent_twice(published: Published) -> None:
    first = published.get("/status/1")
    assert first.content_type == "application/vc+jwt"
    assert first.headers["Cache-Control"] == "max-age=300, public"
    assert published.get("/status/1", **{"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_an_agency_publishes_its_profile_and_its_did_document(published: Published) -> None:
    profile = published.get("/agencies/north").json
    assert (profile["id"], profile["type"], profile["name"]) == (
        "https://tool.example/agencies/north", ["Profile"], "Agency North",
    )  # fmt: skip
    did = published.get("/agencies/north/did.json").json
    assert did["id"] == "did:web:tool.example:agencies:north"
    assert did["assertionMethod"] == [each["id"] for each in did["verificationMethod"]]
    assert {each["controller"] for each in did["verificationMethod"]} == {did["id"]}


def test_a_key_stands_alone_at_its_address_and_has_no_private_part(published: Published) -> None:
    profile = published.get("/agencies/north").json
    jwk = published.get(profile["assertionMethod"][0]).json
    assert set(jwk) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_an_achievement_says_what_the_credential_says(published: Published) -> None:
    found = published.get("/achievements/oicf-m1/0.1.0").json
    body = json.loads(json.dumps(found))
    assert body.pop("@context")[0] == "https://www.w3.org/ns/credentials/v2"
    signed = envelope.unpack(published.token.encode()).payload["credentialSubject"]["achievement"]
    assert body == signed


NOWHERE = (
    "/agencies/nobody", "/agencies/nobody/did.json", "/agencies/north/keys/none", "/agencies/nobody/keys/x",
    "/agencies/no%00body", "/agencies/%0a/keys/x", "/agencies/north/keys/%00", "/achievements/none/1.0.0",
    "/achievements/oicf-m1/9.9.9", "/status/999", "/status/99999999999999999999",
)  # fmt: skip


def test_what_is_not_there_is_not_found(published: Published) -> None:
    for address in NOWHERE:
        answer = published.get(address)
        assert answer.status_code == 404, address
        assert answer.headers["Access-Control-Allow-Origin"] == "*", address


def test_any_page_of_any_site_may_read_these_documents(published: Published) -> None:
    for address in ("/agencies/north", "/agencies/north/did.json", "/achievements/oicf-m1/0.1.0", "/status/1"):
        answer = published.get(address, Origin="https://elsewhere.example")
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_addresses_do_not_care_for_a_slash_at_the_end() -> None:
    assert Addresses("https://tool.example/") == Addresses("https://tool.example")
