"""A module's file taken apart: its head, its steps, and in each step texts and blocks with their lines."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from courses.authoring import yaml_text
from courses.authoring.faults import FileFaults
from courses.authoring.markdown import has_raw_html
from courses.authoring.yaml_text import YamlText

OPENING = re.compile(r"::: +([a-z]+)(?: +(.*?))? *$")
SETTING = re.compile(r"([a-z]+(?: [a-z][a-z0-9-]*)?):(?: +(.*))?$")
HEADING = re.compile(r"# +(.+?) *#* *$")
FENCE = re.compile(r" {0,3}(```|~~~)")
# In the other blocks everything is text: a document may well begin with "note: …".
WITH_SETTINGS = frozenset(
    {"step", "quiz", "scenario", "node", "ending", "video", "exercise", "partner", "criterion", "task", "field"}
    | {"reflect", "talk"}
)


@dataclass(frozen=True)
class Text:
    """Markdown between blocks."""

    text: str
    line: int


@dataclass(frozen=True)
class Setting:
    """The value of a setting, and where it stands."""

    value: str
    line: int


@dataclass(frozen=True)
class Block:
    """A block: its name, the words after it, its settings, and its text (which begins at line `text_line`)."""

    name: str
    words: str
    line: int
    settings: dict[str, Setting]
    text: str
    text_line: int

    def lines(self) -> list[tuple[int, str]]:
        """The lines of the text, each with its number."""
        return list(enumerate(self.text.split("\n"), start=self.text_line)) if self.text else []


Part: TypeAlias = Text | Block


@dataclass
class StepText:
    """A step: its title, and its parts in order."""

    title: str
    line: int
    parts: list[Part] = field(default_factory=list)

    def blocks(self, name: str) -> list[Block]:
        """The blocks of that name."""
        return [part for part in self.parts if isinstance(part, Block) and part.name == name]

    def texts(self) -> str:
        """The step's text without its blocks."""
        return "\n\n".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True)
class Document:
    """A module's file; `head` is None where it cannot be read. Text before the first step is in `before`."""

    head: YamlText | None
    before: list[Part]
    steps: list[StepText]


def read(text: str, faults: FileFaults) -> Document:
    """The file's parts; what is out of place is told."""
    lines = text.replace("\r\n", "\n").split("\n")
    head, first = _head(lines, faults)
    return _Taking(lines, first, faults).apart(head)


def read_parts(text: str, faults: FileFaults) -> list[Part]:
    """The texts and blocks of a file that has neither head nor steps."""
    return _Taking(text.replace("\r\n", "\n").split("\n"), 0, faults).apart(None).before


def _head(lines: list[str], faults: FileFaults) -> tuple[YamlText | None, int]:
    """The YAML between the first two lines of hyphens, and the index of the line after it."""
    if lines[0].rstrip() != "---":
        faults.tell(
            1, "a module begins with a line of three hyphens (---), then its code, title, result, units, licence"
        )
        return None, 0
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        faults.tell(1, "the module's head has no end: a second line of three hyphens (---)")
        return None, len(lines)
    return yaml_text.read("\n".join(lines[1:end]), faults, above=1), end + 1


class _Taking:
    """One walk over the lines."""

    def __init__(self, lines: list[str], first: int, faults: FileFaults) -> None:
        self.lines, self.at, self.faults = lines, first, faults
        self.before: list[Part] = []
        self.steps: list[StepText] = []
        self.held: list[str] = []
        self.held_from = first

    def apart(self, head: YamlText | None) -> Document:
        """Everything below the head."""
        fenced = False
        while self.at < len(self.lines):
            line = self.lines[self.at]
            fenced ^= FENCE.match(line) is not None
            if not fenced and line.startswith(":::"):
                self._block(line)
            elif not fenced and (heading := HEADING.match(line)):
                self._keep_text()
                self.steps.append(StepText(heading[1], self.at + 1))
                self.at += 1
            else:
                self._text(line, fenced)
        self._keep_text()
        return Document(head, self.before, self.steps)

    @property
    def _parts(self) -> list[Part]:
        return self.steps[-1].parts if self.steps else self.before

    def _text(self, line: str, fenced: bool) -> None:
        """One more line of text."""
        if not self.held:
            self.held_from = self.at
        if not fenced and has_raw_html(line):
            self.faults.tell(self.at + 1, "HTML is not allowed here; Markdown does it")
        self.held.append(line)
        self.at += 1

    def _keep_text(self) -> None:
        """The lines held so far are a text of the step, unless they are all empty."""
        while self.held and not self.held[0].strip():
            self.held.pop(0)
            self.held_from += 1
        text = "\n".join(self.held).rstrip()
        self.held = []
        if text:
            self._parts.append(Text(text, self.held_from + 1))

    def _block(self, line: str) -> None:
        """A block, up to the line that ends it."""
        self._keep_text()
        opened = OPENING.match(line)
        if opened is None:
            self.faults.tell(self.at + 1, "this ends no block; a block begins with ::: and its name")
            self.at += 1
            return
        begun, end = self.at, self.at + 1
        while end < len(self.lines) and not self.lines[end].startswith(":::"):
            end += 1
        closed = end < len(self.lines) and self.lines[end].rstrip() == ":::"
        if not closed:
            self.faults.tell(begun + 1, f"the block {opened[1]} has no end: a line with ::: alone")
        self._parts.append(self._inside(opened[1], opened[2] or "", begun, end))
        self.at = end + 1 if closed else end

    def _inside(self, name: str, words: str, begun: int, end: int) -> Block:
        """What stands between the lines `begun` and `end`: settings at the head, then text."""
        settings: dict[str, Setting] = {}
        at, last = begun + 1, ""
        while name in WITH_SETTINGS and at < end:
            line = self.lines[at]
            if found := SETTING.match(line):
                last = found[1]
                if last in settings:
                    self.faults.tell(at + 1, f"{last}: stands here a second time")
                settings[last] = Setting((found[2] or "").strip(), at + 1)
            elif last and line.startswith("  ") and line.strip():
                longer = f"{settings[last].value} {line.strip()}".strip()
                settings[last] = Setting(longer, settings[last].line)
            else:
                break
            at += 1
        while at < end and not self.lines[at].strip():
            at += 1
        for index in range(at, end):
            if has_raw_html(self.lines[index]):
                self.faults.tell(index + 1, "HTML is not allowed here; Markdown does it")
        return Block(name, words.strip(), begun + 1, settings, "\n".join(self.lines[at:end]).rstrip(), at + 1)
