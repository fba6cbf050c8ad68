"""Checking certificates: the bytes that are handed in, with every way to tamper with them."""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from assessments import certificates, documents, envelope, open_badge, pdf, status_bits, verification
from assessments.certificates import Certificate
from assessments.verification import Examination
from tests.assessments import scenes
from tests.assessments.scenes import ADDRESSES, SEAL, Scene
from tests.assessments.test_certificates import a_qualified_learner, issued, revoked
from xapi_store import keys, signatures


@dataclass
class World:
    """An issued certificate, and the ways a stranger's check goes to this installation."""

    session: Session
    scene: Scene
    certificate: Certificate
    at: datetime

    @property
    def token(self) -> str:
        return self.certificate.credential

    def examine(self, data: str | bytes, *, at: datetime | None = None, **different: Any) -> Examination:
        moment = at or self.at
        raw = data.encode() if isinstance(data, str) else data
        ways: dict[str, Any] = {
            "resolve_key": documents.resolve_key(self.session, addresses=ADDRESSES),
            "resolve_status": documents.resolve_status(self.session, addresses=ADDRESSES, seal=SEAL, at=moment),
        }
        return verification.examine(raw, **{**ways, **different}, at=moment)

    def signed(self, document: dict[str, Any], *, owner: str = "agency:north", kid_of: str = "north") -> str:
        """A token by this owner's key that claims to be by one of `kid_of`'s."""
        key = keys.ensure(self.session, owner=owner, algorithm="ES256", seal=SEAL, at=self.at)
        headers = {"kid": ADDRESSES.key(kid_of, key.kid), "typ": "JWT"}
        return signatures.sign(document, key=key, private=keys.private(key, SEAL), headers=headers)


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    """A certificate of agency north, issued now."""
    at = now.replace(microsecond=0)
    scene = a_qualified_learner(session, at)
    return World(session, scene, issued(session, scene), at)


def encoded(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def a_token(header: Any, payload: Any) -> bytes:
    """Anything at all in the shape of a token."""
    return f"{encoded(header)}.{encoded(payload)}.AA".encode()


def with_payload(token: str, change: Callable[[dict[str, Any]], None]) -> str:
    head, _, signature = token.split(".")
    payload = dict(envelope.unpack(token.encode()).payload)
    change(payload)
    return f"{head}.{encoded(payload)}.{signature}"


def with_header(token: str, **header: Any) -> str:
    _, body, signature = token.split(".")
    original = dict(envelope.unpack(token.encode()).header)
    return f"{encoded({**original, **header})}.{body}.{signature}"


def rename(payload: dict[str, Any]) -> None:
    payload["credentialSubject"]["identifier"][0]["identityHash"] = "Somebody Else"


def change_evidence(payload: dict[str, Any]) -> None:
    payload["evidence"][0]["digestSRI"] = "sha384-" + "A" * 64


def change_place(payload: dict[str, Any]) -> None:
    payload["credentialStatus"]["statusListIndex"] = "1"


def prolong(payload: dict[str, Any]) -> None:
    payload["exp"] += 1


def drop_status(payload: dict[str, Any]) -> None:
    del payload["credentialStatus"]


def test_an_issued_certificate_is_valid_in_every_check(world: World) -> None:
    found = world.examine(world.token)
    assert found.verdict == verification.VALID
    assert {check.outcome for check in found.checks} == {"yes"}
    assert [check.code for check in found.checks] == [
        "readable", "issuer", "signature", "form", "begun", "not_expired", "not_revoked",
    ]  # fmt: skip
    assert found.credential is not None
    assert found.credential["id"] == world.certificate.id.urn


def test_space_around_the_text_does_no_harm(world: World) -> None:
    assert world.examine(f"\ufeff\n {world.token}\r\n").verdict == verification.VALID


def test_a_changed_payload_is_altered(world: World) -> None:
    for change in (rename, change_evidence, change_place, prolong, drop_status):
        found = world.examine(with_payload(world.token, change))
        assert found.verdict == verification.ALTERED, change.__name__
        assert found.outcome("signature") == "no"
        assert found.credential is None


def test_every_changed_letter_of_the_signature_is_altered(world: World) -> None:
    start = world.token.rindex(".") + 1
    for place in range(start, len(world.token)):
        letter = "A" if world.token[place] != "A" else "B"
        forged = world.token[:place] + letter + world.token[place + 1 :]
        assert world.examine(forged).verdict == verification.ALTERED, place


def test_spare_bits_in_the_last_letter_of_the_signature_are_altered_too(world: World) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # 64 bytes leave four bits of the last letter unused: sixteen letters would read as the same signature.
    last = alphabet.index(world.token[-1])
    for spare in range(1, 16):
        assert world.examine(world.token[:-1] + alphabet[last ^ spare]).verdict == verification.ALTERED


def test_another_algorithm_in_the_header_is_altered(world: World) -> None:
    for algorithm in ("none", "HS256", "RS256", "EdDSA", "ES384", 7, None):
        assert world.examine(with_header(world.token, alg=algorithm)).verdict == verification.ALTERED, algorithm


def test_a_header_that_asks_for_trust_is_not_read(world: World) -> None:
    for name in ("jwk", "jku", "x5u", "x5c", "crit", "b64"):
        assert world.examine(with_header(world.token, **{name: {}})).verdict == verification.UNREADABLE, name


def test_a_header_without_a_known_key_has_no_known_issuer(world: World) -> None:
    kid = envelope.unpack(world.token.encode()).header["kid"]
    for other in (kid + "x", "https://elsewhere.example/agencies/north/keys/1", "", None, 5, f"{kid}/../x"):
        assert world.examine(with_header(world.token, kid=other)).verdict == verification.UNKNOWN_ISSUER


def test_another_agencys_key_cannot_sign_for_this_one(world: World) -> None:
    scenes.an_agency(world.session, "south", world.at)
    payload = dict(envelope.unpack(world.token.encode()).payload)
    assert world.examine(world.signed(payload, owner="agency:south", kid_of="south")).verdict == "unknown_issuer"
    assert world.examine(world.signed(payload, owner="agency:south", kid_of="north")).verdict == "unknown_issuer"


def test_a_key_that_never_was_an_agencys_is_unknown(world: World) -> None:
    payload = dict(envelope.unpack(world.token.encode()).payload)
    assert world.examine(world.signed(payload, owner="tool")).verdict == verification.UNKNOWN_ISSUER


def test_a_signed_document_whose_claims_contradict_it_is_no_certificate(world: World) -> None:
    for claim in ("iss", "jti", "sub", "nbf", "exp"):
        payload = dict(envelope.unpack(world.token.encode()).payload)
        payload[claim] = 1 if isinstance(payload[claim], int) else "urn:other"
        found = world.examine(world.signed(payload))
        assert (found.verdict, found.outcome("form")) == (verification.ALTERED, "no"), claim
        del payload[claim]
        assert world.examine(world.signed(payload)).outcome("form") == "no", claim


def test_a_malformed_key_from_elsewhere_verifies_nothing(world: World) -> None:
    good = dict(documents.resolve_key(world.session, addresses=ADDRESSES)(a_kid(world)) or {})
    assert world.examine(world.token, resolve_key=lambda kid: good).verdict == verification.VALID
    broken: list[dict[str, Any]] = [
        {}, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, {"kty": "EC"}, {"kty": ["EC"]},
        {**good, "x": 5}, {**good, "x": "AA"}, {**good, "crv": "P-999"}, {**good, "crv": None}, {**good, "y": "é"},
        {**good, "y": good["x"]}, {**good, "alg": "RS256"}, {**good, "alg": 7},
    ]  # fmt: skip
    for jwk in broken:
        found = world.examine(world.token, resolve_key=lambda kid, jwk=jwk: jwk)
        assert found.verdict in {verification.ALTERED, verification.UNKNOWN_ISSUER}, jwk


def a_kid(world: World) -> str:
    return str(envelope.unpack(world.token.encode()).header["kid"])


def test_a_status_list_is_no_certificate(world: World) -> None:
    lists = documents.resolve_status(world.session, addresses=ADDRESSES, seal=SEAL, at=world.at)
    token = lists(ADDRESSES.status_list(world.certificate.status_list_id))
    assert token is not None
    assert world.examine(token).outcome("form") == "no"


def test_a_certificate_past_its_end_is_expired_not_altered(world: World) -> None:
    end = world.certificate.valid_until
    assert end is not None
    assert world.examine(world.token, at=end - timedelta(seconds=1)).verdict == verification.VALID
    found = world.examine(world.token, at=end)
    assert (found.verdict, found.outcome("signature")) == (verification.EXPIRED, "yes")


def test_a_certificate_before_its_beginning_is_not_yet_valid(world: World) -> None:
    assert world.examine(world.token, at=world.at - timedelta(seconds=1)).verdict == verification.NOT_YET_VALID


def test_a_revoked_certificate_is_revoked_even_when_expired(world: World) -> None:
    revoked(world.session, world.scene, world.certificate)
    assert world.examine(world.token).verdict == verification.REVOKED
    assert world.examine(world.token, at=world.at + timedelta(days=5000)).verdict == verification.REVOKED


def test_a_neighbours_revocation_changes_nothing(world: World) -> None:
    second = world.scene.enrolments[1]
    scenes.a_quiz_passed(world.session, second, world.at)
    scenes.a_judgement(world.session, second, world.scene.trainer, world.at)
    scenes.settle(world.session)
    revoked(world.session, world.scene, issued(world.session, world.scene, enrolment=second))
    assert world.examine(world.token).verdict == verification.VALID


def test_a_list_out_of_reach_leaves_the_question_open(world: World) -> None:
    found = world.examine(world.token, resolve_status=lambda address: None)
    assert found.outcome("not_revoked") == "unknown"
    assert found.verdict == verification.UNCONFIRMED


def a_list(world: World, **different: Any) -> dict[str, Any]:
    address = ADDRESSES.status_list(world.certificate.status_list_id)
    made = {
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": ADDRESSES.agency("north")},
        "validFrom": open_badge.instant(world.at),
        "validUntil": open_badge.instant(world.at + timedelta(days=1)),
        "credentialSubject": {
            "id": f"{address}#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
            "encodedList": status_bits.encode([]),
        },
    }  # fmt: skip
    return {**made, **different}


def subject(**different: Any) -> dict[str, Any]:
    plain = {"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": status_bits.encode([])}
    return {"credentialSubject": {**plain, **different}}


def test_a_proper_list_without_the_bit_says_not_revoked(world: World) -> None:
    token = world.signed(a_list(world))
    assert world.examine(world.token, resolve_status=lambda address: token).verdict == verification.VALID


UNBELIEVABLE: list[dict[str, Any]] = [
    {"id": "https://tool.example/status/999"},
    {"issuer": {"id": "https://tool.example/agencies/south"}},
    {"validUntil": "2020-01-01T00:00:00Z"},
    {"validUntil": "soon"},
    {"validUntil": None},
    {"credentialSubject": None},
    subject(statusPurpose="suspension"),
    subject(encodedList="uAAAA"),
    subject(encodedList=status_bits.encode([], size=64)),
    subject(encodedList=7),
    subject(encodedList="u" + encoded(gzip.compress(bytes(64 * 1024 * 1024)))),
]


def test_a_list_that_cannot_be_believed_leaves_the_question_open(world: World) -> None:
    for different in UNBELIEVABLE:
        token = world.signed(a_list(world, **different))
        found = world.examine(world.token, resolve_status=lambda address, token=token: token)
        assert found.outcome("not_revoked") == "unknown", str(different)[:200]


def test_another_agencys_list_at_this_address_is_not_believed(world: World) -> None:
    scenes.an_agency(world.session, "south", world.at)
    theirs = a_list(world, issuer={"id": ADDRESSES.agency("south")})
    token = world.signed(theirs, owner="agency:south", kid_of="south")
    assert world.examine(world.token, resolve_status=lambda address: token).outcome("not_revoked") == "unknown"


def test_rubbish_in_place_of_a_list_leaves_the_question_open(world: World) -> None:
    for rubbish in ("", "not a list", "a.b.c"):
        found = world.examine(world.token, resolve_status=lambda address, rubbish=rubbish: rubbish)
        assert found.outcome("not_revoked") == "unknown"


def test_a_list_with_an_altered_signature_leaves_the_question_open(world: World) -> None:
    token = with_payload(world.signed(a_list(world)), lambda payload: payload.update(extra=1))
    assert world.examine(world.token, resolve_status=lambda address: token).outcome("not_revoked") == "unknown"


def test_what_a_retired_key_signed_stays_valid(world: World) -> None:
    key = keys.active(world.session, owner="agency:north", algorithm="ES256")
    keys.retire(world.session, key=key, at=world.at)
    keys.ensure(world.session, owner="agency:north", algorithm="ES256", seal=SEAL, at=world.at)
    assert world.examine(world.token).verdict == verification.VALID


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"hello", "not_a_token"),
        (b"a.b", "not_a_token"),
        (b"....", "not_a_token"),
        (b"\xff\xfe\x00", "not_a_token"),
        (b"A" * 300_000, "too_large"),
        (b"%PDF-1.7 nothing", "damaged_pdf"),
        (b"%PDF-" + b"0" * 5_500_000, "too_large"),
        (a_token([1], {}), "not_a_token"),
        (a_token({}, b"[" * 90_000), "not_a_token"),
        (a_token({}, json.loads("[" * 60 + "]" * 60)), "not_a_token"),
        (a_token({}, b'{"a":' * 60 + b"1" + b"}" * 60), "not_a_token"),
        (a_token({}, b'{"a":1,"a":2}'), "not_a_token"),
        (a_token({}, b'{"a":NaN}'), "not_a_token"),
        (a_token({}, b'{"a":"\xff"}'), "not_a_token"),
    ],
)
def test_bytes_that_hold_no_credential_are_unreadable_with_a_reason(now: datetime, data: bytes, reason: str) -> None:
    found = verification.examine(data, resolve_key=lambda kid: None, resolve_status=lambda address: None, at=now)
    assert (found.verdict, found.reason) == (verification.UNREADABLE, reason)
    assert [check.code for check in found.checks] == ["readable"]


def test_the_pdf_is_checked_by_the_credential_that_it_carries(world: World) -> None:
    sheet = pdf.render(world.token, verify_address=ADDRESSES.verify(world.certificate.id))
    found = world.examine(sheet)
    assert found.verdict == verification.VALID
    assert envelope.unpack(sheet).token == world.token
    revoked(world.session, world.scene, world.certificate)
    assert world.examine(sheet).verdict == verification.REVOKED


def test_a_damaged_pdf_never_breaks_the_check(world: World) -> None:
    sheet = bytearray(pdf.render(world.token, verify_address=ADDRESSES.verify(world.certificate.id)))
    for start in range(0, len(sheet), 997):
        damaged = (
            bytes(sheet[:start]) + bytes(byte ^ 0x55 for byte in sheet[start : start + 16]) + bytes(sheet[start + 16 :])
        )
        assert world.examine(damaged).verdict in {"valid", "altered", "unreadable", "unknown_issuer"}


def test_the_stored_row_is_never_asked(world: World) -> None:
    """The verdict on the first bytes stays the same whatever stands in the row."""
    token = world.token
    world.certificate.credential = "gone"
    world.session.flush()
    assert world.examine(token).verdict == verification.VALID
    assert certificates.by_id(world.session, world.certificate.id).credential == "gone"


def test_the_bits_of_a_list_are_numbered_from_the_left() -> None:
    encoded_list = status_bits.encode([0, 9, 131_071])
    assert [status_bits.is_set(encoded_list, index) for index in (0, 1, 8, 9, 131_071)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    assert status_bits.is_set(encoded_list, 131_072) is None
    assert status_bits.is_set(encoded_list, -1) is None
    packed = base64.urlsafe_b64decode(encoded_list[1:] + "=" * (-len(encoded_list[1:]) % 4))
    assert gzip.decompress(packed)[0] == 0x80
    assert status_bits.encode([9, 0, 131_071]) == encoded_list
