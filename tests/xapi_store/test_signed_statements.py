"""Signed statements: a signature must be well-formed and sign the very statement it is attached to."""

import base64
import hashlib
import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt.api_jws import PyJWS

from tests.builders import a_statement
from tests.xapi_store.test_attachments import an_attachment
from xapi_store.attachments import Kept
from xapi_store.errors import StatementRefused
from xapi_store.signed_statements import SIGNATURE, check

KEY = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
ID = "fd41c918-b88b-4b20-a0a5-a4c32391aaa0"
HELD = settings(max_examples=120, derandomize=True, deadline=None, database=None)
Signed = tuple[dict[str, Any], dict[str, Kept]]


def a_token(payload: Any, *, alg: str = "RS256", key: Any = KEY, **header: Any) -> bytes:
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return PyJWS().encode(text, key, alg, {"typ": None, **header}).encode()


def bearing(token: bytes, statement: dict[str, Any], **changed: Any) -> Signed:
    """The statement with this token as one more signature."""
    attachment = an_attachment(token, usageType=SIGNATURE, contentType="application/octet-stream", **changed)
    signed = {**statement, "attachments": [*statement.get("attachments", ()), attachment]}
    return signed, {hashlib.sha256(token).hexdigest(): Kept(token, "application/octet-stream")}


def signed(statement: dict[str, Any], **how: Any) -> Signed:
    return bearing(a_token(statement, **how), statement)


def a_certificate(name: str, key: Any, *, issuer: str | None = None, issuer_key: Any = None) -> str:
    """A certificate (long expired) as the header `x5c` has it."""
    day = datetime(2013, 4, 4)  # noqa: DTZ001 (certificates have no time zone)
    subject, issued_by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer or name))
    made = (
        x509.CertificateBuilder(issued_by, subject, key.public_key(), 1, day, day + timedelta(days=365))
        .sign(issuer_key or key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    return base64.b64encode(made).decode()


LEAF = a_certificate("signer", KEY, issuer="office", issuer_key=OTHER)
OFFICE = a_certificate("office", OTHER)


def refusal(found: Signed) -> StatementRefused:
    with pytest.raises(StatementRefused) as refused:
        check(*found, path="statements[1]")
    assert refused.value.path.startswith("statements[1].attachments[0]")
    return refused.value


def test_a_statement_without_signatures_is_not_judged() -> None:
    check(a_statement(attachments=[an_attachment()]), {}, path="statement")
    check(a_statement(), {}, path="statement")


@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
def test_a_signed_statement_is_taken_with_and_without_certificates(alg: str) -> None:
    statement = a_statement(id=ID)
    check(*signed(statement, alg=alg), path="statement")
    check(*signed(statement, alg=alg, x5c=[LEAF]), path="statement")
    check(*signed(statement, alg=alg, x5c=[LEAF, OFFICE]), path="statement")


def test_the_signature_may_have_a_sum_of_any_length_in_any_case() -> None:
    statement = a_statement()
    token = a_token(statement)
    sha2 = hashlib.sha384(token).hexdigest()
    with_sum, _ = bearing(token, statement, sha2=sha2.upper())
    check(with_sum, {sha2: Kept(token, "application/octet-stream")}, path="statement")


@pytest.mark.parametrize(
    "changed",
    [
        {"id": ID},
        {"id": ID.upper()},
        {"timestamp": "2026-05-18T07:32:34.804+02:00"},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"de": "antwortete"}}},
        {"version": "1.0.0", "stored": "2026-05-18T05:32:35Z"},
        {"attachments": []},
    ],
)
def test_what_may_differ_between_two_reports_of_one_event_may_differ_here(changed: dict[str, Any]) -> None:
    received, kept = bearing(a_token(a_statement(**changed)), a_statement(id=ID))
    check(received, kept, path="statement")


def test_a_duration_is_compared_to_the_hundredth_of_a_second() -> None:
    signed_one = a_statement(result={"duration": "P1DT12H36M0.12S"})
    check(*bearing(a_token(signed_one), a_statement(result={"duration": "P1DT12H36M0.1237S"})), path="statement")
    refusal(bearing(a_token(signed_one), a_statement(result={"duration": "P1DT12H36M0.13S"})))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "11111111-b88b-4b20-a0a5-a4c32391aaa0"},
        {"timestamp": "2026-05-18T05:32:35Z"},
        {"result": None},
        {"result": {"success": False}},
        {"attachments": [an_attachment()]},
        {"attachments": [an_attachment(usageType=SIGNATURE)]},
    ],
)
def test_a_signature_of_another_statement_is_refused(changed: dict[str, Any]) -> None:
    found = refusal(bearing(a_token(a_statement(**changed)), a_statement(id=ID)))
    assert (found.path, found.reason) == (
        "statements[1].attachments[0]",
        "signs another statement than the one it is attached to",
    )


def test_other_attachments_are_signed_too_and_an_earlier_signature_may_be() -> None:
    statement = a_statement(attachments=[an_attachment()])
    once, first = signed(statement)
    check(once, first, path="statement")
    countersigned, second = signed(once, key=OTHER)
    side_by_side, third = bearing(a_token(statement, key=OTHER), once)
    check(countersigned, {**first, **second}, path="statement")
    check(side_by_side, {**first, **third}, path="statement")


def test_a_signature_without_its_bytes_is_refused() -> None:
    statement, _ = bearing(a_token(a_statement()), a_statement(), fileUrl="https://e.org/signature")
    assert "must come with the statement" in refusal((statement, {})).reason


def test_a_signature_of_another_media_type_is_refused() -> None:
    statement, kept = signed(a_statement())
    statement["attachments"][0]["contentType"] = "text/plain; charset=ascii"
    assert refusal((statement, kept)).path == "statements[1].attachments[0].contentType"


@pytest.mark.parametrize("alg", ["HS256", "PS256", "ES256"])
def test_another_algorithm_is_refused(alg: str) -> None:
    key = {"HS256": b"s" * 64, "PS256": KEY, "ES256": CURVE}[alg]
    assert refusal(signed(a_statement(), alg=alg, key=key)).path == "statements[1].attachments[0].header.alg"


def encoded(*segments: bytes) -> bytes:
    return b".".join(base64.urlsafe_b64encode(each).rstrip(b"=") for each in segments)


GOOD = json.dumps(a_statement()).encode()
HEADER = b'{"alg":"RS256"}'


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (b"", "compact"),
        (b"a.b", "compact"),
        (b"a.b.c.d", "compact"),
        (a_token(a_statement()) + b"=", "compact"),
        (a_token(a_statement()) + b"\n", "compact"),
        (b'{"payload":"e30","signatures":[]}', "compact"),
        (a_token(a_statement(), alg="none", key=None), "compact"),
        (encoded(HEADER, GOOD) + b".abcde", "base64url"),
        (encoded(HEADER, GOOD) + b".ab", "last bit"),
        (encoded(b"no JSON", GOOD, b"x"), "not JSON"),
        (encoded(b"[]", GOOD, b"x"), "must be an object"),
        (encoded(b"{}", GOOD, b"x"), "must be one of RS256"),
        (encoded(b'{"alg":["RS256"]}', GOOD, b"x"), "must be one of RS256"),
        (encoded(b'{"alg":"RS256","alg":"RS256"}', GOOD, b"x"), "twice"),
        (encoded(b'{"alg":"RS256","crit":["b64"],"b64":false}', GOOD, b"x"), "extension"),
        (encoded(HEADER, b"\xff", b"x"), "UTF-8"),
        (encoded(HEADER, b"null", b"x"), "must be an object"),
        (encoded(HEADER, GOOD.replace(b'"', b"'", 1), b"x"), "not JSON"),
        (encoded(HEADER, b'{"actor":1,' + GOOD[1:], b"x"), "twice"),
        (encoded(HEADER, b'{"verb":{}}', b"x"), "missing"),
    ],
)
def test_a_malformed_signature_is_refused(token: bytes, reason: str) -> None:
    assert reason in str(refusal(bearing(token, a_statement())))


@pytest.mark.parametrize(
    ("chain", "reason"),
    [
        ([], "must be a list"),
        (LEAF, "must be a list"),
        ([LEAF] * 11, "must be a list"),
        ([None], "must be a certificate"),
        (["ü"], "must be a certificate"),
        (["e30="], "must be a certificate"),
        ([LEAF[:-8]], "must be a certificate"),
        ([LEAF + "\n"], "must be a certificate"),
        ([OFFICE], "does not hold"),
        ([OFFICE, LEAF], "was not issued by"),
        ([LEAF, a_certificate("office", KEY)], "was not signed by"),
        ([LEAF, a_certificate("office", CURVE)], "was not signed by"),
        ([a_certificate("curve", CURVE)], "RSA key"),
    ],
)
def test_a_signature_that_its_certificates_do_not_support_is_refused(chain: Any, reason: str) -> None:
    assert reason in str(refusal(signed(a_statement(), x5c=chain)))


def test_a_changed_statement_does_not_hold_under_the_certificate() -> None:
    head, _, signature = a_token(a_statement(), x5c=[LEAF]).split(b".")
    changed = a_statement(result=None)
    payload = encoded(json.dumps(changed).encode())
    assert "does not hold" in refusal(bearing(b".".join((head, payload, signature)), changed)).reason


def test_a_key_of_absurd_size_is_refused() -> None:
    numbers = rsa.RSAPublicNumbers((1 << 40) + 1, KEY.public_key().public_numbers().n)

    class Absurd:
        def public_key(self) -> rsa.RSAPublicKey:
            return numbers.public_key()

    absurd = a_certificate("absurd", Absurd(), issuer_key=OTHER)
    assert "beyond ordinary size" in str(refusal(signed(a_statement(), x5c=[absurd])))


# Nothing but a refusal


def survives(token: bytes) -> None:
    with suppress(StatementRefused):
        check(*bearing(token, a_statement()), path="statement")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@HELD
@given(
    st.binary(max_size=40), st.integers(0, 2000), st.sampled_from([a_token(GOOD), a_token(GOOD, x5c=[LEAF, OFFICE])])
)
def test_broken_tokens_are_refused_and_nothing_worse(junk: bytes, at: int, token: bytes) -> None:
    survives(token[:at] + junk + token[at + len(junk) :])
    survives(encoded(junk, GOOD, b"x"))
    survives(encoded(HEADER, junk, b"x"))


@HELD
@given(st.sampled_from(sorted(a_statement())), VALUES, VALUES)
def test_strange_json_is_refused_and_nothing_worse(member: str, value: Any, chain: Any) -> None:
    survives(encoded(HEADER, json.dumps({**a_statement(), member: value}).encode(), b"x"))
    survives(encoded(HEADER, json.dumps(value).encode(), b"x"))
    survives(encoded(json.dumps({"alg": "RS256", "x5c": chain}).encode(), GOOD, b"x"))


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@HELD
@given(st.integers(0, 800), st.binary(min_size=1, max_size=4), st.booleans())
def test_broken_certificates_are_refused_and_nothing_worse(at: int, junk: bytes, second: bool) -> None:
    der = base64.b64decode(OFFICE if second else LEAF)
    broken = base64.b64encode(der[:at] + junk + der[at + len(junk) :]).decode()
    chain = [LEAF, broken] if second else [broken, OFFICE]
    survives(encoded(json.dumps({"alg": "RS256", "x5c": chain}).encode(), GOOD, b"x" * 256))
