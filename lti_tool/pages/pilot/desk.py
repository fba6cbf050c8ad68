"""The desk of whoever runs pilots: an officer those of their agency, the operator all of them.

The views are written once; `ROUTES` stand on a blueprint for each of the two, with their own guard.
"""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.agencies import Agency
from courses.pilot import participants, parts, pilots
from courses.pilot.participants import PilotParticipant
from courses.pilot.pilots import Pilot
from lti_tool import house, visitor
from lti_tool.pages.pilot import words
from xapi_store.transaction import transaction

OPERATORS, OFFICERS = "operators", "officers"
EMPTY: dict[str, Any] = {"values": {}, "errors": {}}
NO_PURPOSE = _l("Say in a few sentences what the pilot is for, at most 2000 characters.")
NO_COURSE = _l("Choose a course.")
NO_DAY = _l("Choose a day that is still to come, or leave this empty.")


def every() -> ResponseReturnValue:
    """Every pilot, and the form that opens another."""
    return _every(EMPTY)


def open_one() -> ResponseReturnValue:
    """The pilot is open; what could not be understood is said beside its field."""
    at, purpose = datetime.now(UTC), _plain(request.form.get("purpose", ""))
    course = house.catalogue().courses.get(request.form.get("course", ""))
    ends_at, errors = _last_moment(request.form.get("until", ""), at), {}
    if not purpose or len(purpose) > pilots.LONGEST_PURPOSE:
        errors["purpose"] = [NO_PURPOSE]
    if ends_at is not None and ends_at <= at:
        errors["until"] = [NO_DAY]
    if course is None or errors:
        errors |= {} if course else {"course": [NO_COURSE]}
        return _every({"values": request.form, "errors": errors}), 422
    with transaction(house.database()) as session:
        pilot = pilots.open_pilot(
            session,
            course=course,
            profile=house.catalogue().profile,
            agency_id=agency_id(),
            purpose=purpose,
            ends_at=ends_at,
            at=at,
        )
    return redirect(url_for(".one", pilot_id=pilot.id), 303)


def one(pilot_id: UUID) -> ResponseReturnValue:
    """One pilot: who takes part, and how far they are."""
    return _one(pilot_id)


def close(pilot_id: UUID) -> ResponseReturnValue:
    """The pilot takes no more answers."""
    with transaction(house.database()) as session:
        pilots.close(session, pilot=held(session, pilot_id), at=datetime.now(UTC))
    return redirect(url_for(".one", pilot_id=pilot_id), 303)


def invite(pilot_id: UUID) -> ResponseReturnValue:
    """There is a personal link for somebody more; it is shown this once."""
    role = request.form.get("role", "")
    label = _plain(request.form.get("label", ""))[: participants.LONGEST_LABEL]
    with transaction(house.database()) as session:
        pilot = held(session, pilot_id)
        if role not in parts.PARTS:
            return _one(pilot_id), 422
        somebody, code = participants.admit(session, pilot=pilot, role=role, label=label, at=datetime.now(UTC))
    return _one(pilot_id, _shown(somebody, code))


def renew(pilot_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """The participant has a new link, shown this once; the one before opens nothing."""
    with transaction(house.database()) as session:
        somebody = participants.in_pilot(session, held(session, pilot_id), participant_id)
        code = participants.renew(session, somebody)
    return _one(pilot_id, _shown(somebody, code))


def withdraw(pilot_id: UUID, participant_id: UUID) -> ResponseReturnValue:
    """The participant's link opens nothing any more."""
    with transaction(house.database()) as session:
        somebody = participants.in_pilot(session, held(session, pilot_id), participant_id)
        participants.withdraw(session, somebody, at=datetime.now(UTC))
    return redirect(url_for(".one", pilot_id=pilot_id), 303)


ROUTES = (
    ("", "GET", every),
    ("", "POST", open_one),
    ("/<uuid:pilot_id>", "GET", one),
    ("/<uuid:pilot_id>/close", "POST", close),
    ("/<uuid:pilot_id>/people", "POST", invite),
    ("/<uuid:pilot_id>/people/<uuid:participant_id>/renew", "POST", renew),
    ("/<uuid:pilot_id>/people/<uuid:participant_id>/withdraw", "POST", withdraw),
)


def agency_id() -> int | None:
    """Whose pilots this desk is about: the officer's agency's, or (None) all, where the operator stands at it."""
    at_operators = (request.blueprint or "").endswith(OPERATORS)
    return None if at_operators else visitor.current().agency_id


def held(session: Session, pilot_id: UUID) -> Pilot:
    """A pilot of this desk; NoSuchPilot for all others."""
    return pilots.by_id(session, pilot_id, agency_id=agency_id())


def _every(form: dict[str, Any]) -> str:
    with house.database().session() as session:
        found = pilots.of_agency(session, agency_id())
        names = {each.id: each.name for each in session.scalars(select(Agency))}
    return render_template(
        "pilot/desk.html",
        pilots=found,
        agencies=names if agency_id() is None else {},
        courses=house.catalogue().courses,
        form=form,
        at=datetime.now(UTC),
    )


def _one(pilot_id: UUID, shown: dict[str, object] | None = None) -> str:
    with house.database().session() as session:
        pilot = held(session, pilot_id)
        people, done = participants.all_of(session, pilot), participants.handed_in(session, pilot)
    return render_template(
        "pilot/one.html",
        pilot=pilot,
        people=people,
        done=done,
        parts=parts.PARTS,
        words=words,
        course=house.catalogue().courses.get(pilot.course),
        shown=shown,
        blind="blind" in request.args,
        at=datetime.now(UTC),
    )


def _shown(somebody: PilotParticipant, code: str) -> dict[str, object]:
    link = house.address() + url_for("pilot.rating.overview", code=code)
    return {"link": link, "role": words.ROLES[somebody.role], "number": somebody.number, "label": somebody.label}


def _plain(text: str) -> str:
    lines = text.replace("\r\n", "\n")
    return "".join(each for each in lines if each.isprintable() or each == "\n").strip()


def _last_moment(day: str, at: datetime) -> datetime | None:
    """The end of that day (UTC); None where none is given, and a moment that is over for what is no day."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time.max, UTC)
    except ValueError:
        return at
