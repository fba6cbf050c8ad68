"""The validation report: what came out of a pilot, each figure with its n. Only what was handed in is counted."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.pilot import figures, participants, parts
from courses.pilot.figures import LEAST, Change, Scale, Share
from courses.pilot.matter import Item, Line, Unit
from courses.pilot.participants import PilotParticipant
from courses.pilot.parts import AFTER, BEFORE, COMMENT, CRITERIA, ITEMS
from courses.pilot.pilots import Pilot
from courses.pilot.responses import PilotResponse

# What becomes of a criterion or an item.
OPEN, KEPT, REVISE = "open", "kept", "revise"
# A key is kept when at least four of five agree. A criterion's index must be 1 with five people, and at least 0.78
# (to two places: 7 of 9 will do) with more (Lynn 1986; Polit and Beck 2006).
ALL_OF_FEW, INDEX = 1.0, 0.78
# The moments of a self-rating, and which changes are told: first, both sides of the response shift, then the shift.
MOMENTS = ("before", "retro", "after")
CHANGES = (("before", "after"), ("retro", "after"), ("before", "retro"))

Given = Mapping[UUID, Mapping[tuple[str, str], str]]


@dataclass(frozen=True)
class CriterionFigures:
    """What practitioners think of a criterion, by aspect, with their comments (in no order that tells who)."""

    unit: str
    code: str
    text: str
    aspects: dict[str, Scale]
    comments: tuple[str, ...]
    verdict: str


@dataclass(frozen=True)
class ItemFigures:
    """How practitioners keyed an item blind: how many as its author did, and how many chose each option."""

    item: Item
    n: int
    agreement: Share | None
    chosen: dict[str, int]
    comments: tuple[str, ...]
    verdict: str


@dataclass(frozen=True)
class UnitFigures:
    """How learners rated themselves on a unit's outcomes: all ratings of each moment, and each learner's change.

    `learners` says how many people the ratings of each moment are from.
    """

    unit: Line
    learners: dict[str, int]
    levels: dict[str, Scale]
    changes: dict[tuple[str, str], Change]


@dataclass(frozen=True)
class Taking:
    """How many were invited to a part, how many began it, and how many handed it in (these alone are counted)."""

    invited: int
    begun: int
    handed_in: int


@dataclass(frozen=True)
class Report:
    """Everything that came out of a pilot until `at`."""

    pilot: Pilot
    at: datetime
    taking: dict[str, Taking]
    criteria: tuple[CriterionFigures, ...]
    items: tuple[ItemFigures, ...]
    units: tuple[UnitFigures, ...]

    def verdicts(self, figures: Sequence[CriterionFigures | ItemFigures]) -> dict[str, int]:
        """How many of these are kept, to be revised, and open."""
        found = Counter(each.verdict for each in figures)
        return {verdict: found[verdict] for verdict in (KEPT, REVISE, OPEN)}


def of_pilot(session: Session, *, pilot: Pilot, at: datetime) -> Report:
    """The report as it stands at this moment."""
    matter, people = pilot.asked(), participants.all_of(session, pilot)
    done = participants.handed_in(session, pilot)
    given = _given(session, pilot)
    counted = {
        part: {each.id: given.get(each.id, {}) for each in people if part in done.get(each.id, {})}
        for part in (CRITERIA, ITEMS, BEFORE, AFTER)
    }
    return Report(
        pilot=pilot,
        at=at,
        taking={part: _taking(people, part, given, len(counted[part])) for part in counted},
        criteria=tuple(_criterion(unit, each, counted[CRITERIA]) for unit in matter.units for each in unit.criteria),
        items=tuple(_item(each, counted[ITEMS]) for each in matter.items),
        units=tuple(_unit(each, counted[BEFORE], counted[AFTER]) for each in matter.units),
    )


def judge(scale: Scale) -> str:
    """What becomes of a criterion by one of its aspects."""
    if scale.index is None:
        return OPEN
    needed = ALL_OF_FEW if scale.n == LEAST else INDEX
    return KEPT if round(scale.index.value, 2) >= needed else REVISE


def keep(agreeing: int, n: int) -> str:
    """What becomes of an item that so many of n keyed as its author did."""
    if n < LEAST:
        return OPEN
    return KEPT if 5 * agreeing >= 4 * n else REVISE


def _given(session: Session, pilot: Pilot) -> dict[UUID, dict[tuple[str, str], str]]:
    asked = (
        select(PilotResponse)
        .join(PilotParticipant, PilotParticipant.id == PilotResponse.participant_id)
        .where(PilotParticipant.pilot_id == pilot.id)
    )
    found: dict[UUID, dict[tuple[str, str], str]] = defaultdict(dict)
    for each in session.scalars(asked):
        found[each.participant_id][each.subject, each.aspect] = each.value
    return found


def _taking(people: Sequence[PilotParticipant], part: str, given: Given, handed_in: int) -> Taking:
    invited = [each for each in people if part in parts.PARTS[each.role]]
    subjects = {each.id: set(each.items) for each in invited}

    def began(who: UUID) -> bool:
        return any(
            aspect in parts.ASPECTS[part] or (aspect == COMMENT and (subject in subjects[who]) == (part == ITEMS))
            for subject, aspect in given.get(who, {})
        )

    return Taking(invited=len(invited), begun=sum(began(each.id) for each in invited), handed_in=handed_in)


def _criterion(unit: Unit, line: Line, given: Given) -> CriterionFigures:
    aspects = {aspect: figures.scale(_levels(line.code, aspect, given)) for aspect in parts.ASPECTS[CRITERIA]}
    judged = {judge(scale) for scale in aspects.values()}
    verdict = next(each for each in (REVISE, OPEN, KEPT) if each in judged)
    return CriterionFigures(unit.code, line.code, line.text, aspects, _comments(line.code, given), verdict)


def _item(item: Item, given: Given) -> ItemFigures:
    answers = _values(item.code, "answer", given)
    counts = Counter(answers)
    keys = [*(option.code for option in item.options), parts.NONE_RIGHT, parts.SEVERAL_RIGHT]
    agreeing, n = sum(counts[key] for key in item.right), len(answers)
    return ItemFigures(
        item=item,
        n=n,
        agreement=figures.share(agreeing, n) if n else None,
        chosen={key: counts[key] for key in keys},
        comments=_comments(item.code, given),
        verdict=keep(agreeing, n),
    )


def _unit(unit: Unit, before: Given, after: Given) -> UnitFigures:
    sources = {"before": before, "retro": after, "after": after}
    codes = [each.code for each in unit.outcomes]
    levels = {
        moment: figures.scale([level for code in codes for level in _levels(code, moment, sources[moment])])
        for moment in MOMENTS
    }
    changes = {
        (earlier, later): figures.change(_pairs(codes, (earlier, sources[earlier]), (later, sources[later])))
        for earlier, later in CHANGES
    }
    learners = {
        moment: sum(any((code, moment) in each for code in codes) for each in sources[moment].values())
        for moment in MOMENTS
    }
    return UnitFigures(unit=Line(unit.code, unit.title), learners=learners, levels=levels, changes=changes)


def _pairs(codes: Sequence[str], earlier: tuple[str, Given], later: tuple[str, Given]) -> list[tuple[float, float]]:
    """For each learner who has both moments, their mean levels over the outcomes that they rated both times.

    One pair a learner: several outcomes of one person are not several independent observations.
    """
    (first, gave_first), (second, gave_second) = earlier, later
    found = []
    for who in sorted(gave_first.keys() & gave_second.keys()):
        both = [
            (int(gave_first[who][code, first]), int(gave_second[who][code, second]))
            for code in codes
            if (code, first) in gave_first[who] and (code, second) in gave_second[who]
        ]
        if both:
            found.append((mean(one for one, _ in both), mean(other for _, other in both)))
    return found


def _values(code: str, aspect: str, given: Given) -> list[str]:
    return [each[code, aspect] for each in given.values() if (code, aspect) in each]


def _levels(code: str, aspect: str, given: Given) -> list[int]:
    return [int(value) for value in _values(code, aspect, given)]


def _comments(code: str, given: Given) -> tuple[str, ...]:
    """The comments in the order of the alphabet: an order of people would tell who wrote what."""
    return tuple(sorted(_values(code, COMMENT, given)))
