"""Status lists: signed bit strings of an agency, in which each certificate has a place drawn at random."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from assessments import open_badge, signing, status_bits
from assessments.addresses import Addresses
from assessments.errors import NoSuchStatusList
from courses.agencies import Agency
from xapi_store.database import Base
from xapi_store.keys import Seal

# A list may be believed for a week and is signed anew after a day: a tool that is down for days hurts no holder.
BELIEVED = timedelta(days=7)
FRESH = timedelta(days=1)
# What a browser or proxy may keep: a revocation is seen within this time.
KEPT = timedelta(minutes=5)
# A quarter full, a list is closed, so that a free place is found at once and neighbours say nothing.
FULL = status_bits.SIZE // 4
# What the database can count to.
LARGEST_NUMBER = 2**63 - 1


class StatusList(Base):
    """A list of an agency's revocation bits; `token` is its signed form, None when it has to be signed anew."""

    __tablename__ = "status_list"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    token: Mapped[str | None]
    etag: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]


class StatusPlace(Base):
    """A place in a list that a certificate has; its bit is set once `revoked_at` is."""

    __tablename__ = "status_place"

    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True)
    revoked_at: Mapped[datetime | None]


@dataclass(frozen=True)
class SignedList:
    """A list as it is given out: a VC-JWT and its entity tag."""

    token: str
    etag: str


def reserve(session: Session, *, agency: Agency, at: datetime) -> StatusPlace:
    """A place drawn at random is taken. The caller holds the agency's row, so no two draw at once."""
    latest = select(StatusList).where(StatusList.agency_id == agency.id).order_by(StatusList.id.desc()).limit(1)
    current = session.scalar(latest)
    if current is None or _taken(session, current) >= FULL:
        current = StatusList(agency_id=agency.id, token=None, etag=None, signed_at=None, opened_at=at)
        session.add(current)
        session.flush()
    while True:
        index = secrets.randbelow(status_bits.SIZE)
        drawing = insert(StatusPlace).values(list_id=current.id, index=index).on_conflict_do_nothing()
        if session.scalar(drawing.returning(StatusPlace.index)) is not None:
            return session.get_one(StatusPlace, (current.id, index))


def withdraw(session: Session, *, list_id: int, index: int, at: datetime) -> None:
    """The bit at this place is set; whoever asks next is given a newly signed list."""
    held = _held(session, list_id)
    session.get_one(StatusPlace, (list_id, index)).revoked_at = at
    held.token = None
    session.flush()


def signed(session: Session, *, number: int, addresses: Addresses, seal: Seal, at: datetime) -> SignedList:
    """The list as a signed credential, signed anew when a bit changed or a day has passed; NoSuchStatusList.

    (Bitstring Status List 1.0, 2.2 and 3.1)
    """
    found = session.get(StatusList, number) if number <= LARGEST_NUMBER else None
    if found is None:
        raise NoSuchStatusList(str(number))
    given = _given(found, at)
    if given is not None:
        return given
    held = _held(session, number)
    return _given(held, at) or _sign(session, held, addresses=addresses, seal=seal, at=at)


def _given(found: StatusList, at: datetime) -> SignedList | None:
    """What is at hand, while it is still fresh."""
    if found.token is None or found.etag is None or found.signed_at is None or found.signed_at + FRESH <= at:
        return None
    return SignedList(found.token, found.etag)


def _sign(session: Session, held: StatusList, *, addresses: Addresses, seal: Seal, at: datetime) -> SignedList:
    agency = session.get_one(Agency, held.agency_id)
    places = select(StatusPlace.index).where(StatusPlace.list_id == held.id, StatusPlace.revoked_at.is_not(None))
    document = credential(
        number=held.id,
        agency_slug=agency.slug,
        encoded=status_bits.encode(session.scalars(places)),
        addresses=addresses,
        at=at,
    )
    token = signing.sign(session, document, slug=agency.slug, addresses=addresses, seal=seal, at=at)
    held.token, held.signed_at = token, at
    held.etag = hashlib.sha256(token.encode("ascii")).hexdigest()[:32]
    session.flush()
    return SignedList(token, held.etag)


def credential(*, number: int, agency_slug: str, encoded: str, addresses: Addresses, at: datetime) -> dict[str, Any]:
    """The list as a credential before signing (Bitstring Status List 1.0, 2.2)."""
    address = addresses.status_list(number)
    return {
        "@context": [open_badge.CONTEXT[0]],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": addresses.agency(agency_slug), "type": ["Profile"]},
        "validFrom": open_badge.instant(at),
        "validUntil": open_badge.instant(at + BELIEVED),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded,
        },
    }


def _held(session: Session, number: int) -> StatusList:
    """The list, held until the transaction ends, as it stands now."""
    return session.scalars(
        select(StatusList).where(StatusList.id == number).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one()


def _taken(session: Session, found: StatusList) -> int:
    counting = select(func.count()).select_from(StatusPlace).where(StatusPlace.list_id == found.id)
    return session.scalar(counting) or 0
