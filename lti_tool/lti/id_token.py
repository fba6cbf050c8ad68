"""The id_token: the platform's signed word on who comes, from where and to what (LTI 1.3 Core; Security Framework)."""

import base64
import hmac
import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from lti_tool.errors import LaunchRefused
from lti_tool.lti import claim_texts, destinations

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
MESSAGE_TYPE = LTI + "message_type"
VERSION = LTI + "version"
DEPLOYMENT_ID = LTI + "deployment_id"
TARGET_LINK_URI = LTI + "target_link_uri"
RESOURCE_LINK = LTI + "resource_link"
ROLES = LTI + "roles"
CONTEXT = LTI + "context"
TOOL_PLATFORM = LTI + "tool_platform"
LAUNCH_PRESENTATION = LTI + "launch_presentation"
CUSTOM = LTI + "custom"
FOR_USER = LTI + "for_user"
ROLE_SCOPE_MENTOR = LTI + "role_scope_mentor"
AGS_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS_SERVICE = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
GROUPS_SERVICE = "https://purl.imsglobal.org/spec/lti-gs/claim/groupsservice"
DEEP_LINKING_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
DEEP_LINKING_ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
DEEP_LINKING_DATA = "https://purl.imsglobal.org/spec/lti-dl/claim/data"
DEEP_LINKING_MESSAGE = "https://purl.imsglobal.org/spec/lti-dl/claim/msg"
DEEP_LINKING_ERROR = "https://purl.imsglobal.org/spec/lti-dl/claim/errormsg"

RESOURCE_LINK_REQUEST = "LtiResourceLinkRequest"
DEEP_LINKING_REQUEST = "LtiDeepLinkingRequest"
SUBMISSION_REVIEW_REQUEST = "LtiSubmissionReviewRequest"
MESSAGE_TYPES = (RESOURCE_LINK_REQUEST, DEEP_LINKING_REQUEST, SUBMISSION_REVIEW_REQUEST)
VERSION_1_3 = "1.3.0"

LEEWAY = timedelta(seconds=30)
OLDEST = timedelta(minutes=10)
LONGEST = 64 * 1024
# The times, the audience and the rest are judged below, each with a reason of its own.
SIGNATURE_ONLY: Any = {f"verify_{name}": False for name in ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")}


class Loose(Schema):
    """A claim of which we read a part; platforms may add what they like (LTI 1.3 Core, 5.4)."""

    class Meta:
        """Other members are passed over."""

        unknown = EXCLUDE


class ContextClaim(Loose):
    """LTI 1.3 Core, 5.4.1."""

    id = fields.String(required=True, validate=validate.Length(1, 255))
    title = fields.String(allow_none=True)
    label = fields.String(allow_none=True)


class LinkClaim(Loose):
    """LTI 1.3 Core, 5.3.5."""

    id = fields.String(required=True, validate=validate.Length(1, 255))
    title = fields.String(allow_none=True)


class PlatformClaim(Loose):
    """LTI 1.3 Core, 5.4.2."""

    product_family_code = fields.String(allow_none=True)


class PresentationClaim(Loose):
    """LTI 1.3 Core, 5.4.4. Its return_url may carry a session key of the platform and is not read."""

    locale = fields.String(allow_none=True)


class EndpointClaim(Loose):
    """AGS 2.0, 3.1."""

    scope = fields.List(fields.String(), load_default=list)
    lineitems = fields.String(allow_none=True)
    lineitem = fields.String(allow_none=True)


class RosterClaim(Loose):
    """NRPS 2.0, 3.6.1.1."""

    context_memberships_url = fields.String(allow_none=True)


class GroupsClaim(Loose):
    """Course Groups Service 1.0, 3.1."""

    context_groups_url = fields.String(allow_none=True)


class UserId(fields.String):
    """A user's id. Moodle writes the one of `for_user` as a number."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        return super()._deserialize(str(value) if whole else value, attr, data, **kwargs)


class ForUserClaim(Loose):
    """Submission Review 1.0, 3.3: whose work is reviewed."""

    user_id = UserId(required=True, validate=validate.Length(1, 255))


class DeepLinkingClaim(Loose):
    """Deep Linking 2.0, 4.4.1."""

    deep_link_return_url = fields.String(required=True)
    accept_types = fields.List(fields.String(), required=True)
    accept_multiple = fields.Boolean(load_default=True)
    accept_presentation_document_targets = fields.List(fields.String(), load_default=list)
    # Where a platform does not say, a line item does no harm (4.4.1).
    accept_lineitem = fields.Boolean(load_default=True)
    auto_create = fields.Boolean(load_default=False)
    title = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    data = fields.String(allow_none=True)


class Claims(Loose):
    """What we read of a launch message; required members as LTI 1.3 Core, 5.3 has them."""

    sub = fields.String(required=True, validate=validate.Length(1, 255))
    name = fields.String(allow_none=True)
    locale = fields.String(allow_none=True)
    target = fields.String(required=True, data_key=TARGET_LINK_URI)
    roles = fields.List(fields.String(), required=True, data_key=ROLES)
    context = fields.Nested(ContextClaim, allow_none=True, data_key=CONTEXT)
    link = fields.Nested(LinkClaim, allow_none=True, data_key=RESOURCE_LINK)
    platform = fields.Nested(PlatformClaim, allow_none=True, data_key=TOOL_PLATFORM)
    presentation = fields.Nested(PresentationClaim, allow_none=True, data_key=LAUNCH_PRESENTATION)
    endpoint = fields.Nested(EndpointClaim, allow_none=True, data_key=AGS_ENDPOINT)
    roster = fields.Nested(RosterClaim, allow_none=True, data_key=NRPS_SERVICE)
    groups = fields.Nested(GroupsClaim, allow_none=True, data_key=GROUPS_SERVICE)
    deep_linking = fields.Nested(DeepLinkingClaim, allow_none=True, data_key=DEEP_LINKING_SETTINGS)
    for_user = fields.Nested(ForUserClaim, allow_none=True, data_key=FOR_USER)
    custom = fields.Dict(keys=fields.String(), allow_none=True, data_key=CUSTOM)
    observed = fields.List(fields.String(), allow_none=True, data_key=ROLE_SCOPE_MENTOR)


@dataclass(frozen=True)
class Expected:
    """What the token must say to belong to the login that was spent.

    `target` is the login's. Where `home` is set (our own address), the token may name any other address in it.
    """

    issuer: str
    client_id: str
    nonce: str
    target: str
    deployment_id: str | None
    home: str | None = None

    def leads_to(self, target: object) -> bool:
        """True where the token may name that target."""
        if self.home is None or not isinstance(target, str):
            return target == self.target
        return destinations.within(target, self.home)


@dataclass(frozen=True)
class Message:
    """A verified launch message."""

    message_type: str
    deployment_id: str
    sub: str
    name: str | None
    locale: str | None
    target: str
    roles: tuple[str, ...]
    context_id: str
    context_title: str
    link_id: str | None
    family: str | None
    endpoint: dict[str, Any]
    memberships_url: str | None
    groups_url: str | None
    deep_linking: dict[str, Any] | None
    for_user: str | None
    custom: dict[str, Any]
    # Whom a mentor may look on, by the platform's ids.
    observed: tuple[str, ...]


CLAIMS = Claims()


def key_id(token: str) -> str:
    """The id of the key that the token says it was signed with. Nothing else of the header is used.

    Only RS256 is read on; `jku`, `x5u` and `jwk` are not looked at (Security Framework 1.0, 5.1.2 and 6.1).
    """
    segments = token.split(".")
    if len(segments) != 3 or len(token) > LONGEST:
        raise LaunchRefused("malformed_token")
    try:
        header = json.loads(base64.urlsafe_b64decode(segments[0] + "=" * (-len(segments[0]) % 4)))
    except (ValueError, RecursionError) as error:
        raise LaunchRefused("malformed_token") from error
    if not isinstance(header, dict) or header.get("alg") != "RS256":
        raise LaunchRefused("wrong_algorithm")
    if "crit" in header:
        # Whatever must be understood is nothing that we know (RFC 7515, 4.1.11).
        raise LaunchRefused("malformed_token", "crit")
    if not isinstance(header.get("kid"), str) or not header["kid"]:
        raise LaunchRefused("unknown_key", "no kid")
    return str(header["kid"])


def verify(token: str, *, key: RSAPublicKey, expected: Expected, at: datetime) -> Message:
    """The message, once signature, times, audience and login agree (Security Framework 1.0, 5.1.3); or LaunchRefused.

    Whether the deployment is known remains to be asked.
    """
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options=SIGNATURE_ONLY)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise LaunchRefused("bad_signature", type(error).__name__) from error
    claim_texts.check(claims)
    _check_parties(claims, expected)
    _check_times(claims, at)
    _check_login(claims, expected)
    return _read(claims)


def _check_parties(claims: dict[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise LaunchRefused("wrong_issuer")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in audiences:
        raise LaunchRefused("wrong_audience")
    party = claims.get("azp")
    if (len(audiences) > 1 or party is not None) and party != expected.client_id:
        raise LaunchRefused("wrong_authorized_party")


def _check_times(claims: dict[str, Any], at: datetime) -> None:
    now, leeway = at.timestamp(), LEEWAY.total_seconds()
    issued, ends, starts = (_number(claims.get(name)) for name in ("iat", "exp", "nbf"))
    if issued is None or ends is None or (starts is None and claims.get("nbf") is not None):
        raise LaunchRefused("no_times")
    if ends <= now - leeway:
        raise LaunchRefused("expired")
    if ends <= issued:
        raise LaunchRefused("no_times", "it ends before it begins")
    if issued > now + leeway or (starts is not None and starts > now + leeway):
        raise LaunchRefused("not_yet_valid")
    if issued < now - OLDEST.total_seconds() - leeway:
        raise LaunchRefused("too_old")


def _check_login(claims: dict[str, Any], expected: Expected) -> None:
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise LaunchRefused("wrong_nonce")
    if claims.get(VERSION) != VERSION_1_3:
        raise LaunchRefused("wrong_version")
    if claims.get(MESSAGE_TYPE) not in MESSAGE_TYPES:
        raise LaunchRefused("wrong_message_type")
    if not expected.leads_to(claims.get(TARGET_LINK_URI)):
        raise LaunchRefused("foreign_target", "token")
    deployment = claims.get(DEPLOYMENT_ID)
    if not isinstance(deployment, str) or not 0 < len(deployment) <= 255:
        raise LaunchRefused("unknown_deployment", "none named")
    if expected.deployment_id not in (None, deployment):
        raise LaunchRefused("unknown_deployment", "not the one of the login")


def _read(claims: dict[str, Any]) -> Message:
    if not claims.get("sub"):
        raise LaunchRefused("anonymous")
    try:
        read = CLAIMS.load(claims)
    except ValidationError as error:
        raise LaunchRefused("malformed_claims", ", ".join(sorted(map(str, error.messages_dict)))) from error
    kind, link, context = claims[MESSAGE_TYPE], read.get("link") or {}, read.get("context") or {}
    if kind == RESOURCE_LINK_REQUEST and not link:
        raise LaunchRefused("malformed_claims", "resource_link")
    if kind == DEEP_LINKING_REQUEST and not read.get("deep_linking"):
        raise LaunchRefused("malformed_claims", "deep_linking_settings")
    return Message(
        message_type=kind,
        deployment_id=claims[DEPLOYMENT_ID],
        sub=read["sub"],
        name=claim_texts.shown(read.get("name")),
        locale=claim_texts.language((read.get("presentation") or {}).get("locale") or read.get("locale")),
        target=read["target"],
        roles=tuple(read["roles"]),
        # A platform may launch from outside any course: then the link stands for itself.
        context_id=context.get("id") or f"link:{link.get('id', '')}",
        context_title=claim_texts.shown(context.get("title") or context.get("label") or link.get("title")) or "",
        link_id=link.get("id"),
        family=(read.get("platform") or {}).get("product_family_code"),
        endpoint=read.get("endpoint") or {},
        memberships_url=(read.get("roster") or {}).get("context_memberships_url") or None,
        groups_url=(read.get("groups") or {}).get("context_groups_url") or None,
        deep_linking=read.get("deep_linking"),
        for_user=(read.get("for_user") or {}).get("user_id"),
        custom=read.get("custom") or {},
        observed=tuple(read.get("observed") or ()),
    )


def _number(value: Any) -> float | None:
    """A finite number, or None: JSON as Python reads it knows NaN (which would pass every comparison) and huge ones."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
