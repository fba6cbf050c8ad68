"""What is written down about a built film: its times, its voice, its credits, and of which text and pictures it is."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from courses.films.captions import chapter_titles
from courses.films.scripts import Script
from courses.films.timing import Timing
from courses.films.voices import Voice

LICENCE = "CC-BY-4.0"


def pictures_fingerprint(scenes: Path, name: str) -> str:
    """SHA-256 over a film's scene file and the cast; the same in every language."""
    told = hashlib.sha256()
    for path in (scenes / f"{name}.yaml", scenes / "cast.yaml"):
        told.update(path.read_bytes())
    return told.hexdigest()


def film_record(script: Script, timing: Timing, *, voice: Voice, pictures: str) -> dict[str, Any]:
    """The record of the plain version: seconds, sentences with their ids, and where the player stops."""
    titles = chapter_titles(script)
    return {
        "name": script.name,
        "language": script.language,
        "title": script.title,
        "duration": timing.end,
        "pause": timing.pause,
        "scenes": [
            {"title": title, "start": scene.start, "end": scene.end}
            for title, scene in zip(titles, timing.scenes, strict=True)
        ],
        "sentences": _sentences(timing),
        "voice": {"credit": voice.credit, "licence": voice.licence},
        "licence": LICENCE,
        "credits": f"{script.title}. All people, firms and places are invented. Voice: {voice.credit}.",
        "script_sha256": script.fingerprint(),
        "pictures_sha256": pictures,
    }


def described_record(timing: Timing, *, voice: Voice) -> dict[str, Any]:
    """The record of the described version."""
    return {
        "duration": timing.end,
        "pause": timing.pause,
        "descriptions": [
            {"start": scene.described[0], "end": scene.described[1]} for scene in timing.scenes if scene.described
        ],
        "sentences": _sentences(timing),
        "voice": {"credit": voice.credit, "licence": voice.licence},
    }


def _sentences(timing: Timing) -> list[dict[str, Any]]:
    return [
        {"id": cue.sentence.id, "scene": number, "start": cue.start, "end": cue.end, "text": cue.sentence.text}
        for number, scene in enumerate(timing.scenes, start=1)
        for cue in scene.cues
    ]
