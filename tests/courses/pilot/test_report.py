"""What the report says of what was handed in."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from courses.pilot import participants, report, responses
from courses.pilot.pilots import Pilot
from tests.courses.pilot.conftest import Admit
from tests.courses.pilot.test_responses import Hand


@pytest.mark.parametrize(
    ("agreeing", "n", "verdict"),
    [
        (4, 4, "open"),
        (0, 0, "open"),
        (4, 5, "kept"),
        (3, 5, "revise"),
        (4, 6, "revise"),
        (5, 6, "kept"),
        (8, 10, "kept"),
        (7, 9, "revise"),
    ],
)
def test_a_key_is_kept_when_four_of_five_agree(agreeing: int, n: int, verdict: str) -> None:
    assert report.keep(agreeing, n) == verdict


def hands(session: Session, pilot: Pilot, admit: Admit, at: datetime, role: str, count: int) -> list[Hand]:
    return [Hand(session, pilot, admit(role), at) for _ in range(count)]


def test_criteria_are_judged_by_all_three_questions(
    session: Session, pilot: Pilot, admit: Admit, now: datetime
) -> None:
    for number, each in enumerate(hands(session, pilot, admit, now, "practitioner", 6)):
        good = {f"{aspect}.U1.PC1": "4" for aspect in ("relevant", "clear", "observable")}
        weak = {**{f"{aspect}.U1.PC2": "3" for aspect in ("relevant", "clear")}, "observable.U1.PC2": "24"[number % 2]}
        few = {f"{aspect}.U1.PC3": "4" for aspect in ("relevant", "clear") if number < 4}
        each.save("criteria", {**good, **weak, **few, "comment.U1.PC1": f"Comment {6 - number}"})
        each.hand_in("criteria")
    found = {each.code: each for each in report.of_pilot(session, pilot=pilot, at=now).criteria}
    assert [found[f"U1.PC{number}"].verdict for number in (1, 2, 3, 4)] == ["kept", "revise", "open", "open"]
    assert found["U1.PC2"].aspects["observable"].counts == (0, 3, 0, 3)
    assert found["U1.PC1"].comments == tuple(f"Comment {number}" for number in range(1, 7))


def test_what_was_not_handed_in_is_told_and_not_counted(
    session: Session, pilot: Pilot, admit: Admit, now: datetime
) -> None:
    first, second, _third = hands(session, pilot, admit, now, "practitioner", 3)
    for each in (first, second):
        each.save("criteria", {"clear.U1.PC1": "1", "comment.U1.PC1": "Mine"})
    first.hand_in("criteria")
    found = report.of_pilot(session, pilot=pilot, at=now)
    assert found.taking["criteria"] == report.Taking(invited=3, begun=2, handed_in=1)
    assert found.taking["items"] == report.Taking(invited=3, begun=0, handed_in=0)
    assert found.criteria[0].aspects["clear"].n == 1
    assert found.criteria[0].comments == ("Mine",)


def test_learners_are_paired_with_themselves_once_a_unit(
    session: Session, pilot: Pilot, admit: Admit, now: datetime
) -> None:
    people = hands(session, pilot, admit, now, "learner", 7)
    for number, each in enumerate(people):
        # Two outcomes: one goes up by one level, the other by none; looking back, the beginning was lower.
        each.save("before", {"before.U1.K1": "2", "before.U1.S1": "2"})
        each.save("after", {"after.U1.K1": "3", "after.U1.S1": "2", "retro.U1.K1": "1", "retro.U1.S1": "1"})
        if number:
            each.hand_in("after")
    unit = report.of_pilot(session, pilot=pilot, at=now).units[0]
    straight, looking_back, shift = unit.changes.values()
    assert (straight.n, straight.up, straight.median, straight.low, straight.high) == (6, 6, 0.5, 0.5, 0.5)
    assert (looking_back.median, shift.median) == (1.5, -1)
    assert straight.p == pytest.approx(2 / 2**6)
    assert (unit.learners["before"], unit.levels["before"].n) == (7, 14)
    assert unit.levels["after"].counts == (0, 6, 6, 0)


def test_none_or_several_right_does_not_agree_with_the_key(
    session: Session, pilot: Pilot, admit: Admit, now: datetime
) -> None:
    people = hands(session, pilot, admit, now, "practitioner", 5)
    code = people[0].who.items[0]
    key = pilot.asked().item(code)
    assert key is not None
    for answer, each in zip((key.right[0], key.right[0], key.right[0], "none", "several"), people, strict=True):
        each.save("items", {f"answer.{code}": answer, f"comment.{code}": "It depends"})
        each.hand_in("items")
    found = next(each for each in report.of_pilot(session, pilot=pilot, at=now).items if each.item.code == code)
    assert found.agreement is not None
    assert (found.agreement.count, found.n, found.verdict) == (3, 5, "revise")
    assert (found.chosen["none"], found.chosen["several"]) == (1, 1)


def test_who_takes_part_must_hand_in_before_looking(
    session: Session, pilot: Pilot, now: datetime, person_id: UUID
) -> None:
    own: dict[str, Any] = {"person_id": person_id, "at": now}
    assert not participants.still_rating(session, pilot, **own)
    somebody, _ = participants.admit(session, pilot=pilot, role="practitioner", **own)
    hand = Hand(session, pilot, somebody, now)
    assert participants.still_rating(session, pilot, **own)
    for part, given in (("criteria", {"clear.U1.PC1": "3"}), ("items", {f"answer.{somebody.items[0]}": "none"})):
        hand.save(part, given)
        responses.hand_in(session, pilot=pilot, participant=somebody, part=part, at=now)
    assert not participants.still_rating(session, pilot, **own)
