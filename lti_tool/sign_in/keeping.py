"""The learner's own door: what they earn stays theirs when they leave the platform they came from."""

from datetime import UTC, datetime

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from courses import joining
from courses.people import Person
from lti_tool import house, visitor
from lti_tool.sign_in import accounts, invitations
from xapi_store.transaction import transaction

bp = Blueprint("keeping", __name__, url_prefix="/keep")


@bp.get("")
@visitor.learner_only
def page() -> ResponseReturnValue:
    """What a sign-in of one's own is good for, and whether there is one already."""
    with house.database().session() as session:
        return _page(session, None)


@bp.post("")
@visitor.learner_only
def begin() -> ResponseReturnValue:
    """There is a link that opens in a window of its own: in a platform's frame no device makes a passkey."""
    at, here = datetime.now(UTC), visitor.current()
    with transaction(house.database()) as session:
        if _has_account(session):
            return _page(session, None)
        token = invitations.claim(session, person=session.get_one(Person, here.person_id), at=at)
        return _page(session, token)


def _page(session: Session, token: str | None) -> str:
    minutes = int(invitations.CLAIM_LIFETIME.total_seconds()) // 60
    return render_template("sign_in/keep.html", has=_has_account(session), token=token, minutes=minutes)


def _has_account(session: Session) -> bool:
    here = visitor.current()
    return any(accounts.of_person(session, each) for each in joining.joined(session, here.person_id))
