"""Signed tokens (JWS, compact form): made with our keys, checked with anybody's."""

from collections.abc import Iterable, Mapping
from typing import Any

import jwt

from xapi_store.errors import SignatureRefused
from xapi_store.keys import PrivateKey, SigningKey

# Whether a token is in time, and for whom it is, the caller judges: a certificate past its end is expired, not altered.
_SIGNATURE_ONLY: Any = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def sign(
    claims: Mapping[str, Any], *, key: SigningKey, private: PrivateKey, headers: Mapping[str, Any] | None = None
) -> str:
    """The claims as a signed JWT; the header names the key (`kid`) unless `headers` says otherwise."""
    return jwt.encode(dict(claims), private, algorithm=key.algorithm, headers={"kid": key.kid, **(headers or {})})


def verify(token: str, *, jwk: Mapping[str, Any], algorithms: Iterable[str]) -> dict[str, Any]:
    """The claims, once the signature holds under this public key and one of these algorithms.

    Only the signature is judged; times and audience are the caller's. SignatureRefused otherwise.
    """
    try:
        key = jwt.PyJWK.from_dict(dict(jwk))
        claims: dict[str, Any] = jwt.decode(token, key.key, algorithms=list(algorithms), options=_SIGNATURE_ONLY)
    # PyJWT says TypeError when the header names an algorithm of another kind of key.
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise SignatureRefused(str(error)) from error
    return claims


def header(token: str) -> dict[str, Any]:
    """The token's header, not yet trusted: good only for finding the key. SignatureRefused where there is none."""
    try:
        return dict(jwt.get_unverified_header(token))
    except (jwt.PyJWTError, ValueError) as error:
        raise SignatureRefused(str(error)) from error
