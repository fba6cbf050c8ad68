"""The two halves of a launch as the LMS sends them, on lti1p3platform (LTI 1.3 Core, 5; Security Framework 5.1.1)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import render_template, request
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.request import Request

from lti_tool.demo import scopes
from lti_tool.demo.course import Course, Link
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.gradebook import LineItem
from lti_tool.demo.hints import Hint
from lti_tool.demo.kit import ACCEPTED_TYPES, CLAIM, DEEP_LINKING, Platform
from lti_tool.demo.lms import Lms
from lti_tool.demo.people import Person
from lti_tool.demo.tools import Tool

ID_TOKEN_SECONDS = 60
FAMILY = "animateur-demo"
SECTION = "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"
AGS_CLAIM = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MUST_BE = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}


class FlaskRequest(Request):  # type: ignore[misc]  # the kit carries no types
    """The request of the moment, as the kit wants to see it."""

    def build_metadata(self, request: Any) -> dict[str, Any]:
        """Its parameters, from query or body; never both."""
        sent = request.form if request.method == "POST" else request.args
        return {"method": request.method, "get_data": {}, "form_data": sent.to_dict(), "path": request.path}


class Login(OIDCLoginAbstract):  # type: ignore[misc]  # the kit carries no types
    """The LMS tells the tool that somebody is coming: a form that posts itself, as Moodle does it."""

    def set_lti_message_hint(self, *, token: str) -> None:
        """The launch under way."""
        self._lti_message_hint = token

    def get_redirect(self, url: str) -> str:
        """The page with the form; what the kit would put into a query travels in its fields."""
        fields = dict(parse_qsl(url.rpartition("?")[2]))
        return render_template("demo/post.html", action=self._registration.get_oidc_login_url(), fields=fields)


@dataclass(frozen=True)
class Saying:
    """What one launch says: who goes where, with which services."""

    lms: Lms
    tool: Tool
    person: Person
    course: Course
    hint: Hint
    link: Link | None
    items: list[LineItem]
    choice: str | None


class Launch(LTIAdvantageMessageLaunchAbstract):  # type: ignore[misc]  # the kit carries no types
    """The LMS's signed answer to the tool's authentication request."""

    def __init__(self, platform: Platform, saying: Saying) -> None:
        super().__init__(FlaskRequest(request), platform)
        self.saying = saying
        self.set_id_token_expiration(ID_TOKEN_SECONDS)

    def validate_preflight_response(self, preflight_response: dict[str, str]) -> None:
        """The question, which the door found well formed, is asked for the person whom the launch was begun for."""
        if preflight_response["login_hint"] != self.saying.person.id:
            raise Refused("login_required", "login_hint does not name the person who is signed in here")
        self._redirect_url = preflight_response["redirect_uri"]

    def prepare_launch(self, preflight_response: dict[str, str]) -> None:
        """Every claim of the message is set."""
        said = self.saying
        self.set_launch_url(said.hint.target)
        self.set_user_data(said.person.id, said.person.roles)
        self.set_launch_context_claim(said.course.id, [SECTION], said.course.title, said.course.label)
        self.set_launch_presentation_claim(said.hint.document_target, f"{said.lms.address}/course")
        self.set_extra_claims({**said.person.shown(said.tool.claims), "locale": "en", **platform_claims(said)})
        self.set_custom_parameters_claim({**said.tool.custom, **(said.link.custom if said.link else {})})
        if said.link is not None:
            self.set_resource_link_claim(str(said.link.id), said.link.text or None, said.link.title)
        else:
            self._ask_for_content()
        self._offer_services()

    def _ask_for_content(self) -> None:
        self.set_dl(f"{self.saying.lms.address}/deep-link-return", accept_types=ACCEPTED_TYPES)
        self._deep_linking_launch_data[DEEP_LINKING + "deep_linking_settings"] |= {
            "accept_presentation_document_targets": ["iframe", "window"],
            "auto_create": False,
            "accept_lineitem": True,
            "data": self.saying.choice,
        }

    def _offer_services(self) -> None:
        said = self.saying
        granted = [scope for scope in said.tool.scopes if scope.startswith(scopes.AGS)]
        base = f"{said.lms.address}/courses/{said.course.id}"
        if granted:
            own = f"{base}/line-items/{said.items[0].id}?tool={said.tool.id}" if len(said.items) == 1 else None
            self.set_ags(f"{base}/line-items?tool={said.tool.id}", own)
            # The kit guesses the scopes; these are the ones a token will carry.
            self.extra_claims[AGS_CLAIM]["scope"] = granted
        if scopes.ROSTER in said.tool.scopes:
            self.set_nrps(f"{base}/memberships?tool={said.tool.id}")

    def generate_launch_request(self) -> dict[str, str]:
        """state and id_token; the id_token of an earlier launch where the LMS is told to repeat itself."""
        made: dict[str, str] = super().generate_launch_request()
        said = self.saying
        if Fault.REPLAYED_TOKEN in said.lms.faults:
            made["id_token"] = said.lms.sent_before.setdefault(said.tool.client_id, made["id_token"])
        return made

    def render_launch_form(self, launch_data: dict[str, Any], **_: Any) -> str:
        """The page that posts the message to the tool."""
        fields = {name: launch_data[name] for name in ("state", "id_token")}
        return render_template("demo/post.html", action=launch_data["launch_url"], fields=fields)


def platform_claims(said: Saying) -> dict[str, Any]:
    """Who the LMS is, and what else Moodle says at each launch."""
    return {
        CLAIM + "tool_platform": {
            "guid": said.lms.address,
            "name": "Demo LMS",
            "product_family_code": FAMILY,
            "version": "1",
        },
        CLAIM + "lis": {"person_sourcedid": f"demo-{said.person.id}", "course_section_sourcedid": said.course.label},
    }


def check_question(asked: dict[str, str]) -> None:
    """Refused where the authentication request is not as Security Framework 1.0, 5.1.1.2 wants it."""
    for name, value in MUST_BE.items():
        words = asked.get(name, "").split() if name == "scope" else [asked.get(name, "")]
        if value not in words:
            raise Refused("invalid_request", f"{name} must be {value}")
    for name in ("nonce", "state", "login_hint", "lti_message_hint"):
        if not asked.get(name):
            raise Refused("invalid_request", f"{name} is missing")
