"""Pools: a quiz has enough questions that a second attempt is a new one, and every answer is explained."""

from collections import Counter
from collections.abc import Iterator

from courses.checks.place import in_module
from courses.errors import Fault
from courses.syllabus import Lab, Module, Question, Quiz

LEAST = 30
EXPLAINED_BELOW = frozenset({"order", "numeric", "short"})


def find(module: Module) -> Iterator[Fault]:
    """What is missing in the pools of this module's quizzes and labs."""
    for step in module.steps:
        if not isinstance(step, Quiz):
            continue
        if not isinstance(step, Lab):
            yield from _size(module, step)
        for question in step.pool:
            if fault := unexplained(question):
                yield in_module(module, question.line, f"{question.id}: {fault}")


def _size(module: Module, quiz: Quiz) -> Iterator[Fault]:
    """A pool that is too small, as a whole or for a second draw."""
    if len(quiz.pool) < LEAST:
        yield in_module(module, quiz.line, f"{quiz.code}: {len(quiz.pool)} questions; a pool holds at least {LEAST}")
    held = Counter(question.criterion for question in quiz.pool)
    for code, count in quiz.draw.items():
        if held[code] < count * min(quiz.attempts, 2):
            told = f"{held[code]} questions of {code}; a second attempt needs {count * 2}"
            yield in_module(module, quiz.line, f"{quiz.code}: {told}")


def unexplained(question: Question) -> str:
    """What is not explained to who answered; empty where everything is."""
    if question.type in EXPLAINED_BELOW:
        return "" if question.note else "nothing is said after the answer (a line below: > the point to remember)"
    told = question.pairings or question.options
    silent = [line.key for line in told if not line.feedback]
    return f"no feedback for {', '.join(silent)}" if silent else ""
