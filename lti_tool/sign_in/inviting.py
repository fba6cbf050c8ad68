"""Who may sign in without a platform: officers look after their own agency's people, the operator after everybody."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, NotFound

from courses import agencies
from courses.agencies import Agency
from courses.people import Cohort, Person
from lti_tool import house, visitor
from lti_tool.sign_in import accounts, invitations, passkeys
from lti_tool.sign_in.accounts import OPERATOR, STAFF, Account
from xapi_store.transaction import transaction

bp = Blueprint("inviting", __name__)


@dataclass(frozen=True)
class Shown:
    """A link that was just made, shown this once: for whom, and how long it works."""

    link: str
    role: str
    agency: str
    renewed: bool


@dataclass(frozen=True)
class Signer:
    """One account as those who look after it see it."""

    account: Account
    name: str
    agency: str
    passkeys: int


@bp.get("/agency/people")
@visitor.officer_only
def of_agency() -> ResponseReturnValue:
    """The agency's officers and assessors who have a sign-in."""
    return _officers_page(None)


@bp.post("/agency/people/invite")
@visitor.officer_only
def agency_invites() -> ResponseReturnValue:
    """There is a one-time link for an officer or an assessor of the officer's own agency."""
    with transaction(house.database()) as session:
        agency = session.get_one(Agency, visitor.current().agency_id)
        shown = _invite(session, agency, STAFF)
    return _officers_page(shown)


@bp.post("/agency/people/<uuid:account_id>/renew")
@visitor.officer_only
def agency_renews(account_id: UUID) -> ResponseReturnValue:
    """There is a one-time link back into that account of the agency's staff."""
    with transaction(house.database()) as session:
        shown = _renew(session, _staff(session, account_id))
    return _officers_page(shown)


@bp.post("/agency/people/<uuid:account_id>/close")
@visitor.officer_only
def agency_closes(account_id: UUID) -> ResponseReturnValue:
    """Nobody signs in to that account any more."""
    with transaction(house.database()) as session:
        accounts.close(session, _staff(session, account_id), at=datetime.now(UTC))
    return redirect(url_for("inviting.of_agency", closed=1), 303)


@bp.get("/operator/people")
@visitor.operator_only
def of_all() -> ResponseReturnValue:
    """Every agency's staff with a sign-in, and the operators."""
    return _operators_page(None)


@bp.post("/operator/people/invite")
@visitor.operator_only
def operator_invites() -> ResponseReturnValue:
    """There is a one-time link for staff of an agency, or for another operator."""
    with transaction(house.database()) as session:
        if request.form.get("role") == OPERATOR:
            shown = _invite(session, None, (OPERATOR,))
        else:
            shown = _invite(session, agencies.by_slug(session, request.form.get("agency", "")), STAFF)
    return _operators_page(shown)


@bp.post("/operator/people/<uuid:account_id>/renew")
@visitor.operator_only
def operator_renews(account_id: UUID) -> ResponseReturnValue:
    """There is a one-time link back into that account."""
    with transaction(house.database()) as session:
        shown = _renew(session, _any(session, account_id))
    return _operators_page(shown)


@bp.post("/operator/people/find")
@visitor.operator_only
def operator_finds() -> ResponseReturnValue:
    """The accounts of exactly this address, learners' too, so that the operator can hand out a way back in."""
    email = accounts.normalised(request.form.get("email", ""))
    asked = select(Account).where(Account.email == email, Account.closed_at.is_(None)).order_by(Account.created_at)
    with house.database().session() as session:
        found = _signers(session, list(session.scalars(asked))) if email else []
    return _operators_page(None, found=found, sought=True)


@bp.post("/operator/people/<uuid:account_id>/close")
@visitor.operator_only
def operator_closes(account_id: UUID) -> ResponseReturnValue:
    """Nobody signs in to that account any more."""
    with transaction(house.database()) as session:
        accounts.close(session, _any(session, account_id), at=datetime.now(UTC))
    return redirect(url_for("inviting.of_all", closed=1), 303)


def _invite(session: Session, agency: Agency | None, roles: tuple[str, ...]) -> Shown:
    role = request.form.get("role", "")
    if role not in roles:
        raise BadRequest
    cohort_id = _cohort(session, agency, request.form.get("cohort", ""))
    agency_id = agency.id if agency else None
    token = invitations.invite(session, role=role, agency_id=agency_id, cohort_id=cohort_id, at=datetime.now(UTC))
    return Shown(_link(token), role, agency.name if agency else "", renewed=False)


def _cohort(session: Session, agency: Agency | None, sent: str) -> int | None:
    """The cohort that was chosen for an assessor, if it is one of this agency."""
    if not sent or agency is None:
        return None
    found = session.get(Cohort, int(sent)) if sent.isascii() and sent.isdigit() and len(sent) < 18 else None
    if found is None or found.agency_id != agency.id:
        raise BadRequest
    return found.id


def _renew(session: Session, account: Account) -> Shown:
    token = invitations.renew(session, account=account, at=datetime.now(UTC))
    agency = session.get(Agency, account.agency_id) if account.agency_id else None
    return Shown(_link(token), account.roles[0], agency.name if agency else "", renewed=True)


def _link(token: str) -> str:
    return house.address() + url_for("invited.page", token=token)


def _staff(session: Session, account_id: UUID) -> Account:
    """The account, of staff of the officer's own agency; for others there is none."""
    account = _any(session, account_id)
    if account.agency_id != visitor.current().agency_id or not set(account.roles) & set(STAFF):
        raise NotFound
    return account


def _any(session: Session, account_id: UUID) -> Account:
    account = session.get(Account, account_id)
    if account is None or account.closed_at is not None:
        raise NotFound
    return account


def _signers(session: Session, found: list[Account]) -> list[Signer]:
    people = {each.id: each for each in session.scalars(
        select(Person).where(Person.id.in_([account.person_id for account in found]))
    )}  # fmt: skip
    names = {each.id: each.name for each in session.scalars(select(Agency))}
    return [
        Signer(
            account,
            (people[account.person_id].name or "") if account.person_id in people else "",
            names.get(account.agency_id or 0, ""),
            len(passkeys.of_account(session, account.id)),
        )
        for account in found
    ]


def _officers_page(shown: Shown | None) -> str:
    agency_id = visitor.current().agency_id
    with house.database().session() as session:
        found = _signers(session, accounts.staff_of(session, agency_id))
        cohorts = list(session.scalars(select(Cohort).where(Cohort.agency_id == agency_id).order_by(Cohort.title)))
    return _page(found, shown, cohorts=cohorts, by="agency")


def _operators_page(shown: Shown | None, *, found: list[Signer] | None = None, sought: bool = False) -> str:
    with house.database().session() as session:
        all_agencies = list(session.scalars(select(Agency).order_by(Agency.name)))
        known = [each for agency in all_agencies for each in accounts.staff_of(session, agency.id)]
        signers = _signers(session, accounts.operators(session) + known)
    return _page(signers, shown, agencies=all_agencies, by="operator", found=found or [], sought=sought)


def _page(signers: list[Signer], shown: Shown | None, **more: object) -> str:
    closed = request.args.get("closed")
    return render_template("sign_in/people.html", signers=signers, shown=shown, closed=closed, **more)
