"""lti1p3platform as this LMS uses it, with its faults mended.

As it comes, the kit takes assertions again and again, for any audience and without an end, gives tokens without
scopes, keeps a tool's keys for ever, parses its own key twice a launch and checks by `assert`. Here it does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import jwt
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.registration import Registration
from sqlalchemy.orm import Session

from lti_tool.demo import content, hints, signing, tokens
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.keys import Signer
from lti_tool.demo.tool_keys import ToolKeys
from lti_tool.demo.tools import Tool, deployments

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ACCEPTED_TYPES = {"ltiResourceLink", "link"}
WHAT_IS_WRONG: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.InvalidSignatureError, "the signature was not made with the tool's key"),
    (jwt.ExpiredSignatureError, "exp is over"),
    (jwt.ImmatureSignatureError, "iat or nbf lies in the future"),
    (jwt.InvalidAudienceError, "aud does not name this LMS's address for it"),
    (jwt.InvalidIssuerError, "iss is not the tool's client_id"),
    (jwt.MissingRequiredClaimError, "a required claim is missing"),
    (jwt.InvalidAlgorithmError, "the algorithm is not RS256"),
)


class ToolRegistration(Registration):  # type: ignore[misc]  # the kit carries no types
    """The kit's view of one tool, with a key that was parsed before."""

    def __init__(self, tool: Tool, *, issuer: str, signer: Signer, faults: Iterable[Fault], at: datetime) -> None:
        self._signer, self._faults, self._at = signer, frozenset(faults), at
        self.set_iss(issuer).set_client_id(tool.client_id).set_deployment_id(tool.deployment_id)
        self.set_oidc_login_url(tool.initiate_login_uri).set_launch_url(tool.target_link_uri)
        self.set_deeplink_launch_url(tool.deep_linking_target).set_tool_key_set_url(tool.jwks_uri)

    def get_kid(self) -> str:
        """The id of the key that signs."""
        return self._signer.kid

    def platform_encode_and_sign(self, payload: dict[str, Any], expiration: int | None = None) -> str:
        """The payload, signed by the LMS, good for `expiration` seconds."""
        issued = int(self._at.timestamp())
        return signing.sign({**payload, "iat": issued, "exp": issued + (expiration or 60)}, self._signer, self._faults)


@dataclass(frozen=True)
class Parties:
    """Who speaks with whom: a tool and the LMS, now."""

    tool: Tool
    registration: ToolRegistration
    tool_keys: ToolKeys
    issuer: str
    session: Session
    at: datetime
    leeway: float = 0.0


class Platform(LTI1P3PlatformConfAbstract):  # type: ignore[misc]  # the kit carries no types
    """The kit's platform for one tool; everything that a tool says is checked here."""

    def init_platform_config(self, *, parties: Parties) -> None:
        """The kit asks for nothing else."""
        self.parties = parties
        self._registration = parties.registration
        self.set_accepted_deeplinking_types(list(ACCEPTED_TYPES))

    def get_registration_by_params(self, **_: Any) -> ToolRegistration:
        """The one tool this object was made for."""
        return self.parties.registration

    def tool_validate_and_decode(
        self, jwt_token_string: str, *, audience: str | None = None, required: Iterable[str] = ()
    ) -> dict[str, Any]:
        """The claims of a message that the tool signed for this LMS, within its time (Security Framework 5.1.3)."""
        client_id = self.parties.tool.client_id
        try:
            header = jwt.get_unverified_header(jwt_token_string)
            kid = header.get("kid")
            if not isinstance(kid, str):
                raise Refused("invalid_client", "the message does not say which key it is signed with (kid)")
            key = self.parties.tool_keys.key(self.parties.tool.jwks_uri, kid)
            claims: dict[str, Any] = jwt.decode(
                jwt_token_string,
                key,
                algorithms=["RS256"],
                audience=audience or self.parties.issuer,
                issuer=client_id,
                leeway=self.parties.leeway,
                options={"require": ["iss", "aud", "exp", "iat", *required]},
            )
        except jwt.PyJWTError as error:
            _refuse(error)
        return claims

    def get_access_token(self, token_request_data: dict[str, str]) -> dict[str, Any]:
        """A token for what was asked and granted at registration (Security Framework 4.1; RFC 7523, 3)."""
        asked = token_request_data
        if asked.get("grant_type") != "client_credentials":
            raise Refused("unsupported_grant_type", "grant_type must be client_credentials")
        if asked.get("client_assertion_type") != ASSERTION_TYPE:
            raise Refused("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}")
        self._spend_assertion(asked.get("client_assertion", ""))
        granted = [scope for scope in asked.get("scope", "").split() if scope in self.parties.tool.scopes]
        if not granted:
            raise Refused("invalid_scope", "none of the scopes asked for was granted at registration")
        token = tokens.give(self.parties.session, self.parties.tool, granted, at=self.parties.at)
        seconds = int(tokens.LIFETIME.total_seconds())
        return {"access_token": token, "token_type": "Bearer", "expires_in": seconds, "scope": " ".join(granted)}

    def _spend_assertion(self, assertion: str) -> None:
        claims = self.tool_validate_and_decode(
            assertion, audience=f"{self.parties.issuer}/token", required=("sub", "jti")
        )
        if claims["sub"] != self.parties.tool.client_id:
            raise Refused("invalid_client", "sub is not the tool's client_id")
        self._spend(claims["jti"], claims["exp"])

    def _spend(self, message_id: Any, expires: Any) -> None:
        if not isinstance(message_id, str) or not 0 < len(message_id) <= 500:
            raise Refused("invalid_client", "jti or nonce must be a short text")
        ends = datetime.fromtimestamp(min(float(expires), self.parties.at.timestamp() + 86_400), UTC)
        tokens.spend_message(self.parties.session, self.parties.tool, message_id, expires_at=ends, at=self.parties.at)

    def validate_token(self, token: str, allowed_scopes: list[str] | None = None, audience: str | None = None) -> bool:
        """True where the token was given to this very tool for one of these scopes; Refused says what is wrong."""
        row = tokens.read(self.parties.session, token, at=self.parties.at)
        if row is None:
            raise Refused("invalid_token", "the access token is unknown or over")
        if row.tool_id != self.parties.tool.id:
            raise Refused("foreign_client", "the access token was given to another tool")
        if not set(row.scopes) & set(allowed_scopes or ()):
            raise Refused("insufficient_scope", f"this needs one of {', '.join(allowed_scopes or ())}")
        return True

    def validate_deeplinking_resp(self, token_request_data: dict[str, str]) -> list[dict[str, Any]]:
        """The content that the trainer chose in the tool (Deep Linking 2.0, 4.5).

        `choice` beside the JWT is what a family without `data` put into the return address.
        """
        claims = self.tool_validate_and_decode(token_request_data.get("JWT", ""), required=("nonce",))
        self._spend(claims["nonce"], claims["exp"])
        expected = {CLAIM + "message_type": "LtiDeepLinkingResponse", CLAIM + "version": "1.3.0"}
        for name, value in expected.items():
            if claims.get(name) != value:
                raise Refused("invalid_request", f"{name.rpartition('/')[2]} must be {value}")
        tool = self.parties.tool
        deployment = claims.get(CLAIM + "deployment_id")
        if deployment not in deployments(self.parties.session, tool):
            raise Refused("invalid_request", f"deployment_id must be {tool.deployment_id}")
        said = token_request_data.get("choice") or claims.get(DEEP_LINKING + "data")
        choice = hints.chosen(self.parties.session, str(said), at=self.parties.at)
        if choice.tool_id != tool.id:
            raise Refused("invalid_request", "data was given to another tool")
        asked = {"course_id": choice.course_id, "deployment_id": deployment}
        return [
            {**item, **asked} for item in content.taken(claims.get(DEEP_LINKING + "content_items", []), tool, choice)
        ]


def _refuse(error: jwt.PyJWTError) -> NoReturn:
    for kind, reason in WHAT_IS_WRONG:
        if isinstance(error, kind):
            detail = f" ({error})" if kind is jwt.MissingRequiredClaimError else ""
            raise Refused("invalid_client", reason + detail) from error
    raise Refused("invalid_client", "the message is no signed JWT that can be read") from error
