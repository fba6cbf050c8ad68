"""Door: the administrator makes the LMS misbehave, or behave again."""

import math

from flask import Blueprint, Flask, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lti_tool.demo import answers, fault_sheet, visitors
from lti_tool.demo.errors import Refused
from lti_tool.demo.faults import Fault, Place
from lti_tool.demo.lms import lms
from lti_tool.demo.tempers import Temper

# Nobody wants to wait longer, and a thread of the LMS waits along.
LONGEST = 3600.0
SECONDS = {
    "slow_seconds": "Seconds that a slow answer takes",
    "skew_seconds": "Seconds by which the clock is wrong",
    "token_leeway": "Seconds that a tool's clock may be ahead of ours",
}

bp = Blueprint("switching", __name__)
answers.say_no_as_page(bp)
bp.before_request(visitors.refuse_foreign_forms)


@bp.get("/faults")
def show() -> str:
    """Every fault, and which are on."""
    with lms().sessions.begin() as session:
        person = visitors.administrator(session)
        return render_template(
            "demo/faults.html",
            person=person,
            sheet=fault_sheet,
            own=lms(),
            seconds={name: (words, getattr(lms(), name)) for name, words in SECONDS.items()},
        )


@bp.post("/faults")
def switch() -> ResponseReturnValue:
    """The LMS has the faults of this form and no others, in the places and with the temper that it names."""
    with lms().sessions.begin() as session:
        visitors.administrator(session)
    own, sent = lms(), request.form
    try:
        faults = {Fault(each) for each in sent.getlist("fault")}
        places = {Place(each) for each in sent.getlist("place")}
        temper = Temper(sent.get("temper", Temper.PLAIN))
    except ValueError as error:
        raise Refused("invalid_request", "There is no such fault, place or temper.") from error
    seconds = {name: _seconds(sent[name]) for name in SECONDS if sent.get(name)}
    own.back_to_normal()
    own.faults.update(faults)
    own.places.update(places)
    own.temper = temper
    for name, value in seconds.items():
        setattr(own, name, value)
    return redirect("/faults", 303)


@bp.post("/faults/none")
def back_to_normal() -> ResponseReturnValue:
    """The LMS behaves."""
    with lms().sessions.begin() as session:
        visitors.administrator(session)
    lms().back_to_normal()
    return redirect("/faults", 303)


def tell(app: Flask) -> None:
    """Every page of this application can say what is wrong with the LMS at the moment."""

    @app.context_processor
    def words() -> dict[str, object]:
        return {
            "misbehaving": [fault_sheet.words(fault) for fault in Fault if fault in lms().faults],
            "temper": "" if lms().temper is Temper.PLAIN else fault_sheet.TEMPERS[lms().temper][0],
        }


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found <= LONGEST:
        raise Refused("invalid_request", "Seconds are a number from 0 to 3600.")
    return found
