"""What a drawing may know about time: how long its scene has run and which sentence is being spoken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from courses.films.drawing.figures import Look

WIDE, HIGH = 1280, 720


@dataclass(frozen=True, kw_only=True)
class View:
    """One instant of one scene.

    `now`: seconds since the scene began (at least 0). `moment`: 0 before the first sentence, then 1.0 at the start of
    the first, 1.5 in its middle, 2.0 at the start of the second. `seen`: seconds since the thing being drawn appeared.
    `share`: how much of the scene is over (0 to 1). `pan`: how far the camera has gone, in pixels.
    `cast`: how everybody looks.
    """

    now: float = 0.0
    moment: float = 0.0
    seen: float = 0.0
    share: float = 0.0
    pan: float = 0.0
    cast: Mapping[str, Look] = field(default_factory=dict)

    def shift(self, depth: float) -> float:
        """How far something at this depth has moved aside: 0 is the sky, 1 the stage, more is nearer to the eye."""
        # In quarters of a pixel: that is how finely video can move a picture, and it keeps files small.
        return round(-self.pan * depth * 4) / 4

    def since(self, seconds: float) -> View:
        """The same instant for a thing that appeared so many seconds ago."""
        return replace(self, seen=seconds)
