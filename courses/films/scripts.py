"""A film's script: its scenes with what is seen, what stands on the screen and what is spoken, sentence by sentence."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass

# A sentence ends with its mark and a blank before a capital letter, a figure or an opening quotation mark.
SENTENCE_ENDS = re.compile(r"(?<=[.?!…])[\"'”’»]?\s+(?=[\"'“‘«¿¡]?[^\Wa-zß-öø-ÿ])")


@dataclass(frozen=True)
class Sentence:
    """One spoken sentence; its id `s2-1` (scene 2, first sentence) is the same in every language."""

    id: str
    text: str


@dataclass(frozen=True)
class ScriptScene:
    """One scene of the script: what is seen, the words on the screen (may be empty), and what is spoken."""

    seen: str
    words: str
    spoken: str


@dataclass(frozen=True, kw_only=True)
class Script:
    """One film in one language. After scene `pause` (from 1) the player stops and asks."""

    name: str
    language: str
    title: str
    firm: str
    pause: int
    scenes: tuple[ScriptScene, ...]

    def sentences(self, scene: int) -> tuple[Sentence, ...]:
        """The sentences of scene number `scene` (from 0)."""
        spoken = sentences_of(self.scenes[scene].spoken)
        return tuple(Sentence(f"s{scene + 1}-{number}", text) for number, text in enumerate(spoken, start=1))

    def fingerprint(self) -> str:
        """SHA-256 over everything in the script: another fingerprint, another film."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def sentences_of(text: str) -> list[str]:
    """The text's sentences in order; joined by blanks they are the text again."""
    return [sentence for sentence in SENTENCE_ENDS.split(" ".join(text.split())) if sentence]


def make(*, name: str, language: str, title: str, firm: str, pause: int, scenes: list[tuple[str, str, str]]) -> Script:
    """The script of a film; a case's number before its title and a remark in brackets after its firm are left out."""
    return Script(
        name=name,
        language=language,
        title=re.sub(r"^[^:]{1,12} ?V\d+: ", "", title),
        firm=re.sub(r"\s*\([^()]*\)$", "", firm),
        pause=pause,
        scenes=tuple(ScriptScene(*scene) for scene in scenes),
    )
