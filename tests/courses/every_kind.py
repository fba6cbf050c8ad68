"""A small course with a step of every kind, as an author writes it, and a film of a few seconds beside it."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

from courses.catalogue import Catalogue
from tests.courses.every_kind_texts import COURSE, DESCRIPTIONS, MODULE, VTT

CONTENT = Path(__file__).resolve().parents[2] / "courses" / "content"
LENGTH = 12.0
RECORD = {
    "duration": LENGTH,
    "pause": 6.0,
    "scenes": [{"title": "The door", "start": 0, "end": 6}, {"title": "The answer", "start": 6, "end": LENGTH}],
    "sentences": [
        {"id": "a", "scene": 1, "start": 0.5, "end": 2.5, "text": "A firm knocks at the door."},
        {"id": "b", "scene": 1, "start": 2.5, "end": 5.5, "text": "It asks for a list."},
        {"id": "c", "scene": 2, "start": 6.5, "end": 11.0, "text": "The adviser asks back."},
    ],
    "credits": "All people and firms are invented.",
    # Four seconds are told in words before the second scene.
    "described": {
        "duration": 16.0,
        "pause": 10.0,
        "sentences": [
            {"id": "a", "scene": 1, "start": 0.5, "end": 2.5, "text": "A firm knocks at the door."},
            {"id": "b", "scene": 1, "start": 2.5, "end": 5.5, "text": "It asks for a list."},
            {"id": "c", "scene": 2, "start": 10.5, "end": 15.0, "text": "The adviser asks back."},
        ],
    },
}


def written(home: Path, *, film: bool = False) -> Path:
    """The course `try` lies below `home`, with a film if wanted (made by ffmpeg)."""
    directory = home / "try"
    directory.mkdir(parents=True)
    (directory / "course.yaml").write_text(COURSE, encoding="utf-8")
    (directory / "m1.en.md").write_text(MODULE, encoding="utf-8")
    if film:
        _film(directory / "media" / "v1")
    return directory


def catalogue(home: Path) -> Catalogue:
    """The shipped courses and those below `home`; none of the latter may be broken."""
    found = Catalogue.load(CONTENT, added=home)
    assert found.refused == (), "\n".join(map(str, found.refused))
    return found


def _film(folder: Path) -> None:
    folder.mkdir(parents=True)
    for source in _encoded(folder.parent.parent.parent).iterdir():
        shutil.copy(source, folder)
    (folder / "en.json").write_text(json.dumps(RECORD), encoding="utf-8")
    (folder / "en.vtt").write_text(VTT, encoding="utf-8")
    (folder / "en.described.vtt").write_text(VTT, encoding="utf-8")
    (folder / "en.chapters.vtt").write_text(VTT, encoding="utf-8")
    (folder / "en.description.vtt").write_text(DESCRIPTIONS, encoding="utf-8")


@cache
def _encoded(beside: Path) -> Path:
    """A moving test picture with a tone, as a film, as sound alone, and its first picture."""
    folder = beside / "encoded"
    folder.mkdir(parents=True)
    source = [
        *("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=10:duration={LENGTH}"),
        *("-f", "lavfi", "-i", f"sine=frequency=220:duration={LENGTH}"),
    ]
    for outputs in (
        [*source, "-c:v", "libvpx", "-b:v", "80k", "-deadline", "realtime", "-c:a", "libopus", "en.webm"],
        [*source[4:], "-c:a", "aac", "-b:a", "32k", "en.m4a"],
        [*source[:4], "-frames:v", "1", "poster.jpg"],
        [*source, "-vf", "tpad=stop_duration=4", "-c:v", "libx264", "-c:a", "aac", "-b:a", "32k", "en.described.mp4"],
    ):
        command = ["ffmpeg", "-v", "error", "-y", *outputs]
        subprocess.run(command, check=True, cwd=folder)
    return folder
