"""Who takes part in a pilot: by a personal link, kept hashed. Practitioners are dealt their items when they join."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.errors import NoSuchPilot, StepClosed
from courses.pilot import draws
from courses.pilot.parts import ITEMS, PARTS, PRACTITIONER
from courses.pilot.pilots import Pilot
from xapi_store.database import Base

LONGEST_LABEL = 80


class PilotParticipant(Base):
    """Somebody in a pilot, as practitioner or learner. `person_id` is set where they came by a visit of their own.

    `label` is what the officer calls whom they made a link for; it stands in no report. `code_hash` opens the pages,
    until `withdrawn_at`. `items` are the questions dealt, `item_set` the number of their set.
    """

    __tablename__ = "pilot_participant"
    __table_args__ = (UniqueConstraint("pilot_id", "number"), UniqueConstraint("pilot_id", "person_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    pilot_id: Mapped[UUID] = mapped_column(ForeignKey("pilot.id"))
    number: Mapped[int]
    role: Mapped[str]
    label: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    items: Mapped[list[str]]
    item_set: Mapped[int | None]
    joined_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class PilotHandIn(Base):
    """A part that a participant handed in: it takes no more changes, and counts."""

    __tablename__ = "pilot_hand_in"

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("pilot_participant.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


def admit(
    session: Session, *, pilot: Pilot, role: str, label: str = "", person_id: UUID | None = None, at: datetime
) -> tuple[PilotParticipant, str]:
    """Somebody more takes part; returned with the code of their link, which is not kept. StepClosed once it is over.

    A person takes part once: who comes again gets a new code, and the earlier one opens nothing.
    """
    session.refresh(pilot, with_for_update=True)
    if not pilot.is_open(at):
        raise StepClosed(pilot.id)
    known = _of_person(session, pilot, person_id) if person_id else None
    if known is not None:
        return known, renew(session, known)
    everybody = all_of(session, pilot)
    items, number = _deal(session, pilot, everybody) if role == PRACTITIONER else ([], None)
    code = secrets.token_urlsafe(24)
    participant = PilotParticipant(
        pilot_id=pilot.id,
        number=len(everybody) + 1,
        role=role,
        label=label,
        person_id=person_id,
        code_hash=_hash(code),
        items=items,
        item_set=number,
        joined_at=at,
    )
    session.add(participant)
    session.flush()
    return participant, code


def renew(session: Session, participant: PilotParticipant) -> str:
    """The participant has a new code, returned and not kept; the earlier one opens nothing any more."""
    code = secrets.token_urlsafe(24)
    participant.code_hash, participant.withdrawn_at = _hash(code), None
    session.flush()
    return code


def withdraw(session: Session, participant: PilotParticipant, *, at: datetime) -> None:
    """The participant's link opens nothing any more; what was handed in still counts."""
    participant.withdrawn_at = at
    session.flush()


def by_code(session: Session, code: str) -> PilotParticipant:
    """Whose link holds this code; NoSuchPilot where it is unknown or was withdrawn."""
    asked = select(PilotParticipant).where(PilotParticipant.code_hash == _hash(code))
    found = session.scalar(asked.where(PilotParticipant.withdrawn_at.is_(None)))
    if found is None:
        raise NoSuchPilot("no such link")
    return found


def in_pilot(session: Session, pilot: Pilot, participant_id: UUID) -> PilotParticipant:
    """The participant of this pilot; NoSuchPilot."""
    found = session.get(PilotParticipant, participant_id)
    if found is None or found.pilot_id != pilot.id:
        raise NoSuchPilot(participant_id)
    return found


def all_of(session: Session, pilot: Pilot) -> Sequence[PilotParticipant]:
    """Everybody in the pilot, in the order in which they joined."""
    asked = select(PilotParticipant).where(PilotParticipant.pilot_id == pilot.id)
    return session.scalars(asked.order_by(PilotParticipant.number)).all()


def handed_in(session: Session, pilot: Pilot) -> dict[UUID, dict[str, datetime]]:
    """Which parts each participant handed in, and when; nothing for those who handed in none."""
    asked = (
        select(PilotHandIn)
        .join(PilotParticipant, PilotParticipant.id == PilotHandIn.participant_id)
        .where(PilotParticipant.pilot_id == pilot.id)
    )
    found: dict[UUID, dict[str, datetime]] = {}
    for each in session.scalars(asked):
        found.setdefault(each.participant_id, {})[each.part] = each.at
    return found


def still_rating(session: Session, pilot: Pilot, *, person_id: UUID, at: datetime) -> bool:
    """True where this person takes part in the open pilot and has not handed in everything: no report for them yet."""
    own = _of_person(session, pilot, person_id)
    if own is None or own.withdrawn_at is not None or not pilot.is_open(at):
        return False
    return len(handed_in(session, pilot).get(own.id, {})) < len(PARTS[own.role])


def _of_person(session: Session, pilot: Pilot, person_id: UUID) -> PilotParticipant | None:
    asked = select(PilotParticipant).where(PilotParticipant.pilot_id == pilot.id)
    return session.scalar(asked.where(PilotParticipant.person_id == person_id))


def _deal(session: Session, pilot: Pilot, everybody: Sequence[PilotParticipant]) -> tuple[list[str], int | None]:
    """The items of the next set, and its number. Who was withdrawn before answering leaves a place in theirs."""
    done = {who for who, parts in handed_in(session, pilot).items() if ITEMS in parts}
    taken = Counter(
        each.item_set
        for each in everybody
        if each.item_set is not None and (each.withdrawn_at is None or each.id in done)
    )
    cut = draws.sets(pilot.asked().items, seed=str(pilot.id))
    number = draws.next_set(len(cut), taken=taken)
    return (list(cut[number]), number) if number is not None else ([], None)


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()
