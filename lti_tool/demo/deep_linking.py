"""Door: a tool hands back the content that a trainer chose in it (Deep Linking 2.0, 4)."""

from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.demo import answers, course, tools
from lti_tool.demo.course import Placement
from lti_tool.demo.lms import lms, platform_for

bp = Blueprint("deep_linking", __name__)
answers.say_no_as_page(bp)


@bp.post("/deep-link-return")
def give_back() -> ResponseReturnValue:
    """What the tool signed stands in the course. The one-time `data` in it stands for the person, not a cookie."""
    at = datetime.now(UTC)
    token = request.form.get("JWT", "")
    with lms().sessions.begin() as session:
        tool = tools.by_client(session, str(answers.unverified(token).get("iss", "")))
        items = platform_for(session, tool, at=at).validate_deeplinking_resp({"JWT": token})
        for item in items:
            placement = Placement(
                title=item.get("title") or tool.name,
                target=item["url"],
                text=item.get("text") or "",
                custom=item.get("custom") or {},
                column=item.get("lineItem"),
            )
            course.place(session, tool, placement, at=at)
    return render_template("demo/added.html", titles=[item.get("title") or "a link" for item in items])
