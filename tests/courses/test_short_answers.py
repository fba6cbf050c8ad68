"""Short answers and labs: a few words are marked by what they say, and a lab asks everything in its order."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from courses import marking, quiz
from courses.errors import AnswerRefused
from courses.syllabus import Lab, Question
from tests.builders import an_enrolment
from tests.courses.writing import HEAD, a_course, a_step, read

FORMS = (
    "::: question Q2 short U6.PC3\nWho?\n\n= bus driver | chauffeur d'autobus\n= *ticket office*\n> Note.\n:::\n",
    "::: question Q1 numeric U6.PC3\nHow many?\n\n= 3\n> Note.\n:::\n",
)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    """A lab of two questions, the later id first."""
    a_course(tmp_path)
    (tmp_path / "m1.en.md").write_text(HEAD + a_step("lab", "::: quiz\n:::\n\n" + "\n".join(FORMS)), "utf-8")
    [step] = read(tmp_path).modules[0].steps
    assert isinstance(step, Lab)
    return step


@pytest.fixture
def short(lab: Lab) -> Question:
    """Its question for a few words."""
    return lab.pool[0]


@pytest.mark.parametrize(
    "given",
    [
        "bus driver",
        "  Bus-Driver! ",
        "BUS  DRIVER",
        "chauffeur d’autobus",
        "Cháuffeur d'autobus",
        "the ticket office, of course",
    ],
)
def test_case_accents_and_punctuation_do_not_matter(short: Question, given: str) -> None:
    mark = marking.mark(short, marking.written(short, [given]))
    assert (mark.score, mark.success) == (Decimal(1), True)


@pytest.mark.parametrize("given", ["bus", "driver of the bus", "ticket", "busdriver", "a bus driver"])
def test_other_words_are_not_right(short: Question, given: str) -> None:
    assert marking.mark(short, marking.written(short, [given])).success is False


@pytest.mark.parametrize(("given", "code"), [([], "empty"), (["  "], "empty"), (["x" * 201], "too_long")])
def test_nothing_and_too_much_are_refused(short: Question, given: list[str], code: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        marking.written(short, given)
    assert refused.value.code == code


def test_an_answer_never_looks_like_two(short: Question) -> None:
    assert marking.AND not in marking.written(short, ["bus[,]driver"])


def test_the_key_is_no_part_of_the_activity(short: Question) -> None:
    described = marking.definition(short)
    assert described["interactionType"] == "fill-in"
    assert "driver" not in str(described)


def test_a_lab_asks_all_its_questions_in_the_order_written(session: Session, lab: Lab, now: datetime) -> None:
    for seed in range(4):
        assert quiz.draw(lab, seed=UUID(int=seed), used={"Q2"}) == ["Q2", "Q1"]


def test_a_lab_is_answered_and_handed_in_as_a_quiz_is(
    session: Session, tmp_path: Path, lab: Lab, now: datetime
) -> None:
    enrolment = an_enrolment(session, read(tmp_path))
    attempt = quiz.begin(session, enrolment=enrolment, quiz=lab, at=now)
    for question, given in (("Q2", "Bus driver"), ("Q1", "3")):
        quiz.answer(session, attempt=attempt, quiz=lab, question_id=question, response=[given], at=now)
    quiz.hand_in(session, attempt=attempt, quiz=lab, at=now)
    assert (attempt.score, attempt.passed) == (Decimal(2), True)
