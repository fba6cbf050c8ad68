"""A small OpenID Connect provider at a real address: it keeps codes, checks PKCE and the client, and signs tokens."""

import base64
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.signing_platform import Heard, SigningPlatform

SECRET = "a secret: with + and /"


@dataclass
class OidcProvider(SigningPlatform):
    """Change `claims` to make it lie; `key` to make it sign with another key than it publishes."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: str = "first-key"
    _codes: dict[str, tuple[dict[str, str], str]] = field(default_factory=dict)

    def recognise(self, question: str, subject: str) -> str:
        """Somebody has signed in there: the path and query with which the browser comes back."""
        asked = {name: value for name, [value] in parse_qs(urlsplit(question).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = (asked, subject)
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}&iss={self.address}"

    def answer(self, heard: Heard) -> tuple[int, bytes]:
        """What the provider says."""
        if heard.path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
            described = {name: f"{self.address}/{path}" for name, path in ends.items()}
            return 200, json.dumps({"issuer": self.address, **described}).encode()
        return self._token(heard) if heard.path == "/token" else super().answer(heard)

    def _token(self, heard: Heard) -> tuple[int, bytes]:
        sent = {name: value for name, [value] in parse_qs(heard.body.decode()).items()}
        asked, subject = self._codes.pop(sent["code"], ({}, ""))
        challenge = base64.urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        credentials = base64.b64encode(b"client-1:a+secret%3A+with+%2B+and+%2F").decode()
        good = (
            asked.get("code_challenge") == challenge
            and asked.get("redirect_uri") == sent["redirect_uri"]
            and heard.headers.get("Authorization") == f"Basic {credentials}"
        )
        if not good:
            return 400, b'{"error": "invalid_grant"}'
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "iss": self.address,
            "aud": "client-1",
            "sub": subject,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 60,
        }
        token = self.sign({**claims, **self.claims}, key=self.key)
        return 200, json.dumps({"access_token": "x", "token_type": "Bearer", "id_token": token}).encode()
