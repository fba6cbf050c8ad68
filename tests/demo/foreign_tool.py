"""A tool built on a foreign library, pylti1p3next, as its documentation shows it."""

from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from pylti1p3.contrib.flask.message_launch import FlaskMessageLaunch
from pylti1p3.contrib.flask.oidc_login import FlaskOIDCLogin
from pylti1p3.contrib.flask.request import FlaskRequest
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.dynamic_registration import DynamicRegistration, generate_key_pair
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem
from pylti1p3.registration import Registration
from pylti1p3.tool_config.dict import TIssConf, ToolConfDict

from lti_tool.demo import scopes


class ForeignTool:
    """The tool's configuration and what it saw last."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.private, self.public = generate_key_pair(2048)
        self.configuration: ToolConfDict | None = None
        self.members: list[Any] = []
        self.groups: list[Any] = []
        self.sets: list[Any] = []

    def know(self, platform: dict[str, Any], answer: dict[str, Any]) -> None:
        """It is registered with this platform."""
        deployment = answer["https://purl.imsglobal.org/spec/lti-tool-configuration"]["deployment_id"]
        issuer = platform["issuer"]
        entry: TIssConf = {
            "client_id": answer["client_id"],
            "auth_login_url": platform["authorization_endpoint"],
            "auth_token_url": platform["token_endpoint"],
            "key_set_url": platform["jwks_uri"],
            "deployment_ids": [deployment],
        }
        self.configuration = ToolConfDict({issuer: entry})
        self.configuration.set_private_key(issuer, self.private)
        self.configuration.set_public_key(issuer, self.public)

    def launch(self) -> Any:
        """The launch of this request, validated by the library."""
        return FlaskMessageLaunch(seen(), self.configuration).validate()


class ForeignRegistration(DynamicRegistration):
    """The library's own registration, for this tool."""

    client_name = "Foreign tool"

    def __init__(self, tool: ForeignTool, openid_configuration: str, token: str) -> None:
        self.tool, self._openid_configuration, self._token = tool, openid_configuration, token

    def get_openid_configuration_endpoint(self) -> str:
        return self._openid_configuration

    def get_registration_token(self) -> str:
        return self._token

    def get_initiate_login_uri(self) -> str:
        return f"{self.tool.address}/login"

    def get_jwks_uri(self) -> str:
        return f"{self.tool.address}/jwks"

    def get_redirect_uris(self) -> list[str]:
        return [f"{self.tool.address}/launch"]

    def get_domain(self) -> str:
        return self.tool.address.removeprefix("http://")

    def get_target_link_uri(self) -> str:
        return f"{self.tool.address}/launch"

    def get_logo_uri(self) -> str:
        return f"{self.tool.address}/logo.png"

    def get_scopes(self) -> list[str]:
        return list(scopes.ALL)

    def get_claims(self) -> list[str]:
        return ["iss", "sub", "name"]

    def get_messages(self) -> list[dict[str, str]]:
        return [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"{self.tool.address}/launch"}]

    def complete_registration(self, openid_configuration: Any, openid_registration: Any) -> None:
        self.tool.know(openid_configuration, openid_registration)


def seen() -> FlaskRequest:
    """The request of the moment, as the library wants to see it."""
    # Browsers take Secure cookies on loopback, and in a frame no others.
    return FlaskRequest(request_is_secure=True)  # type: ignore[no-untyped-call]  # the library carries no types here


def foreign_app(tool: ForeignTool) -> Flask:
    """The tool as a Flask application."""
    app = Flask("foreign_tool")
    app.secret_key = "only for this test"
    app.config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True, SESSION_COOKIE_PARTITIONED=True)

    @app.get("/register")
    def register() -> str:
        asked = request.args
        ForeignRegistration(tool, asked["openid_configuration"], asked["registration_token"]).register()
        return "connected"

    @app.get("/jwks")
    def jwks() -> ResponseReturnValue:
        return jsonify({"keys": [Registration.get_jwk(tool.public)]})

    @app.post("/login")
    def login() -> ResponseReturnValue:
        answer: ResponseReturnValue = FlaskOIDCLogin(seen(), tool.configuration).redirect(f"{tool.address}/launch")
        return answer

    @app.post("/launch")
    def launch() -> str:
        return _react(tool, tool.launch())

    return app


def _react(tool: ForeignTool, launch: Any) -> str:
    if launch.is_deep_link_launch():
        chosen = DeepLinkResource().set_url(f"{tool.address}/launch").set_title("Chosen in the foreign tool")
        column = LineItem().set_label("Foreign column").set_score_maximum(5)
        page: str = launch.get_deep_link().output_response_form([chosen.set_lineitem(column)])
        return page
    if launch.is_submission_review_launch():
        return f"the work of {launch.get_submission_review_user()['user_id']}"
    if launch.has_cgs():
        tool.groups = launch.get_cgs().get_groups()
        tool.sets = launch.get_cgs().get_sets()
    tool.members = launch.get_nrps().get_members()
    grade = Grade().set_user_id(launch.get_launch_data()["sub"]).set_score_given(4).set_score_maximum(5)
    grade.set_timestamp("2026-11-23T10:00:00+00:00").set_comment("Posted by a foreign library.")
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    launch.get_ags().put_grade(grade)
    return "launched"
