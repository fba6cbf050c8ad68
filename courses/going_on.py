"""Going on: where a learner stands in the whole course, how much is left, and where they stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.people import Enrolment
from courses.progress import DONE, OPEN, StepProgress, StepState
from courses.syllabus import Course, Module, Step


@dataclass(frozen=True)
class ModuleState:
    """A module as one learner stands in it."""

    module: Module
    steps: tuple[StepState, ...]

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(each.status == DONE for each in self.steps)

    @property
    def minutes_left(self) -> int:
        """The minutes of the steps that are not done."""
        return sum(each.step.minutes for each in self.steps if each.status != DONE)

    @property
    def status(self) -> str:
        """`open`, `started` or `done`."""
        if self.done == len(self.steps):
            return DONE
        return "started" if any(each.status != OPEN for each in self.steps) else OPEN


@dataclass(frozen=True)
class GoingOn:
    """The step to go on with: the one where the learner stopped (`place` says where in it), or else the next."""

    step: Step
    stopped: bool
    place: dict[str, Any]


def overview(session: Session, *, enrolment: Enrolment | None, course: Course) -> tuple[ModuleState, ...]:
    """Every module of the course in order, as this learner stands in it; all open where nobody is enrolled."""
    begun = _begun(session, enrolment.id) if enrolment else {}
    return tuple(
        ModuleState(module, tuple(_state(step, begun.get(step.iri)) for step in module.steps))
        for module in course.modules
    )


def go_on(session: Session, *, enrolment: Enrolment, course: Course) -> GoingOn | None:
    """Where the learner goes on: the step they were last at, if it is not done; else the next open one after it.

    None once everything is done.
    """
    begun = _begun(session, enrolment.id)
    steps = [step for module in course.modules for step in module.steps]
    known = [step for step in steps if step.iri in begun]
    last = max(known, key=lambda step: begun[step.iri].touched_at or begun[step.iri].started_at, default=None)
    if last is not None and begun[last.iri].status != DONE:
        return GoingOn(last, True, begun[last.iri].place)
    ahead = _first_open(list(dropwhile(lambda step: step is not last, steps)) if last else steps, begun)
    ahead = ahead or _first_open(steps, begun)
    return GoingOn(ahead, False, {}) if ahead else None


def _first_open(steps: Sequence[Step], begun: dict[str, StepProgress]) -> Step | None:
    return next((step for step in steps if step.iri not in begun or begun[step.iri].status != DONE), None)


def _begun(session: Session, enrolment_id: UUID) -> dict[str, StepProgress]:
    asked = select(StepProgress).where(StepProgress.enrolment_id == enrolment_id)
    return {row.step: row for row in session.scalars(asked)}


def _state(step: Step, row: StepProgress | None) -> StepState:
    return StepState(step, row.status, row.started_at, row.done_at) if row else StepState(step, OPEN, None, None)
