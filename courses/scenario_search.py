"""Every way through a scenario, by a search over what can still make a difference. Pure."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from courses import play
from courses.syllabus import Choice, Scenario

MOST_STATES = 200_000


class TooLarge(Exception):
    """The scenario has more different days than the search looks at."""


class State(NamedTuple):
    """Where a day stands: two ways that lead to the same state go on alike.

    Of the choices made only those count that some condition asks for.
    """

    node: str
    clock: int
    meters: tuple[int, ...]
    made: frozenset[str]


@dataclass
class Found:
    """What the search found: the nodes and endings that can be reached, and nodes at which nothing could be chosen.

    `best` are the most points that a day can end with (before the score is kept within its bounds), `way` the choices
    that lead there; both are None and empty where no day ends.
    """

    nodes: set[str] = field(default_factory=set)
    endings: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    best: int | None = None
    way: tuple[str, ...] = ()


def explore(scenario: Scenario) -> Found:
    """Everything that can happen; TooLarge where it is more than the search looks at."""
    found, asked = Found(), _asked(scenario)
    first = State(scenario.first, scenario.opens or 0, tuple(play.start(scenario).values()), frozenset())
    came: dict[State, tuple[State, str] | None] = {first: None}
    waiting = deque([first])
    while waiting:
        state = waiting.popleft()
        found.nodes.add(state.node)
        for made, following, over in _steps(scenario, state, asked, found):
            if over is not None:
                _ended(scenario, found, over, came, (state, made))
            elif following is not None and following not in came:
                came[following] = (state, made)
                waiting.append(following)
        if len(came) > MOST_STATES:
            raise TooLarge
    return found


def _asked(scenario: Scenario) -> frozenset[str]:
    """The choices that some condition asks for."""
    choices = [choice for node in scenario.nodes.values() for choice in node.choices]
    conditions = [need for choice in choices for need in choice.needs]
    conditions += [rule.when for choice in choices for rule in choice.next if rule.when]
    return frozenset(condition.chose for condition in conditions if condition.chose)


def _steps(
    scenario: Scenario, state: State, asked: frozenset[str], found: Found
) -> Iterator[tuple[str, State | None, dict[str, int] | None]]:
    """Each choice that is open: what it is called, and the state after it or, at the end, the last meters."""
    node, meters = scenario.nodes[state.node], _named(scenario, state.meters)
    if not any(all(play.met(need, state.made, meters) for need in choice.needs) for choice in node.choices):
        found.stuck.add(node.key)
    opened = max(state.clock, node.arrives or 0)
    for choice in play.choices(node, state.made, meters):
        name = f"{node.key}.{choice.key}"
        clock = opened + choice.minutes if scenario.closes is not None else 0
        yield _after(scenario, choice, name, clock, meters, state.made | ({name} & asked))


def _after(
    scenario: Scenario, choice: Choice, name: str, clock: int, meters: dict[str, int], made: frozenset[str]
) -> tuple[str, State | None, dict[str, int] | None]:
    """What a choice leads to."""
    changed = play.after(scenario, choice, meters)
    # A rule may ask for the very choice that has just been made.
    following = play.follow(scenario, choice, made, changed)
    if following is None:
        return name, None, play.close(scenario, clock, changed)[1]
    return name, State(following.key, clock, tuple(changed.values()), made), None


def _ended(
    scenario: Scenario,
    found: Found,
    meters: dict[str, int],
    came: dict[State, tuple[State, str] | None],
    last: tuple[State, str],
) -> None:
    """A day has ended with these meters."""
    found.endings.add(play.ending_of(scenario, meters).key)
    points = play.points(scenario, meters)
    if found.best is None or points > found.best:
        found.best, found.way = points, tuple(_way(came, last))


def _way(came: dict[State, tuple[State, str] | None], last: tuple[State, str]) -> list[str]:
    """The choices that led here, the first one first."""
    way: list[str] = []
    at: tuple[State, str] | None = last
    while at is not None:
        way.append(at[1])
        at = came[at[0]]
    return way[::-1]


def _named(scenario: Scenario, values: tuple[int, ...]) -> dict[str, int]:
    return dict(zip((meter.key for meter in scenario.meters), values, strict=True))
