"""The organisation's OpenID Connect provider: what we ask it, and what it says of somebody."""

import base64
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from lti_tool.errors import NoAccount, PlatformTrouble
from lti_tool.lti.platform_client import Client

# Signed with the provider's own key; never by a secret that we share, and never not at all.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
KEPT_FOR = 3600.0
LEEWAY = 60
LONGEST_SUBJECT = 255
_described: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True)
class Provider:
    """A provider as the operator set it: its address and what it knows us by. `back` is where it sends people."""

    issuer: str
    client_id: str
    client_secret: str
    back: str
    client: Client

    def question(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to be recognised (code flow with PKCE; OpenID Connect Core, 3.1.2.1)."""
        asked: str = prepare_grant_uri(
            self._description()["authorization_endpoint"],
            client_id=self.client_id,
            response_type="code",
            redirect_uri=self.back,
            scope="openid",
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return asked

    def subject(self, code: str, *, nonce: str, verifier: str, at: datetime) -> str:
        """Who it is, as the provider names them (`sub`); NoAccount where its word is not good (Core, 3.1.3)."""
        try:
            token = self._exchange(code, verifier)
            published: Any = self._ask(self._description()["jwks_uri"])
            keys = KeySet.import_key_set(published)
            found = jwt.decode(token, keys, algorithms=ALGORITHMS)
            expected = {"iss": self.issuer, "aud": self.client_id}
            options = {name: {"essential": True, "value": value} for name, value in expected.items()}
            params = {"nonce": nonce, "client_id": self.client_id}
            claims = CodeIDToken(found.claims, found.header, options, params)
            claims.validate(now=int(at.timestamp()), leeway=LEEWAY)
        except (PlatformTrouble, JoseError, ValueError, TypeError, KeyError) as error:
            raise NoAccount from error
        subject = found.claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
            raise NoAccount
        return subject

    def _exchange(self, code: str, verifier: str) -> str:
        credentials = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}".encode()
        headers = {
            "Authorization": f"Basic {base64.b64encode(credentials).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.back, "code_verifier": verifier,
        }  # fmt: skip
        answer = self.client.post(self._description()["token_endpoint"], urlencode(sent).encode(), headers=headers)
        if answer.status != 200:
            raise NoAccount
        return str(answer.json()["id_token"])

    def _description(self) -> dict[str, Any]:
        """The provider's own description, asked for at most once an hour; NoAccount where there is none."""
        kept = _described.get(self.issuer)
        if kept is not None and time.monotonic() - kept[0] < KEPT_FOR:
            return kept[1]
        try:
            found = self._ask(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        except PlatformTrouble as error:
            raise NoAccount from error
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self.issuer or not all(isinstance(found.get(name), str) for name in names):
            raise NoAccount
        _described[self.issuer] = (time.monotonic(), found)
        return found

    def _ask(self, address: str) -> dict[str, Any]:
        answer = self.client.get(address).json()
        if not isinstance(answer, dict):
            raise NoAccount
        return answer
