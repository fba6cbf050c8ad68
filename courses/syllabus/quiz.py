"""Quizzes, and labs that ask everything."""

from dataclasses import dataclass
from decimal import Decimal

from courses.syllabus.question import Question
from courses.syllabus.step import Step
from xapi_store import vocabulary as words


@dataclass(frozen=True, kw_only=True)
class Quiz(Step):
    """Questions drawn from a pool, so many of each criterion; passed at `pass_mark` (0 to 1)."""

    intro_html: str
    pool: tuple[Question, ...]
    draw: dict[str, int]
    pass_mark: Decimal
    attempts: int

    kind = "quiz"
    activity_type = words.TYPE_ASSESSMENT

    def question(self, question_id: str) -> Question | None:
        """The question of the pool by that id."""
        return next((question for question in self.pool if question.id == question_id), None)


@dataclass(frozen=True, kw_only=True)
class Lab(Quiz):
    """Work on given files: a quiz that asks all its questions, in the order written."""

    kind = "lab"
