"""What participants give: kept at once, changed until handed in, and nothing else accepted."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from courses.errors import AnswerRefused, NoSuchPilot, StepClosed
from courses.pilot import participants, pilots, responses
from courses.pilot.participants import PilotParticipant
from courses.pilot.pilots import Pilot
from courses.pilot.responses import Standing
from tests.courses.pilot.conftest import Admit


class Hand:
    """Somebody who fills in sheets."""

    def __init__(self, session: Session, pilot: Pilot, who: PilotParticipant, at: datetime) -> None:
        self.session, self.pilot, self.who, self.at = session, pilot, who, at

    def save(self, part: str, given: Mapping[str, str], page: int = 1) -> Standing:
        """The page is kept."""
        return responses.save(
            self.session, pilot=self.pilot, participant=self.who, part=part, page=page, given=given, at=self.at
        )

    def hand_in(self, part: str) -> None:
        """The part is handed in."""
        responses.hand_in(self.session, pilot=self.pilot, participant=self.who, part=part, at=self.at)

    def given(self) -> dict[tuple[str, str], str]:
        """Everything that was given."""
        return responses.all_given(self.session, self.who)

    def stands(self, part: str) -> Standing:
        """How far the part is."""
        return responses.standing(self.session, pilot=self.pilot, participant=self.who, at=self.at)[part]


@pytest.fixture
def hand(session: Session, pilot: Pilot, admit: Admit, now: datetime) -> Hand:
    """A practitioner with sheets before them."""
    return Hand(session, pilot, admit("practitioner"), now)


@pytest.fixture
def learner(session: Session, pilot: Pilot, admit: Admit, now: datetime) -> Hand:
    """A learner with sheets before them."""
    return Hand(session, pilot, admit("learner"), now)


def test_what_is_given_stays_and_can_be_changed(hand: Hand) -> None:
    stands = hand.save("criteria", {"clear.U1.PC1": "2", "comment.U1.PC1": " Two things\r\nin one \x00"})
    assert (stands.given, stands.asked) == (1, 3 * sum(len(unit.criteria) for unit in hand.pilot.asked().units))
    hand.save("criteria", {"clear.U1.PC1": "4", "relevant.U1.PC1": "3"})
    assert hand.given() == {
        ("U1.PC1", "clear"): "4",
        ("U1.PC1", "relevant"): "3",
        ("U1.PC1", "comment"): "Two things\nin one",
    }
    hand.save("criteria", {"comment.U1.PC1": ""})
    assert ("U1.PC1", "comment") not in hand.given()


@pytest.mark.parametrize(
    ("part", "given", "why"),
    [
        ("criteria", {"clear.U1.PC1": "5"}, "unknown"),
        ("criteria", {"clear.U1.PC1": ""}, "unknown"),
        ("criteria", {"comment.U1.PC1": "x" * 1001}, "too_long"),
        ("items", {}, "unknown"),
    ],
)
def test_what_cannot_be_given_is_refused_and_not_kept(hand: Hand, part: str, given: dict[str, str], why: str) -> None:
    sent = given or {f"answer.{hand.who.items[0]}": "z"}
    with pytest.raises(AnswerRefused, match=why):
        hand.save(part, sent)
    assert hand.given() == {}


def test_what_is_not_on_the_page_is_passed_over(hand: Hand) -> None:
    other = next(item.code for item in hand.pilot.asked().items if item.code not in hand.who.items)
    hand.save("items", {f"answer.{other}": "a", f"answer.{hand.who.items[5]}": "a", "clear.U1.PC1": "3"})
    assert hand.given() == {}


def test_a_part_handed_in_takes_no_more_changes(hand: Hand) -> None:
    with pytest.raises(AnswerRefused, match="nothing"):
        hand.hand_in("criteria")
    hand.save("criteria", {"clear.U1.PC1": "2"})
    hand.hand_in("criteria")
    hand.hand_in("criteria")
    with pytest.raises(StepClosed):
        hand.save("criteria", {"clear.U1.PC1": "4"})
    assert hand.given() == {("U1.PC1", "clear"): "2"}
    assert hand.stands("items").open


def test_a_role_has_its_own_parts(hand: Hand, learner: Hand) -> None:
    with pytest.raises(NoSuchPilot):
        hand.save("before", {"before.U1.K1": "2"})
    with pytest.raises(NoSuchPilot):
        learner.save("criteria", {"clear.U1.PC1": "2"})


def test_nothing_is_taken_once_the_pilot_is_over(hand: Hand, session: Session, pilot: Pilot) -> None:
    pilot.ends_at = hand.at - timedelta(seconds=1)
    with pytest.raises(StepClosed):
        hand.save("criteria", {"clear.U1.PC1": "2"})
    pilot.ends_at = None
    pilots.close(session, pilot=pilot, at=hand.at)
    with pytest.raises(StepClosed):
        hand.save("criteria", {"clear.U1.PC1": "2"})
    with pytest.raises(StepClosed):
        participants.admit(session, pilot=pilot, role="learner", at=hand.at)


def test_who_rates_themselves_after_the_course_has_handed_in_the_rating_before_it(learner: Hand) -> None:
    learner.save("before", {"before.U1.K1": "1"})
    learner.save("after", {})
    assert learner.stands("before").open
    learner.save("after", {"after.U1.K1": "3", "retro.U1.K1": "2"})
    assert learner.stands("before").handed_in_at == learner.at
    with pytest.raises(StepClosed):
        learner.save("before", {"before.U1.K1": "4"})


def test_a_rating_before_the_course_cannot_be_made_up_afterwards(learner: Hand) -> None:
    learner.save("after", {"after.U1.K1": "3"})
    with pytest.raises(StepClosed):
        learner.save("before", {"before.U1.K1": "1"})


def test_a_code_opens_until_it_is_renewed_or_withdrawn(session: Session, pilot: Pilot, now: datetime) -> None:
    somebody, code = participants.admit(session, pilot=pilot, role="learner", at=now)
    assert participants.by_code(session, code) is somebody
    newer = participants.renew(session, somebody)
    with pytest.raises(NoSuchPilot):
        participants.by_code(session, code)
    participants.withdraw(session, somebody, at=now)
    with pytest.raises(NoSuchPilot):
        participants.by_code(session, newer)


def test_who_leaves_before_answering_makes_room_in_their_set(session: Session, admit: Admit, now: datetime) -> None:
    first = [admit("practitioner") for _ in range(5)]
    assert len({tuple(each.items) for each in first}) == 1
    participants.withdraw(session, first[2], at=now)
    assert admit("practitioner").items == first[0].items
    assert set(admit("practitioner").items).isdisjoint(first[0].items)
