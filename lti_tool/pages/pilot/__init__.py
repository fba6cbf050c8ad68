"""The pages of pilots: the desks of those who run them, the way in, the sheets of those who take part, the report."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from lti_tool import visitor
from lti_tool.pages.pilot import desk, entrance, rating, results

bp = Blueprint("pilot", __name__)


def _desk(name: str, *, prefix: str, guard: Callable[..., Any]) -> Blueprint:
    """The desk's views at these addresses, each behind the guard."""
    made = Blueprint(name, __name__, url_prefix=prefix)
    for rule, method, view in (*desk.ROUTES, *results.ROUTES):
        made.add_url_rule(rule, view.__name__, guard(view), methods=[method])
    return made


bp.register_blueprint(_desk(desk.OFFICERS, prefix="/agency/pilots", guard=visitor.officer_only))
bp.register_blueprint(_desk(desk.OPERATORS, prefix="/operator/pilots", guard=visitor.operator_only))
bp.register_blueprint(entrance.bp)
bp.register_blueprint(rating.bp)
bp.add_app_template_global(entrance.running, "running_pilots")
