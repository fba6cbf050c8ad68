"""Joining: one human being known as two persons says so from both sides; and takes it back.

In this version joined persons see each other's certificates and runs, one sign-in opens both, and neither may judge or
certify the other. Each agency goes on knowing its own person alone.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from courses.errors import JoinRefused
from courses.people import JoinCode, Person, PersonLink
from xapi_store import ledger

LIFETIME = timedelta(minutes=10)
# No letter that looks like another or like a digit.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
JOINED, SEPARATED = "persons_joined", "persons_separated"


def ask_code(session: Session, *, person_id: UUID, at: datetime) -> str:
    """The person has one code, good for ten minutes and one use; it is returned to be shown once and not kept."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.execute(delete(JoinCode).where(or_(JoinCode.person_id == person_id, JoinCode.expires_at <= at)))
    session.add(JoinCode(person_id=person_id, code_hash=_hash(drawn), expires_at=at + LIFETIME))
    session.flush()
    return f"{drawn[:5]}-{drawn[5:]}"


def join(session: Session, *, person_id: UUID, code: str, at: datetime) -> PersonLink:
    """The person and the one who asked for the code are joined, the code is spent, and both ledgers say so.

    JoinRefused: `unknown_code` (also spent or too old), `same_person`, `joined_already`.
    """
    asked = session.scalar(select(JoinCode).where(JoinCode.code_hash == _hash(code)).with_for_update())
    if asked is None or asked.expires_at <= at:
        raise JoinRefused("unknown_code")
    if asked.person_id == person_id:
        raise JoinRefused("same_person")
    if asked.person_id in joined(session, person_id):
        raise JoinRefused("joined_already")
    session.delete(asked)
    link = PersonLink(one_id=asked.person_id, other_id=person_id, joined_at=at)
    session.add(link)
    session.flush()
    _enter_in_ledgers(session, link, JOINED, at)
    return link


def separate(session: Session, *, link_id: UUID, person_id: UUID, at: datetime) -> None:
    """The two are two again, by the word of either, and both ledgers say so; nothing where they were not joined."""
    link = session.get(PersonLink, link_id, with_for_update=True)
    if link is None or link.separated_at is not None or not {link.one_id, link.other_id} & joined(session, person_id):
        return
    link.separated_at = at
    session.flush()
    _enter_in_ledgers(session, link, SEPARATED, at)


def joined(session: Session, person_id: UUID) -> set[UUID]:
    """Everybody who is the same human being as this person, the person included."""
    found, new = {person_id}, {person_id}
    while new:
        new = {each for link in _links(session, new) for each in (link.one_id, link.other_id)} - found
        found |= new
    return found


def links(session: Session, person_id: UUID) -> list[PersonLink]:
    """The links that make this person one with others, oldest first."""
    return sorted(_links(session, joined(session, person_id)), key=lambda link: link.joined_at)


def same(session: Session, one: UUID, other: UUID) -> bool:
    """True where both are known to be one human being."""
    return one == other or other in joined(session, one)


def _links(session: Session, person_ids: set[UUID]) -> list[PersonLink]:
    asked = select(PersonLink).where(
        or_(PersonLink.one_id.in_(person_ids), PersonLink.other_id.in_(person_ids)), PersonLink.separated_at.is_(None)
    )
    return list(session.scalars(asked))


def _enter_in_ledgers(session: Session, link: PersonLink, kind: str, at: datetime) -> None:
    """Each agency's ledger names its own person alone."""
    by_store: dict[int, list[str]] = {}
    for person in session.scalars(select(Person).where(Person.id.in_((link.one_id, link.other_id)))):
        by_store.setdefault(person.store_id, []).append(person.account)
    for store_id, accounts in by_store.items():
        payload = {"link": str(link.id), "accounts": sorted(accounts)}
        ledger.append(session, store_id=store_id, kind=kind, payload=payload, at=at)


def _hash(code: str) -> str:
    plain = "".join(each for each in code.upper() if each in ALPHABET)
    return sha256(plain.encode()).hexdigest()
