"""The validation report of a pilot: a page, and the same for programs and spreadsheets."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from courses.pilot import participants, report
from courses.pilot.parts import LEVELS
from courses.pilot.report import Report
from lti_tool import house, visitor
from lti_tool.pages.pilot import desk, twins, words


def show(pilot_id: UUID) -> ResponseReturnValue:
    """The report as it stands."""
    found = _found(pilot_id)
    if found is None:
        return _not_yet(pilot_id)
    course = house.catalogue().courses.get(found.pilot.course)
    return render_template("pilot/report.html", report=found, course=course, words=words, levels=LEVELS)


def as_csv(pilot_id: UUID) -> ResponseReturnValue:
    """The same figures for spreadsheets: a row a figure."""
    found = _found(pilot_id)
    if found is None:
        return _not_yet(pilot_id)
    headers = {"Content-Disposition": f'attachment; filename="pilot-{found.pilot.course}.csv"'}
    return Response(twins.as_csv(found), mimetype="text/csv", headers=headers)


def as_json(pilot_id: UUID) -> ResponseReturnValue:
    """The same figures for programs."""
    found = _found(pilot_id)
    return _not_yet(pilot_id) if found is None else twins.as_json(found)


ROUTES = (
    ("/<uuid:pilot_id>/report", "GET", show),
    ("/<uuid:pilot_id>/report.csv", "GET", as_csv),
    ("/<uuid:pilot_id>/report.json", "GET", as_json),
)


def _found(pilot_id: UUID) -> Report | None:
    """The report; None for an officer who takes part and has not handed in everything: it would end their blindness."""
    at = datetime.now(UTC)
    with house.database().session() as session:
        pilot = desk.held(session, pilot_id)
        if desk.agency_id() is not None:
            person_id = visitor.current().person_id
            if participants.still_rating(session, pilot, person_id=person_id, at=at):
                return None
        return report.of_pilot(session, pilot=pilot, at=at)


def _not_yet(pilot_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".one", pilot_id=pilot_id, blind=1), 303)
