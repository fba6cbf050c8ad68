"""Checks of oneself, in readings and at a film's pause: marked on the spot, and kept nowhere."""

from collections.abc import Sequence

from courses import marking
from courses.quiz import Marked
from courses.syllabus import Question


def check(question: Question, given: Sequence[str]) -> Marked:
    """What the answer (a form's values) is worth; AnswerRefused where it does not fit the question."""
    response = marking.written(question, given)
    mark = marking.mark(question, response)
    return Marked(question=question, response=response, score=mark.score, success=mark.success)
