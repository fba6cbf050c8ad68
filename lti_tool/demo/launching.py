"""Door: a person opens a link, or chooses content, in a tool (LTI 1.3 Core, 5.1.1)."""

from datetime import UTC, datetime

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.demo import answers, gradebook, hints, keys, tools, visitors
from lti_tool.demo.course import COURSE_ID, Course, Link, may_open
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.hints import Hint
from lti_tool.demo.lms import lms, platform_for
from lti_tool.demo.message import Launch, Login, Saying, check_question
from lti_tool.demo.people import ADMINISTRATOR, TRAINER, Person
from lti_tool.demo.tools import Tool

bp = Blueprint("launching", __name__)
answers.say_no_as_page(bp)


@bp.get("/start/<int:link_id>")
def start(link_id: int) -> ResponseReturnValue:
    """The browser is on its way to the tool of this link."""
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        link = session.get(Link, link_id)
        if link is None or not may_open(person, link):
            raise Refused("not_found", "There is no such link for you in this course.")
        window = request.args.get("in") == "window"
        return _begin(session, person, link.tool, link, link.target, "window" if window else "iframe", at=at)


@bp.get("/start-choosing/<int:tool_id>")
def start_choosing(tool_id: int) -> ResponseReturnValue:
    """The browser is on its way to where the tool lets a trainer choose content (Deep Linking 2.0, 3)."""
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        person = visitors.somebody(session, TRAINER, ADMINISTRATOR)
        tool = session.get(Tool, tool_id)
        if tool is None or tool.deep_linking_target is None:
            raise Refused("not_found", "This tool offers no content to choose from.")
        return _begin(session, person, tool, None, tool.deep_linking_target, "iframe", at=at)


def _begin(
    session: Session, person: Person, tool: Tool, link: Link | None, target: str, document_target: str, *, at: datetime
) -> str:
    if not tool.active:
        raise Refused("not_for_you", "An administrator has not activated this tool.")
    token = hints.begin(
        session,
        person_id=person.id,
        tool_id=tool.id,
        link_id=link.id if link else None,
        target=target,
        document_target=document_target,
        at=at,
    )
    answers.frame(tool.origins)
    login = Login(request, platform_for(session, tool, at=at))
    login.set_lti_message_hint(token=token)
    page: str = login.set_launch_url(target).initiate_login(person.id)
    return page


@bp.route("/auth", methods=["GET", "POST"])
def auth() -> ResponseReturnValue:
    """The tool has the id_token it asked for, or is told why not (Security Framework 1.0, 5.1.1.2 to 5.1.1.5)."""
    asked = (request.form if request.method == "POST" else request.args).to_dict()
    with lms().sessions.begin() as session:
        tool = tools.by_client(session, asked.get("client_id", ""))
        if asked.get("redirect_uri") not in tool.redirect_uris:
            # Nothing is sent to an address that was not registered, not even an error.
            raise Refused("invalid_request", "redirect_uri is not one the tool was registered with, to the letter")
        person = visitors.anybody(session)
    answers.frame(tool.origins)
    if person is None and "reposted" not in asked:
        # From the tool's page in a frame our Lax cookie does not come along; from a page of ours it does.
        return render_template("demo/post.html", action=f"{lms().address}/auth", fields={**asked, "reposted": "1"})
    try:
        return _answer(asked, tool, person)
    except Refused as error:
        fields = {"error": error.code, "error_description": error.reason, "state": asked.get("state", "")}
        return make_response(render_template("demo/post.html", action=asked["redirect_uri"], fields=fields), 400)


def _answer(asked: dict[str, str], tool: Tool, person: Person | None) -> str:
    at = datetime.now(UTC)
    check_question(asked)
    with lms().sessions.begin() as session:
        # Spent and committed by itself: a launch that is refused below cannot be tried again.
        hint = hints.spend(session, asked["lti_message_hint"], at=at)
    if person is None or person.id != hint.person_id:
        raise Refused("login_required", "the person for whom the launch was begun is not signed in here")
    if hint.tool_id != tool.id:
        raise Refused("invalid_request", "lti_message_hint was given to another tool")
    with lms().sessions.begin() as session:
        if Fault.ROTATED_KEY in lms().faults:
            keys.rotate_without_notice(session, at=at)
        message: str = Launch(platform_for(session, tool, at=at), _saying(session, tool, person, hint, at)).lti_launch()
        return message


def _saying(session: Session, tool: Tool, person: Person, hint: Hint, at: datetime) -> Saying:
    link = session.get(Link, hint.link_id) if hint.link_id else None
    return Saying(
        lms=lms(),
        tool=tool,
        person=person,
        course=session.get_one(Course, COURSE_ID),
        hint=hint,
        link=link,
        items=gradebook.of_link(session, link.id) if link else [],
        choice=None if link else hints.choose(session, person_id=person.id, tool_id=tool.id, at=at),
    )
