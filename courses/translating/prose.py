"""Markdown in pieces: a paragraph, a heading, a list item, a table's cell is a text each; marks stay as they are."""

import re
from dataclasses import dataclass, field

from courses.authoring.document import FENCE
from courses.translating.pieces import Piece, Unit, is_text

LINE = re.compile(
    r"(?P<quote>(?: {0,3}>(?: (?! {4})|(?=$)|(?=>)))*)(?P<lead> *(?:(?:[-*+]|\d{1,9}[.)]) +)?)(?P<rest>.*)"
)
HEADING = re.compile(r"(#{1,6} +)(.*?)((?: +#+)? *)$")
RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$")
DELIMITERS = re.compile(r"\|?[ :|-]*-[ :|-]*$")
CELL_END = re.compile(r"(?<!\\)\|")
HARD_BREAK = re.compile(r"(?:  +|\\)$")


@dataclass(frozen=True)
class Manner:
    """How a block's text is written: which beginnings of a line are marks of its own, and what ends an item.

    `lead` marks the beginning of a text, `alone` one that never goes on in the next line. `tail` is what stays at a
    text's end. Without `joins` each line is a text. `marked` and `quoted` say what an item and a quotation are here.
    """

    lead: re.Pattern[str] | None = None
    alone: re.Pattern[str] | None = None
    tail: re.Pattern[str] | None = None
    joins: bool = True
    marked: str = "list item"
    quoted: str = "quotation"


@dataclass
class _Open:
    """A text whose lines are still being gathered."""

    line: int
    quote: str
    note: str
    first: str
    more: list[tuple[str, str]] = field(default_factory=list)


def read(lines: list[str], first: int, context: str, manner: Manner | None = None) -> list[Piece]:
    """These lines, of which the first has that number, in pieces; each line ends with a newline."""
    return _Reading(context, manner or Manner()).all(lines, first)


class _Reading:
    def __init__(self, context: str, manner: Manner) -> None:
        self.context, self.manner = context, manner
        self.pieces: list[Piece] = []
        self.open: _Open | None = None
        self.fenced = False

    def all(self, lines: list[str], first: int) -> list[Piece]:
        """Every line, taken one after the other."""
        for number, line in enumerate(lines, start=first):
            fence = FENCE.match(line) is not None
            if fence or self.fenced or not line.strip(" >") or RULE.match(line):
                self.fenced ^= fence
                self._close()
                self._literal(line + "\n") if fence or not self.fenced else self._whole(number, line)
            else:
                self._line(number, line)
        self._close()
        return self.pieces

    def _line(self, number: int, line: str) -> None:
        """A line that holds text."""
        for mark, goes_on in ((self.manner.alone, False), (self.manner.lead, True)):
            if mark and (found := mark.match(line)):
                self._begin(number, found.group(), line[found.end() :], "")
                if not goes_on:
                    self._close()
                return
        found = LINE.fullmatch(line)
        assert found is not None  # noqa: S101 - the expression takes every line
        quote, lead, rest = found.group("quote", "lead", "rest")
        if heading := HEADING.fullmatch(rest):
            self._close()
            self._heading(number, quote + lead, heading)
        elif rest.startswith("|"):
            self._close()
            self._row(number, quote + lead, rest)
        elif self.open and self.manner.joins and not lead.strip() and quote.strip() in ("", self.open.quote.strip()):
            self.open.more.append((quote + lead, rest))
        else:
            self._begin(number, quote + lead, rest, quote)

    def _begin(self, number: int, lead: str, rest: str, quote: str) -> None:
        """A new text begins behind its marks."""
        self._close()
        self._literal(lead)
        note = self.manner.marked if lead.strip(" >") else self.manner.quoted if lead.strip() else ""
        self.open = _Open(number, quote, note, rest)

    def _heading(self, number: int, lead: str, heading: re.Match[str]) -> None:
        self._literal(lead + heading[1])
        self._text(Unit(self.context, heading[2], heading[2], number, note="heading"))
        self._literal(heading[3] + "\n")

    def _row(self, number: int, lead: str, row: str) -> None:
        """A table's row: each cell is a text."""
        self._literal(lead)
        if DELIMITERS.fullmatch(row):
            self._literal(row + "\n")
            return
        for index, cell in enumerate(CELL_END.split(row)):
            self._literal("|" if index else "")
            bare = cell.strip()
            self._literal(cell[: len(cell) - len(cell.lstrip())])
            self._text(Unit(self.context, bare, bare, number, note="cell of a table"))
            self._literal(cell[len(cell.rstrip()) :] if bare else "")
        self._literal("\n")

    def _whole(self, number: int, line: str) -> None:
        """A line of preformatted text."""
        self._text(Unit(self.context, line, line, number, note="preformatted"))
        self._literal("\n")

    def _close(self) -> None:
        """The open text is complete."""
        if self.open is None:
            return
        held, self.open = self.open, None
        raw = held.first + "".join(f"\n{lead}{rest}" for lead, rest in held.more)
        tail = self.manner.tail.search(raw) if self.manner.tail else None
        end = tail.group() if tail else raw[len(raw.rstrip()) :]
        raw = raw[: len(raw) - len(end)] if end else raw
        text = held.first
        for _, rest in held.more:
            text += ("\n" if HARD_BREAK.search(text) else " ") + rest
        text = text[: len(text) - _plain_length(end, held)] if end else text
        indent = held.more[0][0] if held.more else ""
        self._text(Unit(self.context, text, raw, held.line, indent, held.note))
        self._literal(end + "\n")

    def _text(self, unit: Unit) -> None:
        """The unit, or its letters where there is nothing to translate."""
        self.pieces.append(unit if is_text(unit.text) else unit.raw)

    def _literal(self, text: str) -> None:
        if text:
            self.pieces.append(text)


def _plain_length(end: str, held: _Open) -> int:
    """How long the end is in the text on one line, in which the beginnings of lines do not stand."""
    for lead, _ in held.more:
        end = end.replace(f"\n{lead}", " ")
    return len(end)
