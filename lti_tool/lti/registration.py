"""What platform and tool tell each other when they are connected (LTI Dynamic Registration 1.0)."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from lti_tool.errors import AddressRefused, OnboardingRefused, PlatformUnreachable
from lti_tool.lti import id_token
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import origin
from lti_tool.lti.scopes import WANTED

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NAME = "animateur"
DATA_WE_ASK_FOR = ("sub", "name", "locale")


class ConfigurationDocument(Schema):
    """What we read of a platform's OpenID configuration (Dynamic Registration 1.0, 3.3)."""

    class Meta:
        """Other members are passed over."""

        unknown = EXCLUDE

    issuer = fields.String(required=True, validate=validate.Length(1, 1000))
    authorization_endpoint = fields.String(required=True)
    token_endpoint = fields.String(required=True)
    jwks_uri = fields.String(required=True)
    registration_endpoint = fields.String(required=True)
    # Where the platform wants another audience in our assertions than its token endpoint.
    authorization_server = fields.String(allow_none=True)
    about = fields.Dict(data_key=PLATFORM, load_default=dict)


class AnswerDocument(Schema):
    """What we read of a platform's answer (Dynamic Registration 1.0, 3.6)."""

    class Meta:
        """Other members are passed over."""

        unknown = EXCLUDE

    client_id = fields.String(required=True, validate=validate.Length(1, 255))
    tool = fields.Dict(data_key=TOOL, load_default=dict)


@dataclass(frozen=True)
class Configuration:
    """A platform as it describes itself; all addresses belong to one site."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    token_audience: str | None
    jwks_uri: str
    registration_endpoint: str
    family: str | None
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Registered:
    """What the platform gave us: a client id and, if it names one, a deployment."""

    client_id: str
    deployment_id: str | None


def configuration(client: Client, url: str) -> Configuration:
    """The platform's description of itself; OnboardingRefused where it cannot be had, read or trusted."""
    try:
        answer = client.get(url)
        document = answer.json() if answer.status == 200 else None
    except AddressRefused as error:
        raise OnboardingRefused("foreign_endpoint", str(error)) from error
    except PlatformUnreachable as error:
        raise OnboardingRefused("unreachable", str(error)) from error
    if document is None:
        raise OnboardingRefused("unreachable", f"status {answer.status}")
    read = _load(ConfigurationDocument(), document)
    _check_same_site(url, read)
    return Configuration(
        issuer=read["issuer"],
        authorization_endpoint=read["authorization_endpoint"],
        token_endpoint=read["token_endpoint"],
        token_audience=read.get("authorization_server"),
        jwks_uri=read["jwks_uri"],
        registration_endpoint=read["registration_endpoint"],
        family=_text(read["about"].get("product_family_code")),
        scopes=WANTED,
    )


def register(client: Client, *, found: Configuration, tool: dict[str, Any], bearer: str | None) -> Registered:
    """The platform has registered this tool (Dynamic Registration 1.0, 3.5)."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        answer = client.post_json(found.registration_endpoint, tool, headers=headers)
        document = answer.json() if answer.status in (200, 201) else None
    except (AddressRefused, PlatformUnreachable) as error:
        raise OnboardingRefused("unreachable", str(error)) from error
    if document is None:
        raise OnboardingRefused("refused_by_platform", f"status {answer.status}")
    read = _load(AnswerDocument(), document)
    return Registered(read["client_id"], _text(read["tool"].get("deployment_id")))


def tool_configuration(address: str) -> dict[str, Any]:
    """This tool as it introduces itself (Dynamic Registration 1.0, 3.4)."""
    deep_linking = {"type": id_token.DEEP_LINKING_REQUEST, "target_link_uri": f"{address}/lti/deep-linking"}
    review = {"type": id_token.SUBMISSION_REVIEW_REQUEST, "target_link_uri": f"{address}/review"}
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{address}/lti/login",
        "redirect_uris": [f"{address}/lti/launch"],
        "client_name": NAME,
        "jwks_uri": f"{address}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(WANTED),
        TOOL: {
            # With its port: Moodle compares it with the host of the target.
            "domain": urlsplit(address).netloc,
            "target_link_uri": f"{address}/learn",
            "claims": ["iss", *DATA_WE_ASK_FOR],
            "messages": [deep_linking, review],
        },
    }


def _check_same_site(url: str, read: dict[str, Any]) -> None:
    """The document was served by its issuer's host, and every address in it lies there or below."""
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
    try:
        for name in ("issuer", *names):
            origin(read[name])
    except (AddressRefused, ValueError) as error:
        raise OnboardingRefused("foreign_endpoint", name) from error
    issuer = urlsplit(read["issuer"])
    if urlsplit(url).netloc != issuer.netloc or not issuer.hostname:
        raise OnboardingRefused("foreign_endpoint", "issuer")
    for name in names:
        parts = urlsplit(read[name])
        host = parts.hostname or ""
        if parts.scheme not in ("https", issuer.scheme) or not f".{host}".endswith(f".{issuer.hostname}"):
            raise OnboardingRefused("foreign_endpoint", name)


def _load(schema: Schema, document: object) -> dict[str, Any]:
    if id_token.NUL in json.dumps(document):
        raise OnboardingRefused("malformed_configuration", "a character that no text has")
    try:
        loaded: dict[str, Any] = schema.load(document)  # type: ignore[arg-type]  # it refuses what is no object
    except ValidationError as error:
        raise OnboardingRefused("malformed_configuration", ", ".join(sorted(map(str, error.messages_dict)))) from error
    return loaded


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and str(value) else None
