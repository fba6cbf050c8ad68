"""How the LMS signs what it says, and how it does so wrongly when it is told to."""

import base64
import hmac
import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from lti_tool.demo.faults import Fault
from lti_tool.demo.keys import Signer

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
HOUR = 3600
OTHERWISE: dict[Fault, dict[str, Any]] = {
    Fault.WRONG_AUDIENCE: {"aud": "somebody-else", "azp": "somebody-else"},
    Fault.WRONG_ISSUER: {"iss": "https://another-lms.example"},
    Fault.WRONG_NONCE: {"nonce": "a-nonce-nobody-asked-for"},
    Fault.WRONG_DEPLOYMENT: {CLAIM + "deployment_id": "a-deployment-nobody-knows"},
    Fault.WRONG_VERSION: {CLAIM + "version": "1.1.0"},
    Fault.WRONG_MESSAGE_TYPE: {CLAIM + "message_type": "LtiUnheardOfRequest"},
    Fault.WRONG_TARGET: {CLAIM + "target_link_uri": "https://another-tool.example/"},
}


def sign(claims: dict[str, Any], signer: Signer, faults: Iterable[Fault] = ()) -> str:
    """A JWT by the LMS's key, RS256; spoiled where a fault is switched on."""
    claims = _without(_spoiled(claims, faults), faults)
    headers = {"kid": "a-key-nobody-published" if Fault.UNKNOWN_KID in faults else signer.kid}
    if Fault.ALG_NONE in faults:
        return jwt.encode(claims, "", algorithm="none", headers=headers)
    if Fault.HS256 in faults:
        return _by_public_key(claims, signer, headers)
    key = generate_private_key(65537, 2048) if Fault.BAD_SIGNATURE in faults else signer.private
    return jwt.encode(claims, key, algorithm="RS256", headers=headers)


def _spoiled(claims: dict[str, Any], faults: Iterable[Fault]) -> dict[str, Any]:
    shifts = {Fault.EXPIRED: -HOUR, Fault.FUTURE_IAT: HOUR}
    for fault in faults:
        claims = {**claims, **OTHERWISE.get(fault, {})}
        if fault in shifts:
            claims |= {name: claims[name] + shifts[fault] for name in ("iat", "exp")}
        if fault is Fault.WRONG_AZP:
            # The list makes azp the claim that decides (OpenID Connect Core, 3.1.3.7).
            claims |= {"aud": [claims["aud"], "somebody-else"], "azp": "somebody-else"}
    return claims


def _without(claims: dict[str, Any], faults: Iterable[Fault]) -> dict[str, Any]:
    left_out = {fault.removeprefix("missing_") for fault in faults if fault.startswith("missing_")}
    return {name: value for name, value in claims.items() if name.rpartition("/")[2] not in left_out}


def _by_public_key(claims: dict[str, Any], signer: Signer, headers: dict[str, str]) -> str:
    """Signed as an attacker would for a tool that takes the public key for a secret; PyJWT itself refuses to."""
    secret = signer.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    words = b".".join(_encoded(each) for each in ({"typ": "JWT", "alg": "HS256", **headers}, claims))
    return b".".join((words, base64.urlsafe_b64encode(hmac.digest(secret, words, sha256)).rstrip(b"="))).decode()


def _encoded(value: dict[str, Any]) -> bytes:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")
