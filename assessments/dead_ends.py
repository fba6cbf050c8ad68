"""Dead ends: whether a perfect learner can reach every certificate of a course, whichever way they take through it.

A way is, for each team exercise, a team size and the role that the size leaves to the learner, or the exercise done
alone. The learner hands everything in and gets the best level for all that counts for them: what they still cannot show
is a dead end of the course, and no fault of theirs. All of this is pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from courses.profile import PerformanceCriterion, Profile
from courses.syllabus import Course, Exercise, Module, Scenario, Step, Talk, Task

POINTS = {"A": 1, "T": 1, "P": 1, "F": 1, "R": 2, "W": 3}
ENOUGH, KINDS = 3, 2
# Alone these carry a criterion; for a critical one, a talk before a panel is as strong.
STRONG = ("R", "W")
PANEL = "panel"
# Whom one needs for them: nobody is there to read, answer or build on what somebody alone has written.
FROM_OTHERS = ("P", "T")


@dataclass(frozen=True)
class Level:
    """A certificate of a course: the units it covers, the modules that lead to it, and whether it asks for work with a
    real firm. Where it does not, a critical criterion needs a trainer's judgement and a scenario instead."""

    key: str
    title: str
    units: tuple[str, ...]
    modules: tuple[str, ...]
    at_work: bool


@dataclass(frozen=True)
class Part:
    """How one team exercise is taken: in a team of `size`, in that role; alone where `size` is 1."""

    exercise: Exercise
    size: int
    role: str

    def __str__(self) -> str:
        return f"{self.exercise.code} {'alone' if self.size == 1 else f'as {self.role} in a team of {self.size}'}"


@dataclass(frozen=True)
class Piece:
    """One piece of evidence that a step gives: its kind, and whether a panel or a scenario gave it."""

    step: str
    kind: str
    panel: bool = False
    played: bool = False


@dataclass(frozen=True)
class DeadEnd:
    """A criterion that nobody can meet for this certificate who takes these parts; `lacking` says what is missing."""

    level: str
    criterion: str
    parts: tuple[Part, ...]
    lacking: str

    def __str__(self) -> str:
        way = ", ".join(map(str, self.parts)) or "on every way"
        return f"{self.level}: {self.criterion} cannot be met ({way}): {self.lacking}"


def all_of(course: Course, *, profile: Profile, levels: Sequence[Level]) -> list[DeadEnd]:
    """Every criterion of every certificate that some way does not reach, each once, with the first such way."""
    return [found for level in levels for found in _of_level(course, profile, level)]


def _of_level(course: Course, profile: Profile, level: Level) -> Iterator[DeadEnd]:
    modules = [module for module in course.modules if module.slug in level.modules]
    for criterion in profile.criteria().values():
        if criterion.unit not in level.units:
            continue
        for parts in _ways(modules, criterion.code):
            lacking = _lacking(criterion, _pieces(modules, criterion.code, parts), level)
            if lacking:
                yield DeadEnd(level.key, criterion.code, parts, lacking)
                break


def ways(exercise: Exercise) -> list[Part]:
    """Every part that somebody can have in this exercise: alone, and each role of each team size.

    Roles are given in their order; in a team smaller than their number the last ones fall to all together.
    """
    alone = [Part(exercise, 1, exercise.roles[0].key)] if exercise.solo else []
    sizes = range(max(exercise.least, 2), exercise.most + 1)
    return alone + [Part(exercise, size, role.key) for size in sizes for role in exercise.roles[:size]]


def _ways(modules: Sequence[Module], criterion: str) -> Iterator[tuple[Part, ...]]:
    """Every combination of parts in the exercises that speak to this criterion."""
    exercises = [
        step for module in modules for step in module.steps if isinstance(step, Exercise) and criterion in step.criteria
    ]
    return product(*(ways(exercise) for exercise in exercises))


def _pieces(modules: Sequence[Module], criterion: str, parts: Sequence[Part]) -> list[Piece]:
    part_in = {part.exercise.code: part for part in parts}
    steps = (step for module in modules for step in module.steps)
    return [
        Piece(
            step=step.code,
            kind=each.kind,
            panel=isinstance(step, Talk) and step.talk_with == PANEL,
            played=isinstance(step, Scenario),
        )
        for step in steps
        for each in step.evidence
        if each.criterion == criterion and _to_be_had(step, each.kind, criterion, part_in.get(step.code))
    ]


def _to_be_had(step: Step, kind: str, criterion: str, part: Part | None) -> bool:
    """Whether somebody with this part really gets the piece that the step promises."""
    if isinstance(step, Exercise):
        if part is not None and part.size == 1 and kind in FROM_OTHERS:
            return False
        return kind != "R" or _judged(step, criterion, part.role if part else None)
    if isinstance(step, Task | Talk) and kind == "R":
        return _judged(step, criterion, None)
    return not (isinstance(step, Task) and kind == "W" and step.confirmed_by is None)


def _judged(step: Exercise | Task | Talk, criterion: str, role: str | None) -> bool:
    return any(line.code == criterion and line.counts_for(role) for line in step.rubric.group)


def _lacking(criterion: PerformanceCriterion, pieces: Sequence[Piece], level: Level) -> str:
    """What is missing for the criterion, in words; empty where it is met (profile, evidence rules)."""
    usable = [piece for piece in pieces if level.at_work or piece.kind != "W"]
    if not any(piece.kind in STRONG for piece in usable):
        return "no judgement by a trainer and no confirmed work"
    if len({piece.kind for piece in usable}) < KINDS:
        return f"evidence of one kind only ({usable[0].kind} in {usable[0].step})"
    points = sum(POINTS[piece.kind] for piece in usable)
    if points < ENOUGH:
        return f"{points} points of {ENOUGH}"
    return _critical_lack(usable, level) if criterion.critical else ""


def _critical_lack(pieces: Sequence[Piece], level: Level) -> str:
    if not level.at_work:
        played = any(piece.kind == "A" and piece.played for piece in pieces)
        return "" if played else "it is critical, and no scenario speaks to it"
    # A trainer, a firm and a panel are different people; two judgements may be one trainer's.
    by = {"panel" if piece.panel else piece.kind for piece in pieces if piece.kind in STRONG or piece.panel}
    return "" if len(by) > 1 else "it is critical, and only one person's judgement speaks to it"
