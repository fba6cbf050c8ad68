"""A platform's addresses as the operator types them: read, checked, and told apart by field where they are wrong."""

from collections.abc import Callable
from typing import Any

from flask import current_app, request
from marshmallow import EXCLUDE, Schema, ValidationError, fields, pre_load, validate

from lti_tool.errors import AddressRefused
from lti_tool.lti.platforms import Platform, origin
from lti_tool.lti.settling import Home
from lti_tool.pages.platforms import words

LONGEST = 1000
NAMES = (
    "issuer", "client_id", "authorization_endpoint", "token_endpoint", "jwks_uri", "token_audience", "deployment_id",
    "home",
)  # fmt: skip


def _address(text: str) -> None:
    schemes = ("https://", "http://") if current_app.extensions["settings"].allow_private_platforms else ("https://",)
    try:
        origin(text)
    except (AddressRefused, ValueError) as error:
        raise ValidationError("no address") from error
    if not text.startswith(schemes) or not all("!" <= each <= "~" for each in text):
        raise ValidationError("no address")


def _printable(text: str) -> None:
    if not text.isprintable():
        raise ValidationError("control characters")


def _text(longest: int, *, required: bool = False, address: bool = False) -> fields.String:
    checks: list[Callable[[str], object]] = [validate.Length(1, longest), _printable]
    if address:
        checks.append(_address)
    return (
        fields.String(required=True, validate=checks) if required else fields.String(load_default=None, validate=checks)
    )


class HomeForm(Schema):
    """What names a platform and says where it answers; a field left empty is not there."""

    class Meta:
        """The form token and the rest travel in the same form."""

        unknown = EXCLUDE

    issuer = _text(LONGEST, required=True, address=True)
    client_id = _text(255, required=True)
    authorization_endpoint = _text(LONGEST, required=True, address=True)
    token_endpoint = _text(LONGEST, required=True, address=True)
    jwks_uri = _text(LONGEST, required=True, address=True)
    token_audience = _text(LONGEST)
    deployment_id = _text(255)
    home = _text(LONGEST, address=True)
    name = _text(200)

    @pre_load
    def trimmed(self, sent: dict[str, str], **_: Any) -> dict[str, str]:
        """What was copied often brings spaces along."""
        return {name: text.strip() for name, text in sent.items() if text.strip()}


def read() -> tuple[dict[str, Any], dict[str, list[object]]]:
    """The form of this request, and its faults by field (none: it can be used)."""
    try:
        return HomeForm().load(request.form.to_dict()), {}
    except ValidationError as refused:
        return {}, {name: [words.FAULTS[name]] for name in refused.messages_dict}


def home_of(read: dict[str, Any], *, family: str | None) -> Home:
    """Where the platform is at home, after the form."""
    named = {name: read[name] for name in NAMES if name != "home"}
    return Home(**named, address=read["home"], family=family)


def typed() -> dict[str, str]:
    """What stands in the fields of this request, to be shown again."""
    return request.form.to_dict()


def of_platform(platform: Platform) -> dict[str, str]:
    """What stands in the fields for a platform as it is."""
    return {name: getattr(platform, name, None) or "" for name in NAMES}
