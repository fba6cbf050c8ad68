"""Invitations: one-time links by which somebody gets an account, or a way back into the one they have."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import participation
from courses.agencies import Agency
from courses.people import Person
from lti_tool.errors import InvitationRefused
from lti_tool.sign_in import accounts
from lti_tool.sign_in.accounts import Account
from lti_tool.visitor import LEARNER, TRAINER, Visitor
from xapi_store.database import Base

LIFETIME = timedelta(days=7)
# What a learner opens for themselves is used at once: the page opens in a window of its own.
CLAIM_LIFETIME = timedelta(minutes=30)


class AccountInvitation(Base):
    """A one-time link with the role and the agency fixed in it; spent when it is accepted, not when it is opened.

    With `person_id` it is for a person whom we know; with `account_id` it leads back into that account.
    `account_in_making` is the id that the account will have: a passkey carries it.
    """

    __tablename__ = "account_invitation"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    roles: Mapped[list[str]]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    account_in_making: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True)
class Accepted:
    """How somebody accepts: under what name, and, where they are here by a launch, as which visitor."""

    name: str = ""
    here: Visitor | None = None


def invite(session: Session, *, role: str, agency_id: int | None, cohort_id: int | None = None, at: datetime) -> str:
    """There is a one-time link for somebody in this role; its token is returned, to be shown once."""
    return _add(session, AccountInvitation(roles=[role], agency_id=agency_id, cohort_id=cohort_id), LIFETIME, at)


def renew(session: Session, *, account: Account, at: datetime) -> str:
    """There is a one-time link back into this account, the only one; accepting it ends every stay."""
    session.execute(delete(AccountInvitation).where(AccountInvitation.account_id == account.id))
    row = AccountInvitation(roles=account.roles, agency_id=account.agency_id, account_id=account.id)
    return _add(session, row, LIFETIME, at)


def claim(session: Session, *, person: Person, at: datetime) -> str:
    """There is a one-time link by which this learner gets an account; it never leads into one that is there already.

    So a platform, which can launch anybody as anybody, never gets into an account that was made once.
    """
    row = AccountInvitation(roles=[LEARNER], agency_id=person.agency_id, person_id=person.id)
    return _add(session, row, CLAIM_LIFETIME, at)


def opened(session: Session, token: str, *, at: datetime, to_accept: bool = False) -> AccountInvitation:
    """The invitation of that token, still good; InvitationRefused. `to_accept` holds it until the transaction ends."""
    return known(session, hashed(token), at=at, to_accept=to_accept)


def known(session: Session, token_hash: str, *, at: datetime, to_accept: bool = False) -> AccountInvitation:
    """The same, by the hash under which it is kept."""
    found = session.get(AccountInvitation, token_hash, with_for_update=to_accept or None)
    if found is None or found.expires_at <= at:
        raise InvitationRefused
    return found


def accept(session: Session, invitation: AccountInvitation, *, accepted: Accepted, at: datetime) -> Account:
    """The account stands with the invitation's role, the invitation is spent, and earlier stays in it are over.

    The invitation is one that was opened `to_accept`.
    """
    account = _account(session, invitation, accepted, at)
    accounts.end_stays(session, account.id)
    session.delete(invitation)
    session.flush()
    return account


def may_be(invitation: AccountInvitation, here: Visitor | None) -> bool:
    """True where an invitation for somebody new may be accepted as the person who is here, of the same agency."""
    new = invitation.account_id is None and invitation.person_id is None
    return new and here is not None and here.agency_id == invitation.agency_id


def forget_old(session: Session, *, at: datetime) -> None:
    """Invitations that nobody accepted in time are gone."""
    session.execute(delete(AccountInvitation).where(AccountInvitation.expires_at < at))


def _account(session: Session, invitation: AccountInvitation, accepted: Accepted, at: datetime) -> Account:
    if invitation.account_id is not None:
        return accounts.by_id(session, invitation.account_id)
    person = _person(session, invitation, accepted, at)
    own = accounts.of_person(session, person.id) if person is not None else None
    if own is not None and (accepted.here is None or accepted.here.account_id != own.id):
        raise InvitationRefused
    if person is not None and invitation.cohort_id is not None and TRAINER in invitation.roles:
        participation.join(session, cohort_id=invitation.cohort_id, person_id=person.id, role=TRAINER, at=at)
    if own is not None:
        accounts.widen(session, own, roles=invitation.roles, at=at)
        return own
    made = invitation.account_in_making
    return accounts.make(session, account_id=made, person=person, roles=invitation.roles, at=at)


def _person(session: Session, invitation: AccountInvitation, accepted: Accepted, at: datetime) -> Person | None:
    """Whom the account is for: the one the link was made for, the one who is here, or somebody new to the agency."""
    if invitation.person_id is not None:
        # Two who claim for one person at one moment come one after the other.
        return session.scalars(select(Person).where(Person.id == invitation.person_id).with_for_update()).one()
    if invitation.agency_id is None:
        return None
    if accepted.here is not None and may_be(invitation, accepted.here):
        return session.get_one(Person, accepted.here.person_id)
    agency = session.get_one(Agency, invitation.agency_id)
    return participation.know(session, agency=agency, name=accepted.name or None, locale=None, at=at)


def _add(session: Session, row: AccountInvitation, lifetime: timedelta, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    row.token_hash, row.account_in_making = hashed(token), row.account_id or uuid4()
    row.created_at, row.expires_at = at, at + lifetime
    session.add(row)
    session.flush()
    return token


def hashed(token: str) -> str:
    """How an invitation's token is kept."""
    return sha256(token.encode()).hexdigest()
