"""The pages of somebody who takes part in a pilot: what there is to do, the sheets to fill in, and handing in."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from courses.errors import AnswerRefused, NoSuchPilot
from courses.pilot import draws, participants, parts, pilots, responses
from courses.pilot.matter import Item
from courses.pilot.parts import Page
from courses.pilot.pilots import Pilot
from courses.pilot.responses import Standing
from lti_tool import house
from lti_tool.pages.pilot import words
from lti_tool.pages.pilot.by_link import by_link
from xapi_store.transaction import transaction

bp = Blueprint("rating", __name__, url_prefix="/pilot/with/<code>")


@dataclass(frozen=True)
class Place:
    """Whose link was opened: the participant, their pilot, and how far they are with each part."""

    pilot: Pilot
    participant: participants.PilotParticipant
    standings: dict[str, Standing]

    def page(self, part: str, number: int) -> Page:
        """That page of a part of theirs; NoSuchPilot."""
        cut = self.standings[part].pages if part in self.standings else ()
        if not 1 <= number <= len(cut):
            raise NoSuchPilot(part)
        return cut[number - 1]

    def options(self, item: Item) -> list[tuple[str, object]]:
        """The item's options as this participant sees them, and the two other answers below."""
        texts = {option.code: option.text for option in item.options}
        shuffled = draws.order(item, seed=str(self.participant.id))
        return [*((key, texts[key]) for key in shuffled), *words.OTHER_ANSWERS.items()]


@bp.get("")
@by_link
def overview(code: str) -> ResponseReturnValue:
    """What there is to do, how far it is, and what is handed in."""
    with house.database().session() as session:
        place = _place(session, code)
    return _overview(code, place)


@bp.get("/<part>/<int:number>")
@by_link
def sheet(code: str, part: str, number: int) -> ResponseReturnValue:
    """A page to rate or answer on, as it was left."""
    with house.database().session() as session:
        place = _place(session, code)
        given = responses.all_given(session, place.participant)
    return _sheet(
        code, place, part, number, {f"{aspect}.{subject}": value for (subject, aspect), value in given.items()}
    )


@bp.post("/<part>/<int:number>")
@by_link
def save(code: str, part: str, number: int) -> ResponseReturnValue:
    """What is on the page is kept; a script is told so, everybody else goes on to the next page."""
    at, by_script = datetime.now(UTC), request.accept_mimetypes.best_match(["text/html", "application/json"])
    try:
        with transaction(house.database()) as session:
            place = _place(session, code)
            stands = responses.save(
                session,
                pilot=place.pilot,
                participant=place.participant,
                part=part,
                page=number,
                given=request.form,
                at=at,
            )
    except AnswerRefused as refused:
        return _refused(code, part, number, refused.code)
    if by_script == "application/json":
        return jsonify(given=stands.given, asked=stands.asked, at=at.isoformat())
    if number < len(stands.pages):
        return redirect(url_for(".sheet", code=code, part=part, number=number + 1), 303)
    return redirect(url_for(".overview", code=code, _anchor=part), 303)


@bp.post("/<part>/hand-in")
@by_link
def hand_in(code: str, part: str) -> ResponseReturnValue:
    """The part is handed in: it counts, and takes no more changes."""
    at = datetime.now(UTC)
    try:
        with transaction(house.database()) as session:
            place = _place(session, code)
            responses.hand_in(session, pilot=place.pilot, participant=place.participant, part=part, at=at)
    except AnswerRefused as refused:
        with house.database().session() as session:
            return _overview(code, _place(session, code), words.REFUSED[refused.code]), 422
    return redirect(url_for(".overview", code=code, _anchor=part), 303)


def _place(session: Session, code: str) -> Place:
    participant = participants.by_code(session, code)
    pilot = pilots.by_id(session, participant.pilot_id)
    standings = responses.standing(session, pilot=pilot, participant=participant, at=datetime.now(UTC))
    return Place(pilot, participant, standings)


def _overview(code: str, place: Place, trouble: object = None) -> str:
    return render_template(
        "pilot/overview.html",
        code=code,
        place=place,
        course=house.catalogue().courses.get(place.pilot.course),
        words=words,
        trouble=trouble,
        at=datetime.now(UTC),
    )


def _sheet(code: str, place: Place, part: str, number: int, given: dict[str, str], trouble: object = None) -> str:
    return render_template(
        "pilot/sheet.html",
        code=code,
        place=place,
        part=part,
        page=place.page(part, number),
        standing=place.standings[part],
        given=given,
        aspects=parts.ASPECTS[part],
        levels=parts.LEVELS,
        longest=parts.LONGEST_COMMENT,
        offset=(number - 1) * parts.ITEMS_A_PAGE,
        commented=part in parts.COMMENTED,
        words=words,
        trouble=trouble,
    )


def _refused(code: str, part: str, number: int, why: str) -> ResponseReturnValue:
    """What was sent could not be kept: nothing of the page was, and it is shown as it was sent."""
    if why not in words.REFUSED:
        raise BadRequest
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(error=str(words.REFUSED[why])), 422
    with house.database().session() as session:
        place = _place(session, code)
    return _sheet(code, place, part, number, request.form.to_dict(), words.REFUSED[why]), 422
