"""Grades that have not reached their platform, of the whole installation; learners stand here by registration."""

from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from lti_tool import house, visitor
from lti_tool.lti.platforms import Platform
from lti_tool.pages import asked_grades, grade_words
from lti_tool.pages.operator.door import bp
from xapi_store.transaction import transaction


@bp.get("/grades")
@visitor.operator_only
def grades() -> ResponseReturnValue:
    """What waits or was refused, the longest wait first."""
    with house.database().session() as session:
        shown = asked_grades.shown(session)
        platforms = {each.id: each for each in session.scalars(select(Platform))}
    return render_template(
        "operator/grades.html",
        shown=shown,
        platforms=platforms,
        words=grade_words,
        title=partial(asked_grades.title, house.catalogue()),
        done=request.args.get("done", type=int),
    )


@bp.post("/grades/<any('now','again'):what>")
@visitor.operator_only
def move_grades(what: str) -> ResponseReturnValue:
    """One score, or all of a platform, are tried now or sent again."""
    with transaction(house.database()) as session:
        done = asked_grades.carry_out(session, what=what)
    return redirect(url_for(".grades", done=done), 303)
