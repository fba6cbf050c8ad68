"""Door: what people see of the LMS."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.demo import answers, course, gradebook, people, tools, visitors
from lti_tool.demo.course import AUDIENCES, COURSE_ID, Course, Link, Placement, may_open
from lti_tool.demo.errors import Refused
from lti_tool.demo.lms import lms
from lti_tool.demo.people import ADMINISTRATOR, LEARNER, TRAINER, Person
from lti_tool.demo.tools import Tool, origin

bp = Blueprint("pages", __name__)
answers.say_no_as_page(bp)
bp.before_request(visitors.refuse_foreign_forms)


@bp.get("/")
def front() -> str:
    """Everybody whom one can be."""
    with lms().sessions.begin() as session:
        return render_template(
            "demo/front.html",
            people=people.everybody(session),
            person=visitors.anybody(session),
            connected=any(tool.active for tool in tools.registered(session)),
        )


@bp.post("/be")
def be() -> ResponseReturnValue:
    """The browser is somebody else from now on, or nobody."""
    with lms().sessions.begin() as session:
        person = session.get(Person, request.form.get("person", ""))
        if person is None:
            visitors.leave()
            return redirect("/", 303)
        visitors.become(person)
        return redirect("/admin" if person.part == ADMINISTRATOR else "/course", 303)


@bp.get("/course")
def show_course() -> str:
    """What is placed in the course for this person."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        links = course.visible(session, person)
        active = [tool for tool in tools.registered(session) if tool.active]
        return render_template(
            "demo/course.html",
            person=person,
            course=session.get_one(Course, COURSE_ID),
            links=links,
            columns={item.link_id: item for item in gradebook.columns(session, course_id=COURSE_ID)},
            cells=gradebook.cells(session),
            may_add=person.part in (TRAINER, ADMINISTRATOR),
            tools=active,
            audiences=list(AUDIENCES),
        )


@bp.post("/course/links")
def add_link() -> ResponseReturnValue:
    """A tool stands in the course under a title, with a column in the gradebook where points are given."""
    at = datetime.now(UTC)
    with lms().sessions.begin() as session:
        visitors.somebody(session, TRAINER, ADMINISTRATOR)
        sent = request.form
        tool = session.get(Tool, int(sent["tool"])) if sent.get("tool", "").isdecimal() else None
        if tool is None or origin(sent.get("target", "")) not in tool.origins:
            raise Refused("invalid_request", "The address does not lie within a tool of this LMS.")
        title, audience = sent.get("title", "").strip(), sent.get("audience", "everyone")
        if not title or audience not in AUDIENCES:
            raise Refused("invalid_request", "A link needs a title, and somebody who may see it.")
        points = _points(sent.get("points", ""))
        column = {"scoreMaximum": points} if points else None
        course.place(session, tool, Placement(title, sent["target"], audience, column=column), at=at)
    return redirect("/course", 303)


def _points(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        points = Decimal(text.strip())
    except InvalidOperation as error:
        raise Refused("invalid_request", "Points are a number, or left empty for a link without marks.") from error
    if not points.is_finite() or points <= 0:
        raise Refused("invalid_request", "Points are above 0, or left empty for a link without marks.")
    return points


@bp.get("/open/<int:link_id>")
def open_link(link_id: int) -> str:
    """The tool, in a frame of the course page; for the browser it is a third party there."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        link = session.get(Link, link_id)
        if link is None or not may_open(person, link):
            raise Refused("not_found", "There is no such link for you in this course.")
        answers.frame(link.tool.origins)
        return render_template("demo/open.html", person=person, link=link, origins=link.tool.origins)


@bp.get("/choose/<int:tool_id>")
def choose(tool_id: int) -> str:
    """The tool's choice of content, in a frame."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session, TRAINER, ADMINISTRATOR)
        tool = session.get(Tool, tool_id)
        if tool is None or not tool.active or tool.deep_linking_target is None:
            raise Refused("not_found", "This tool offers no content to choose from.")
        answers.frame(tool.origins)
        return render_template("demo/choose.html", person=person, tool=tool, origins=tool.origins)


@bp.get("/gradebook")
def show_gradebook() -> str:
    """Every learner and every column; a learner sees their own row."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        return render_template(
            "demo/gradebook.html",
            person=person,
            learners=[each for each in people.learners(session) if person.part != LEARNER or each.id == person.id],
            columns=gradebook.columns(session, course_id=COURSE_ID),
            cells=gradebook.cells(session),
        )


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Whether the LMS answers, and whether a tool is connected and placed in the course."""
    with lms().sessions.begin() as session:
        placed = {link.tool_id for link in session.query(Link)}
        active = {tool.id for tool in tools.registered(session) if tool.active}
        return {"ok": True, "connected": bool(placed & active)}
