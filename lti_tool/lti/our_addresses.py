"""What somebody types into a platform that does not register us by itself: our addresses, claims and rights."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from lti_tool.lti import id_token, personal_data
from lti_tool.lti.registration import NAME, TOOL, tool_configuration
from lti_tool.lti.scopes import WANTED


@dataclass(frozen=True)
class Line:
    """One value to copy (empty: none is needed), with the names under which platforms ask for it."""

    id: str
    label: object
    value: str


def sheet(address: str, *, names: bool) -> list[Line]:
    """Our values for the forms of a platform; `address` is our public address, `names` whether names are asked for."""
    return [
        Line("target", _l("Tool URL, launch URL or target link URI"), f"{address}/learn"),
        Line("login", _l("Login URL (initiate login, OpenID Connect initiation)"), f"{address}/lti/login"),
        Line("redirect", _l("Redirect URI (exactly this, no other)"), f"{address}/lti/launch"),
        Line("jwks", _l("Public keys (JWKS or keyset URL)"), f"{address}/lti/jwks"),
        Line("deep-linking", _l("Deep linking (content selection) URL"), f"{address}/lti/deep-linking"),
        Line("domain", _l("Domain"), urlsplit(address).netloc),
        Line("icon", _l("Icon URL"), f"{address}/static/img/icon.svg"),
        Line("claims", _l("Personal data (claims)"), " ".join(personal_data.claims(names=names))),
        Line("scopes", _l("Services (scopes)"), " ".join(WANTED)),
        Line(
            "custom", _l("Custom parameters"), "\n".join(f"{name}={value}" for name, value in _custom(address).items())
        ),
    ]


def _custom(address: str) -> dict[str, str]:
    """What we ask platforms to fill in and send along, as in our registration."""
    own: dict[str, str] = tool_configuration(address)[TOOL].get("custom_parameters", {})
    return own


def canvas_json(address: str, *, names: bool) -> str:
    """The text that Canvas takes under “Paste JSON” for a developer key."""
    deep_linking = {
        "message_type": id_token.DEEP_LINKING_REQUEST,
        "target_link_uri": f"{address}/lti/deep-linking",
        "enabled": True,
    }
    placements = [{"placement": each, **deep_linking} for each in ("link_selection", "assignment_selection")]
    key: dict[str, Any] = {
        "title": NAME,
        "description": "Courses for facilitators: team exercises, evidence, certificates.",
        "target_link_uri": f"{address}/learn",
        "oidc_initiation_url": f"{address}/lti/login",
        "redirect_uris": [f"{address}/lti/launch"],
        "public_jwk_url": f"{address}/lti/jwks",
        "scopes": list(WANTED),
        "custom_fields": _custom(address),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(address).netloc,
                "privacy_level": "name_only" if names else "anonymous",
                "settings": {"text": NAME, "icon_url": f"{address}/static/img/icon.svg", "placements": placements},
            }
        ],
    }
    return json.dumps(key, indent=2)
