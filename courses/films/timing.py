"""When each sentence is spoken and each scene shown. All times are seconds from the film's beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from courses.films.scripts import Script, Sentence

OPENING = 3.6
BEFORE_SCENE = 1.3
BETWEEN_SENTENCES = 1.0
AFTER_SCENE = 1.8
CREDITS = 8.0
# In the described version: a breath before and after what the describing voice says.
BEFORE_DESCRIPTION = 0.6
AFTER_DESCRIPTION = 0.7


@dataclass(frozen=True)
class Cue:
    """A sentence and when it is spoken."""

    sentence: Sentence
    start: float
    end: float


@dataclass(frozen=True)
class SceneTime:
    """When a scene is shown, its sentences, and when its description is spoken (none in the plain version)."""

    start: float
    end: float
    cues: tuple[Cue, ...]
    described: tuple[float, float] | None = None


@dataclass(frozen=True)
class Timing:
    """A whole film: its scenes, then the credits until `end`. `pause` is where the player stops and asks."""

    scenes: tuple[SceneTime, ...]
    pause: float
    end: float

    @property
    def cues(self) -> tuple[Cue, ...]:
        """All sentences in order."""
        return tuple(cue for scene in self.scenes for cue in scene.cues)


def plan(script: Script, lengths: Sequence[Sequence[float]], *, descriptions: Sequence[float] | None = None) -> Timing:
    """The film's times, from how long each sentence takes (seconds, by scene). With `descriptions` (how long the
    description of each scene takes) every scene waits until its description is spoken."""
    now = 0.0
    scenes = []
    for number in range(len(script.scenes)):
        scene = _scene(script, number, lengths[number], now, descriptions[number] if descriptions else None)
        scenes.append(scene)
        now = scene.end
    return Timing(tuple(scenes), pause=_round(scenes[script.pause - 1].end - 0.4), end=_round(now + CREDITS))


def _scene(script: Script, number: int, lengths: Sequence[float], start: float, description: float | None) -> SceneTime:
    now = start + (OPENING if number == 0 else BEFORE_SCENE)
    described = None
    if description is not None:
        begins = start + (OPENING if number == 0 else BEFORE_DESCRIPTION)
        described = (_round(begins), _round(begins + description))
        now = begins + description + AFTER_DESCRIPTION
    cues = []
    for sentence, length in zip(script.sentences(number), lengths, strict=True):
        cues.append(Cue(sentence, _round(now), _round(now + length)))
        now += length + BETWEEN_SENTENCES
    return SceneTime(start, _round(now - BETWEEN_SENTENCES + AFTER_SCENE), tuple(cues), described)


def _round(seconds: float) -> float:
    return round(seconds, 3)
