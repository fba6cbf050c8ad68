"""The way into a pilot for those who came from a learning platform or signed in: they get their personal link."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from courses.errors import NoSuchPilot
from courses.pilot import participants, pilots
from courses.pilot.parts import LEARNER, PRACTITIONER
from courses.pilot.pilots import Pilot
from lti_tool import house, visitor
from xapi_store.transaction import transaction

bp = Blueprint("entrance", __name__, url_prefix="/pilot")

taking_part = visitor.only(visitor.LEARNER, visitor.TRAINER)


@bp.get("")
@taking_part
def show() -> ResponseReturnValue:
    """The pilots that the visitor may take part in, and as what."""
    return render_template("pilot/entrance.html", pilots=running(), courses=house.catalogue().courses, role=_role())


@bp.post("/<uuid:pilot_id>/join")
@taking_part
def join(pilot_id: UUID) -> ResponseReturnValue:
    """The visitor takes part, and goes on by a personal link; one that they had before opens nothing any more."""
    here, at = visitor.current(), datetime.now(UTC)
    with transaction(house.database()) as session:
        pilot = pilots.by_id(session, pilot_id)
        if pilot.agency_id not in (None, here.agency_id):
            raise NoSuchPilot(pilot_id)
        _, code = participants.admit(session, pilot=pilot, role=_role(), person_id=here.person_id, at=at)
    return redirect(url_for("pilot.rating.overview", code=code), 303)


def running() -> Sequence[Pilot]:
    """The pilots that are open to people of the visitor's agency; none where nobody is here."""
    here = visitor.shown()
    if here is None:
        return ()
    with house.database().session() as session:
        return pilots.open_to(session, agency_id=here.agency_id, at=datetime.now(UTC))


def _role() -> str:
    return PRACTITIONER if visitor.TRAINER in visitor.current().roles else LEARNER
