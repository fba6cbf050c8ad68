"""Which tool calls a service, and whether it may (Security Framework 1.0, 4.2)."""

from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from lti_tool.demo.course import Course
from lti_tool.demo.errors import Refused
from lti_tool.demo.lms import platform_for
from lti_tool.demo.tools import Tool


def caller(session: Session, course_id: str, *, scopes: tuple[str, ...], at: datetime) -> Tool:
    """The active tool whose address this is and whose token came along, granted one of the scopes."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Refused("invalid_token", "the request carries no Bearer token")
    number = request.args.get("tool", "")
    # As in Moodle the address has a query; a tool that appends /scores behind it ends here.
    tool = session.get(Tool, int(number)) if number.isdecimal() else None
    if tool is None or session.get(Course, course_id) is None:
        raise Refused("not_found", "this address is not one the LMS gave out; use it as it came, with its query")
    if not tool.active:
        raise Refused("invalid_token", "an administrator has deactivated this tool")
    platform_for(session, tool, at=at).validate_token(token.strip(), list(scopes))
    return tool
