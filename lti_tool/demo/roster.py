"""Door: who is in the course (NRPS 2.0)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from lti_tool.demo import answers, paging, people, scopes
from lti_tool.demo.bearer import caller
from lti_tool.demo.course import Course, Link, may_open
from lti_tool.demo.errors import Refused
from lti_tool.demo.kit import CLAIM
from lti_tool.demo.lms import lms
from lti_tool.demo.people import Person
from lti_tool.demo.tools import Tool

MANY = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

bp = Blueprint("roster", __name__)
answers.say_no_as_json(bp)


@bp.get("/courses/<course_id>/memberships")
def memberships(course_id: str) -> Response:
    """The members of the course, in pages; filtered by `role`, or by `rlid` those who may open a link."""
    paging.accepts(MANY)
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=(scopes.ROSTER,), at=datetime.now(UTC))
        course = session.get_one(Course, course_id)
        link = _link(session, tool)
        rows = [each for each in people.members(session) if _has_role(each) and (not link or may_open(each, link))]
        page, headers = paging.cut(rows, paging.place())
        body = {
            "id": f"{lms().address}/courses/{course_id}/memberships?tool={tool.id}",
            "context": {"id": course.id, "label": course.label, "title": course.title},
            "members": [_shown(person, tool, link) for person in page],
        }
        return answers.json_of(body, MANY, headers=headers)


def _shown(person: Person, tool: Tool, link: Link | None) -> dict[str, Any]:
    message = {CLAIM + "message_type": "LtiResourceLinkRequest", CLAIM + "custom": link.custom if link else {}}
    return {
        "status": "Active",
        "user_id": person.id,
        "lis_person_sourcedid": f"demo-{person.id}",
        "roles": person.roles,
        **person.shown(tool.claims),
        **({"message": [message]} if link else {}),
    }


def _has_role(person: Person) -> bool:
    asked = request.args.get("role")
    return asked is None or asked in person.roles or asked in {role.rpartition("#")[2] for role in person.roles}


def _link(session: Session, tool: Tool) -> Link | None:
    asked = request.args.get("rlid")
    if asked is None:
        return None
    link = session.get(Link, int(asked)) if asked.isdecimal() else None
    if link is None or link.tool_id != tool.id:
        raise Refused("not_found", "rlid is not one of this tool's links")
    return link
