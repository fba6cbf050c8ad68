"""Where somebody is signed in: every visit of theirs, listed and ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from courses import joining
from courses.agencies import Agency
from lti_tool import house, visitor
from lti_tool.lti.platforms import Platform
from lti_tool.visitor import OperatorVisit, Visit, Visitor
from xapi_store.transaction import transaction

bp = Blueprint("stays", __name__)


@dataclass(frozen=True)
class Stay:
    """One visit as its person sees it. `number` names it in forms and opens nothing; `through` is the platform."""

    number: str
    browser: str
    through: str
    agency: str
    since: datetime
    last_used: datetime
    this: bool


@bp.get("/stays")
@visitor.visitor_only
def page() -> ResponseReturnValue:
    """Where the visitor is signed in now."""
    with house.database().session() as session:
        found = of(session, visitor.current(), at=datetime.now(UTC))
    return render_template("sign_in/stays.html", stays=found, ended=request.args.get("ended"))


@bp.post("/stays/end")
@visitor.visitor_only
def end_one() -> ResponseReturnValue:
    """That visit is over; nothing where it is no visit of this person."""
    with transaction(house.database()) as session:
        end(session, visitor.current(), number=request.form.get("stay", ""), at=datetime.now(UTC))
    return redirect(url_for("stays.page", ended="one"), 303)


@bp.post("/stays/end-others")
@visitor.visitor_only
def end_others() -> ResponseReturnValue:
    """Every visit of this person but this one is over."""
    with transaction(house.database()) as session:
        end(session, visitor.current(), number=None, at=datetime.now(UTC))
    return redirect(url_for("stays.page", ended="others"), 303)


@bp.post("/sign-out")
@visitor.visitor_only
def sign_out() -> ResponseReturnValue:
    """This visit is over, here and in the database."""
    with transaction(house.database()) as session:
        visit = session.get(Visit, visitor.current().visit)
        if visit is not None:
            session.delete(visit)
    return _gone()


@bp.post("/operator/sign-out")
@visitor.operator_only
def operator_sign_out() -> ResponseReturnValue:
    """The operator's stay is over."""
    with transaction(house.database()) as session:
        stay = session.get(OperatorVisit, visitor.operator_here())
        if stay is not None:
            session.delete(stay)
    answer = _gone()
    answer.delete_cookie(visitor.OPERATOR_COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return answer


def of(session: Session, here: Visitor, *, at: datetime) -> list[Stay]:
    """The living visits of this human being (joined persons are one), the newest first."""
    rows = session.execute(
        select(Visit, Agency.name, Platform.name)
        .join(Agency, Agency.id == Visit.agency_id)
        .outerjoin(Platform, Platform.id == Visit.platform_id)
        .where(_theirs(session, here), Visit.expires_at > at)
        .order_by(Visit.started_at.desc())
    )
    return [
        Stay(
            number=_number(visit),
            browser=visit.browser or "",
            through=platform or "",
            agency=agency,
            since=visit.started_at,
            last_used=(visit.last_used_at or visit.started_at).replace(second=0, microsecond=0),
            this=visit.token_hash == here.visit,
        )
        for visit, agency, platform in rows
    ]


def end(session: Session, here: Visitor, *, number: str | None, at: datetime) -> None:
    """The visit of that number is over, or (without a number) every one but this."""
    for visit in session.scalars(select(Visit).where(_theirs(session, here)).with_for_update()):
        if _number(visit) == number or (number is None and visit.token_hash != here.visit):
            session.delete(visit)
    session.flush()


def _theirs(session: Session, here: Visitor) -> ColumnElement[bool]:
    own = Visit.person_id.in_(joining.joined(session, here.person_id))
    return or_(own, Visit.account_id == here.account_id) if here.account_id else own


def _number(visit: Visit) -> str:
    """A name for the visit that tells nothing of its token."""
    return sha256(f"stay {visit.token_hash}".encode()).hexdigest()[:32]


def _gone() -> Response:
    answer = redirect(url_for("sign_in.page"), 303)
    out = Response(answer.data, answer.status_code, answer.headers)
    visitor.take_back(out)
    return out
