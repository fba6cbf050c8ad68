"""The choices of a scenario's node: each a list item that ends in braces, with its feedback below."""

import re
from dataclasses import dataclass, field
from string import ascii_lowercase

from courses.authoring.around import Around
from courses.authoring.document import Block
from courses.authoring.markdown import plain
from courses.authoring.values import number, pieces
from courses.syllabus import Choice, Condition, Rule

END = "end"
BRACES = re.compile(r"(.*?) *\{([^{}]*)\}")
WAY = re.compile(r"(?:if +(.+?) *)?(?:->|→) *([a-z][a-z0-9-]*)")
MINUTES = re.compile(r"(\d+) min(?:utes)?")
CHANGE = re.compile(r"([a-z][a-z0-9-]*) +([+−–-]\d+|0)")
NEED = re.compile(r"(needs|not) +(.+)")
CHOSEN = re.compile(r"[a-z][a-z0-9-]*\.[a-z]")
ENOUGH = re.compile(r"([a-z][a-z0-9-]*) +(\d+)")


@dataclass
class Item:
    """A list item as written."""

    line: int
    said: list[str]
    feedback: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    """A choice, and its line in the file."""

    choice: Choice
    line: int


@dataclass
class Braces:
    """What the braces say."""

    minutes: int = 0
    effects: dict[str, int] = field(default_factory=dict)
    sound: bool | None = None
    needs: list[Condition] = field(default_factory=list)
    next: list[Rule] = field(default_factory=list)


def read_choices(block: Block, meters: frozenset[str], around: Around) -> tuple[str, list[Written]]:
    """The node's text, and its choices."""
    story, items = _apart(block)
    written = []
    for index, item in enumerate(items):
        if made := _choice(item, ascii_lowercase[index % 26], meters, around):
            written.append(Written(made, item.line))
    return story, written


def _apart(block: Block) -> tuple[str, list[Item]]:
    """Text and items. A list in the text has neither feedback nor braces; choices begin at the first that has."""
    items: list[Item] = []
    story: list[str] = []
    for line, text in block.lines():
        if text.startswith("- "):
            items.append(Item(line, [text[2:].strip()]))
        elif not items:
            story.append(text)
        elif text.strip().startswith(">") or (items[-1].feedback and text.startswith(" ")):
            items[-1].feedback.append(text.strip().lstrip("> "))
        elif text.strip():
            items[-1].said.append(text.strip())
    while items and not items[0].feedback and "{" not in " ".join(items[0].said):
        first = items.pop(0)
        story += ["- " + first.said[0], *first.said[1:]]
    return "\n".join(story).strip(), items


def _choice(item: Item, key: str, meters: frozenset[str], around: Around) -> Choice | None:
    """One choice; None, and told, where it has no braces."""
    if not item.feedback:
        around.faults.tell(item.line, "this choice has no feedback (a line below it: two spaces, >, what came of it)")
    found = BRACES.fullmatch(" ".join(item.said))
    if found is None:
        around.faults.tell(item.line, "a choice ends in braces that say what it does and where it leads: {-> end}")
        return None
    inside = _braces(found[2], meters, item.line, around)
    if not inside.next or inside.next[-1].when is not None:
        around.faults.tell(item.line, "the last way of a choice has no condition: -> node, or -> end")
    if any(rule.when is None for rule in inside.next[:-1]):
        around.faults.tell(item.line, "only the last way of a choice is without a condition")
    return Choice(
        key=key,
        text=plain(found[1]),
        minutes=inside.minutes,
        effects=inside.effects,
        sound=inside.sound,
        feedback=plain(" ".join(item.feedback)),
        next=tuple(inside.next),
        needs=tuple(inside.needs),
    )


def _braces(text: str, meters: frozenset[str], line: int, around: Around) -> Braces:
    """What stands between the braces; what nobody understands is told."""
    inside = Braces()
    for piece in pieces(text):
        fault = _take(piece, inside, meters)
        if fault:
            around.faults.tell(line, fault)
    return inside


def _take(piece: str, inside: Braces, meters: frozenset[str]) -> str:
    """One piece is taken in; gives what is wrong with it, if anything."""
    if piece in ("sound", "unsound"):
        inside.sound = piece == "sound"
    elif found := MINUTES.fullmatch(piece):
        inside.minutes = int(found[1])
    elif found := WAY.fullmatch(piece):
        return _way(found, inside, meters)
    elif found := NEED.fullmatch(piece):
        need = _condition(found[2], meters, holds=found[1] == "needs")
        if need is None:
            return f"{piece}: write needs METER NUMBER, needs NODE.KEY or not NODE.KEY"
        inside.needs.append(need)
    elif (found := CHANGE.fullmatch(piece)) and found[1] in meters:
        inside.effects[found[1]] = inside.effects.get(found[1], 0) + (number(found[2]) or 0)
    else:
        return f"{piece}: this is no time, no change of a meter, no way and no condition"
    return ""


def _way(found: re.Match[str], inside: Braces, meters: frozenset[str]) -> str:
    """A way, with its condition if it has one."""
    when = None
    if found[1]:
        holds = not found[1].startswith("not ")
        when = _condition(found[1].removeprefix("not ").strip(), meters, holds=holds)
        if when is None:
            return f"if {found[1]}: write if NODE.KEY -> node, or if METER NUMBER -> node"
    inside.next.append(Rule(found[2], when))
    return ""


def _condition(text: str, meters: frozenset[str], *, holds: bool) -> Condition | None:
    """`NODE.KEY`, or `METER NUMBER`."""
    if CHOSEN.fullmatch(text):
        return Condition(chose=text, holds=holds)
    found = ENOUGH.fullmatch(text)
    return Condition(meter=found[1], least=int(found[2]), holds=holds) if found and found[1] in meters else None
