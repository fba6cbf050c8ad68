"""How the LMS signs what it says, and how it does so wrongly when a test tells it to."""

from collections.abc import Iterable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from lti_tool.demo.faults import Fault
from lti_tool.demo.keys import Signer

DEPLOYMENT_ID = "https://purl.imsglobal.org/spec/lti/claim/deployment_id"
LONG_AGO = 3600


def sign(claims: dict[str, Any], signer: Signer, faults: Iterable[Fault] = ()) -> str:
    """A JWT by the LMS's key, RS256; spoiled where a fault is switched on."""
    claims = _spoiled(claims, faults)
    headers = {"kid": signer.kid}
    if Fault.ALG_NONE in faults:
        return jwt.encode(claims, "", algorithm="none", headers=headers)
    key = generate_private_key(65537, 2048) if Fault.BAD_SIGNATURE in faults else signer.private
    return jwt.encode(claims, key, algorithm="RS256", headers=headers)


def _spoiled(claims: dict[str, Any], faults: Iterable[Fault]) -> dict[str, Any]:
    changes: dict[Fault, dict[str, Any]] = {
        Fault.WRONG_AUDIENCE: {"aud": "somebody-else", "azp": "somebody-else"},
        Fault.WRONG_NONCE: {"nonce": "a-nonce-nobody-asked-for"},
        Fault.WRONG_DEPLOYMENT: {DEPLOYMENT_ID: "a-deployment-nobody-knows"},
        Fault.EXPIRED: {"iat": claims["iat"] - LONG_AGO, "exp": claims["exp"] - LONG_AGO},
    }
    for fault, change in changes.items():
        if fault in faults:
            claims = {**claims, **change}
    return claims
