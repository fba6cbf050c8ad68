"""Door: who is in the course (NRPS 2.0)."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from lti_tool.demo import answers, attendance, groups, paging, people, scopes, variables
from lti_tool.demo.bearer import caller
from lti_tool.demo.course import Course, Link, may_open
from lti_tool.demo.errors import Refused
from lti_tool.demo.kit import CLAIM
from lti_tool.demo.lms import lms
from lti_tool.demo.people import ACTIVE, DELETED, Person
from lti_tool.demo.tools import Tool

MANY = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

bp = Blueprint("roster", __name__)
answers.say_no_as_json(bp)


@bp.get("/courses/<course_id>/memberships")
def memberships(course_id: str) -> Response:
    """The members of the course, in pages.

    `role` filters, `rlid` leaves those who may open a link, `since` those who changed after a moment that an earlier
    answer named (`rel="differences"`), and `groups=true` says which groups each is in.
    """
    paging.accepts(MANY)
    at, manner = datetime.now(UTC), lms().manner
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=(scopes.ROSTER,), at=at)
        course = session.get_one(Course, course_id)
        link = _link(session, tool)
        status = attendance.statuses(session)
        rows = [each for each in _present(session, status) if _has_role(each) and (not link or may_open(each, link))]
        page, headers = paging.cut(rows, paging.place(), without=("role",) if manner.loses_role_filter else ())
        body = {
            "id": f"{lms().address}/courses/{course_id}/memberships?tool={tool.id}",
            "context": {"id": course.id, "label": course.label, "title": course.title},
            "members": [
                _shown(person, tool) | {"status": status.get(person.id, ACTIVE)} | _more(session, person, link, course)
                for person in page
            ],
        }
        return answers.json_of(body, MANY, headers=_with_differences(headers, at))


def _present(session: Session, status: dict[str, str]) -> list[Person]:
    """Who is in the course or suspended from it; where changes are asked for, also who left."""
    since = request.args.get("since")
    everyone = people.members(session)
    if since is None or not lms().manner.tells_leavers:
        return [each for each in everyone if status.get(each.id) != DELETED]
    changed = attendance.changed_since(session, _moment(since))
    return [each for each in everyone if each.id in changed]


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused("invalid_request", "since is a moment that the LMS named")
    return found


def _with_differences(headers: dict[str, str], at: datetime) -> dict[str, str]:
    """On the last page, the address at which the changes from now on will be found (NRPS 2.0, 2.5)."""
    if "Link" in headers or not lms().manner.tells_leavers:
        return headers
    kept = [f"{name}={quote(value)}" for name, value in request.args.items() if name not in ("since", "from", "limit")]
    query = "&".join([*kept, f"since={quote(at.isoformat())}"])
    return {**headers, "Link": f'<{lms().address}{request.path}?{query}>; rel="differences"'}


def _shown(person: Person, tool: Tool) -> dict[str, Any]:
    short = lms().manner.short_roles
    roles = sorted({_short(role) for role in person.roles}) if short else person.roles
    return {
        "user_id": person.id,
        "lis_person_sourcedid": f"demo-{person.id}",
        "roles": roles,
        **person.shown(tool.claims),
    }


def _more(session: Session, person: Person, link: Link | None, course: Course) -> dict[str, Any]:
    """What was asked for besides: the message that would be sent for the link, and the groups."""
    more: dict[str, Any] = {}
    manner = lms().manner
    if link is not None:
        said: dict[str, Any] = {CLAIM + "message_type": "LtiResourceLinkRequest"}
        if not manner.short_roles:
            known = variables.known(session, person, course, link, manner)
            said[CLAIM + "custom"] = variables.resolved(link.custom, known, manner)
        more["message"] = [said]
    if request.args.get("groups") == "true" and manner.has_groups:
        more["group_enrollments"] = [{"group_id": each} for each in groups.of_person(session, person.id)]
    return more


def _short(role: str) -> str:
    """Moodle's two words; everybody who does not teach is a learner to it."""
    return "Instructor" if role.rpartition("#")[2] in ("Instructor", "Administrator") else "Learner"


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
