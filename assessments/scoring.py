"""What levels come to: which of them count for a member, and the one number a platform wants. Pure.

A certificate knows no such number and averages nothing; a gradebook has one cell. The formula:

    score = 25 × the mean of its parts, rounded half up to two places, of a maximum of 100

The parts are the mean of the member's conduct levels and, when the team's levels count for the member, the mean of
the team's levels. So level 3, competent, is 75; the team's work and the member's own part weigh the same; and the
work of a team of which somebody had no part lifts nobody's score.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

LOWEST, COMPETENT, HIGHEST = 1, 3, 4
MAXIMUM = Decimal(100)

# Participation, and building knowledge together (the conduct rubric of the qualification profile).
DECISIVE_CONDUCT = ("x1", "x5")


def counts(conduct: Mapping[str, int], *, accepted: bool, listed: bool) -> bool:
    """Whether the team's levels count for a member: listed on the artefact, and took part or accepted with reason."""
    took_part = all(conduct.get(strand, 0) >= COMPETENT for strand in DECISIVE_CONDUCT)
    return listed and (took_part or accepted)


def score(group: Mapping[str, int], conduct: Mapping[str, int], *, counting: bool) -> Decimal:
    """The member's score, of MAXIMUM; zero where no level was given."""
    parts = [_mean(list(levels.values())) for levels in (group if counting else {}, conduct) if levels]
    if not parts:
        return Decimal("0.00")
    mean = sum(parts, Decimal(0)) / len(parts)
    return (mean * MAXIMUM / HIGHEST).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def is_level(value: object) -> bool:
    """Whether this is one of the levels 1 to 4 (a boolean is not)."""
    return isinstance(value, int) and not isinstance(value, bool) and LOWEST <= value <= HIGHEST


def _mean(levels: Sequence[int]) -> Decimal:
    return Decimal(sum(levels)) / len(levels)
