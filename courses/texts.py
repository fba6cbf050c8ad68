"""Texts as people write them: brought into one form before they are kept, so that equal texts are equal bytes."""

import re
import unicodedata

from courses.errors import AnswerRefused

KEPT_CONTROLS = frozenset("\n\t")


def tidy(text: str) -> str:
    """The text with `\\n` line ends, composed letters, no control characters and no blank edges.

    Spaces at the end of a line go too: nobody sees them, and they would count as somebody's change.
    """
    # Half a character pair cannot be stored as UTF-8; a browser never sends one, a script may.
    sound = text.encode("utf-8", "replace").decode()
    ended = sound.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(sign for sign in ended if sign in KEPT_CONTROLS or unicodedata.category(sign) != "Cc")
    composed = unicodedata.normalize("NFC", clean)
    return "\n".join(line.rstrip() for line in composed.split("\n")).strip("\n")


def within(text: str, *, most: int) -> str:
    """The tidy text; AnswerRefused (`empty`, `too_long`) where nothing or too much is left of it."""
    tidied = tidy(text)
    if not tidied.strip():
        raise AnswerRefused("empty")
    if len(tidied) > most:
        raise AnswerRefused("too_long")
    return tidied


def sentences(text: str) -> int:
    """About how many sentences the text has: its ends of sentences, and lines that end without one."""
    parts = re.split(r"[.!?…]+(?=[\s\"'”’»)]|$)|\n+", text)
    return sum(any(sign.isalpha() for sign in part) for part in parts)


def lines_of(text: str) -> list[str]:
    """The lines of a tidy text; none for an empty one."""
    return text.split("\n") if text else []
