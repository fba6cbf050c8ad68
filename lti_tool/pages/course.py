"""The course as a whole: its modules, how far the learner has come, how much is left, and where to go on."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from courses import going_on
from lti_tool import house, language, visitor
from lti_tool.pages import step_page
from lti_tool.visitor import LEARNER, TRAINER

bp = Blueprint("course", __name__, url_prefix="/learn")


@bp.get("/<course>")
@visitor.only(LEARNER, TRAINER)
def overview(course: str) -> ResponseReturnValue:
    """Every module, with what is done and what is left."""
    found = language.course(house.catalogue().course(course))
    with house.database().session() as session:
        enrolment = step_page.own(session)
        modules = going_on.overview(session, enrolment=enrolment, course=found)
        ahead = going_on.go_on(session, enrolment=enrolment, course=found) if enrolment else None
        return render_template(
            "learn_course.html",
            course=found,
            modules=modules,
            ahead=ahead,
            done=sum(each.done for each in modules),
            total=sum(len(each.steps) for each in modules),
            minutes_left=sum(each.minutes_left for each in modules),
        )
