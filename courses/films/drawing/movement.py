"""How things move in a calm film: eased ways from 0 to 1, slow waves, and blinking eyes."""

from __future__ import annotations

import math


def eased(share: float) -> float:
    """The share of the way done, slow at both ends; below 0 it is 0, above 1 it is 1."""
    share = max(0.0, min(1.0, share))
    return share * share * (3 - 2 * share)


def between(now: float, start: float, end: float) -> float:
    """How much of the way from start to end is done now, eased (0 to 1)."""
    return eased((now - start) / (end - start)) if end > start else float(now >= end)


def settled(share: float) -> float:
    """Like `eased`, but it goes a little beyond 1 and comes back, as a thing that drops and settles."""
    share = max(0.0, min(1.0, share))
    return 1 - (1 - share) ** 3 + 0.9 * share * (1 - share) ** 2


def wave(now: float, seconds: float, phase: float = 0.0) -> float:
    """A slow swing between -1 and 1 that takes `seconds` for its whole way."""
    return math.sin(2 * math.pi * (now / seconds + phase))


def eye_openness(now: float, seed: int) -> float:
    """How far the eyes are open (0.1 to 1): a blink of 0.16 s about every four seconds, at each one's own time."""
    period = 3.6 + (seed % 7) * 0.35
    inside = (now + seed * 1.37) % period
    return 1.0 if inside > 0.16 else max(0.1, abs(inside - 0.08) / 0.08)


def scattered(seed: int) -> float:
    """A number between 0 and 1 that looks like chance and is the same at every build."""
    value = math.sin(seed * 12.9898 + 4.1414) * 43758.5453
    return value - math.floor(value)
