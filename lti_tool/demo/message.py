"""The two halves of a launch as the LMS sends them, on lti1p3platform (LTI 1.3 Core, 5; Security Framework 5.1.1)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import render_template, request
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.request import Request
from sqlalchemy.orm import Session

from lti_tool.demo import claims, scopes, variables
from lti_tool.demo.course import Course, Link
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.gradebook import LineItem
from lti_tool.demo.hints import Hint
from lti_tool.demo.kit import ACCEPTED_TYPES, CLAIM, DEEP_LINKING, Platform
from lti_tool.demo.lms import Lms, lms
from lti_tool.demo.people import Person
from lti_tool.demo.tools import Tool

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
        if lms().storage:
            fields["lti_storage_target"] = lms().storage
        return render_template("demo/post.html", action=self._registration.get_oidc_login_url(), fields=fields)


@dataclass(frozen=True)
class Saying:
    """What one launch says: who goes where, with which services."""

    lms: Lms
    session: Session
    tool: Tool
    person: Person
    course: Course
    hint: Hint
    link: Link | None
    items: list[LineItem]
    choice: str | None
    reviewed: LineItem | None = None


class Launch(LTIAdvantageMessageLaunchAbstract):  # type: ignore[misc]  # the kit carries no types
    """The LMS's signed answer to the tool's authentication request."""

    def __init__(self, platform: Platform, saying: Saying) -> None:
        super().__init__(FlaskRequest(request), platform)
        self.saying = saying
        self.set_id_token_expiration(saying.lms.manner.id_token_seconds)

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
        self.set_launch_context_claim(
            said.course.id, [claims.section(said.lms.manner)], said.course.title, said.course.label
        )
        self.set_launch_presentation_claim(said.hint.document_target, f"{said.lms.address}/course")
        self.set_extra_claims(
            {**claims.of_person(said.person, said.tool, said.hint.options), "locale": "en", **platform_claims(said)}
        )
        if said.link is not None:
            self.set_resource_link_claim(str(said.link.id), said.link.text or None, said.link.title)
        if said.choice is not None:
            self._ask_for_content(said.choice)
        self._offer_services()
        if said.reviewed is not None:
            self.set_extra_claims(claims.review(said.hint.options["for_user"]))
        self.set_custom_parameters_claim(self._custom())

    def _custom(self) -> dict[str, Any]:
        said = self.saying
        asked = (said.reviewed.extra.get("submissionReview") or {}).get("custom") if said.reviewed else None
        own = {**said.tool.custom, **(said.link.custom if said.link else {}), **(asked or {})}
        known = variables.known(said.session, said.person, said.course, said.link, said.lms.manner)
        service = self.extra_claims.get(AGS_CLAIM, {})
        known |= {"LineItems.url": service.get("lineitems", ""), "LineItem.url": service.get("lineitem", "")}
        return variables.resolved(own, known, said.lms.manner)

    def _ask_for_content(self, choice: str) -> None:
        said = self.saying
        back = f"{said.lms.address}/deep-link-return"
        data = said.lms.manner.says_data
        self.set_dl(back if data else f"{back}?choice={choice}", accept_types=ACCEPTED_TYPES)
        self._deep_linking_launch_data[DEEP_LINKING + "deep_linking_settings"] |= {
            "accept_types": said.hint.options.get("types", ["ltiResourceLink"]),
            "accept_multiple": said.hint.options.get("many", True),
            "accept_presentation_document_targets": ["iframe", "window"],
            "auto_create": False,
            "accept_lineitem": True,
            # A family without `data` knows by the address what is being handed back.
            **({"data": choice} if data else {}),
        }

    def _offer_services(self) -> None:
        said = self.saying
        granted = [scope for scope in said.tool.scopes if scope.startswith(scopes.AGS)]
        base, query = f"{said.lms.address}/courses/{said.course.id}", f"?tool={said.tool.id}"
        if granted:
            own = f"{base}/line-items/{said.items[0].id}{query}" if len(said.items) == 1 else None
            self.set_ags(f"{base}/line-items{query}", own)
            # The kit guesses the scopes; these are the ones a token will carry.
            self.extra_claims[AGS_CLAIM]["scope"] = granted
            if Fault.EMPTY_LINEITEM in said.lms.faults:
                self.extra_claims[AGS_CLAIM]["lineitem"] = ""
        if scopes.ROSTER in said.tool.scopes:
            self.set_nrps(f"{base}/memberships{query}")
        if scopes.GROUPS in said.tool.scopes and said.lms.manner.has_groups:
            self.set_extra_claims(claims.groups(base, query))

    def get_launch_data(self) -> tuple[dict[str, Any], str]:
        """The message and the state that goes with it; those of an earlier launch where the LMS mixes them up."""
        message, state = super().get_launch_data()
        said, before = self.saying, self.saying.lms.sent_before
        nonces, states = f"{said.tool.client_id} nonce", f"{said.tool.client_id} state"
        if Fault.SWAPPED_NONCE in said.lms.faults:
            message["nonce"] = before.get(nonces, "the-nonce-of-another-login")
        else:
            before[nonces] = message["nonce"]
        if Fault.REPLAYED_STATE in said.lms.faults:
            state = before.setdefault(states, state)
        if not said.lms.manner.says_azp:
            del message["azp"]
        if said.hint.options.get("anonymous"):
            del message["sub"]
        return message, state

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
    """Who the LMS is, and what else its family says at each launch."""
    manner, person = said.lms.manner, said.person
    unknown = said.hint.options.get("anonymous")
    who = {} if unknown else {"person_sourcedid": f"demo-{person.id}"}
    named = {"user_username": person.given_name.lower()} if manner.says_user_name and not unknown else {}
    return {
        CLAIM + "tool_platform": {
            "guid": said.lms.address,
            "name": "Demo LMS",
            "product_family_code": manner.family,
            "version": manner.version,
        },
        CLAIM + "lis": {**who, "course_section_sourcedid": said.course.label},
        **({CLAIM + "ext": {"lms": "moodle-2", **named}} if manner.says_user_name else {}),
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
