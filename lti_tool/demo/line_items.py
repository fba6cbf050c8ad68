"""Door: the columns of the gradebook (AGS 2.0, 3.2)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from lti_tool.demo import answers, gradebook, paging, scopes
from lti_tool.demo.bearer import caller
from lti_tool.demo.bodies import LINE_ITEM, read
from lti_tool.demo.course import Link
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault
from lti_tool.demo.gradebook import Column, Filters, LineItem
from lti_tool.demo.lms import lms
from lti_tool.demo.tools import Tool

ONE = "application/vnd.ims.lis.v2.lineitem+json"
MANY = "application/vnd.ims.lis.v2.lineitemcontainer+json"
READERS = (scopes.LINE_ITEM, scopes.LINE_ITEM_READ)
WRITERS = (scopes.LINE_ITEM,)

bp = Blueprint("line_items", __name__, url_prefix="/courses/<course_id>/line-items")
answers.say_no_as_json(bp)


@bp.before_request
def be_down_when_told() -> None:
    """Refused while the LMS is told to have no gradebook."""
    if Fault.AGS_DOWN in lms().faults:
        raise Refused("unavailable", "the gradebook is told to be down")


@bp.get("")
def index(course_id: str) -> Response:
    """The tool's own columns, filtered, as an array in pages."""
    paging.accepts(MANY, exactly=lms().manner.exact_accept)
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=READERS, at=datetime.now(UTC))
        asked = request.args
        filters = Filters(asked.get("resource_link_id"), asked.get("resource_id"), asked.get("tag"))
        rows = gradebook.found(session, filters, tool_id=tool.id, course_id=course_id)
        page, headers = paging.cut(rows, paging.place())
        return answers.json_of([shown(item) for item in page], MANY, headers=headers)


@bp.post("")
def create(course_id: str) -> Response:
    """The gradebook has one more column of this tool."""
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=WRITERS, at=datetime.now(UTC))
        column = _column(session, paging.body_of(ONE), tool)
        item = gradebook.add_column(session, column, tool_id=tool.id, course_id=course_id)
        said = shown(item)
        if not lms().manner.keeps_review_on_post:
            item.extra = {}
        return answers.json_of(said, ONE, status=201, headers={"Location": address(item)})


@bp.get("/<int:item_id>")
def show(course_id: str, item_id: int) -> Response:
    """One column."""
    paging.accepts(ONE, exactly=lms().manner.exact_accept)
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=READERS, at=datetime.now(UTC))
        item = gradebook.column(session, item_id, tool_id=tool.id, course_id=course_id)
        return answers.json_of(shown(item), ONE)


@bp.put("/<int:item_id>")
def replace(course_id: str, item_id: int) -> Response:
    """The column is described anew."""
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=WRITERS, at=datetime.now(UTC))
        item = gradebook.column(session, item_id, tool_id=tool.id, course_id=course_id)
        gradebook.describe(item, _column(session, paging.body_of(ONE), tool))
        return answers.json_of(shown(item), ONE)


@bp.delete("/<int:item_id>")
def remove(course_id: str, item_id: int) -> tuple[str, int]:
    """The column and its marks are gone."""
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=WRITERS, at=datetime.now(UTC))
        gradebook.remove_column(session, gradebook.column(session, item_id, tool_id=tool.id, course_id=course_id))
    return "", 204


def address(item: LineItem, *below: str) -> str:
    """The address of a column, or of something below it; the query stays at the end."""
    path = "/".join((f"{lms().address}/courses/{item.course_id}/line-items/{item.id}", *below))
    return f"{path}?tool={item.tool_id}"


def shown(item: LineItem) -> dict[str, Any]:
    """A column as the service speaks of it."""
    optional = {
        "resourceId": item.resource_id,
        "tag": item.tag,
        "resourceLinkId": str(item.link_id) if item.link_id else "",
    }
    return {
        "id": address(item),
        "label": item.label,
        "scoreMaximum": float(item.score_maximum),
        **{name: value for name, value in optional.items() if value},
        **item.extra,
    }


def _column(session: Session, body: Any, tool: Tool) -> Column:
    sent = read(LINE_ITEM, body)
    link_id = sent.get("resourceLinkId")
    if link_id:
        link = session.get(Link, int(link_id)) if link_id.isdecimal() else None
        if link is None or link.tool_id != tool.id:
            raise Refused("invalid_request", "resourceLinkId is not one of this tool's links")
    kept = ("startDateTime", "endDateTime", "gradesReleased", "submissionReview")
    return Column(
        label=sent["label"],
        score_maximum=sent["scoreMaximum"],
        resource_id=sent.get("resourceId") or "",
        tag=sent.get("tag") or "",
        link_id=int(link_id) if link_id else None,
        extra={name: body[name] for name in kept if sent.get(name) is not None},
    )
