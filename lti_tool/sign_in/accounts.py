"""Accounts: sign-ins of our own, beside the platforms, for operators, officers, assessors and learners."""

import re
import unicodedata
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, ForeignKeyConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.people import Person
from lti_tool.errors import NoAccount
from lti_tool.sign_in import passwords
from lti_tool.visitor import LEARNER, OFFICER, TRAINER, OperatorVisit, Visit
from xapi_store import ledger
from xapi_store.database import Base

OPERATOR = "operator"
STAFF = (OFFICER, TRAINER)
ROLES = (OFFICER, TRAINER, LEARNER, OPERATOR)
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]\\]+@[^\s@<>\"',;:()\[\]\\]+\.[^\s@<>\"',;:()\[\]\\]+")
ADMITTED, DISMISSED = "staff_admitted", "staff_dismissed"


class Account(Base):
    """A sign-in of our own: for a person of an agency with these roles, or (without a person) for an operator.

    `email` is only a name to sign in by. It is not unique and nothing is ever merged by it: two may claim the same,
    and whoever is told that an address is taken would learn who has an account.
    """

    __tablename__ = "account"
    __table_args__ = (ForeignKeyConstraint(["store_id", "person_id"], ["person.store_id", "person.id"]),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    store_id: Mapped[int | None]
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    roles: Mapped[list[str]]
    email: Mapped[str | None] = mapped_column(index=True)
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    last_in_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


def normalised(email: str) -> str | None:
    """The address as it is kept and compared; None where it is none."""
    plain = unicodedata.normalize("NFKC", email).strip().casefold()
    return plain if len(plain) <= LONGEST_EMAIL and plain.isprintable() and _EMAIL.fullmatch(plain) else None


def make(session: Session, *, account_id: UUID, person: Person | None, roles: list[str], at: datetime) -> Account:
    """The person (or, without one, an operator) has an account; of staff the agency's ledger says so."""
    account = Account(id=account_id, roles=sorted(roles), created_at=at)
    if person is not None:
        account.store_id, account.person_id, account.agency_id = person.store_id, person.id, person.agency_id
    session.add(account)
    session.flush()
    _enter_in_ledger(session, account, ADMITTED, at)
    return account


def widen(session: Session, account: Account, *, roles: list[str], at: datetime) -> None:
    """The account has these roles too."""
    if not set(roles) <= set(account.roles):
        account.roles = sorted({*account.roles, *roles})
        session.flush()
        _enter_in_ledger(session, account, ADMITTED, at)


def by_id(session: Session, account_id: UUID) -> Account:
    """The open account of that id; NoAccount."""
    found = session.get(Account, account_id)
    if found is None or found.closed_at is not None:
        raise NoAccount
    return found


def candidates(session: Session, email: str) -> list[Account]:
    """The open accounts with a password that this address may mean: the oldest, then the newest two.

    The oldest is always tried, so that nobody can be crowded out by those who claim the same address later.
    """
    asked = select(Account).where(
        Account.email == email, Account.password_hash.is_not(None), Account.closed_at.is_(None)
    )
    oldest = list(session.scalars(asked.order_by(Account.created_at, Account.id).limit(1)))
    newest = session.scalars(asked.order_by(Account.created_at.desc(), Account.id).limit(passwords.TRIES))
    return (oldest + [each for each in newest if each not in oldest])[: passwords.TRIES]


def of_person(session: Session, person_id: UUID) -> Account | None:
    """The person's open account, if there is one."""
    asked = select(Account).where(Account.person_id == person_id, Account.closed_at.is_(None))
    return session.scalars(asked.order_by(Account.created_at).limit(1)).first()


def staff_of(session: Session, agency_id: int) -> list[Account]:
    """The agency's officers and assessors with an open account, oldest first. Learners' accounts are their own."""
    asked = select(Account).where(Account.agency_id == agency_id, Account.closed_at.is_(None))
    return [each for each in session.scalars(asked.order_by(Account.created_at)) if set(each.roles) & set(STAFF)]


def operators(session: Session) -> list[Account]:
    """The operators with an open account, oldest first."""
    asked = select(Account).where(Account.person_id.is_(None), Account.closed_at.is_(None))
    return list(session.scalars(asked.order_by(Account.created_at)))


def close(session: Session, account: Account, *, at: datetime) -> None:
    """Nobody signs in to the account any more, and whoever was signed in is out."""
    account.closed_at, account.password_hash = at, None
    end_stays(session, account.id)
    _enter_in_ledger(session, account, DISMISSED, at)


def end_stays(session: Session, account_id: UUID) -> None:
    """Every stay that was opened by signing in to the account is over."""
    session.execute(delete(Visit).where(Visit.account_id == account_id))
    session.execute(delete(OperatorVisit).where(OperatorVisit.account_id == account_id))
    session.flush()


def _enter_in_ledger(session: Session, account: Account, kind: str, at: datetime) -> None:
    if account.store_id is None or not set(account.roles) & set(STAFF):
        return
    person = session.get_one(Person, account.person_id)
    payload = {"account": person.account, "roles": sorted(account.roles)}
    ledger.append(session, store_id=account.store_id, kind=kind, payload=payload, at=at)
