"""Door: who the LMS is, its keys, and tokens for its services (Security Framework 1.0; Dynamic Registration 1.0)."""

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from lti_tool.demo import answers, keys, scopes, tools, variables
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.lms import lms, platform_for

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
MESSAGES = ("LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest")
CLAIMS = ["iss", "sub", "name", "given_name", "family_name", "email", "locale"]

bp = Blueprint("security", __name__)
answers.say_no_as_json(bp)


@bp.get("/openid-configuration")
def openid_configuration() -> Response:
    """Where everything is, as a tool reads it before it registers (Dynamic Registration 1.0, 3.3)."""
    home = lms().address
    return jsonify(
        {
            "issuer": home,
            "authorization_endpoint": f"{home}/auth",
            "token_endpoint": f"{home}/token",
            "jwks_uri": f"{home}/jwks",
            "registration_endpoint": f"{home}/register",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", *scopes.ALL],
            "response_types_supported": ["id_token"],
            "response_modes_supported": ["form_post"],
            "grant_types_supported": ["implicit", "client_credentials"],
            "subject_types_supported": ["public"],
            "claims_supported": CLAIMS,
            PLATFORM_CONFIGURATION: {
                "product_family_code": lms().manner.family,
                "version": lms().manner.version,
                "messages_supported": [{"type": name} for name in MESSAGES],
                "variables": variables.names(lms().manner),
            },
        }
    )


@bp.get("/jwks")
@bp.get("/elsewhere/jwks", endpoint="moved_jwks")
def jwks() -> Response:
    """The LMS's public keys."""
    with lms().sessions.begin() as session:
        return jsonify({"keys": keys.published(session)})


@bp.post("/token")
def token() -> Response:
    """A tool has a token for its assertion (Security Framework 1.0, 4.1)."""
    if Fault.TOKEN_DOWN in lms().faults:
        raise Refused("unavailable", "the token endpoint is told to be down")
    if request.mimetype != "application/x-www-form-urlencoded":
        raise Refused("invalid_request", "the request must be form-encoded")
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        tool = tools.by_client(session, _said_subject(request.form.get("client_assertion", "")))
        platform = platform_for(session, tool, at=at)
        try:
            answer = jsonify(platform.get_access_token(request.form.to_dict()))
        except Refused:
            # What was spent stays spent: an assertion is not good for a second try with other scopes.
            session.commit()
            raise
    if lms().manner.token_as_html:
        answer.headers["Content-Type"] = "text/html; charset=utf-8"
    return answer


def _said_subject(assertion: str) -> str:
    """The tool that the assertion speaks for, before its signature is looked at."""
    claims = answers.unverified(assertion)
    return str(claims.get("sub", ""))
