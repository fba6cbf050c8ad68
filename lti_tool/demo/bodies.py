"""What tools send, checked once where it comes in."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from lti_tool.demo.errors import Refused

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
ACTIVITY_PROGRESS = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
GRADING_PROGRESS = ("FullyGraded", "Pending", "PendingManual", "Failed", "NotReady")
SOME = validate.Length(min=1)


class Number(fields.Field[Decimal]):
    """A JSON number; neither a text nor true or false."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValidationError("must be a number")
        return Decimal(str(value))


class Address(fields.String):
    """An absolute http or https address without a fragment."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> str:
        text: str = super()._deserialize(value, attr, data)
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.fragment:
            raise ValidationError("must be an absolute http or https address without a fragment")
        return text


class Open(Schema):
    """A body to which tools may add members of their own."""

    class Meta:
        """Other members are passed over."""

        unknown = EXCLUDE


class LineItemBody(Open):
    """AGS 2.0, 3.2.9."""

    label = fields.String(required=True, validate=SOME)
    scoreMaximum = Number(required=True, validate=validate.Range(min=0, min_inclusive=False))  # noqa: N815
    resourceId = fields.String(allow_none=True)  # noqa: N815
    tag = fields.String(allow_none=True)
    resourceLinkId = fields.String(allow_none=True)  # noqa: N815
    startDateTime = fields.AwareDateTime(allow_none=True)  # noqa: N815
    endDateTime = fields.AwareDateTime(allow_none=True)  # noqa: N815
    gradesReleased = fields.Boolean(allow_none=True)  # noqa: N815
    submissionReview = fields.Dict(allow_none=True)  # noqa: N815


class ScoreBody(Open):
    """AGS 2.0, 3.4.9."""

    userId = fields.String(required=True, validate=SOME)  # noqa: N815
    timestamp = fields.AwareDateTime(required=True, format="iso")
    activityProgress = fields.String(required=True, validate=validate.OneOf(ACTIVITY_PROGRESS))  # noqa: N815
    gradingProgress = fields.String(required=True, validate=validate.OneOf(GRADING_PROGRESS))  # noqa: N815
    scoreGiven = Number(allow_none=True, validate=validate.Range(min=0))  # noqa: N815
    scoreMaximum = Number(allow_none=True, validate=validate.Range(min=0, min_inclusive=False))  # noqa: N815
    comment = fields.String(allow_none=True)

    @validates_schema
    def both_or_none(self, data: dict[str, Any], **_: Any) -> None:
        """A score given is out of a maximum."""
        if data.get("scoreGiven") is not None and data.get("scoreMaximum") is None:
            raise ValidationError("scoreGiven needs scoreMaximum", "scoreMaximum")


class ContentColumn(Open):
    """The lineItem of a content item (Deep Linking 2.0, 3.4.3)."""

    label = fields.String(allow_none=True)
    scoreMaximum = Number(required=True, validate=validate.Range(min=0, min_inclusive=False))  # noqa: N815
    resourceId = fields.String(allow_none=True)  # noqa: N815
    tag = fields.String(allow_none=True)
    gradesReleased = fields.Boolean(allow_none=True)  # noqa: N815
    submissionReview = fields.Dict(allow_none=True)  # noqa: N815


class ContentItem(Open):
    """A link into the tool (Deep Linking 2.0, 3.4); a plain `link` becomes one as well, as in Moodle."""

    type = fields.String(required=True, validate=SOME)
    url = Address(allow_none=True)
    title = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    custom = fields.Dict(keys=fields.String(), values=fields.String(), allow_none=True)
    lineItem = fields.Nested(ContentColumn, allow_none=True)  # noqa: N815
    available = fields.Dict(allow_none=True)
    submission = fields.Dict(allow_none=True)


class ToolConfiguration(Open):
    """Dynamic Registration 1.0, 3.5.2."""

    domain = fields.String(required=True, validate=SOME)
    secondary_domains = fields.List(fields.String(), load_default=list)
    target_link_uri = Address(required=True)
    claims = fields.List(fields.String(), required=True)
    messages = fields.List(fields.Dict(), load_default=list)
    custom_parameters = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class RegistrationBody(Open):
    """Dynamic Registration 1.0, 3.5.1; the same checks as Moodle's, and that every address lies within the domain."""

    application_type = fields.String(required=True, validate=validate.Equal("web"))
    response_types = fields.List(fields.String(), required=True)
    grant_types = fields.List(fields.String(), required=True)
    client_name = fields.String(required=True, validate=SOME)
    initiate_login_uri = Address(required=True)
    jwks_uri = Address(required=True)
    redirect_uris = fields.List(Address(), required=True, validate=SOME)
    token_endpoint_auth_method = fields.String(required=True, validate=validate.Equal("private_key_jwt"))
    scope = fields.String(load_default="")
    configuration = fields.Nested(ToolConfiguration, required=True, data_key=TOOL_CONFIGURATION)

    @validates_schema
    def types(self, data: dict[str, Any], **_: Any) -> None:
        """The two flows of LTI are asked for."""
        if "id_token" not in data["response_types"]:
            raise ValidationError("must contain id_token", "response_types")
        if not {"implicit", "client_credentials"} <= set(data["grant_types"]):
            raise ValidationError("must contain implicit and client_credentials", "grant_types")

    @validates_schema
    def domains(self, data: dict[str, Any], **_: Any) -> None:
        """The tool's addresses lie where it says it lives; the port belongs to the domain."""
        own = data["configuration"]
        if urlsplit(own["target_link_uri"]).netloc != own["domain"]:
            raise ValidationError("must be the host and port of target_link_uri", "domain")
        allowed = {own["domain"], *own["secondary_domains"]}
        for name in ("initiate_login_uri", "jwks_uri", "redirect_uris"):
            given = data[name] if isinstance(data[name], list) else [data[name]]
            if any(urlsplit(each).netloc not in allowed for each in given):
                raise ValidationError("must lie within the tool's domain", name)


LINE_ITEM, SCORE, REGISTRATION, CONTENT = LineItemBody(), ScoreBody(), RegistrationBody(), ContentItem()


def read(schema: Schema, body: Any) -> dict[str, Any]:
    """The body as the schema understands it; Refused names the first member at fault."""
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise Refused("invalid_request", _first(error.messages)) from error
    return loaded


def _first(messages: Any) -> str:
    path: list[str] = []
    while isinstance(messages, dict):
        name = next(iter(messages))
        path.append(str(name).rpartition("/")[2])
        messages = messages[name]
    return f"{'.'.join(path)}: {messages[0]}"
