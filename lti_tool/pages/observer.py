"""The one page of an observer: how the learners get along whom the platform named, and nothing else."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lti_tool import house, language, visitor
from lti_tool.errors import NobodyHere
from lti_tool.lti import observers

bp = Blueprint("observer", __name__)


@bp.get("/observe")
@visitor.observer_only
def progress() -> ResponseReturnValue:
    """The learners of this visit's scope with the steps they have begun and done."""
    here = visitor.current()
    with house.database().session() as session:
        scope = observers.scope(session, here.visit)
        if scope is None:
            raise NobodyHere
        course = language.course(house.catalogue().course(scope.course))
        people, missing = observers.observed(
            session, scope=scope, platform_id=here.platform_id, store_id=here.store_id, course=course
        )
    return render_template("observe.html", course=course, people=people, missing=missing)
