"""Door: the groups of the course (Course Groups Service 1.0)."""

from datetime import UTC, datetime

from flask import Blueprint, Response, request

from lti_tool.demo import answers, groups, paging, scopes
from lti_tool.demo.bearer import caller
from lti_tool.demo.errors import Refused
from lti_tool.demo.lms import lms

MANY = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"
SETS = "application/vnd.ims.lti-gs.v1.contextgroupsetcontainer+json"

bp = Blueprint("groups", __name__, url_prefix="/courses/<course_id>")
answers.say_no_as_json(bp)


@bp.before_request
def as_far_as_offered() -> None:
    """Refused where the family has no such service."""
    if not lms().manner.has_groups:
        raise Refused("not_found", "this LMS has no groups service")


@bp.get("/groups")
def index(course_id: str) -> Response:
    """The groups of the course in pages, all or those of `user_id`."""
    # Libraries ask for sets and groups with one media type.
    paging.accepts(MANY)
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=(scopes.GROUPS,), at=datetime.now(UTC))
        own = request.args.get("user_id")
        wanted = None if own is None else set(groups.of_person(session, own))
        rows = [each for each in groups.everything(session) if wanted is None or each.id in wanted]
        page, headers = paging.cut(rows, paging.place())
        shown = [
            {"id": each.id, "name": each.name, **({"set_id": each.set_id} if each.set_id else {})} for each in page
        ]
        body = {"id": f"{lms().address}/courses/{course_id}/groups?tool={tool.id}", "groups": shown}
        return answers.json_of(body, MANY, headers=headers)


@bp.get("/group-sets")
def sets(course_id: str) -> Response:
    """The sets that the groups belong to, in pages."""
    with lms().sessions.begin() as session:
        tool = caller(session, course_id, scopes=(scopes.GROUPS,), at=datetime.now(UTC))
        page, headers = paging.cut(groups.sets(session), paging.place())
        body = {
            "id": f"{lms().address}/courses/{course_id}/group-sets?tool={tool.id}",
            "sets": [{"id": each.id, "name": each.name} for each in page],
        }
        return answers.json_of(body, SETS, headers=headers)
