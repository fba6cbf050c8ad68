"""Quizzes and labs as authors write them."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from marshmallow import Schema

from courses.authoring import questions, values
from courses.authoring.around import ONE, SOME, Around
from courses.authoring.document import Block, StepText
from courses.authoring.markdown import html
from courses.syllabus import Lab, Question, Quiz

PASS = Decimal("0.70")


class QuizSchema(Schema):
    """The settings of `::: quiz` in a quiz."""

    draw = values.Draw(required=True)
    pass_mark = values.Share(load_default=PASS, data_key="pass")
    attempts = values.Whole(least=1, load_default=2)


class LabSchema(Schema):
    """The settings of `::: quiz` in a lab, which asks everything."""

    pass_mark = values.Share(load_default=PASS, data_key="pass")
    attempts = values.Whole(least=1, load_default=2)


def read_quiz(step: StepText, around: Around) -> Quiz | None:
    """A quiz whose pool is large enough for its draw."""
    if not around.expect(step, {"quiz": ONE, "question": SOME}):
        return None
    block, pool = step.blocks("quiz")[0], _pool(step, around)
    loaded = around.settings(block, QuizSchema())
    if loaded is None:
        return None
    held = Counter(question.criterion or "" for question in pool)
    line = block.settings["draw"].line
    if isinstance(loaded["draw"], int):
        if loaded["draw"] > len(pool):
            around.faults.tell(line, f"draw: the pool holds only {len(pool)} questions")
        loaded["draw"] = share_out(loaded["draw"], held)
    for code, count in loaded["draw"].items():
        around.criterion_iri(code, line)
        if held[code] < count:
            around.faults.tell(line, f"draw: the pool holds only {held[code]} questions of {code}")
    return Quiz(**around.step_face, **loaded, intro_html=html(step.texts()), pool=pool)


def read_lab(step: StepText, around: Around) -> Lab | None:
    """A lab, whose draw is its whole pool."""
    if not around.expect(step, {"quiz": ONE, "question": SOME}):
        return None
    pool = _pool(step, around)
    loaded = around.settings(step.blocks("quiz")[0], LabSchema())
    if loaded is None:
        return None
    draw = dict(Counter(question.criterion or "" for question in pool))
    return Lab(**around.step_face, **loaded, intro_html=html(step.texts()), pool=pool, draw=draw)


def share_out(count: int, held: Mapping[str, int]) -> dict[str, int]:
    """So many questions shared out among the criteria, as nearly in proportion to what the pool holds as can be."""
    whole = sum(held.values())
    shares = {code: count * size // whole for code, size in held.items()}
    by_rest = sorted(held, key=lambda code: (-(count * held[code] % whole), code))
    for code in by_rest[: count - sum(shares.values())]:
        shares[code] += 1
    return {code: share for code, share in shares.items() if share}


def _pool(step: StepText, around: Around) -> tuple[Question, ...]:
    """The questions, each with a criterion and an id of its own."""
    blocks = step.blocks("question")
    around.unique([(_id(block), block.line) for block in blocks], "question")
    pool = tuple(found for block in blocks if (found := questions.read(block, around)))
    for question in pool:
        if question.criterion is None:
            around.faults.tell(
                question.line, f"{question.id}: in a {around.face['kind']} each question names a criterion"
            )
    return pool


def _id(block: Block) -> str:
    return block.words.split(" ")[0]
