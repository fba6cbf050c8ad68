"""Scenarios: meters, nodes with their choices, and endings."""

from dataclasses import dataclass, field
from decimal import Decimal

from courses.syllabus.step import Step
from xapi_store import vocabulary as words


@dataclass(frozen=True)
class Meter:
    """One of a scenario's figures, never below 0 nor above `most`; it counts `weight` points for each of its value."""

    key: str
    title: str
    explanation: str
    start: int
    weight: int
    most: int | None = None


@dataclass(frozen=True)
class Overtime:
    """What each `minutes` begun past closing time do to a meter."""

    minutes: int
    meter: str
    change: int


@dataclass(frozen=True)
class Condition:
    """A choice made earlier (`node.option`), or a meter that has at least so much; `holds` False turns it round."""

    chose: str = ""
    meter: str = ""
    least: int = 0
    holds: bool = True


@dataclass(frozen=True)
class Rule:
    """Where a choice leads if the condition is met; None is always met."""

    go: str
    when: Condition | None


@dataclass(frozen=True)
class Choice:
    """One way to answer: its cost in minutes, what it does to the meters (by key), what happened and why.

    `sound` is set where the choice is evidence for the node's criterion, else None. `needs` say when it can be chosen.
    """

    key: str
    text: str
    minutes: int
    effects: dict[str, int]
    sound: bool | None
    feedback: str
    next: tuple[Rule, ...]
    needs: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Node:
    """A request or a moment; with a clock it arrives at `arrives` minutes past midnight."""

    key: str
    iri: str
    title: str
    arrives: int | None
    picture: str
    html: str
    criterion: str | None
    criterion_iri: str | None
    choices: tuple[Choice, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Bound:
    """A figure that an ending asks of a meter; None where there is no such limit."""

    meter: str
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Ending:
    """How it ends when every one of these bounds holds; the last ending has none."""

    key: str
    title: str
    html: str
    when: tuple[Bound, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class Scenario(Step):
    """Requests and choices. Score = base + the meters' weighted values, never below 0 nor above the maximum.

    `opens` and `closes` (minutes past midnight) are None where time is not counted.
    """

    intro_html: str
    opens: int | None
    closes: int | None
    overtime: Overtime | None
    meters: tuple[Meter, ...]
    base: int
    maximum: int
    pass_mark: Decimal
    first: str
    nodes: dict[str, Node]
    endings: tuple[Ending, ...]

    kind = "scenario"
    activity_type = words.TYPE_SCENARIO
