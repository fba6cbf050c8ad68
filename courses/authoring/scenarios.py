"""Scenarios as authors write them: meters, a clock perhaps, nodes with their choices, and endings."""

from dataclasses import dataclass, replace
from decimal import Decimal

from marshmallow import Schema, fields

from courses.authoring import values
from courses.authoring.around import ONE, SOME, Around
from courses.authoring.choices import END, Written, read_choices
from courses.authoring.document import Block, StepText
from courses.authoring.markdown import html
from courses.syllabus import Choice, Ending, Meter, Node, Overtime, Scenario

KEY = r"[a-z][a-z0-9-]*"
METER = "meter "


class ScenarioSchema(Schema):
    """The settings of `::: scenario`, but for its meters."""

    clock = values.Clock(load_default=None)
    overtime = values.OvertimeValue(load_default=None)
    score = values.Score(required=True)
    first = fields.String(required=True)


class NodeSchema(Schema):
    """The settings of `::: node`."""

    at = values.TimeOfDay(load_default=None)
    criterion = fields.String(load_default=None)
    picture = fields.String(load_default="")


class EndingSchema(Schema):
    """The settings of `::: ending`."""

    when = values.Bounds(load_default=())


@dataclass(frozen=True)
class Frame:
    """What `::: scenario` says of the whole."""

    line: int
    clock: tuple[int, int] | None
    overtime: Overtime | None
    meters: tuple[Meter, ...]
    score: tuple[int, int, Decimal]
    first: str


def read(step: StepText, around: Around) -> Scenario | None:
    """A scenario in which every choice leads to a node or to the end."""
    if not around.expect(step, {"scenario": ONE, "node": SOME, "ending": (2, None)}):
        return None
    frame = _frame(step.blocks("scenario")[0], around)
    if frame is None:
        return None
    written = [_node(block, frame, around) for block in step.blocks("node")]
    endings = tuple(found for block in step.blocks("ending") if (found := _ending(block, frame, around)))
    nodes = {node.key: node for node, _ in filter(None, written)}
    _follow(frame, step, {key: line for _, told in filter(None, written) for key, line in told.items()}, nodes, around)
    if endings and endings[-1].when:
        around.faults.tell(endings[-1].line, "the last ending must take everything that is left: it has no `when`")
    base, best, share = frame.score
    return Scenario(
        **around.step_face,
        intro_html=html(step.texts()),
        opens=frame.clock[0] if frame.clock else None,
        closes=frame.clock[1] if frame.clock else None,
        overtime=frame.overtime,
        meters=frame.meters,
        base=base,
        maximum=best,
        pass_mark=share,
        first=frame.first,
        nodes=nodes,
        endings=endings,
    )


def _frame(block: Block, around: Around) -> Frame | None:
    """The frame; None where it cannot be read."""
    meters: list[Meter] = []
    for name, setting in block.settings.items():
        if name.startswith(METER):
            found = values.meter(name.removeprefix(METER), setting.value)
            if found is None:
                around.faults.tell(setting.line, f"{name}: write it as 0, weight 2, Name. What it means.")
            else:
                meters.append(found)
    rest = {name: given for name, given in block.settings.items() if not name.startswith(METER)}
    loaded = around.settings(replace(block, settings=rest), ScenarioSchema())
    if loaded is None:
        return None
    overtime: Overtime | None = loaded["overtime"]
    if overtime and (loaded["clock"] is None or overtime.meter not in {meter.key for meter in meters}):
        around.faults.tell(block.settings["overtime"].line, "overtime needs a clock, and one of the meters")
    return Frame(block.line, loaded["clock"], overtime, tuple(meters), loaded["score"], loaded["first"])


def _node(block: Block, frame: Frame, around: Around) -> tuple[Node, dict[str, int]] | None:
    """A node at its own address below the scenario, and the line of each choice (`node.choice`)."""
    named = around.words(block, rf"({KEY}) +(.+)", "a key and a title")
    loaded = around.settings(block, NodeSchema())
    if named is None or loaded is None:
        return None
    if not frame.clock and loaded["at"] is not None:
        around.faults.tell(block.settings["at"].line, f"{named[1]}: there is no clock that could show this time")
    if named[1] == END:
        around.faults.tell(block.line, f"no node can be called {END}: that is where it ends")
    story, written = read_choices(block, frozenset(meter.key for meter in frame.meters), around)
    _judge(block, named[1], written, frame, loaded["criterion"], around)
    node = Node(
        key=named[1],
        iri=f"{around.iri}/{named[1]}",
        title=named[2],
        arrives=loaded["at"],
        picture=loaded["picture"],
        html=html(story),
        criterion=loaded["criterion"],
        criterion_iri=around.criterion_iri(loaded["criterion"], block.line),
        choices=tuple(each.choice for each in written),
        line=block.line,
    )
    return node, {f"{node.key}.{each.choice.key}": each.line for each in written}


def _judge(block: Block, key: str, written: list[Written], frame: Frame, criterion: str | None, around: Around) -> None:
    """What is wrong with a node's choices is told."""
    tell = around.faults.tell
    if not 2 <= len(written) <= 5:
        tell(block.line, f"{key}: a node has two to five choices, each ending in {{…}}")
    if written and all(each.choice.needs for each in written):
        tell(block.line, f"{key}: at least one choice must be free of `needs` and `not`")
    judged = [each for each in written if each.choice.sound is not None]
    if criterion and not judged:
        tell(block.line, f"{key}: no choice is sound or unsound, although the node is evidence for {criterion}")
    for each in written:
        if not frame.clock and each.choice.minutes:
            tell(each.line, f"{key}: minutes count only with a clock")
        if not criterion and each.choice.sound is not None:
            tell(each.line, f"{key}: sound and unsound need a criterion at the node's head")


def _ending(block: Block, frame: Frame, around: Around) -> Ending | None:
    """An ending with its text."""
    named = around.words(block, rf"({KEY}) +(.+)", "a key and a title")
    loaded = around.settings(block, EndingSchema())
    if named is None or loaded is None:
        return None
    known = {meter.key for meter in frame.meters}
    for bound in loaded["when"]:
        if bound.meter not in known:
            around.faults.tell(block.settings["when"].line, f"there is no meter {bound.meter}")
    return Ending(key=named[1], title=named[2], html=html(block.text), when=loaded["when"], line=block.line)


def _follow(frame: Frame, step: StepText, choices: dict[str, int], nodes: dict[str, Node], around: Around) -> None:
    """Every way leads to a node or to the end, and every condition speaks of a choice that there is."""
    around.unique([(_first(block), block.line) for block in step.blocks("node")], "node")
    around.unique([(_first(block), block.line) for block in step.blocks("ending")], "ending")
    if frame.first not in nodes:
        around.faults.tell(frame.line, f"first: there is no node {frame.first}")
    for node in nodes.values():
        for choice in node.choices:
            line = choices[f"{node.key}.{choice.key}"]
            for lost in _lost(choice, nodes, choices):
                around.faults.tell(line, lost)


def _lost(choice: Choice, nodes: dict[str, Node], choices: dict[str, int]) -> list[str]:
    """What a choice speaks of that there is not."""
    ways = [f"there is no node {rule.go}" for rule in choice.next if rule.go != END and rule.go not in nodes]
    conditions = [*choice.needs, *(rule.when for rule in choice.next if rule.when)]
    return ways + [
        f"there is no choice {each.chose}" for each in conditions if each.chose and each.chose not in choices
    ]


def _first(block: Block) -> str:
    return block.words.split(" ")[0]
