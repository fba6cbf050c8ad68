"""Readings as authors write them: sections under headings, with checks of oneself in between."""

import re
from dataclasses import dataclass, field

from courses.authoring import questions
from courses.authoring.around import ANY, Around
from courses.authoring.document import Block, StepText, Text
from courses.authoring.markdown import html, slug
from courses.syllabus import Passage, Question, Reading, Section

HEADING = re.compile(r"^## +(.+?) *#* *$", re.MULTILINE)


@dataclass
class _Open:
    """A section that is still being read."""

    title: str
    parts: list[Passage | Question] = field(default_factory=list)


def read(step: StepText, around: Around) -> Reading | None:
    """A reading: each heading of the second level begins a section."""
    if not around.expect(step, {"question": ANY}):
        return None
    found: list[_Open] = []
    for part in step.parts:
        if isinstance(part, Text):
            _take(part, found, around)
        elif not found:
            around.faults.tell(part.line, "a question stands in a section, below a heading (## Title)")
        elif question := questions.read(part, around):
            found[-1].parts.append(question)
    if not found:
        around.faults.tell(step.line, "a reading has at least one section (## Title)")
    around.unique([(_id(block), block.line) for block in step.blocks("question")], "question")
    keys = _keys([each.title for each in found])
    sections = tuple(Section(key, each.title, tuple(each.parts)) for key, each in zip(keys, found, strict=True))
    return Reading(**around.step_face, sections=sections)


def _take(part: Text, found: list[_Open], around: Around) -> None:
    """The text is in the sections that it goes on with or begins."""
    before, *rest = HEADING.split(part.text)
    if before.strip() and not found:
        around.faults.tell(part.line, "a reading begins with a heading of the second level (## Title)")
    elif before.strip():
        found[-1].parts.append(Passage(html(before)))
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        found.append(_Open(title.strip()))
        if body.strip():
            found[-1].parts.append(Passage(html(body)))


def _keys(titles: list[str]) -> list[str]:
    """A key for each title, each of its own."""
    keys: list[str] = []
    for title in titles:
        key, number = slug(title), 2
        while key in keys:
            key, number = f"{slug(title)}-{number}", number + 1
        keys.append(key)
    return keys


def _id(block: Block) -> str:
    return block.words.split(" ")[0]
