"""The statistics of a pilot report, for the small numbers that pilots have. Pure functions; intervals are 95 %.

Wilson's interval for a share (Wilson 1927; method 3 of Newcombe 1998) keeps inside 0 to 1 and is sound for few people,
where the usual plus-minus formula is not. For paired changes of ratings on a scale whose steps need not be equal: the
exact sign test, and for the median change the interval between order statistics (Conover, Practical Nonparametric
Statistics, 3.2). Both rest on the binomial distribution alone: nothing is simulated, so no seed can change them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt
from statistics import median

Z = 1.959963984540054  # the normal quantile for 95 %
CONFIDENCE = 0.95
# From so many ratings on an index is shown at all; from so many kept keys agree; below TEN it is said to be small.
LEAST, TEN = 5, 10


@dataclass(frozen=True)
class Share:
    """So many of n, with Wilson's interval for the share (0 to 1)."""

    count: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself."""
        return self.count / self.n


@dataclass(frozen=True)
class Scale:
    """How n people rated something from 1 to 4: the count of each level, median and range; None where nobody did.

    `index` is the share of 3 and 4 (content-validity index), from five ratings on.
    """

    n: int
    counts: tuple[int, int, int, int]
    median: float | None
    lowest: int | None
    highest: int | None
    index: Share | None


@dataclass(frozen=True)
class Change:
    """Paired changes of n people, in levels: how many went up, stayed and went down, and the median change.

    `low` and `high` bound the median with probability `coverage` (at least 95 %); None where n < 6, for which no such
    interval exists. `p` is the two-sided sign test's, None where nobody changed.
    """

    n: int
    up: int
    same: int
    down: int
    median: float | None
    low: float | None
    high: float | None
    coverage: float | None
    p: float | None


def share(count: int, n: int) -> Share:
    """So many of n (at least 1), with Wilson's interval."""
    middle = (count + Z * Z / 2) / (n + Z * Z)
    half = Z / (n + Z * Z) * sqrt(count * (n - count) / n + Z * Z / 4)
    return Share(count=count, n=n, low=max(0.0, middle - half), high=min(1.0, middle + half))


def scale(ratings: Sequence[int]) -> Scale:
    """How these ratings from 1 to 4 are distributed."""
    n = len(ratings)
    one, two, three, four = (ratings.count(level) for level in (1, 2, 3, 4))
    return Scale(
        n=n,
        counts=(one, two, three, four),
        median=float(median(ratings)) if n else None,
        lowest=min(ratings, default=None),
        highest=max(ratings, default=None),
        index=share(three + four, n) if n >= LEAST else None,
    )


def change(pairs: Sequence[tuple[float, float]]) -> Change:
    """How people changed from the first value of each pair to the second."""
    moved = sorted(later - earlier for earlier, later in pairs)
    up, down = sum(each > 0 for each in moved), sum(each < 0 for each in moved)
    low, high, coverage = median_interval(moved)
    return Change(
        n=len(moved),
        up=up,
        same=len(moved) - up - down,
        down=down,
        median=median(moved) if moved else None,
        low=low,
        high=high,
        coverage=coverage,
        p=sign_test(up, down) if up + down else None,
    )


def sign_test(up: int, down: int) -> float:
    """The two-sided exact probability of a split at least this uneven, were up and down equally likely."""
    return min(1.0, 2 * _at_most(min(up, down), up + down))


def median_interval(ordered: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """The narrowest pair of order statistics, equally far from both ends, that holds the median with at least 95 %.

    Gives the two values and the probability; three times None for fewer than six values.
    """
    n = len(ordered)
    inward = 0
    while inward < n // 2 and 1 - 2 * _at_most(inward, n) >= CONFIDENCE:
        inward += 1
    if inward == 0:
        return None, None, None
    return ordered[inward - 1], ordered[n - inward], 1 - 2 * _at_most(inward - 1, n)


def _at_most(successes: int, n: int) -> float:
    """The probability of at most so many heads in n throws of a fair coin."""
    return float(sum(comb(n, each) for each in range(successes + 1)) / 2**n)
