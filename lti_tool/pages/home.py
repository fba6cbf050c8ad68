"""The front page: what this is, and for whom."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from lti_tool import house, language

bp = Blueprint("home", __name__)


@bp.get("/")
def front() -> ResponseReturnValue:
    """Whoever comes without a launch learns what this is and where to go."""
    settings = current_app.extensions["settings"]
    courses = [language.course(each) for each in house.catalogue().courses.values()]
    return render_template("home.html", courses=courses, demo=settings.demo)
