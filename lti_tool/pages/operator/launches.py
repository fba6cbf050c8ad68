"""Recent launches: when, from which platform, and how each ended; of people only our own ids."""

from datetime import UTC, datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from lti_tool import house, visitor
from lti_tool.lti import launch_history
from lti_tool.lti.launch_history import REFUSED, Choice
from lti_tool.lti.launch_log import KEPT, OK
from lti_tool.lti.platforms import Platform
from lti_tool.pages.operator import launch_words
from lti_tool.pages.operator.door import bp
from xapi_store.form import syntax

LARGEST = 2**63 - 1


@bp.get("/launches")
@visitor.operator_only
def launches() -> ResponseReturnValue:
    """The launches that were asked for, newest first, with a plot of the days and the refusals by frequency."""
    choice, at = _choice(), datetime.now(UTC)
    everything = Choice(platform_id=choice.platform_id, person_id=choice.person_id, support_id=choice.support_id)
    with house.database().session() as session:
        platforms = session.scalars(select(Platform).order_by(func.lower(Platform.name), Platform.id)).all()
        page = launch_history.recent(session, choice=choice, before=_number("before"))
        days = launch_history.by_day(session, choice=everything, at=at)
        refusals = launch_history.by_outcome(session, choice=everything)
    return render_template(
        "operator/launches.html",
        page=page,
        days=days,
        refusals=refusals,
        platforms=platforms,
        by_id={each.id: each for each in platforms},
        choice=choice,
        asked=_asked(choice),
        words=launch_words,
        kept=KEPT.days,
    )


def _choice() -> Choice:
    outcome, support = request.args.get("outcome", ""), request.args.get("number", "").strip()
    return Choice(
        platform_id=_number("platform"),
        outcome=outcome if outcome in (OK, REFUSED) or outcome in launch_words.OUTCOMES else None,
        person_id=syntax.read_uuid(request.args.get("person", "").strip()),
        support_id=support if support.isalnum() else None,
    )


def _asked(choice: Choice) -> dict[str, object]:
    """The same as it stands in the address."""
    asked = {
        "platform": choice.platform_id,
        "outcome": choice.outcome,
        "person": choice.person_id,
        "number": choice.support_id,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _number(name: str) -> int | None:
    found = request.args.get(name, type=int)
    return found if found is not None and 0 < found <= LARGEST else None
