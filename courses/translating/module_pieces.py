"""A module's file in pieces: its head, and its steps with their blocks. Keys, numbers and braces are no texts."""

import re
from collections.abc import Callable

from courses.authoring.document import FENCE, HEADING, OPENING, SETTING, WITH_SETTINGS
from courses.translating import prose, yaml_pieces
from courses.translating.pieces import Piece, Unit, is_text
from courses.translating.prose import Manner

KEY = r"[A-Za-z][A-Za-z0-9-]*"
# What stands before the title in the words of a block that has one.
TITLED = {
    **dict.fromkeys(("node", "ending", "role", "field"), r"\S+ +"),
    **dict.fromkeys(("example", "document"), ""),
    "phase": r"\S+ +\d+ +",
    "material": rf"{KEY} +{KEY}(?:, *{KEY})* +",
    "criterion": r"\S+ +(?:[A-Z]\w*\.\w+ +)?",
}
WORDED = {"step": ("lead",), "video": ("firm", "sector"), "node": ("picture",), "partner": ("role",)}
METER = re.compile(r"(?:[+−–-]?\d+)(?:, *weight [+−–-]?\d+)?(?:, *most \d+)?, *")
BOX = re.compile(r"- \[[^\]]*\] *")
EQUALS = re.compile(r"= +")
FIGURE = re.compile(r"= +[+-]?\d+(?:\.\d+)?(?: *(?:±|\+/?-) *\d+(?:\.\d+)?)?(?: +|$)")
PAIR = re.compile(r"(- )(?:(.*?)( ))?(= +)(.*)")
MANNERS = {
    "node": Manner(tail=re.compile(r"\s*\{[^{}]*\}\s*$"), marked="choice", quoted="what comes of the choice"),
    "video": Manner(alone=re.compile(r"[@!] *"), marked="seen, or shown on the screen"),
    "phase": Manner(lead=re.compile(r"gate: *"), marked="what must be true before the team goes on"),
    "document": Manner(joins=False),
    "numeric": Manner(alone=FIGURE, marked="unit", quoted="feedback"),
    "short": Manner(lead=EQUALS, marked="answers that are right, with | between them", quoted="feedback"),
    "match": Manner(quoted="feedback"),
    "order": Manner(marked="answer", quoted="feedback"),
    **dict.fromkeys(("single", "multi", "sjt"), Manner(lead=BOX, marked="answer", quoted="feedback")),
}


def read(text: str, name: str) -> list[Piece]:
    """The file of the module of that short name (or `conduct`) in pieces; together they are the file."""
    lines = text.split("\n")
    pieces: list[Piece] = []
    first = 0
    if lines[0].rstrip() == "---" and "---" in (bare := [line.rstrip() for line in lines[1:]]):
        first = bare.index("---") + 2
        head = "\n".join(lines[1 : first - 1]) + "\n"
        wanted = {("title",), ("result",)}
        pieces = ["---\n", *yaml_pieces.read(head, name, wanted.__contains__, above=1), lines[first - 1] + "\n"]
    pieces += _Walk(lines, first, name).all()
    last = pieces.pop()  # the newline after the last line, which the file does not have
    return [*pieces, str(last).removesuffix("\n")]


class _Walk:
    """One walk over the lines, as the reader of modules takes it."""

    def __init__(self, lines: list[str], first: int, name: str) -> None:
        self.lines, self.at, self.name = lines, first, name
        self.pieces: list[Piece] = []
        self.context = name
        self.held_from = first

    def all(self) -> list[Piece]:
        """Texts and blocks, one after the other."""
        fenced = False
        while self.at < len(self.lines):
            line = self.lines[self.at]
            fenced ^= FENCE.match(line) is not None
            if not fenced and (opened := OPENING.match(line)):
                self._text()
                self._block(opened[1], opened[2] or "")
                self.held_from = self.at
            elif not fenced and (heading := HEADING.match(line)):
                self._text()
                self.context = f"{self.name}/{self._next_key()}"
                before, title = line[: heading.start(1)], heading[1]
                self._titled(before, title, line[heading.end(1) :], self.at + 1, "title (step)")
                self.at += 1
                self.held_from = self.at
            else:
                self.at += 1
        self._text()
        return self.pieces

    def _next_key(self) -> str:
        """The key of the step whose title stands here."""
        ahead = (OPENING.match(line) for line in self.lines[self.at + 1 :] if line.strip())
        opened = next(ahead, None)
        return (opened[2] or "").split(" ")[0] if opened and opened[1] == "step" else ""

    def _text(self) -> None:
        """The lines since the last block are text."""
        held = self.lines[self.held_from : self.at]
        self.pieces += prose.read(held, self.held_from + 1, self.context)

    def _titled(self, before: str, title: str, after: str, line: int, note: str, context: str = "") -> None:
        """A line that holds a title."""
        made = Unit(context or self.context, title, title, line, note=note)
        self.pieces += [before, made if is_text(title) else title, after + "\n"]

    def _block(self, name: str, words: str) -> None:
        """A block, up to the line that ends it."""
        key = words.split(" ")[0] if name not in ("example", "document") else ""
        named = "" if name == "step" else f"{name} {key}"
        context = " ".join(filter(None, (self.context, named.strip())))
        self._opening(name, words, context)
        self.at += 1
        while name in WITH_SETTINGS and self._setting(name, context):
            pass
        end = self.at
        while end < len(self.lines) and not self.lines[end].startswith(":::"):
            end += 1
        kind = (*words.split(), "", "")[1] if name == "question" else name
        read = _pairs if kind == "match" else _body
        self.pieces += read(self.lines[self.at : end], self.at + 1, context, MANNERS.get(kind))
        if end < len(self.lines):
            self.pieces.append(self.lines[end] + "\n")
        self.at = end + 1

    def _opening(self, name: str, words: str, context: str) -> None:
        """The line that begins the block, with its title if it has one."""
        line = self.lines[self.at]
        found = re.match(TITLED[name], words) if name in TITLED and words else None
        if found is None or found.end() == len(words):
            self.pieces.append(line + "\n")
            return
        begins = line.rindex(words) + found.end()
        title = words[found.end() :].rstrip()
        self._titled(line[:begins], title, line[begins + len(title) :], self.at + 1, f"title ({name})", context)

    def _setting(self, name: str, context: str) -> bool:
        """One setting with the lines that it goes on in; False where none stands here."""
        found = SETTING.match(self.lines[self.at]) if self.at < len(self.lines) else None
        if found is None:
            return False
        begun, line = self.at, self.lines[self.at]
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at].startswith("  ") and self.lines[self.at].strip():
            self.at += 1
        start = _worded_from(name, found)
        if start is None:
            self.pieces += [each + "\n" for each in self.lines[begun : self.at]]
            return True
        held = [line[start:], *self.lines[begun + 1 : self.at]]
        self.pieces.append(line[:start])
        self.pieces += prose.read(held, begun + 1, context)
        return True


def _worded_from(name: str, setting: re.Match[str]) -> int | None:
    """Where the words of a setting begin in its line; None where it has none."""
    if not setting[2]:
        return None
    if name == "scenario" and setting[1].startswith("meter "):
        figures = METER.match(setting[2])
        return setting.start(2) + figures.end() if figures else None
    return setting.start(2) if setting[1] in WORDED.get(name, ()) else None


def _body(lines: list[str], first: int, context: str, manner: Manner | None) -> list[Piece]:
    return prose.read(lines, first, context, manner)


def _pairs(lines: list[str], first: int, context: str, manner: Manner | None) -> list[Piece]:
    """A question that matches: both sides of each pair are texts."""
    pieces: list[Piece] = []
    held_from = 0
    for index, line in enumerate(lines):
        if found := PAIR.fullmatch(line):
            pieces += _body(lines[held_from:index], first + held_from, context, manner)
            dash, left, space, equals, right = found.groups()
            sides = ((dash, left or ""), ((space or "") + equals, right.rstrip()))
            for lead, side in sides:
                pieces += [
                    lead,
                    Unit(context, side, side, first + index, note="side of a pair") if is_text(side) else side,
                ]
            pieces.append(right[len(right.rstrip()) :] + "\n")
            held_from = index + 1
    return pieces + _body(lines[held_from:], first + held_from, context, manner)


READERS: dict[str, Callable[[str, str], list[Piece]]] = {".md": read}
