"""Door: a tool registers itself, with a token that an administrator gave it (Dynamic Registration 1.0, 3.4 to 3.6)."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, request

from lti_tool.demo import answers, scopes, tools
from lti_tool.demo.bodies import REGISTRATION, TOOL_CONFIGURATION, read
from lti_tool.demo.errors import Refused
from lti_tool.demo.lms import lms
from lti_tool.demo.paging import body_of
from lti_tool.demo.tools import Tool

bp = Blueprint("registration", __name__)
answers.say_no_as_json(bp)


@bp.post("/register")
def register() -> Response:
    """The tool is registered and waits for an administrator to activate it."""
    at = datetime.now(UTC)
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    by_token = kind.lower() == "bearer" and bool(token)
    if not by_token and lms().manner.sends_registration_token:
        raise Refused("missing_registration_token", "the registration token must come as a Bearer token")
    with lms().sessions.begin() as session:
        permit = tools.spend(session, token.strip(), at=at) if by_token else tools.spend_latest(session, at=at)
        # A body with a fault undoes the spending: the tool may correct itself and try again.
        sent = read(REGISTRATION, body_of("application/json"))
        tool = _tool(sent, at=at)
        session.add(tool)
        session.flush()
        permit.tool_id = tool.id
        return answers.json_of(_shown(tool), "application/json", status=201)


def _tool(sent: dict[str, Any], *, at: datetime) -> Tool:
    own = sent["configuration"]
    asked = sent["scope"].split()
    return Tool(
        client_id=uuid4().hex,
        deployment_id=uuid4().hex[:12],
        name=sent["client_name"],
        domain=own["domain"],
        initiate_login_uri=sent["initiate_login_uri"],
        target_link_uri=own["target_link_uri"],
        jwks_uri=sent["jwks_uri"],
        redirect_uris=sent["redirect_uris"],
        scopes=[scope for scope in scopes.ALL if scope in asked],
        claims=own["claims"],
        messages=own["messages"],
        custom=own["custom_parameters"],
        active=False,
        registered_at=at,
    )


def _shown(tool: Tool) -> dict[str, Any]:
    return {
        "client_id": tool.client_id,
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.initiate_login_uri,
        "redirect_uris": tool.redirect_uris,
        "client_name": tool.name,
        "jwks_uri": tool.jwks_uri,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(tool.scopes),
        TOOL_CONFIGURATION: {
            "domain": tool.domain,
            "target_link_uri": tool.target_link_uri,
            "claims": tool.claims,
            "messages": tool.messages,
            "custom_parameters": tool.custom,
            "deployment_id": tool.deployment_id,
            "version": "1.3.0",
        },
    }
