"""A file in pieces: what stays as it is, letter for letter, and texts that can be said in another language."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

WIDTH = 120
LETTER = re.compile(r"[^\W\d_]")
# "12.5 %" is "12,5 %" in French; a bare whole number is the same everywhere.
SEPARATED = re.compile(r"\d[.,]\d")
# A word that would be read as the beginning of something else if a line began with it.
OPENS = re.compile(r"[-+*>#=|@!~`:&{\[]|\d+[.)]|[a-z][a-z0-9 -]*:$")


@dataclass(frozen=True)
class Unit:
    """A text to translate: where it belongs (`m1/4 question Q-M1-1`), on one line, and as it stands in the file.

    The lines after its first begin with `indent`; `note` tells a translator what it is (an answer, a heading …).
    """

    context: str
    text: str
    raw: str
    line: int
    indent: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What a translation is found by: the same text in the same place is one text."""
        return self.context, self.text

    def written(self, said: str) -> str:
        """These words as they stand in the file. What was written on several lines is written on several again."""
        if said == self.text:
            return self.raw
        lines = said.split("\n")
        if "\n" in self.raw:
            lines = [piece for line in lines for piece in wrapped(line, WIDTH - len(self.indent))]
        return f"\n{self.indent}".join(lines)


Piece: TypeAlias = str | Unit


def is_text(text: str) -> bool:
    """Whether there is anything in it that another language would say or write differently."""
    return bool(LETTER.search(text) or SEPARATED.search(text))


def units(pieces: Iterable[Piece]) -> Iterator[Unit]:
    """The texts among the pieces, in the order of the file."""
    return (piece for piece in pieces if isinstance(piece, Unit))


def join(pieces: Iterable[Piece], said: Callable[[Unit], str]) -> str:
    """The file again, with each text as `said` says it."""
    return "".join(piece if isinstance(piece, str) else piece.written(said(piece)) for piece in pieces)


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most that width (but for one long word), none of which begins like a mark."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and (len(lines[-1]) + 1 + len(word) <= width or not word or OPENS.match(word)):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
