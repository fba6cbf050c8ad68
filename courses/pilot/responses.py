"""What participants give: ratings, answers and comments, kept as they are given and final once a part is handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.errors import AnswerRefused, NoSuchPilot, StepClosed
from courses.pilot import parts
from courses.pilot.participants import PilotHandIn, PilotParticipant
from courses.pilot.parts import AFTER, BEFORE, COMMENT, Page
from courses.pilot.pilots import Pilot
from xapi_store.database import Base


class PilotResponse(Base):
    """One thing that a participant gave about one subject: a level from 1 to 4, an option's key, or a comment."""

    __tablename__ = "pilot_response"

    participant_id: Mapped[UUID] = mapped_column(ForeignKey("pilot_participant.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    aspect: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    at: Mapped[datetime]


@dataclass(frozen=True)
class Standing:
    """How far a participant is with a part: given of asked, when it was handed in, and whether it takes changes."""

    part: str
    pages: tuple[Page, ...]
    given: int
    asked: int
    handed_in_at: datetime | None
    open: bool


def standing(session: Session, *, pilot: Pilot, participant: PilotParticipant, at: datetime) -> dict[str, Standing]:
    """How far the participant is with each of their parts, in order."""
    matter, given = pilot.asked(), all_given(session, participant)
    done = _done(session, participant)
    found = {}
    for part in parts.PARTS[participant.role]:
        cut = tuple(parts.pages(matter, part, items=participant.items))
        asked = [(each.code, aspect) for page in cut for each in page.subjects for aspect in parts.ASPECTS[part]]
        begun_after = part == BEFORE and any(aspect in parts.ASPECTS[AFTER] for _, aspect in given)
        found[part] = Standing(
            part=part,
            pages=cut,
            given=sum(key in given for key in asked),
            asked=len(asked),
            handed_in_at=done.get(part),
            open=pilot.is_open(at) and part not in done and not begun_after,
        )
    return found


def all_given(session: Session, participant: PilotParticipant) -> dict[tuple[str, str], str]:
    """Everything that the participant gave, by subject and aspect."""
    asked = select(PilotResponse).where(PilotResponse.participant_id == participant.id)
    return {(each.subject, each.aspect): each.value for each in session.scalars(asked)}


def save(
    session: Session,
    *,
    pilot: Pilot,
    participant: PilotParticipant,
    part: str,
    page: int,
    given: Mapping[str, str],
    at: datetime,
) -> Standing:
    """What was given on this page is kept; what was not mentioned stays as it was. Returns how far the part is now.

    `given` has fields `ASPECT.SUBJECT` (`clear.U1.PC1`). StepClosed once the part or the pilot is closed, AnswerRefused
    (`unknown` or `too_long`) for what cannot be given. Whoever begins to rate themselves after the course thereby
    hands in how they rated themselves before.
    """
    shown = _page(_open(session, pilot, participant, part, at), page)
    wanted, dropped = _read(shown, part, given)
    if part == AFTER and wanted:
        _settle_before(session, participant, at)
    for subject in dropped:
        _forget(session, participant, subject)
    if wanted:
        _keep(session, participant, wanted, at)
    return standing(session, pilot=pilot, participant=participant, at=at)[part]


def hand_in(session: Session, *, pilot: Pilot, participant: PilotParticipant, part: str, at: datetime) -> None:
    """The part is handed in and counts; handing it in twice changes nothing. AnswerRefused (`nothing`) if it is empty.

    Gaps are allowed: a figure then has one person less.
    """
    if part in _done(session, participant):
        return
    if not _open(session, pilot, participant, part, at).given:
        raise AnswerRefused("nothing")
    _hand_in(session, participant, part, at)


def _open(session: Session, pilot: Pilot, participant: PilotParticipant, part: str, at: datetime) -> Standing:
    """How far the part is, held until the transaction ends."""
    session.refresh(participant, with_for_update=True)
    found = standing(session, pilot=pilot, participant=participant, at=at).get(part)
    if found is None:
        raise NoSuchPilot(part)
    if not found.open:
        raise StepClosed(part)
    return found


def _page(standing: Standing, number: int) -> Page:
    if not 1 <= number <= len(standing.pages):
        raise NoSuchPilot(number)
    return standing.pages[number - 1]


def _read(page: Page, part: str, given: Mapping[str, str]) -> tuple[dict[tuple[str, str], str], list[str]]:
    """What is to be kept, by subject and aspect; and the subjects whose comment was emptied."""
    wanted: dict[tuple[str, str], str] = {}
    emptied = []
    for subject in page.subjects:
        for aspect in parts.ASPECTS[part]:
            value = given.get(f"{aspect}.{subject.code}")
            if value is None:
                continue
            if value not in parts.allowed(subject, aspect):
                raise AnswerRefused("unknown")
            wanted[subject.code, aspect] = value
        comment = given.get(f"{COMMENT}.{subject.code}") if part in parts.COMMENTED else None
        if comment is None:
            continue
        if plain := _plain(comment):
            wanted[subject.code, COMMENT] = plain
        else:
            emptied.append(subject.code)
    return wanted, emptied


def _plain(comment: str) -> str:
    """The comment without what cannot be shown or kept."""
    lines = comment.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(each for each in lines if each.isprintable() or each == "\n").strip()
    if len(plain) > parts.LONGEST_COMMENT:
        raise AnswerRefused("too_long")
    return plain


def _keep(session: Session, participant: PilotParticipant, wanted: Mapping[tuple[str, str], str], at: datetime) -> None:
    rows = [
        {"participant_id": participant.id, "subject": subject, "aspect": aspect, "value": value, "at": at}
        for (subject, aspect), value in wanted.items()
    ]
    keeping = insert(PilotResponse).values(rows)
    newer = {"value": keeping.excluded.value, "at": keeping.excluded.at}
    session.execute(keeping.on_conflict_do_update(index_elements=["participant_id", "subject", "aspect"], set_=newer))


def _forget(session: Session, participant: PilotParticipant, subject: str) -> None:
    own = (PilotResponse.participant_id == participant.id, PilotResponse.subject == subject)
    session.execute(delete(PilotResponse).where(*own, PilotResponse.aspect == COMMENT))


def _done(session: Session, participant: PilotParticipant) -> dict[str, datetime]:
    asked = select(PilotHandIn).where(PilotHandIn.participant_id == participant.id)
    return {each.part: each.at for each in session.scalars(asked)}


def _settle_before(session: Session, participant: PilotParticipant, at: datetime) -> None:
    asked = select(func.max(PilotResponse.at)).where(
        PilotResponse.participant_id == participant.id, PilotResponse.aspect == BEFORE
    )
    newest = session.scalar(asked)
    if newest is not None and BEFORE not in _done(session, participant):
        _hand_in(session, participant, BEFORE, at)


def _hand_in(session: Session, participant: PilotParticipant, part: str, at: datetime) -> None:
    session.add(PilotHandIn(participant_id=participant.id, part=part, at=at))
    session.flush()
