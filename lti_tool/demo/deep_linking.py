"""Door: a tool hands back the content that a trainer chose in it (Deep Linking 2.0, 4)."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.demo import answers, course, tools
from lti_tool.demo.course import Placement
from lti_tool.demo.lms import lms, platform_for
from lti_tool.demo.tempers import Manner
from lti_tool.demo.tools import Tool

bp = Blueprint("deep_linking", __name__)
answers.say_no_as_page(bp)


@bp.post("/deep-link-return")
def give_back() -> ResponseReturnValue:
    """What the tool signed stands in the course. The one-time `data` in it stands for the person, not a cookie."""
    at = datetime.now(UTC)
    token, manner = request.form.get("JWT", ""), lms().manner
    with lms().sessions.begin() as session:
        tool = tools.by_client(session, str(answers.unverified(token).get("iss", "")))
        sent = {"JWT": token, "choice": "" if manner.says_data else request.args.get("choice", "")}
        items = platform_for(session, tool, at=at).validate_deeplinking_resp(sent)
        for item in items:
            course.place(session, tool, _placement(item, tool, manner), at=at)
    return render_template("demo/added.html", titles=[item.get("title") or "a link" for item in items])


def _placement(item: dict[str, Any], tool: Tool, manner: Manner) -> Placement:
    column = item.get("lineItem")
    if column and not manner.keeps_column_label:
        column = {**column, "label": None}
    kept = ("available", "submission") if manner.keeps_dates else ()
    return Placement(
        title=item.get("title") or tool.name,
        target=item["url"],
        text=item.get("text") or "",
        custom=item.get("custom") or {},
        column=column,
        deployment_id=item["deployment_id"],
        dates={name: item[name] for name in kept if item.get(name)},
        course_id=item["course_id"],
    )
