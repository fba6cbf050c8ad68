"""The stage: one instant of one scene, with its place, its parts from back to front, its words, seen by the camera."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import skia

from courses.films.drawing import (
    places_inside,
    places_outside,
    things_paper,
    things_people,
    things_room,
    things_screens,
    things_travel,
    things_work,
)
from courses.films.drawing.figures import Acting, Look, Side
from courses.films.drawing.heads import MOODS
from courses.films.drawing.movement import between, eased, settled
from courses.films.drawing.pen import Pen
from courses.films.drawing.people import HOLDS, POSES, draw_person
from courses.films.drawing.plates import draw_words
from courses.films.drawing.view import HIGH, WIDE, View
from courses.films.errors import SceneInvalid
from courses.films.scene_files import Part, ScenePicture, check_settings

Drawing = Callable[..., None]


def _drawings(*rooms: Any) -> dict[str, Drawing]:
    """What a scene file may name: the public functions of these rooms that take a pen and a view."""
    return {
        name.replace("_", "-"): value
        for room in rooms
        for name, value in vars(room).items()
        if getattr(value, "__module__", "") == room.__name__ and not name.startswith("_")
        if "view" in getattr(value, "__annotations__", {})
    }


PLACES = _drawings(places_outside, places_inside)
THINGS = _drawings(things_paper, things_people, things_room, things_screens, things_travel, things_work)
STILL = {"wall", "table", "night"}
MIRRORED: dict[Side, Side] = {"left": "right", "right": "left", "front": "front"}
CHOICES = {
    "pose": tuple(POSES),
    "mood": MOODS,
    "holds": HOLDS,
    "facing": ("left", "front", "right"),
    "legs": ("stand", "none"),
}


@dataclass(frozen=True, kw_only=True)
class Instant:
    """When in a scene: seconds since it began, its length, and the moments at which its sentences begin and end."""

    now: float
    length: float
    spoken: tuple[tuple[float, float], ...]

    def moment(self) -> float:
        """0 before the first sentence, n + how much of sentence n is spoken, at its end n + 1."""
        reached = 0.0
        for number, (start, end) in enumerate(self.spoken, start=1):
            if self.now >= start:
                reached = number + min(0.999, (self.now - start) / max(0.01, end - start))
        return reached

    def second(self, moment: float) -> float:
        """The second in the scene at which a moment comes; a moment after the last sentence is its end."""
        if moment < 1 or not self.spoken:
            first = self.spoken[0][0] if self.spoken else self.length
            return max(0.0, moment) * first
        if moment >= len(self.spoken) + 1:
            return self.spoken[-1][1]
        start, end = self.spoken[int(moment) - 1]
        return start + (moment - int(moment)) * (end - start)


def check_scene(picture: ScenePicture, cast: Mapping[str, Look], where: str) -> None:
    """Nothing happens if everything the scene names can be drawn; otherwise SceneInvalid says what cannot."""
    if picture.place not in PLACES:
        raise SceneInvalid(f"{where}: no place is called {picture.place}")
    check_settings(PLACES[picture.place], picture.settings, where)
    for part in picture.parts:
        if part.name not in (cast if part.person else THINGS):
            raise SceneInvalid(f"{where}: nobody and nothing is called {part.name}")
        if not part.person:
            check_settings(THINGS[part.name], part.settings, f"{where}, {part.name}")
            continue
        for acting in (part.settings, *(change for _, change in part.changes)):
            for key, value in acting.items():
                if value not in CHOICES[key]:
                    raise SceneInvalid(f"{where}, {part.name}: {key} may be {', '.join(CHOICES[key])}")


def draw_scene(
    canvas: skia.Canvas, picture: ScenePicture, instant: Instant, *, cast: Mapping[str, Look], words: str = ""
) -> None:
    """The canvas (1280 by 720) shows this instant of the scene."""
    pen = Pen(canvas)
    share = instant.now / max(0.01, instant.length)
    view = View(now=instant.now, moment=instant.moment(), share=share, pan=picture.pan * eased(share), cast=cast)
    zoom = picture.zoom[0] + (picture.zoom[1] - picture.zoom[0]) * eased(share)
    canvas.save()
    canvas.translate(picture.towards[0], picture.towards[1])
    canvas.scale(zoom, zoom)
    canvas.translate(-picture.towards[0], -picture.towards[1])
    _draw_place(pen, view, picture)
    for number, part in enumerate(picture.parts):
        _draw_part(pen, view, part, instant, number)
    canvas.restore()
    if words and picture.words != "none":
        draw_words(pen, words, instant.now - max(0.5, instant.second(0.6)), right=picture.words == "top-right")


def _draw_place(pen: Pen, view: View, picture: ScenePicture) -> None:
    """The place; one in which nothing moves is drawn once and kept, unless the camera goes along it."""
    if picture.place not in STILL or picture.pan:
        PLACES[picture.place](pen, view, **picture.settings)
        return
    matrix = pen.canvas.getTotalMatrix()
    held = _still(picture.place, tuple(sorted(picture.settings.items())), matrix.getScaleX())
    pen.canvas.save()
    pen.canvas.resetMatrix()
    pen.canvas.drawImage(held, round(matrix.getTranslateX()), round(matrix.getTranslateY()))
    pen.canvas.restore()


@lru_cache(maxsize=16)
def _still(place: str, settings: tuple[tuple[str, Any], ...], scale: float) -> skia.Image:
    surface = new_surface(scale)
    PLACES[place](Pen(surface.getCanvas()), View(), **dict(settings))
    return surface.makeImageSnapshot()


def _draw_part(pen: Pen, view: View, part: Part, instant: Instant, number: int) -> None:
    begins = instant.second(part.start) if part.start else 0.0
    ends = instant.second(part.end) if part.end is not None else instant.length + 9
    if view.now < begins or view.now > ends + 0.6:
        return
    # What stands there when the scene begins does not come in: it is there.
    come = 1.0 if part.start == 0 else eased((view.now - begins) / 0.7)
    strength = min(come if part.enter != "none" else 1.0, 1 - between(view.now, ends, ends + 0.6))
    x, y = _place(part, view, instant, come)
    x += view.shift(part.depth) if part.depth != 1 else view.shift(0.8)
    grown = settled(come) if part.enter == "grow" else 1.0
    with pen.faded(strength), pen.placed(x, y, scale=part.size * max(0.01, grown), turn=part.turn, flip=part.flip):
        if part.person:
            draw_person(pen, view.cast[part.name], _acting(part, view, instant, number))
        else:
            THINGS[part.name](pen, view.since(view.now - begins), **part.settings)


def _place(part: Part, view: View, instant: Instant, come: float) -> tuple[float, float]:
    x, y = part.at
    if part.move:
        to_x, to_y, start, end = part.move
        gone = between(view.now, instant.second(start), instant.second(end) if end < 90 else instant.length)
        x, y = x + (to_x - x) * gone, y + (to_y - y) * gone
    dx, dy = {"rise": (0, 70), "drop": (0, -90), "left": (-160, 0), "right": (160, 0)}.get(part.enter, (0, 0))
    return x + dx * (1 - come), y + dy * (1 - come)


def _acting(part: Part, view: View, instant: Instant, number: int) -> Acting:
    acting = Acting(**part.settings, now=view.now, seed=number * 3 + len(part.name))
    for moment, change in part.changes:
        if view.now >= instant.second(moment):
            acting = replace(acting, **change)  # type: ignore[arg-type]
    # A mirrored person still looks to the side that the scene file says.
    return replace(acting, facing=MIRRORED[acting.facing]) if part.flip else acting


def new_surface(scale: float = 1.0) -> skia.Surface:
    """A surface for one frame; `scale` 0.5 makes it 640 by 360."""
    info = skia.ImageInfo.Make(
        round(WIDE * scale), round(HIGH * scale), skia.kBGRA_8888_ColorType, skia.kPremul_AlphaType
    )
    surface = skia.Surface.MakeRaster(info)
    surface.getCanvas().scale(scale, scale)
    return surface
