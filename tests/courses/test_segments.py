"""Stretches of a film: joined, counted once, written as the video profile writes them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from courses import segments

LENGTH = 60_000
stretches = st.lists(
    st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)).map(lambda pair: (min(pair), max(pair))), max_size=12
)


def test_what_goes_on_where_it_ended_makes_the_stretch_longer() -> None:
    assert segments.joined([(0, 5_000)], (5_000, 9_000)) == [(0, 9_000)]
    assert segments.joined([(0, 5_000)], (4_000, 9_000)) == [(0, 5_000), (4_000, 9_000)]
    assert segments.joined([(0, 5_000)], (7_000, 7_000)) == [(0, 5_000)]


def test_it_is_written_in_the_order_of_playing() -> None:
    assert segments.written([(0, 12_000), (14_000, 21_000), (18_000, 30_500)]) == (
        "0.000[.]12.000[,]14.000[.]21.000[,]18.000[.]30.500"
    )


def test_a_part_that_is_seen_twice_counts_once_and_takes_time_twice() -> None:
    told = [(0, 20_000), (10_000, 30_000)]
    assert segments.progress(told, length=LENGTH) == Decimal("0.500")
    assert segments.spent(told) == 40_000


def test_nearly_all_is_not_all() -> None:
    assert segments.progress([(0, 59_999)], length=LENGTH) == Decimal("0.999")


@given(stretches)
def test_the_share_is_that_of_the_seconds_that_were_seen(told: list[segments.Segment]) -> None:
    seen = {moment for start, end in told for moment in range(start // 1000, end // 1000)}
    whole = [(start // 1000 * 1000, end // 1000 * 1000) for start, end in told]
    assert segments.progress(whole, length=LENGTH) == (Decimal(len(seen) * 1000) / LENGTH).quantize(
        Decimal("0.001"), rounding="ROUND_DOWN"
    )


@given(st.lists(stretches, min_size=1, max_size=60))
def test_the_list_stays_short_and_loses_nothing(batches: list[list[segments.Segment]]) -> None:
    told: list[segments.Segment] = []
    for stretch in [each for batch in batches for each in batch]:
        told = segments.joined(told, stretch)
    every = [each for batch in batches for each in batch]
    assert segments.union(told) == segments.union([(start, end) for start, end in every if end > start])
    assert len(told) <= segments.LONGEST + 1
