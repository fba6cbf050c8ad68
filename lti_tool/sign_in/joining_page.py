"""Joining two persons that are one: a code is asked for on one side and entered on the other."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import joining
from courses.agencies import Agency
from courses.errors import JoinRefused
from courses.people import Person
from lti_tool import house, visitor
from lti_tool.errors import TooOften
from lti_tool.sign_in import throttle
from lti_tool.sign_in.accounts import Account
from lti_tool.visitor import Visit
from xapi_store.transaction import transaction

bp = Blueprint("joining", __name__, url_prefix="/joining")


@bp.get("")
@visitor.learner_only
def page() -> ResponseReturnValue:
    """With whom the visitor is joined, and both halves of joining."""
    return _page()


@bp.post("/code")
@visitor.learner_only
def ask_code() -> ResponseReturnValue:
    """There is a code; it is shown this once."""
    with transaction(house.database()) as session:
        code = joining.ask_code(session, person_id=visitor.current().person_id, at=datetime.now(UTC))
    return _page(code=code)


@bp.post("/enter")
@visitor.learner_only
def enter() -> ResponseReturnValue:
    """The visitor and the one who asked for the code are joined."""
    person_id, at = visitor.current().person_id, datetime.now(UTC)
    counted = throttle.person(f"joining {person_id}")
    try:
        with transaction(house.database()) as session:
            throttle.attempt(session, counted, at=at)
        with transaction(house.database()) as session:
            joining.join(session, person_id=person_id, code=request.form.get("code", ""), at=at)
            throttle.forgive(session, fully=counted)
    except TooOften:
        return _page(wrong=_("This was tried too often. Wait a while, then try again.")), 429
    except JoinRefused as refused:
        return _page(wrong=_worded(refused.code)), 422
    return redirect(url_for("joining.page", done="joined"), 303)


@bp.post("/<uuid:link_id>/separate")
@visitor.learner_only
def separate(link_id: UUID) -> ResponseReturnValue:
    """The two are two again."""
    person_id = visitor.current().person_id
    with transaction(house.database()) as session:
        before = joining.joined(session, person_id)
        joining.separate(session, link_id=link_id, person_id=person_id, at=datetime.now(UTC))
        _end_stays_on_the_other_side(session, before)
    return redirect(url_for("joining.page", done="separated"), 303)


def _end_stays_on_the_other_side(session: Session, people: set[UUID]) -> None:
    """Nobody stays signed in as a person with whom their account's own is joined no more."""
    stays = select(Visit, Account.person_id).join(Account, Account.id == Visit.account_id)
    for visit, own in session.execute(stays.where(Visit.person_id.in_(people))):
        if own is not None and visit.person_id not in joining.joined(session, own):
            session.delete(visit)


def _worded(code: str) -> str:
    worded: dict[str, str] = {
        "same_person": _("This code comes from the same place. Ask for it in your other platform."),
        "joined_already": _("These two are joined already."),
    }
    return worded.get(code) or str(_("This code is not good. Codes work once, for ten minutes. Ask for a new one."))


def _page(*, code: str = "", wrong: str = "") -> str:
    with house.database().session() as session:
        found = _sides(session)
    form = {"values": {"code": request.form.get("code", "")}, "errors": {"code": [wrong]} if wrong else {}}
    return render_template("sign_in/joining.html", links=found, code=code, form=form, done=request.args.get("done"))


def _sides(session: Session) -> list[dict[str, object]]:
    """Each link, with the agencies on its two sides and since when."""
    links = joining.links(session, visitor.current().person_id)
    people = {each for link in links for each in (link.one_id, link.other_id)}
    rows = session.execute(
        select(Person.id, Agency.name).join(Agency, Agency.id == Person.agency_id).where(Person.id.in_(people))
    )
    names = {row[0]: row[1] for row in rows}
    return [
        {"id": link.id, "one": names[link.one_id], "other": names[link.other_id], "since": link.joined_at}
        for link in links
    ]
