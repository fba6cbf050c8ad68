"""Scenarios: one working day played choice by choice. The first run counts; later ones are practice and leave no trace
in the evidence.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKeyConstraint, Numeric, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, marking, progress
from courses.errors import StepClosed
from courses.people import Enrolment
from courses.syllabus import Choice, Ending, Node, Scenario
from xapi_store import vocabulary as words
from xapi_store.database import Base

OVERTIME = 30


class ScenarioRun(Base):
    """One run through a scenario: the choices made (`node.choice`), in order; ending and score once the day is over."""

    __tablename__ = "scenario_run"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "step", "number"),
        ForeignKeyConstraint(["store_id", "enrolment_id"], ["enrolment.store_id", "enrolment.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    store_id: Mapped[int]
    enrolment_id: Mapped[UUID]
    step: Mapped[str]
    number: Mapped[int]
    path: Mapped[list[str]]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None]
    score: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    maximum: Mapped[Decimal] = mapped_column(Numeric(6, 2))


@dataclass(frozen=True)
class Turn:
    """A request answered: when it was opened and closed (minutes past midnight), and the meters afterwards."""

    node: Node
    choice: Choice
    opened: int
    closed: int
    progress: int
    queue: int


@dataclass(frozen=True)
class Day:
    """Where a run stands: the request that waits (None at the end of the day), the clock, the meters, what was done.

    `overtime` are minutes past closing; `ending` and `score` are set at the end of the day.
    """

    node: Node | None
    clock: int
    progress: int
    queue: int
    turns: tuple[Turn, ...]
    overtime: int
    ending: Ending | None
    score: Decimal | None


def play(scenario: Scenario, path: list[str]) -> Day:
    """The day after these choices. Pure: the same path always leads to the same day."""
    clock, at_firm, waiting = scenario.opens, scenario.progress.start, scenario.queue.start
    node: Node | None = scenario.nodes[scenario.first]
    turns: list[Turn] = []
    for made in path:
        if node is None:
            raise StepClosed("the day is over")
        choice = _choice(node, made)
        opened = max(clock, node.arrives)
        clock = opened + choice.minutes
        at_firm, waiting = max(at_firm + choice.progress, 0), max(waiting + choice.queue, 0)
        turns.append(Turn(node, choice, opened, clock, at_firm, waiting))
        node = _next(scenario, choice, path[: len(turns)])
    if node is not None:
        return Day(node, max(clock, node.arrives), at_firm, waiting, tuple(turns), 0, None, None)
    overtime = max(clock - scenario.closes, 0)
    # Overtime is borrowed from tomorrow: each half hour begun leaves one more request waiting.
    waiting += -(-overtime // OVERTIME)
    ending = next(ending for ending in scenario.endings if _fits(ending, at_firm, waiting))
    points = scenario.base + scenario.progress.weight * at_firm + scenario.queue.weight * waiting
    score = Decimal(min(max(points, 0), scenario.maximum))
    return Day(None, clock, at_firm, waiting, tuple(turns), overtime, ending, score)


def _choice(node: Node, made: str) -> Choice:
    """The choice written `node.choice`; StepClosed where this is not the request that waits."""
    for choice in node.choices:
        if made == f"{node.key}.{choice.key}":
            return choice
    raise StepClosed(f"{made} cannot be chosen at {node.key}")


def _next(scenario: Scenario, choice: Choice, path: list[str]) -> Node | None:
    """The request that follows: by the first rule whose earlier choice was made."""
    rule = next(rule for rule in choice.next if rule.chose is None or rule.chose in path)
    return scenario.nodes.get(rule.go)


def _fits(ending: Ending, at_firm: int, waiting: int) -> bool:
    """Whether a day with these meters ends so."""
    enough = ending.least_progress is None or at_firm >= ending.least_progress
    return enough and (ending.most_queue is None or waiting <= ending.most_queue)


def runs(session: Session, *, enrolment: Enrolment, scenario: Scenario) -> list[ScenarioRun]:
    """This learner's runs, the first one first: that is the one that counts."""
    asked = select(ScenarioRun).where(ScenarioRun.enrolment_id == enrolment.id, ScenarioRun.step == scenario.iri)
    return list(session.scalars(asked.order_by(ScenarioRun.number)))


def begin(session: Session, *, enrolment: Enrolment, scenario: Scenario, at: datetime) -> ScenarioRun:
    """The learner has an open run: the one left open, or a new one from the start of the day."""
    session.refresh(enrolment, with_for_update=True)
    earlier = runs(session, enrolment=enrolment, scenario=scenario)
    if earlier and earlier[-1].ended_at is None:
        return earlier[-1]
    progress.start(session, enrolment=enrolment, step=scenario, at=at)
    run = ScenarioRun(
        store_id=enrolment.store_id,
        enrolment_id=enrolment.id,
        step=scenario.iri,
        number=len(earlier) + 1,
        path=[],
        begun_at=at,
        maximum=Decimal(scenario.maximum),
    )
    session.add(run)
    session.flush()
    return run


def choose(session: Session, *, run: ScenarioRun, scenario: Scenario, node: str, choice: str, at: datetime) -> Day:
    """The choice is made and its effect is there; after the last one the day is over, with ending and score.

    Sending the same choice again changes nothing; StepClosed where another request waits, or the day is over.
    """
    session.refresh(run, with_for_update=True)
    made = f"{node}.{choice}"
    if run.path and run.path[-1] == made:
        return play(scenario, run.path)
    day = play(scenario, [*run.path, made])
    run.path = [*run.path, made]
    if run.number == 1:
        _selected(session, run, scenario, day.turns[-1], at)
    if day.ending is not None:
        _close(session, run, scenario, day, at)
    session.flush()
    return day


def _selected(session: Session, run: ScenarioRun, scenario: Scenario, turn: Turn, at: datetime) -> None:
    """It is on record what was chosen, and whether it was sound where the request is evidence for a criterion."""
    author = evidence.author(session, run.enrolment_id)
    result: dict[str, object] = {"response": turn.choice.key}
    if turn.choice.sound is not None:
        result["success"] = turn.choice.sound
    selected = evidence.statement(
        author,
        verb=words.SELECTED,
        about=evidence.activity(turn.node.iri, kind=words.TYPE_STEP, name=turn.node.title),
        within=scenario,
        result=result,
        grouping=[turn.node.criterion_iri] if turn.node.criterion_iri else [],
    )
    evidence.record(session, author, selected, at)


def _close(session: Session, run: ScenarioRun, scenario: Scenario, day: Day, at: datetime) -> None:
    """The run is over; the first one is on record as completed, with its score and the path taken."""
    score = day.score or Decimal(0)
    run.ended_at, run.ending, run.score = at, day.ending.key if day.ending else None, score
    if run.number > 1:
        return
    author = evidence.author(session, run.enrolment_id)
    completed = evidence.statement(
        author,
        verb=words.COMPLETED,
        about=evidence.step_activity(scenario),
        within=scenario,
        result={
            "completion": True,
            "success": score / run.maximum >= scenario.pass_mark,
            "score": evidence.score(score, run.maximum),
            "response": marking.AND.join(run.path),
        },
    )
    evidence.record(session, author, completed, at)
    enrolment = session.get_one(Enrolment, run.enrolment_id)
    progress.finish(session, enrolment=enrolment, step=scenario, at=at)
