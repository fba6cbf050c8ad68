"""Scenarios: played choice by choice (see `play`). The first run counts; later ones are practice and leave no trace
in the evidence.
"""

from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import ForeignKeyConstraint, Numeric, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses import evidence, marking, progress
from courses.people import Enrolment
from courses.play import Day, Turn, play
from courses.syllabus import Scenario
from xapi_store import vocabulary as words
from xapi_store.database import Base

__all__ = ["Day", "ScenarioRun", "Turn", "begin", "choose", "play", "runs"]


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
