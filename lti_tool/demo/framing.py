"""Door: the pages that show a tool in a frame; for the browser it is a third party there."""

from collections.abc import Iterable

from flask import Blueprint, render_template, request

from lti_tool.demo import answers, visitors
from lti_tool.demo.course import Link, may_open
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.gradebook import LineItem
from lti_tool.demo.launching import may_review
from lti_tool.demo.lms import lms
from lti_tool.demo.people import ADMINISTRATOR, TRAINER, Person
from lti_tool.demo.tools import Tool

bp = Blueprint("framing", __name__)
answers.say_no_as_page(bp)


@bp.get("/open/<int:link_id>")
def open_link(link_id: int) -> str:
    """The tool, in a frame of the course page; what `start` may be asked can be asked here."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        link = session.get(Link, link_id)
        if link is None or not may_open(person, link):
            raise Refused("not_found", "There is no such link for you in this course.")
        return render_template("demo/open.html", person=person, link=link, asked=_asked(), **_frame(link.tool.origins))


@bp.get("/choose/<int:tool_id>")
def choose(tool_id: int) -> str:
    """The tool's choice of content, in a frame."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session, TRAINER, ADMINISTRATOR)
        tool = session.get(Tool, tool_id)
        if tool is None or not tool.active or tool.deep_linking_target is None:
            raise Refused("not_found", "This tool offers no content to choose from.")
        return render_template("demo/choose.html", person=person, tool=tool, asked=_asked(), **_frame(tool.origins))


@bp.get("/review/<int:item_id>/<person_id>")
def review(item_id: int, person_id: str) -> str:
    """What somebody handed in, in a frame."""
    with lms().sessions.begin() as session:
        person = visitors.somebody(session)
        item, about = session.get(LineItem, item_id), session.get(Person, person_id)
        tool = session.get(Tool, item.tool_id) if item else None
        if item is None or about is None or tool is None or not may_review(tool, item):
            raise Refused("not_found", "There is nothing of that kind for you in the gradebook.")
        return render_template("demo/review.html", person=person, item=item, about=about, **_frame(tool.origins))


@bp.get("/storage")
def storage() -> str:
    """The frame that keeps things for tools, where a family has one of that name."""
    with lms().sessions.begin() as session:
        allowed = {origin for tool in session.query(Tool) if tool.active for origin in tool.origins}
    return render_template("demo/storage.html", origins=allowed, storage=_storage())


def _asked() -> str:
    """What was asked for besides, as a query."""
    query = request.query_string.decode("latin-1")
    return f"?{query}" if query else ""


def _frame(origins: Iterable[str]) -> dict[str, object]:
    answers.frame(set(origins))
    return {
        "origins": set(origins),
        "storage": _storage(),
        "forwards": lms().storage if lms().storage not in ("", "_parent") else "",
        "resizes": lms().manner.resizes and Fault.NO_RESIZE not in lms().faults,
    }


def _storage() -> str:
    """How the storage in the page answers: off, silent, forgetful or on."""
    own = lms()
    if not own.storage:
        return "off"
    if Fault.SILENT_STORAGE in own.faults:
        return "silent"
    return "forgetful" if Fault.FORGETFUL_STORAGE in own.faults else "on"
