"""A film's frames, one after the other, as raw pixels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import skia

from courses.films.drawing.figures import Look
from courses.films.drawing.movement import eased
from courses.films.drawing.pen import Pen
from courses.films.drawing.plates import draw_credits, draw_title
from courses.films.drawing.stage import Instant, check_scene, draw_scene, new_surface
from courses.films.errors import SceneInvalid
from courses.films.scene_files import ScenePicture
from courses.films.scripts import Script
from courses.films.timing import OPENING, SceneTime, Timing

CROSSING = 0.6  # seconds in which one scene goes over into the next


@dataclass(frozen=True, kw_only=True)
class Film:
    """All that is needed to draw a film."""

    script: Script
    pictures: tuple[ScenePicture, ...]
    cast: Mapping[str, Look]
    credits: tuple[tuple[str, str], ...]

    def check(self) -> None:
        """Nothing happens if every scene of the script has a picture that can be drawn; otherwise SceneInvalid."""
        if len(self.pictures) != len(self.script.scenes):
            told = f"{len(self.script.scenes)} scenes in the script, {len(self.pictures)} drawn"
            raise SceneInvalid(f"{self.script.name}: {told}")
        for number, picture in enumerate(self.pictures, start=1):
            check_scene(picture, self.cast, f"{self.script.name}.yaml, scene {number}")


def frames(film: Film, timing: Timing, *, rate: int, scale: float = 1.0) -> Iterator[bytes]:
    """Each frame of the film as BGRA bytes, 1280 * scale by 720 * scale pixels."""
    surface = new_surface(scale)
    for number in range(round(timing.end * rate)):
        draw_frame(surface.getCanvas(), film, timing, number / rate)
        yield surface.makeImageSnapshot().tobytes()


def draw_frame(canvas: skia.Canvas, film: Film, timing: Timing, now: float) -> None:
    """The canvas shows the film at this second."""
    last = len(timing.scenes)
    number = next((index for index, scene in enumerate(timing.scenes) if now < scene.end), last)
    start = timing.scenes[number].start if number < last else timing.scenes[-1].end
    crossed = eased((now - start) / CROSSING)
    if number > 0 and crossed < 1:
        _draw(canvas, film, timing, number - 1, now)
        canvas.saveLayerAlpha(None, round(crossed * 255))
        _draw(canvas, film, timing, number, now)
        canvas.restore()
    else:
        _draw(canvas, film, timing, number, now)


def _draw(canvas: skia.Canvas, film: Film, timing: Timing, number: int, now: float) -> None:
    if number == len(timing.scenes):
        draw_credits(Pen(canvas), film.credits, now=now - timing.scenes[-1].end)
        return
    time = timing.scenes[number]
    draw_scene(
        canvas, film.pictures[number], instant(time, now), cast=film.cast, words=film.script.scenes[number].words
    )
    if number == 0 and now < OPENING:
        draw_title(Pen(canvas), film.script.title, film.script.firm, now=now, length=OPENING)


def instant(time: SceneTime, now: float) -> Instant:
    """The same second, counted from the scene's beginning."""
    spoken = tuple((cue.start - time.start, cue.end - time.start) for cue in time.cues)
    return Instant(now=now - time.start, length=time.end - time.start, spoken=spoken)
