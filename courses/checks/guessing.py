"""Guessing: who sees only the options does hardly better than chance.

Each solver follows one cue through a whole pool: the longest option, the shortest, the one that shares most words with
the question, the one that shares least, those without absolute words (in the tongue of the course), the first, the
last. Of a multiple choice it takes as many options as are right. What it scores is held against what chance would.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from courses.checks.place import in_module
from courses.errors import Fault
from courses.syllabus import Module, Option, Question, Quiz

SLACK = 0.05
CHOICES = ("single", "multi", "sjt")
WORD = re.compile(r"\w{4,}")
ABSOLUTES = Path(__file__).with_name("absolutes.txt")


@dataclass(frozen=True)
class Guess:
    """How a solver does over a pool: points, and what chance gives, of `asked` questions."""

    cue: str
    points: float
    chance: float
    asked: int

    @property
    def too_good(self) -> bool:
        """More than chance by over five points in a hundred; one question more is always chance."""
        return self.points - self.chance > max(SLACK * self.asked, 1.0) + 1e-9


Rank = Callable[[Question, Option, int], float]


def find(module: Module) -> Iterator[Fault]:
    """The quizzes of this module that a solver can answer by a cue."""
    for step in module.steps:
        if isinstance(step, Quiz):
            for guess in guesses(step.pool, language=module.language):
                if guess.too_good:
                    share, chance = 100 * guess.points / guess.asked, 100 * guess.chance / guess.asked
                    told = f"who takes {guess.cue} gets {share:.0f} %, where chance gives {chance:.0f} %"
                    yield in_module(module, step.line, f"{step.code}: {told}")


def guesses(pool: Sequence[Question], *, language: str) -> list[Guess]:
    """How every solver does over this pool."""
    absolute = _absolutes().get(language.split("-")[0], frozenset())
    asked = [question for question in pool if question.type in CHOICES]
    cues: dict[str, Rank] = {
        "the longest option": lambda _q, option, _i: len(option.text),
        "the shortest option": lambda _q, option, _i: -len(option.text),
        "what shares most words with the question": lambda q, option, _i: _shared(q, option),
        "what shares least words with the question": lambda q, option, _i: -_shared(q, option),
        "what has no absolute word": lambda _q, option, _i: -bool(absolute & _all_words(option.text)),
        "the first option": lambda _q, _option, place: -place,
        "the last option": lambda _q, _option, place: place,
    }
    return [_guess(cue, rank, asked) for cue, rank in cues.items()]


def _guess(cue: str, rank: Rank, asked: list[Question]) -> Guess:
    """How the solver that takes the options of highest rank does; those of equal rank it takes by chance."""
    points = chance = 0.0
    for question in asked:
        worth = [float(option.value) for option in question.options]
        wanted = sum(value == 1 for value in worth) if question.type == "multi" else 1
        ranks = [rank(question, option, place) for place, option in enumerate(question.options)]
        points += _taken(worth, ranks, wanted) / wanted
        chance += sum(worth) / len(worth)
    return Guess(cue, points, chance, len(asked))


def _taken(worth: list[float], ranks: list[float], wanted: int) -> float:
    """What the `wanted` options of highest rank are worth, ties shared out evenly."""
    taken, left = 0.0, wanted
    for level in sorted(set(ranks), reverse=True):
        tied = [value for value, rank in zip(worth, ranks, strict=True) if rank == level]
        count = min(left, len(tied))
        taken += sum(tied) * count / len(tied)
        left -= count
    return taken


def _shared(question: Question, option: Option) -> float:
    """The share of the option's longer words that stand in the question as well."""
    own = set(WORD.findall(option.text.lower()))
    return len(own & set(WORD.findall(question.stem.lower()))) / len(own) if own else 0.0


@cache
def _absolutes() -> dict[str, frozenset[str]]:
    """The absolute words of each language."""
    lines = (line.partition(": ") for line in ABSOLUTES.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {language: frozenset(words.split()) for language, _, words in lines if words}


def _all_words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
