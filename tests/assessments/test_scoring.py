"""What levels come to."""

from decimal import Decimal

import pytest

from assessments import scoring

ALL_THREE = dict.fromkeys(("x1", "x2", "x3", "x4", "x5"), 3)


@pytest.mark.parametrize(
    ("group", "conduct", "counting", "expected"),
    [
        ({"c5": 3}, ALL_THREE, True, "75.00"),
        ({"c5": 4}, ALL_THREE, True, "87.50"),
        ({"c5": 4}, ALL_THREE, False, "75.00"),
        ({"c5": 4}, dict.fromkeys(ALL_THREE, 4), True, "100.00"),
        ({"c5": 1}, dict.fromkeys(ALL_THREE, 1), True, "25.00"),
        ({"c1": 3, "c2": 3, "c3": 4}, ALL_THREE, True, "79.17"),
        ({}, {}, True, "0.00"),
    ],
)
def test_the_score_is_the_mean_of_team_and_conduct(
    group: dict[str, int], conduct: dict[str, int], counting: bool, expected: str
) -> None:
    assert scoring.score(group, conduct, counting=counting) == Decimal(expected)


@pytest.mark.parametrize("strand", ["x1", "x5"])
def test_the_teams_level_counts_only_for_who_took_part_and_built_knowledge(strand: str) -> None:
    assert scoring.counts(ALL_THREE, accepted=False, listed=True)
    assert not scoring.counts({**ALL_THREE, strand: 2}, accepted=False, listed=True)


def test_accepted_contributions_stand_in_for_conduct_but_not_for_being_listed() -> None:
    weak = {**ALL_THREE, "x1": 1}
    assert scoring.counts(weak, accepted=True, listed=True)
    assert not scoring.counts(weak, accepted=True, listed=False)
    assert not scoring.counts(ALL_THREE, accepted=False, listed=False)


@pytest.mark.parametrize("value", [0, 5, -1, True, 2.0, "3", None])
def test_only_one_to_four_are_levels(value: object) -> None:
    assert not scoring.is_level(value)
