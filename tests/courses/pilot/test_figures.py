"""The statistics of a pilot report against published numbers, and against counting every case."""

from itertools import product
from math import comb

import pytest

from courses.pilot import figures


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # The bounds solve (share - p)^2 = z^2 p (1 - p) / n; of all of n the lower one is n / (n + z^2).
        (5, 5, 0.5655, 1.0000),
    ],
)
def test_the_interval_of_a_share_is_wilsons(count: int, n: int, low: float, high: float) -> None:
    found = figures.share(count, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert found.value == count / n


@pytest.mark.parametrize("n", [1, 4, 5, 9, 30])
def test_the_bounds_of_a_share_solve_wilsons_equation(n: int) -> None:
    for count in range(n + 1):
        found = figures.share(count, n)
        for bound in (found.low, found.high):
            assert (found.value - bound) ** 2 == pytest.approx(figures.Z**2 * bound * (1 - bound) / n, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "from_the_end", "coverage"),
    # Conover, Practical Nonparametric Statistics, table A3; Gibbons and Chakraborti, table of the sign test.
    [(6, 1, 0.9688), (7, 1, 0.9844), (8, 1, 0.9922), (9, 2, 0.9609), (10, 2, 0.9785), (15, 4, 0.9648), (20, 6, 0.9586)],
)
def test_the_median_lies_between_these_order_statistics(n: int, from_the_end: int, coverage: float) -> None:
    low, high, found = figures.median_interval([float(place) for place in range(1, n + 1)])
    assert (low, high) == (from_the_end, n + 1 - from_the_end)
    assert found == pytest.approx(coverage, abs=0.00005)


@pytest.mark.parametrize("n", range(6))
def test_fewer_than_six_pairs_have_no_interval_of_95_per_cent(n: int) -> None:
    assert figures.median_interval([1.0] * n) == (None, None, None)


@pytest.mark.parametrize(("up", "down"), [(7, 1), (5, 0), (3, 3), (0, 6), (9, 2)])
def test_the_sign_test_counts_every_split_that_is_as_uneven(up: int, down: int) -> None:
    n, uneven = up + down, abs(up - down)
    counted = sum(abs(2 * sum(throws) - n) >= uneven for throws in product((0, 1), repeat=n)) / 2**n
    assert figures.sign_test(up, down) == pytest.approx(counted)


def test_a_change_is_told_in_directions_a_median_and_an_exact_interval() -> None:
    found = figures.change([(1, 3), (2, 3), (2, 2), (1, 2.5), (3, 2), (1, 2), (2, 4)])
    assert (found.n, found.up, found.same, found.down) == (7, 5, 1, 1)
    assert (found.median, found.low, found.high) == (1, -1, 2)
    assert found.coverage == pytest.approx(1 - 2 / 2**7)
    assert found.p == pytest.approx(2 * (comb(6, 0) + comb(6, 1)) / 2**6)


def test_where_nobody_changed_there_is_no_p() -> None:
    found = figures.change([(2, 2)])
    assert (found.median, found.p, found.low) == (0, None, None)
    assert figures.change([]).median is None


def test_a_scale_has_an_index_from_five_ratings_on() -> None:
    four = figures.scale([4, 3, 1, 3])
    assert (four.counts, four.median, four.lowest, four.highest, four.index) == ((1, 0, 2, 1), 3, 1, 4, None)
    five = figures.scale([4, 3, 1, 3, 2])
    assert five.index is not None
    assert (five.index.count, five.index.n) == (3, 5)
    assert figures.scale([]).median is None
