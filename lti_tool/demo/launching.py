"""Door: a person opens a link, chooses content or looks at a submission in a tool (LTI 1.3 Core, 5.1.1)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.demo import answers, attendance, gradebook, hints, keys, tools, visitors
from lti_tool.demo.course import COURSE_ID, Course, Link, may_open
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.gradebook import LineItem
from lti_tool.demo.hints import Hint
from lti_tool.demo.kit import ACCEPTED_TYPES
from lti_tool.demo.lms import lms, platform_for
from lti_tool.demo.message import Launch, Login, Saying, check_question
from lti_tool.demo.people import ACTIVE, ADMINISTRATOR, ASSISTANT, LEARNER, TRAINER, Person
from lti_tool.demo.tools import Tool

NAMES = ("", "none", "name", "all")

bp = Blueprint("launching", __name__)
answers.say_no_as_page(bp)


@bp.get("/start/<int:link_id>")
def start(link_id: int) -> ResponseReturnValue:
    """The browser is on its way to the tool of this link.

    `in=window` for a window of its own; `anonymous=1` without saying who; `names=none|name|all` whatever the tool
    asked to be told; `deployment` another one than the link's.
    """
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        link = session.get(Link, link_id)
        if link is None or not may_open(person, link):
            raise Refused("not_found", "There is no such link for you in this course.")
        if attendance.statuses(session).get(person.id, ACTIVE) != ACTIVE:
            raise Refused("not_for_you", "You are not in this course any more.")
        asked = request.args
        named = asked.get("names", "")
        if named not in NAMES:
            raise Refused("invalid_request", "names is none, name or all.")
        options = {
            "anonymous": asked.get("anonymous") == "1",
            "names": named,
            "deployment": tools.deployment_of(session, link.tool, asked.get("deployment", "") or link.deployment_id),
        }
        described = {"link_id": link.id, "target": link.target, "options": options}
        return _begin(session, person, link.tool, described, at=at)


@bp.get("/start-choosing/<int:tool_id>")
def start_choosing(tool_id: int) -> ResponseReturnValue:
    """The browser is on its way to where the tool lets a trainer choose content (Deep Linking 2.0, 3).

    `many=no` for one item only, `types` the accepted ones by comma, `course` where it goes, `deployment` which one.
    """
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        person = visitors.somebody(session, TRAINER, ADMINISTRATOR)
        tool = session.get(Tool, tool_id)
        if tool is None or tool.deep_linking_target is None:
            raise Refused("not_found", "This tool offers no content to choose from.")
        asked = request.args
        types = asked.get("types", "ltiResourceLink").split(",")
        if not set(types) <= ACCEPTED_TYPES:
            raise Refused("invalid_request", f"types are of {', '.join(sorted(ACCEPTED_TYPES))}.")
        options = {
            "many": asked.get("many") != "no",
            "types": types,
            "course_id": _course(session, asked.get("course", COURSE_ID)).id,
            "deployment": tools.deployment_of(session, tool, asked.get("deployment", "")),
        }
        described = {"link_id": None, "target": tool.deep_linking_target, "options": options}
        return _begin(session, person, tool, described, at=at)


@bp.get("/start-review/<int:item_id>/<person_id>")
def start_review(item_id: int, person_id: str) -> ResponseReturnValue:
    """The browser is on its way to what this person handed in (Submission Review 1.0)."""
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        person = visitors.somebody(session, TRAINER, ADMINISTRATOR, ASSISTANT, LEARNER)
        item, about = session.get(LineItem, item_id), session.get(Person, person_id)
        if item is None or about is None or (person.part == LEARNER and person.id != person_id):
            raise Refused("not_found", "There is nothing of that kind for you in the gradebook.")
        tool = session.get_one(Tool, item.tool_id)
        if not may_review(tool, item):
            raise Refused("not_found", "The tool did not say that it shows submissions.")
        link = session.get(Link, item.link_id) if item.link_id else None
        target = (item.extra.get("submissionReview") or {}).get("url") or (link.target if link else "")
        options = {
            "item": item.id,
            "for_user": person_id,
            "deployment": tools.deployment_of(session, tool, link.deployment_id if link else ""),
        }
        described = {"link_id": item.link_id, "target": target or tool.target_link_uri, "options": options}
        return _begin(session, person, tool, described, at=at)


def may_review(tool: Tool, item: LineItem) -> bool:
    """True where the column or the tool asks for reviews, or the family sends them whether asked or not."""
    return bool(item.extra.get("submissionReview")) or tool.reviews or lms().manner.reviews_always


def _course(session: Session, course_id: str) -> Course:
    found = session.get(Course, course_id)
    if found is None:
        raise Refused("not_found", "There is no such course.")
    return found


def _begin(session: Session, person: Person, tool: Tool, described: dict[str, Any], *, at: datetime) -> str:
    if not tool.active:
        raise Refused("not_for_you", "An administrator has not activated this tool.")
    window = "window" if request.args.get("in") == "window" else "iframe"
    row = {"person_id": person.id, "tool_id": tool.id, "document_target": window, **described}
    token = hints.begin(session, row, at=at)
    answers.frame(tool.origins)
    login = Login(request, platform_for(session, tool, at=at, deployment_id=described["options"]["deployment"]))
    login.set_lti_message_hint(token=token)
    page: str = login.set_launch_url(described["target"]).initiate_login(person.id)
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
        platform = platform_for(session, tool, at=at, deployment_id=hint.options.get("deployment", ""))
        message: str = Launch(platform, _saying(session, tool, person, hint, at)).lti_launch()
        return message


def _saying(session: Session, tool: Tool, person: Person, hint: Hint, at: datetime) -> Saying:
    link = session.get(Link, hint.link_id) if hint.link_id else None
    item = session.get(LineItem, hint.options["item"]) if "item" in hint.options else None
    choosing = link is None and item is None
    course_id = link.course_id if link else item.course_id if item else hint.options.get("course_id", COURSE_ID)
    return Saying(
        lms=lms(),
        session=session,
        tool=tool,
        person=person,
        course=session.get_one(Course, course_id),
        hint=hint,
        link=link,
        items=[item] if item else gradebook.of_link(session, link.id) if link else [],
        choice=hints.choose(session, hint, at=at) if choosing else None,
        reviewed=item,
    )
