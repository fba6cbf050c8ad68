"""What platform and tool tell each other when they are connected (LTI Dynamic Registration 1.0)."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from lti_tool.errors import AddressRefused, OnboardingRefused, PlatformUnreachable
from lti_tool.lti import claim_texts, groups, id_token, personal_data, platform_words
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import families, origin
from lti_tool.lti.scopes import WANTED

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NAME = "animateur"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


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
    """A platform as it describes itself; all addresses belong to one site, or to its maker's sites."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    token_audience: str | None
    jwks_uri: str
    registration_endpoint: str
    family: str | None

    @property
    def address(self) -> str | None:
        """Where people open the platform, if that is not at the issuer's: many Canvas platforms share one issuer."""
        here = origin(self.registration_endpoint)
        return None if here == origin(self.issuer) else here


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
        raise OnboardingRefused("no_description", f"status {answer.status}")
    read = _load(ConfigurationDocument(), document)
    check_addresses(url, read)
    about = families.of(_text(read["about"].get("product_family_code")))
    return Configuration(
        issuer=read["issuer"],
        authorization_endpoint=read["authorization_endpoint"],
        token_endpoint=read["token_endpoint"],
        token_audience=read.get("authorization_server") or about.addresses.audience or None,
        jwks_uri=read["jwks_uri"],
        registration_endpoint=read["registration_endpoint"],
        family=_text(read["about"].get("product_family_code")),
    )


def register(client: Client, *, found: Configuration, tool: dict[str, Any], bearer: str | None) -> Registered:
    """The platform has registered this tool (Dynamic Registration 1.0, 3.5); some do so without a token."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        answer = client.post_json(found.registration_endpoint, tool, headers=headers)
    except (AddressRefused, PlatformUnreachable) as error:
        raise OnboardingRefused("unreachable", str(error)) from error
    if answer.status not in (200, 201):
        raise platform_words.refusal(answer, with_token=bool(bearer))
    try:
        document = answer.json()
    except PlatformUnreachable as error:
        raise OnboardingRefused("unreadable_answer", str(error), said=platform_words.readable(answer.body)) from error
    read = _load(AnswerDocument(), document)
    return Registered(read["client_id"], _text(read["tool"].get("deployment_id")))


def tool_configuration(address: str, *, names: bool = True) -> dict[str, Any]:
    """This tool as it introduces itself (Dynamic Registration 1.0, 3.4); `names` asks for people's names."""
    deep_linking = {"type": id_token.DEEP_LINKING_REQUEST, "target_link_uri": f"{address}/lti/deep-linking"}
    review = {"type": id_token.SUBMISSION_REVIEW_REQUEST, "target_link_uri": f"{address}/review"}
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{address}/lti/login",
        "redirect_uris": [f"{address}/lti/launch"],
        "client_name": NAME,
        "client_uri": address,
        "logo_uri": f"{address}/static/img/icon.svg",
        "jwks_uri": f"{address}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(WANTED),
        TOOL: {
            # With its port: Moodle compares it with the host of the target.
            "domain": urlsplit(address).netloc,
            "target_link_uri": f"{address}/learn",
            "claims": ["iss", *personal_data.claims(names=names)],
            "messages": [deep_linking, review],
            # Moodle's own way to tell whose groups somebody is in; others send the words as they stand.
            "custom_parameters": {groups.VARIABLE: "$Moodle.Person.userGroupIds"},
        },
    }


def check_addresses(url: str, read: dict[str, Any]) -> None:
    """The document was served by its issuer's host and every address in it lies there or below; or all lie in the
    domains of a maker that serves its platforms from several. OnboardingRefused (`foreign_endpoint`) otherwise.
    """
    try:
        for name in ("issuer", *ENDPOINTS):
            origin(read[name])
    except (AddressRefused, ValueError) as error:
        raise OnboardingRefused("foreign_endpoint", name) from error
    issuer = urlsplit(read["issuer"])
    sites = families.sites_around(issuer.hostname or "")
    if not issuer.hostname or not (urlsplit(url).netloc == issuer.netloc or _lies_in(urlsplit(url).hostname, sites)):
        raise OnboardingRefused("foreign_endpoint", "issuer")
    for name in ENDPOINTS:
        parts = urlsplit(read[name])
        if parts.scheme not in ("https", issuer.scheme) or not _lies_in(parts.hostname, (issuer.hostname, *sites)):
            raise OnboardingRefused("foreign_endpoint", name)


def _lies_in(host: str | None, domains: tuple[str, ...]) -> bool:
    return any(f".{host}".endswith(f".{domain}") for domain in domains)


def _load(schema: Schema, document: object) -> dict[str, Any]:
    if claim_texts.NUL in json.dumps(document):
        raise OnboardingRefused("malformed_configuration", "a character that no text has")
    try:
        loaded: dict[str, Any] = schema.load(document)  # type: ignore[arg-type]  # it refuses what is no object
    except ValidationError as error:
        raise OnboardingRefused("malformed_configuration", ", ".join(sorted(map(str, error.messages_dict)))) from error
    return loaded


def _text(value: object) -> str | None:
    return str(value) if isinstance(value, str | int) and str(value) else None
