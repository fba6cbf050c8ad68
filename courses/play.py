"""Playing a scenario: where a run stands after its choices. Pure; nothing here is stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from courses.errors import StepClosed
from courses.syllabus import Choice, Condition, Ending, Node, Scenario


@dataclass(frozen=True)
class Turn:
    """A node answered: when it was opened and closed (minutes past midnight), and the meters (by key) afterwards."""

    node: Node
    choice: Choice
    opened: int
    closed: int
    meters: Mapping[str, int]


@dataclass(frozen=True)
class Day:
    """Where a run stands: the node that waits (None at the end) with the choices it offers, the clock, the meters.

    The clock stands at 0 where time is not counted. `overtime` are minutes past closing; `ending` and `score` are set
    at the end.
    """

    node: Node | None
    choices: tuple[Choice, ...]
    clock: int
    meters: Mapping[str, int]
    turns: tuple[Turn, ...]
    overtime: int
    ending: Ending | None
    score: Decimal | None


def play(scenario: Scenario, path: list[str]) -> Day:
    """The day after these choices. Pure: the same path always leads to the same day."""
    clock, meters = scenario.opens or 0, start(scenario)
    node: Node | None = scenario.nodes[scenario.first]
    turns: list[Turn] = []
    for made in path:
        if node is None:
            raise StepClosed("the day is over")
        choice = _choice(node, made, path[: len(turns)], meters)
        opened = max(clock, node.arrives or 0)
        clock = opened + choice.minutes
        meters = after(scenario, choice, meters)
        turns.append(Turn(node, choice, opened, clock, meters))
        node = follow(scenario, choice, path[: len(turns)], meters)
    if node is None:
        return _over(scenario, clock, meters, tuple(turns))
    offered = choices(node, path, meters)
    return Day(node, offered, max(clock, node.arrives or 0), meters, tuple(turns), 0, None, None)


def start(scenario: Scenario) -> dict[str, int]:
    """The meters at the beginning."""
    return {meter.key: meter.start for meter in scenario.meters}


def after(scenario: Scenario, choice: Choice, meters: Mapping[str, int]) -> dict[str, int]:
    """The meters after this choice: never below 0, nor above what the meter holds at most."""
    return _changed(scenario, meters, choice.effects)


def choices(node: Node, made: Collection[str], meters: Mapping[str, int]) -> tuple[Choice, ...]:
    """What can be chosen here, after the choices made; everything, where nothing could (the check refuses that)."""
    open_now = tuple(choice for choice in node.choices if all(met(need, made, meters) for need in choice.needs))
    return open_now or node.choices


def met(condition: Condition, made: Collection[str], meters: Mapping[str, int]) -> bool:
    """Whether a condition holds after these choices, with these meters."""
    found = condition.chose in made if condition.chose else meters[condition.meter] >= condition.least
    return found == condition.holds


def follow(scenario: Scenario, choice: Choice, made: Collection[str], meters: Mapping[str, int]) -> Node | None:
    """The node that follows, by the first rule whose condition is met; None at the end."""
    rule = next(rule for rule in choice.next if rule.when is None or met(rule.when, made, meters))
    return scenario.nodes.get(rule.go)


def close(scenario: Scenario, clock: int, meters: Mapping[str, int]) -> tuple[int, dict[str, int]]:
    """The minutes of overtime, and the meters after what they cost."""
    rule, closes = scenario.overtime, scenario.closes
    overtime = max(clock - closes, 0) if closes is not None else 0
    if rule is None:
        return overtime, dict(meters)
    # Overtime is borrowed from tomorrow: what it costs falls due with each period begun.
    return overtime, _changed(scenario, meters, {rule.meter: -(-overtime // rule.minutes) * rule.change})


def points(scenario: Scenario, meters: Mapping[str, int]) -> int:
    """What these meters are worth, before the score is kept between 0 and the maximum."""
    return scenario.base + sum(meter.weight * meters[meter.key] for meter in scenario.meters)


def ending_of(scenario: Scenario, meters: Mapping[str, int]) -> Ending:
    """How a day with these meters ends: the first ending whose bounds all hold."""
    return next(ending for ending in scenario.endings if _fits(ending, meters))


def _over(scenario: Scenario, clock: int, meters: Mapping[str, int], turns: tuple[Turn, ...]) -> Day:
    """The day at its end."""
    overtime, last = close(scenario, clock, meters)
    score = Decimal(min(max(points(scenario, last), 0), scenario.maximum))
    return Day(None, (), clock, last, turns, overtime, ending_of(scenario, last), score)


def _changed(scenario: Scenario, meters: Mapping[str, int], effects: Mapping[str, int]) -> dict[str, int]:
    """The meters with these changes."""
    changed = dict(meters)
    for meter in scenario.meters:
        if change := effects.get(meter.key):
            value = max(meters[meter.key] + change, 0)
            changed[meter.key] = value if meter.most is None else min(value, meter.most)
    return changed


def _choice(node: Node, made: str, before: list[str], meters: Mapping[str, int]) -> Choice:
    """The choice written `node.choice`; StepClosed where this is not the node that waits, or it cannot be chosen."""
    for choice in choices(node, before, meters):
        if made == f"{node.key}.{choice.key}":
            return choice
    raise StepClosed(f"{made} cannot be chosen at {node.key}")


def _fits(ending: Ending, meters: Mapping[str, int]) -> bool:
    """Whether every bound of the ending holds."""
    return all(
        (bound.least is None or meters[bound.meter] >= bound.least)
        and (bound.most is None or meters[bound.meter] <= bound.most)
        for bound in ending.when
    )
