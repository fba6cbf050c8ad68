"""Who a person is, and what a person does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Side = Literal["left", "right", "front"]


@dataclass(frozen=True, kw_only=True)
class Look:
    """What stays the same about a person in every scene. Colours are names of `colours.py`."""

    skin: str = "skin-light"
    hair: str = "hair-brown"
    cut: str = "short"
    top: str = "accent"
    clothes: str = "jumper"
    trousers: str = "slate"
    trim: str = "paper"
    beard: str = "none"
    glasses: bool = False
    hat: str = "none"
    hat_colour: str = "ink"
    older: bool = False
    build: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Acting:
    """What a person does in a scene: pose, face, what the right hand holds, and the scene's time in seconds."""

    pose: str = "rest"
    mood: str = "calm"
    facing: Side = "front"
    holds: str = "none"
    legs: str = "stand"
    now: float = 0.0
    seed: int = 1
