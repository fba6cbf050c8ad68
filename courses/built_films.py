"""Films as they were built: the files that lie beside a course, and the times of every sentence and scene.

A course's films stand in `media/KEY/` (`media/v1/en.mp4` and so on). `LANGUAGE.json` tells their times; where it is
missing, the film is not built yet and its words are read instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

# What is handed out, by how its name ends; nothing else that lies there is anybody's business.
TYPES: Mapping[str, str] = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "vtt": "text/vtt",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "pdf": "application/pdf",
    "txt": "text/plain",
    "json": "application/json",
}
PARTS = ("mp4", "webm", "m4a", "vtt", "chapters.vtt", "description.vtt", "described.mp4", "described.vtt")


@dataclass(frozen=True)
class Part:
    """A file of a film: its place below the course's `media`, its size in bytes, and a mark that changes with it."""

    name: str
    size: int
    mark: str


@dataclass(frozen=True)
class Sentence:
    """A spoken sentence and when it is spoken, in milliseconds from the beginning."""

    starts: int
    ends: int
    text: str


@dataclass(frozen=True)
class FilmScene:
    """A scene: when it is shown, and its sentences. `title` names it as a chapter."""

    starts: int
    ends: int
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Described:
    """The version whose pictures are told between the sentences: longer, with times of its own.

    `knots` are pairs of a time of the film as such and the same time here, rising; between them both run alike.
    """

    length: int
    pause: int | None
    scenes: tuple[FilmScene, ...]
    knots: tuple[tuple[int, int], ...]

    def at(self, time: int) -> int:
        """The time here that belongs to that time of the film as such."""
        plain, here = max((knot for knot in self.knots if knot[0] <= time), default=(0, 0))
        ahead = next((knot[1] for knot in self.knots if knot[0] > time), self.length)
        return min(here + time - plain, ahead)


@dataclass(frozen=True)
class Film:
    """A built film in one language. `length` and `pause` are in milliseconds; `parts` go by `mp4`, `m4a`, `vtt` …"""

    key: str
    language: str
    length: int
    pause: int | None
    scenes: tuple[FilmScene, ...]
    parts: Mapping[str, Part]
    poster: Part | None
    credits: str = ""
    described: Described | None = None


def built(media: Path, *, key: str, language: str) -> Film | None:
    """The film of that key below a course's `media`; None where it is not built in this language."""
    told = media / key / f"{language}.json"
    if not told.is_file():
        return None
    changed = told.stat()
    return _read(media, key, language, changed.st_mtime_ns)


def file_of(media: Path, name: str) -> tuple[Path, str] | None:
    """The file of that name below `media` and its media type; None for whatever is not to be handed out."""
    kind = TYPES.get(name.rpartition(".")[2])
    if kind is None or "\0" in name:
        return None
    path, home = (media / name).resolve(), media.resolve()
    return (path, kind) if path.is_relative_to(home) and path.is_file() else None


@lru_cache(maxsize=64)
def _read(media: Path, key: str, language: str, _changed: int) -> Film:
    told = orjson.loads((media / key / f"{language}.json").read_bytes())
    found = {part: _part(media, f"{key}/{language}.{part}") for part in PARTS}
    parts = {part: file for part, file in found.items() if file is not None}
    return Film(
        key=key,
        language=language,
        length=_milliseconds(told["duration"]),
        pause=_maybe(told.get("pause")),
        scenes=_scenes(told["scenes"], told["sentences"]),
        parts=parts,
        poster=_part(media, f"{key}/poster.jpg"),
        credits=told.get("credits", ""),
        described=_described(told) if "described.mp4" in parts and "described" in told else None,
    )


def _described(told: dict[str, Any]) -> Described:
    """The described version: its scenes are those of the film, moved to where their sentences are."""
    version = told["described"]
    moments = {each["id"]: each for each in version["sentences"]}
    pairs = [(each, moments[each["id"]]) for each in told["sentences"] if each["id"] in moments]
    both = [(one[end], two[end]) for one, two in pairs for end in ("start", "end")]
    knots = sorted({(_milliseconds(plain), _milliseconds(here)) for plain, here in both})
    bare = Described(_milliseconds(version["duration"]), None, (), tuple(knots))
    ends = [bare.at(_milliseconds(scene["start"])) / 1000 for scene in told["scenes"]] + [version["duration"]]
    moved = [{**scene, "start": ends[number], "end": ends[number + 1]} for number, scene in enumerate(told["scenes"])]
    return Described(bare.length, _maybe(version.get("pause")), _scenes(moved, version["sentences"]), bare.knots)


def _part(media: Path, name: str) -> Part | None:
    path = media / name
    if not path.is_file():
        return None
    there = path.stat()
    return Part(name=name, size=there.st_size, mark=f"{there.st_size:x}-{int(there.st_mtime):x}")


def _scenes(scenes: list[dict[str, Any]], sentences: list[dict[str, Any]]) -> tuple[FilmScene, ...]:
    """The scenes with their sentences, which name them by number (from 1)."""
    return tuple(
        FilmScene(
            _milliseconds(scene["start"]),
            _milliseconds(scene["end"]),
            scene["title"],
            tuple(
                Sentence(_milliseconds(each["start"]), _milliseconds(each["end"]), each["text"])
                for each in sentences
                if each["scene"] == number
            ),
        )
        for number, scene in enumerate(scenes, start=1)
    )


def _maybe(seconds: float | None) -> int | None:
    return None if seconds is None else _milliseconds(seconds)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
