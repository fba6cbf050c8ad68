"""One film built: voice, times, frames, files, text tracks and the record of it all."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import skia

from courses.films import captions
from courses.films.drawing.figures import Look
from courses.films.drawing.stage import draw_scene, new_surface
from courses.films.encoding import Shape, encode_film, encode_sound
from courses.films.frames import Film, frames, instant
from courses.films.record import described_record, film_record, pictures_fingerprint
from courses.films.scene_files import read_cast, read_pictures
from courses.films.scripts import Script
from courses.films.sound import laid_out, save_even, seconds_of
from courses.films.timing import Timing, plan
from courses.films.voices import Voice, choose

PLAIN = Shape(rate=24)
# The described version is smaller: it is made for the ear.
DESCRIBED = Shape(rate=12, scale=0.5, factor=37)
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Where things lie: the course's directory, and the voices' style files."""

    course: Path
    styles: Path

    def media(self, script: Script) -> Path:
        """Where a film's files stand."""
        return self.course / "media" / script.name

    @property
    def scenes(self) -> Path:
        """Where scene files, cast and names stand."""
        return self.course / "scenes"


def is_current(script: Script, workshop: Workshop) -> bool:
    """Whether the built film is the film of this script and these pictures."""
    path = workshop.media(script) / f"{script.language}.json"
    if not path.exists():
        return False
    record = json.loads(path.read_text(encoding="utf-8"))
    same = record["script_sha256"] == script.fingerprint()
    return bool(same and record["pictures_sha256"] == pictures_fingerprint(workshop.scenes, script.name))


def build(script: Script, workshop: Workshop, *, tell: Tell) -> None:
    """The film's files stand in the course's media directory; what stood there before is replaced."""
    folder = workshop.media(script)
    folder.mkdir(parents=True, exist_ok=True)
    reader = _voice(script, workshop, describes=False)
    describer = _voice(script, workshop, describes=True)
    film = Film(
        script=script,
        pictures=read_pictures(workshop.scenes / f"{script.name}.yaml"),
        cast=read_cast(workshop.scenes / "cast.yaml", Look),
        credits=credits_of(script, reader),
    )
    film.check()
    tell("voice")
    speech = [[reader.speak(s.id, s.text) for s in script.sentences(n)] for n in range(len(script.scenes))]
    seen = [describer.speak(f"seen-{number}", scene.seen) for number, scene in enumerate(script.scenes, start=1)]
    lengths = [[seconds_of(sentence) for sentence in scene] for scene in speech]
    timing = plan(script, lengths)
    described = plan(script, lengths, descriptions=[seconds_of(one) for one in seen])
    with tempfile.TemporaryDirectory() as work:
        _plain(film, timing, speech, folder=folder, sound=Path(work) / "sound.wav", tell=tell)
        _described(film, described, speech, seen, folder=folder, sound=Path(work) / "described.wav", tell=tell)
    _poster(film, timing, folder / "poster.jpg")
    _tracks(script, timing, described, folder)
    record = film_record(script, timing, voice=reader, pictures=pictures_fingerprint(workshop.scenes, script.name))
    record["described"] = described_record(described, voice=describer)
    _save_record(record, folder, script.language)


def credits_of(script: Script, voice: Voice) -> tuple[tuple[str, str], ...]:
    """The rows of the end card."""
    spoken = voice.credit if "synthetic" not in voice.credit else f"Synthetic voice: {voice.credit}, {voice.licence}"
    return (
        ("Film", f"{script.title}. {script.firm}"),
        ("Invented", "All people, firms and places in this film are invented."),
        ("Voice", spoken),
        ("Pictures", "Drawn by program from text, by the authors of this course"),
        ("Type", "Source Sans 3 and Source Serif 4, SIL Open Font License 1.1"),
        ("Licence", "Creative Commons Attribution 4.0 International (CC BY 4.0)"),
    )


def _voice(script: Script, workshop: Workshop, *, describes: bool) -> Voice:
    return choose(
        script.language,
        recordings=workshop.media(script) / f"voice.{script.language}",
        styles=workshop.styles,
        names=workshop.scenes / f"names.{script.language}.yaml",
        describes=describes,
    )


def _plain(film: Film, timing: Timing, speech: list[list[bytes]], *, folder: Path, sound: Path, tell: Tell) -> None:
    spoken = [piece for scene in speech for piece in scene]
    save_even(laid_out(zip((cue.start for cue in timing.cues), spoken, strict=True), timing.end), sound)
    named = folder / film.script.language
    encode_film(
        frames(film, timing, rate=PLAIN.rate),
        sound,
        PLAIN,
        mp4=named.with_suffix(".mp4"),
        webm=named.with_suffix(".webm"),
        told=_progress(tell, "film", round(timing.end * PLAIN.rate)),
    )
    encode_sound(sound, named.with_suffix(".m4a"))


def _described(
    film: Film, timing: Timing, speech: list[list[bytes]], seen: list[bytes], *, folder: Path, sound: Path, tell: Tell
) -> None:
    pieces: list[tuple[float, bytes]] = []
    for scene, sentences, description in zip(timing.scenes, speech, seen, strict=True):
        if scene.described:
            pieces.append((scene.described[0], description))
        pieces += zip((cue.start for cue in scene.cues), sentences, strict=True)
    save_even(laid_out(pieces, timing.end), sound)
    encode_film(
        frames(film, timing, rate=DESCRIBED.rate, scale=DESCRIBED.scale),
        sound,
        DESCRIBED,
        mp4=folder / f"{film.script.language}.described.mp4",
        webm=None,
        told=_progress(tell, "described", round(timing.end * DESCRIBED.rate)),
    )


def _progress(tell: Tell, what: str, of: int) -> Callable[[int], None]:
    tenth = max(1, of // 10)

    def told(number: int) -> None:
        if number % tenth == 0:
            tell(f"{what} {number * 100 // of} %")

    return told


def _poster(film: Film, timing: Timing, path: Path) -> None:
    """The first scene near its end, without words: one picture for every language."""
    surface = new_surface()
    time = timing.scenes[0]
    draw_scene(surface.getCanvas(), film.pictures[0], instant(time, time.end - 1.5), cast=film.cast)
    surface.makeImageSnapshot().save(str(path), skia.kJPEG, 82)


def _tracks(script: Script, timing: Timing, described: Timing, folder: Path) -> None:
    for name, text in (
        ("vtt", captions.captions(timing)),
        ("chapters.vtt", captions.chapters(script, timing)),
        ("description.vtt", captions.descriptions(script, timing)),
        ("described.vtt", captions.described_captions(script, described)),
    ):
        (folder / f"{script.language}.{name}").write_text(text, encoding="utf-8")


def _save_record(record: dict[str, Any], folder: Path, language: str) -> None:
    files = [*sorted(folder.glob(f"{language}.*")), folder / "poster.jpg"]
    record["files"] = {
        path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in files
        if path.name != f"{language}.json"
    }
    text = json.dumps(record, ensure_ascii=False, indent=1)
    (folder / f"{language}.json").write_text(text + "\n", encoding="utf-8")
