"""Door: what people see of the LMS."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.demo import answers, course, gradebook, people, tools, visitors
from lti_tool.demo.course import AUDIENCES, COURSE_ID, Course, Link, Placement
from lti_tool.demo.errors import Refused
from lti_tool.demo.launching import may_review
from lti_tool.demo.lms import lms
from lti_tool.demo.people import ADMINISTRATOR, ASSISTANT, LEARNER, TRAINER, Person
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
        shown = _course(session)
        links = course.visible(session, person, course_id=shown.id)
        active = [tool for tool in tools.registered(session) if tool.active]
        return render_template(
            "demo/course.html",
            person=person,
            course=shown,
            courses=course.courses(session),
            links=links,
            columns={item.link_id: item for item in gradebook.columns(session, course_id=shown.id)},
            cells=gradebook.cells(session),
            may_add=person.part in (TRAINER, ADMINISTRATOR),
            tools=active,
            audiences=list(AUDIENCES),
            deployments={tool.id: tools.deployments(session, tool) for tool in active},
        )


def _course(session: Session) -> Course:
    found = session.get(Course, request.args.get("course") or request.form.get("course") or COURSE_ID)
    if found is None:
        raise Refused("not_found", "There is no such course.")
    return found


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
        shown = _course(session)
        placement = Placement(
            title,
            sent["target"],
            audience,
            custom=_custom(sent.get("custom", "")),
            column=column,
            deployment_id=tools.deployment_of(session, tool, sent.get("deployment", "")),
            course_id=shown.id,
        )
        course.place(session, tool, placement, at=at)
        where = "/course" if shown.id == COURSE_ID else f"/course?course={shown.id}"
    return redirect(where, 303)


def _custom(text: str) -> dict[str, str]:
    """Parameters as Moodle's form takes them: a line for each, name=value."""
    lines = [line.partition("=") for line in text.splitlines() if line.strip()]
    if any(not name.strip() or not mark for name, mark, _ in lines):
        raise Refused("invalid_request", "A parameter is written name=value, each on its own line.")
    return {name.strip(): value.strip() for name, _, value in lines}


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


@bp.get("/gradebook")
def show_gradebook() -> str:
    """Every learner and every column; a learner sees their own row."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        shown = _course(session)
        columns = gradebook.columns(session, course_id=shown.id)
        known = {tool.id: tool for tool in tools.registered(session)}
        return render_template(
            "demo/gradebook.html",
            person=person,
            course=shown,
            courses=course.courses(session),
            learners=[each for each in people.learners(session) if person.part != LEARNER or each.id == person.id],
            columns=columns,
            cells=gradebook.cells(session),
            reviewed={item.id for item in columns if may_review(known[item.tool_id], item)},
            may_review=person.part in (LEARNER, TRAINER, ASSISTANT, ADMINISTRATOR),
        )


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Whether the LMS answers, and whether a tool is connected and placed in the course."""
    with lms().sessions.begin() as session:
        placed = {link.tool_id for link in session.query(Link)}
        active = {tool.id for tool in tools.registered(session) if tool.active}
        return {"ok": True, "connected": bool(placed & active)}
