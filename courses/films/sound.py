"""A film's sound: every sentence at its time, silence between, as loud as broadcasters ask for the web."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from courses.films.errors import FilmError
from courses.films.tools import run
from courses.films.voices import RATE

LOUDNESS = "loudnorm=I=-16:TP=-1.5:LRA=11"


def seconds_of(speech: bytes) -> float:
    """How long this speech takes."""
    return len(speech) / 2 / RATE


def laid_out(pieces: Iterable[tuple[float, bytes]], length: float) -> bytes:
    """One track of `length` seconds with each piece of speech at its second; pieces must not overlap."""
    track = bytearray(round(length * RATE) * 2)
    free_from = 0
    for start, speech in pieces:
        first = round(start * RATE) * 2
        if first < free_from or first + len(speech) > len(track):
            raise FilmError(f"speech at {start} s does not fit into the film")
        track[first : first + len(speech)] = speech
        free_from = first + len(speech)
    return bytes(track)


def save_even(track: bytes, path: Path) -> None:
    """The track is written as a WAV file of 48 000 samples a second, at -16 LUFS.

    It is measured first and then moved as a whole, so that a pause does not swell.
    """
    source = ["-nostats", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
    heard = run("ffmpeg", [*source, "-af", f"{LOUDNESS}:print_format=json", "-f", "null", "-"], given=track)
    told = heard.stderr.decode()
    found = json.loads(told[told.rindex("{") : told.rindex("}") + 1])
    measured = ":".join(f"measured_{name}={found[f'input_{name.lower()}']}" for name in ("I", "TP", "LRA", "thresh"))
    even = f"{LOUDNESS}:{measured}:offset={found['target_offset']}:linear=true"
    run("ffmpeg", [*source, "-af", even, "-ar", "48000", "-y", str(path)], given=track)
