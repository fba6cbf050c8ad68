"""Tokens that are odd in themselves: their header, their form, their numbers, their texts."""

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from flask.testing import FlaskClient
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from sqlalchemy import delete

from lti_tool.lti.platform_keys import PlatformKeys
from tests.attacks.aftermath import refused, told_plainly
from tests.attacks.one_platform import database, platform, tool
from tests.builders import LTI, LaunchUnderWay, a_launch
from tests.signing_platform import SigningPlatform, key_named, public_jwk
from xapi_store.database import Database

JWS = jwt.PyJWS()


__all__ = ["database", "platform", "tool"]


@pytest.fixture
def launch(browser: FlaskClient, platform: SigningPlatform) -> LaunchUnderWay:
    """A learner's launch, good but for what a test changes."""
    return a_launch(browser, platform)


def signed(payload: str, **headers: Any) -> str:
    """These very bytes, signed by the platform's key."""
    return JWS.encode(
        payload.encode(), key_named("first-key"), algorithm="RS256", headers={"kid": "first-key"} | headers
    )


# --- The header ---


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_a_key_that_comes_with_the_token_is_not_looked_at(
    name: str, launch: LaunchUnderWay, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    attacker = SigningPlatform(published=["attackers-key"])
    brought = {"jwk": public_jwk("attackers-key"), "x5c": ["AAAA"]}.get(name, f"{attacker.address}/jwks")
    token = attacker.sign(launch.claims, key="attackers-key", kid="first-key", **{name: brought})
    answer = launch.send(token)
    refused(answer, "bad_signature", database)
    told_plainly(answer, "bad_signature", caplog.text, token)
    assert attacker.heard == []
    attacker.close()


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "HS512", "RS512", "PS256", "ES256", "rs256", "", None, 1]
)
def test_no_other_algorithm_than_rs256_is_read(algorithm: object, launch: LaunchUnderWay, database: Database) -> None:
    _head, body, signature = launch.platform.sign(launch.claims).split(".")
    changed = jwt.utils.base64url_encode(json.dumps({"alg": algorithm, "kid": "first-key"}).encode()).decode()
    refused(launch.send(f"{changed}.{body}.{signature}"), "wrong_algorithm", database)


@pytest.mark.parametrize("more", [{"crit": ["exp"]}, {"crit": []}, {"b64": False, "crit": ["b64"]}])
def test_a_header_that_must_be_understood_is_refused(
    more: dict[str, Any], launch: LaunchUnderWay, database: Database
) -> None:
    head = {"alg": "RS256", "kid": "first-key"} | more
    parts = [jwt.utils.base64url_encode(json.dumps(each).encode()) for each in (head, launch.claims)]
    key = RSAAlgorithm(RSAAlgorithm.SHA256)
    mac = key.sign(b".".join(parts), key_named("first-key"))
    token = b".".join([*parts, jwt.utils.base64url_encode(mac)]).decode()
    refused(launch.send(token), "malformed_token", database)


@pytest.mark.parametrize("kid", ["../../../../dev/null", "' OR 1=1 --", "first-key\x00", "\ud800", "k" * 40_000])
def test_an_odd_key_id_is_only_compared(kid: str, launch: LaunchUnderWay, database: Database) -> None:
    _head, body, signature = launch.platform.sign(launch.claims).split(".")
    changed = jwt.utils.base64url_encode(json.dumps({"alg": "RS256", "kid": kid}).encode()).decode()
    refused(launch.send(f"{changed}.{body}.{signature}"), "unknown_key", database)


# --- The form ---


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda token: token + ".x.y", "malformed_token"),
        (lambda token: token[:-8] + "AAAAAAAA", "bad_signature"),
        (lambda token: token + "\n", "bad_signature"),
        (lambda token: token.rsplit(".", 1)[0] + "." + "A" * 342, "bad_signature"),
        (lambda token: token.replace(".", "..", 1), "malformed_token"),
    ],
    ids=["encrypted form", "changed signature", "something after it", "signature of zeros", "an empty part"],
)
def test_a_token_of_another_form_is_refused(
    change: Any, code: str, launch: LaunchUnderWay, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    token = change(launch.platform.sign(launch.claims))
    answer = launch.send(token)
    refused(answer, code, database)
    told_plainly(answer, code, caplog.text, token.strip())


@pytest.mark.parametrize("depth", [200, 400, 900, 1000, 5_000, 15_000])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")])
def test_a_deeply_nested_token_is_refused(
    depth: int, opens: str, closes: str, launch: LaunchUnderWay, database: Database
) -> None:
    claims = json.dumps(launch.claims | {"aud": "somebody else"})
    nested = opens * depth + "1" + closes * depth
    if len(nested) > 45_000:
        nested = opens * 7_000 + "1" + closes * 7_000
    answer = launch.send(signed(f'{claims[:-1]},"deep":{nested}}}'))
    assert answer.status_code == 400
    assert 'class="refusal"' in answer.text


@pytest.mark.parametrize("claim", ["name", "sub", "iss", f"{LTI}custom"])
def test_an_oversized_token_is_refused(claim: str, launch: LaunchUnderWay, database: Database) -> None:
    refused(launch.send(launch.platform.sign(launch.claims | {claim: "x" * 70_000})), "malformed_token", database)


def test_a_form_without_end_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/lti/launch", data={"state": "x", "id_token": "x" * 1_000_000})
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("payload", ["[]", "null", '"text"', "{", "1", ""])
def test_what_is_signed_but_no_set_of_claims_is_refused(
    payload: str, launch: LaunchUnderWay, database: Database
) -> None:
    refused(launch.send(signed(payload)), "bad_signature", database)


# --- Numbers and texts ---


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('"exp":1' + "0" * 400, "no_times"),
        ('"exp":1e999', "no_times"),
        ('"exp":true', "no_times"),
        ('"exp":[9999999999]', "no_times"),
        ('"iat":-1e999', "no_times"),
        ('"iat":null', "no_times"),
        ('"nbf":"tomorrow"', "no_times"),
        ('"nbf":9999999999', "not_yet_valid"),
        ('"exp":1' + "0" * 5_000, "bad_signature"),
        ('"exp":1', "expired"),
    ],
    ids=lambda written: str(written)[:16],
)
def test_numbers_that_are_no_times_are_refused(
    written: str, code: str, launch: LaunchUnderWay, database: Database
) -> None:
    # The last of two members of one name counts, for the signature as for us.
    refused(launch.send(signed(f"{json.dumps(launch.claims)[:-1]},{written}}}")), code, database)


@pytest.mark.parametrize("claim", ["sub", "nonce", "name", f"{LTI}deployment_id", f"{LTI}roles"])
@pytest.mark.parametrize("text", ["\\ud800", "A\\u0000B"], ids=["half a character", "a NUL"])
def test_a_text_that_cannot_be_kept_is_refused(
    claim: str, text: str, launch: LaunchUnderWay, database: Database
) -> None:
    value = f'["{text}"]' if claim.endswith("roles") else f'"{text}"'
    payload = f"{json.dumps(launch.claims)[:-1]},{json.dumps(claim)}:{value}}}"
    refused(launch.send(signed(payload)), "malformed_claims", database)


@pytest.mark.parametrize("audience", [{"client-1": 1}, [["client-1"]], "client-1 client-2", [], None, 1, ["x"] * 5_000])
def test_an_audience_that_does_not_plainly_name_us_is_refused(
    audience: object, launch: LaunchUnderWay, database: Database
) -> None:
    refused(launch.send(launch.platform.sign(launch.claims | {"aud": audience})), "wrong_audience", database)


# --- What the platform publishes ---


@pytest.mark.parametrize(
    "jwk",
    [
        RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 1024).public_key(), as_dict=True),
        ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True),
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "n": "w" * 2_800, "e": "AQAB"},
        {"kty": "RSA", "n": "", "e": ""},
        public_jwk("first-key") | {"use": "enc"},
        public_jwk("first-key") | {"alg": "HS256"},
    ],
    ids=["1024 bits", "curve", "shared secret", "tiny", "huge", "empty", "for encryption", "of another algorithm"],
)
def test_a_published_key_that_is_none_to_trust_is_not_used(
    jwk: dict[str, Any], launch: LaunchUnderWay, database: Database
) -> None:
    platform = launch.platform
    _forget_keys(database)
    platform.instead["/jwks"] = (200, json.dumps({"keys": [jwk | {"kid": "odd"}, 1, None, {"kid": "odd"}]}).encode())
    try:
        refused(launch.send(platform.sign(launch.claims, kid="odd")), "unknown_key", database)
    finally:
        platform.instead.clear()
        _forget_keys(database)


def _forget_keys(database: Database) -> None:
    with database.session() as session, session.begin():
        session.execute(delete(PlatformKeys))
