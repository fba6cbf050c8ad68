"""The account as its owner sees it: passkeys, password, and the runs of courses that it opens."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from courses import joining
from courses.people import Enrolment, Person
from lti_tool import browser_kind, house, visitor
from lti_tool.errors import NoAccount, NotForThisRole, TooOften
from lti_tool.sign_in import accounts, passkeys, passwords, signing_in, throttle
from lti_tool.sign_in.accounts import Account
from lti_tool.sign_in.invited import PASSWORDS
from lti_tool.sign_in.passkeys import Asking
from lti_tool.visitor import LEARNER, Visit
from xapi_store.transaction import transaction

bp = Blueprint("own_account", __name__, url_prefix="/account")


@bp.get("")
@visitor.visitor_only
def page() -> ResponseReturnValue:
    """How the account is opened, and what it opens."""
    return _page({})


@bp.post("/password")
@visitor.visitor_only
def change_password() -> ResponseReturnValue:
    """The account opens with the new password, and stays opened elsewhere are over."""
    at, new = datetime.now(UTC), request.form.get("new", "")
    with house.database().session() as session:
        account = _own(session)
    reason = passwords.refused(new, email=account.email or "")
    if reason is not None:
        return _page({"new": PASSWORDS()[reason]}), 422
    try:
        _prove(account, request.form.get("password", ""), at)
    except TooOften:
        return _page({"password": _("This was tried too often. Wait a while, then try again.")}), 429
    except NoAccount:
        return _page({"password": _("This is not your password.")}), 422
    with transaction(house.database()) as session:
        own = _own(session)
        own.password_hash = passwords.hashed(new)
        _end_other_stays(session, own.id)
    return redirect(url_for("own_account.page", saved=1), 303)


@bp.post("/passkey/options")
@visitor.visitor_only
def passkey_options() -> ResponseReturnValue:
    """What the browser asks the device for."""
    with transaction(house.database()) as session:
        account = _own(session)
        asking = _asking(account)
        called = account.email or _("My sign-in")
        options = passkeys.ask_new(session, asking, account_id=account.id, called=called, at=datetime.now(UTC))
    return jsonify(options)


@bp.post("/passkey")
@visitor.visitor_only
def add_passkey() -> ResponseReturnValue:
    """The account opens with this device too."""
    label = browser_kind.of(request.user_agent.string) or _("A device")
    try:
        with transaction(house.database()) as session:
            account = _own(session)
            asking, answer = _asking(account), signing_in.answered()
            passkeys.keep(session, asking, account_id=account.id, answer=answer, label=label, at=datetime.now(UTC))
    except NoAccount:
        return jsonify(error=_("The device's answer could not be used. Try once more.")), 422
    return jsonify(to=url_for("own_account.page", saved=1))


@bp.post("/passkey/remove")
@visitor.visitor_only
def remove_passkey() -> ResponseReturnValue:
    """That device opens the account no more; the last way in is never taken away."""
    with transaction(house.database()) as session:
        account = _own(session)
        if account.password_hash is None and len(passkeys.of_account(session, account.id)) < 2:
            return _page({"passkey": _("This is the only way into your account. Add another one first.")}), 409
        passkeys.remove(session, account_id=account.id, key_id=request.form.get("key", ""))
    return redirect(url_for("own_account.page", saved=1), 303)


@bp.post("/run")
@visitor.visitor_only
def open_run() -> ResponseReturnValue:
    """The visit is about that run of a course, of this person or of one joined with them; there as a learner alone."""
    with transaction(house.database()) as session:
        account = _own(session)
        run = next((each for each in runs(session) if str(each.id) == request.form.get("run")), None)
        visit = session.get(Visit, visitor.current().visit)
        if run is None or visit is None:
            raise NotFound
        person = session.get_one(Person, run.person_id)
        visit.store_id, visit.person_id, visit.agency_id = person.store_id, person.id, person.agency_id
        visit.enrolment_id = run.id
        visit.roles = list(account.roles) if person.id == account.person_id else [LEARNER]
    return redirect("/certificates", 303)


def runs(session: Session) -> list[Enrolment]:
    """Every run of a course of this visitor and of those joined with them, the newest first."""
    people = joining.joined(session, visitor.current().person_id)
    asked = select(Enrolment).where(Enrolment.person_id.in_(people)).order_by(Enrolment.started_at.desc())
    return list(session.scalars(asked))


def _own(session: Session) -> Account:
    """The account to which the visitor signed in; a launch is not enough to change it."""
    account_id: UUID | None = visitor.current().account_id
    if account_id is None:
        raise NotForThisRole
    return accounts.by_id(session, account_id)


def _prove(account: Account, password: str, at: datetime) -> None:
    """The visitor knows the account's password, where it has one; NoAccount, TooOften."""
    if account.password_hash is None:
        return
    counted = throttle.person(account.id)
    with transaction(house.database()) as session:
        throttle.attempt(session, counted, at=at)
    if passwords.first_match(password, [account.password_hash]) is None:
        raise NoAccount
    with transaction(house.database()) as session:
        throttle.forgive(session, fully=counted)


def _end_other_stays(session: Session, account_id: UUID) -> None:
    others = select(Visit).where(Visit.account_id == account_id, Visit.token_hash != visitor.current().visit)
    for visit in session.scalars(others):
        session.delete(visit)


def _asking(account: Account) -> Asking:
    return Asking(house.address(), visitor.current().visit, f"account {account.id}")


def _page(wrong: dict[str, str]) -> str:
    with house.database().session() as session:
        account = _own(session)
        keys, found = passkeys.of_account(session, account.id), runs(session)
    courses = house.catalogue().courses
    return render_template(
        "sign_in/account.html",
        account=account,
        keys=keys,
        runs=found,
        courses=courses,
        saved=request.args.get("saved"),
        form={"values": {}, "errors": {name: [text] for name, text in wrong.items()}},
        passkeys=passkeys.possible(house.address()),
        shortest=passwords.SHORTEST,
    )
