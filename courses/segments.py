"""Which parts of a film were played: stretches in milliseconds, their share of the whole, and how xAPI writes them.

Pure. The words are those of the xAPI video profile 1.0.3 (`played-segments`, `progress`).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeAlias

Segment: TypeAlias = tuple[int, int]

# Where somebody goes to and fro more often than this, the oldest stretches are told as one list without repetition.
LONGEST = 200
THOUSANDTH = Decimal("0.001")


def joined(segments: Sequence[Segment], played: Segment) -> list[Segment]:
    """The stretches in the order of playing, with one more; one that goes on where the last ended makes it longer."""
    start, end = played
    told = list(segments)
    if end <= start:
        return told
    if told and told[-1][1] == start:
        told[-1] = (told[-1][0], end)
    else:
        told.append((start, end))
    return told if len(told) <= LONGEST else [*union(told[:-1]), told[-1]]


def union(segments: Sequence[Segment]) -> list[Segment]:
    """What was played at all, each part once, in the order of the film."""
    whole: list[Segment] = []
    for start, end in sorted(segments):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def progress(segments: Sequence[Segment], *, length: int) -> Decimal:
    """The share of the film that was played at all, 0 to 1 with three decimals, never rounded up to the whole."""
    seen = sum(end - start for start, end in union(segments))
    return min(Decimal(seen) / length, Decimal(1)).quantize(THOUSANDTH, rounding="ROUND_DOWN")


def spent(segments: Sequence[Segment]) -> int:
    """The milliseconds of film that were played, repetitions too."""
    return sum(end - start for start, end in segments)


def seconds(milliseconds: int) -> float:
    """The time as the profile wants it: seconds with at most three decimals."""
    return milliseconds / 1000


def written(segments: Sequence[Segment]) -> str:
    """The stretches as the profile writes them: `0.000[.]12.000[,]14.000[.]21.000`."""
    return "[,]".join(f"{start / 1000:.3f}[.]{end / 1000:.3f}" for start, end in segments)
