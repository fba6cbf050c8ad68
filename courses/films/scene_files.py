"""Scene files: what each scene of a film shows, in every language. Refused where a name or a setting is not known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from courses.films.errors import SceneInvalid

PART_KEYS = {"who", "what", "at", "size", "turn", "flip", "depth", "from", "until", "enter", "move", "with", "then"}
ACTING_KEYS = {"pose", "mood", "facing", "holds", "legs"}
ENTRANCES = ("none", "fade", "rise", "drop", "left", "right", "grow")
WORD_PLACES = ("top-left", "top-right", "none")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A person (`who`) or a thing (`what`) in a scene. Moments: 0 the scene's beginning, 1.0 the first sentence, 2.5
    the middle of the second."""

    name: str
    person: bool
    at: tuple[float, float]
    size: float = 1.0
    turn: float = 0.0
    flip: bool = False
    depth: float = 1.0
    start: float = 0.0
    end: float | None = None
    enter: str = "fade"
    move: tuple[float, float, float, float] | None = None
    settings: Mapping[str, Any]
    changes: tuple[tuple[float, Mapping[str, str]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScenePicture:
    """One scene: its place with settings, the camera's way, where words stand, and its parts from back to front."""

    place: str
    settings: Mapping[str, Any]
    pan: float
    zoom: tuple[float, float]
    towards: tuple[float, float]
    words: str
    parts: tuple[Part, ...]


def read_pictures(path: Path) -> tuple[ScenePicture, ...]:
    """The scenes of one film as its file tells them; raises SceneInvalid with file and scene number."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(_scene(scene, f"{path.name}, scene {number}") for number, scene in enumerate(raw["scenes"], start=1))


def _scene(raw: dict[str, Any], where: str) -> ScenePicture:
    _known(raw, {"place", "with", "pan", "zoom", "towards", "words", "parts"}, where)
    if raw.get("words", "top-left") not in WORD_PLACES:
        raise SceneInvalid(f"{where}: words may stand at {', '.join(WORD_PLACES)}")
    first, last = raw.get("zoom", (1.0, 1.0))
    x, y = raw.get("towards", (640, 330))
    return ScenePicture(
        place=raw["place"],
        settings=raw.get("with", {}),
        pan=float(raw.get("pan", 0)),
        zoom=(float(first), float(last)),
        towards=(float(x), float(y)),
        words=raw.get("words", "top-left"),
        parts=tuple(_part(part, where) for part in raw.get("parts", ())),
    )


def _part(raw: dict[str, Any], where: str) -> Part:
    person = "who" in raw
    name = str(raw.get("who", raw.get("what", "")))
    where = f"{where}, {name or raw}"
    _known(raw, PART_KEYS | (ACTING_KEYS if person else set()), where)
    if raw.get("enter", "fade") not in ENTRANCES:
        raise SceneInvalid(f"{where}: a part enters by {', '.join(ENTRANCES)}")
    settings = {key: raw[key] for key in ACTING_KEYS if key in raw} if person else raw.get("with", {})
    changes = tuple((float(one["from"]), {k: v for k, v in one.items() if k != "from"}) for one in raw.get("then", ()))
    for _, change in changes:
        _known(change, ACTING_KEYS, where)
    x, y = raw["at"]
    return Part(
        name=name,
        person=person,
        at=(float(x), float(y)),
        size=float(raw.get("size", 1)),
        turn=float(raw.get("turn", 0)),
        flip=bool(raw.get("flip", False)),
        depth=float(raw.get("depth", 1)),
        start=float(raw.get("from", 0)),
        end=None if raw.get("until") is None else float(raw["until"]),
        enter=raw.get("enter", "fade"),
        move=_move(raw.get("move")),
        settings=settings,
        changes=changes,
    )


def _move(raw: dict[str, Any] | None) -> tuple[float, float, float, float] | None:
    if raw is None:
        return None
    return float(raw["to"][0]), float(raw["to"][1]), float(raw.get("from", 0)), float(raw.get("until", 99))


def _known(raw: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if extra := set(raw) - allowed:
        raise SceneInvalid(f"{where}: {', '.join(sorted(extra))} means nothing here")


def read_cast(path: Path, look: type[Any]) -> dict[str, Any]:
    """How every person looks, by name; `look` is the class that holds a look."""
    known = {field.name for field in fields(look)}
    cast = {}
    for name, raw in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        _known(raw, known, f"{path.name}, {name}")
        cast[name] = look(**raw)
    return cast


def check_settings(function: Callable[..., Any], settings: Mapping[str, Any], where: str) -> None:
    """Nothing happens if the drawing knows all these settings; otherwise SceneInvalid says which it does not know."""
    known = {name for name, way in inspect.signature(function).parameters.items() if way.kind is way.KEYWORD_ONLY}
    _known(settings, known, where)
