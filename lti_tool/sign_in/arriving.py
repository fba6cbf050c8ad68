"""Arriving: somebody who proved that an account is theirs is here, and is led to their first page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people import Enrolment, Person
from lti_tool import browser_kind, visitor
from lti_tool.sign_in import threshold
from lti_tool.sign_in.accounts import OPERATOR, Account
from lti_tool.visitor import OFFICER, TRAINER, Visit


@dataclass(frozen=True)
class Arrival:
    """The token of the stay just opened, whether it is an operator's, and the path of the first page."""

    token: str
    operator: bool
    path: str


def arrive(session: Session, account: Account, *, browser: str, earlier: str | None, at: datetime) -> Arrival:
    """The account's stay is open: an operator's, or a visit without a platform, with the account's own roles."""
    account.last_in_at = at
    if OPERATOR in account.roles:
        return Arrival(visitor.operator_stays(session, account_id=account.id, at=at), True, "/operator")
    visit = _visit(session, account)
    visit.browser = browser
    token = visitor.open_visit(session, visit=visit, earlier=earlier, at=at)
    return Arrival(token, False, first_page(account.roles))


def welcome(session: Session, account: Account, *, at: datetime) -> Arrival:
    """The same, as this request has it."""
    kind, earlier = browser_kind.of(request.user_agent.string), request.cookies.get(visitor.SIGNED_IN_COOKIE)
    return arrive(session, account, browser=kind, earlier=earlier, at=at)


def hand_over(answer: Response, arrival: Arrival) -> Response:
    """The browser will show the stay from now on."""
    threshold.leave()
    if arrival.operator:
        visitor.hand_over_operator(answer, arrival.token)
    else:
        visitor.hand_over_signed_in(answer, arrival.token)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def led(arrival: Arrival) -> Response:
    """The browser is on its way to the first page, with the stay in its cookie."""
    answer = redirect(arrival.path, 303)
    return hand_over(Response(answer.data, answer.status_code, answer.headers), arrival)


def first_page(roles: list[str]) -> str:
    """Where somebody with these roles begins."""
    if OFFICER in roles:
        return "/agency"
    return "/teach" if TRAINER in roles else "/certificates"


def newest_run(session: Session, person_id: UUID) -> UUID | None:
    """The person's newest run of a course: a running one, if there is one."""
    asked = select(Enrolment.id).where(Enrolment.person_id == person_id)
    return session.scalar(asked.order_by(Enrolment.ended_at.is_not(None), Enrolment.started_at.desc()).limit(1))


def _visit(session: Session, account: Account) -> Visit:
    person = session.get_one(Person, account.person_id)
    return Visit(
        store_id=person.store_id,
        person_id=person.id,
        roles=list(account.roles),
        agency_id=person.agency_id,
        platform_id=None,
        cohort_id=None,
        enrolment_id=newest_run(session, person.id) if visitor.LEARNER in account.roles else None,
        link_id=None,
        locale=person.locale,
        account_id=account.id,
    )
