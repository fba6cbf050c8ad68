"""The public keys of tools: fetched when a key is unknown, so that a tool may rotate whenever it likes."""

import threading
import time
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from lti_tool.demo.errors import Refused

SECONDS = 5.0
BETWEEN_FETCHES = 2.0


class ToolKeys:
    """The key sets of all tools as this process last saw them, parsed."""

    def __init__(self) -> None:
        self._keys: dict[str, dict[str, RSAPublicKey]] = {}
        self._fetched: dict[str, float] = {}
        self._lock = threading.Lock()

    def key(self, jwks_uri: str, kid: str) -> RSAPublicKey:
        """The key of that id at that address; Refused where the tool does not publish it."""
        # Whoever comes while the set is being fetched waits for it, instead of being told that the key is unknown.
        with self._lock:
            known = self._known(jwks_uri, kid)
        if kid not in known:
            raise Refused("invalid_client", f"the tool's key set has no RSA key with kid {kid!r}")
        return known[kid]

    def _known(self, jwks_uri: str, kid: str) -> dict[str, RSAPublicKey]:
        known = self._keys.get(jwks_uri, {})
        if kid not in known and time.monotonic() - self._fetched.get(jwks_uri, -BETWEEN_FETCHES) >= BETWEEN_FETCHES:
            self._fetched[jwks_uri] = time.monotonic()
            known = self._keys[jwks_uri] = _fetch(jwks_uri)
        return known


def _fetch(url: str) -> dict[str, RSAPublicKey]:
    try:
        answer = requests.get(url, timeout=SECONDS, allow_redirects=False, headers={"Accept": "application/json"})
        answer.raise_for_status()
        document = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise Refused("invalid_client", f"the tool's key set at {url} cannot be fetched") from error
    found = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise Refused("invalid_client", f"the answer of {url} is no key set")
    return {jwk["kid"]: key for jwk in found if (key := _parsed(jwk)) is not None}


def _parsed(jwk: Any) -> RSAPublicKey | None:
    """The key, or nothing where it is not a named RSA signature key."""
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str) or jwk.get("use", "sig") != "sig":
        return None
    try:
        key = PyJWK.from_dict(jwk, algorithm="RS256").key
    except PyJWTError:
        return None
    return key if isinstance(key, RSAPublicKey) else None
