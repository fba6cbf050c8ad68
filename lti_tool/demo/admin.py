"""Door: what the administrator of the LMS does with tools."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.demo import answers, tools, visitors
from lti_tool.demo.errors import Refused
from lti_tool.demo.lms import lms
from lti_tool.demo.tools import Tool, origin

bp = Blueprint("admin", __name__, url_prefix="/admin")
answers.say_no_as_page(bp)
bp.before_request(visitors.refuse_foreign_forms)


@bp.get("")
def index() -> str:
    """The tools of this LMS and the way to connect another."""
    with lms().sessions.begin() as session:
        person = visitors.administrator(session)
        known = tools.registered(session)
        deployments = {tool.id: tools.deployments(session, tool) for tool in known}
        return render_template("demo/admin.html", person=person, tools=known, deployments=deployments)


@bp.post("/connect")
def connect() -> str:
    """The tool's registration page, in a frame, with a fresh token (Dynamic Registration 1.0, 3.2)."""
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        person = visitors.administrator(session)
        link = request.form.get("link", "").strip()
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Refused("invalid_request", "A registration link begins with http:// or https://.")
        token = tools.permit_registration(session, at=at)
    added = [("openid_configuration", f"{lms().address}/openid-configuration")]
    if lms().manner.sends_registration_token:
        added.append(("registration_token", token))
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added])
    answers.frame({origin(link)})
    return render_template(
        "demo/connect.html", person=person, address=urlunsplit(parts._replace(query=query)), origins={origin(link)}
    )


@bp.post("/tools/<int:tool_id>/<any(activate, deactivate):what>")
def switch(tool_id: int, what: str) -> ResponseReturnValue:
    """The tool may be launched and use the services, or no more."""
    with lms().sessions.begin() as session:
        visitors.administrator(session)
        tool = session.get(Tool, tool_id)
        if tool is None:
            raise Refused("not_found", "There is no such tool.")
        tool.active = what == "activate"
    return redirect("/admin", 303)


@bp.post("/tools/<int:tool_id>/deployments")
def deploy(tool_id: int) -> ResponseReturnValue:
    """The tool has one more deployment."""
    with lms().sessions.begin() as session:
        visitors.administrator(session)
        tool = session.get(Tool, tool_id)
        if tool is None:
            raise Refused("not_found", "There is no such tool.")
        tools.deploy(session, tool, at=datetime.now(UTC))
    return redirect("/admin", 303)
