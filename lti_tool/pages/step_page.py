"""What the doors of a step have in common: who is here, which step is meant, and its page within its module."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from courses import progress
from courses.errors import NotEnrolled
from courses.people import Enrolment
from courses.syllabus import Module, Step
from lti_tool import house, language, visitor

Kind = TypeVar("Kind", bound=Step)


def found(course: str, module: str, key: str, kind: type[Kind]) -> Kind:
    """The step of that address, where it is of this kind; otherwise there is nothing at the address."""
    step = house.catalogue().step(course, module, key)
    if not isinstance(step, kind):
        raise NotFound
    return step


def own(session: Session) -> Enrolment | None:
    """The visitor's enrolment; None for a trainer, who looks at the pages without one."""
    enrolment_id = visitor.current().enrolment_id
    return session.get(Enrolment, enrolment_id) if enrolment_id else None


def learner(session: Session) -> Enrolment:
    """The visitor's enrolment; NotEnrolled where there is none."""
    enrolment = own(session)
    if enrolment is None:
        raise NotEnrolled
    return enrolment


def outline(session: Session, module: Module) -> list[progress.StepState]:
    """The module's steps as this visitor stands in them."""
    enrolment = own(session)
    if enrolment is not None:
        return progress.outline(session, enrolment=enrolment, module=module)
    return [progress.StepState(each, progress.OPEN, None, None) for each in module.steps]


def page(session: Session, step: Step, **shown: Any) -> str:
    """The step's page within its module's outline; what its kind shows of the learner's own comes in `shown`."""
    course, module, _ = step.id.split("/")
    shown_module, step = language.module(course, module), language.step(step)
    states = outline(session, shown_module)
    position = next(place for place, each in enumerate(states) if each.step.id == step.id)
    return render_template(
        f"step_{step.kind}.html",
        course=language.course(house.catalogue().course(course)),
        module=shown_module,
        step=step,
        outline=states,
        state=states[position],
        following=states[position + 1].step if position + 1 < len(states) else None,
        **{"form": {"values": {}, "errors": {}}, **shown},
    )


def for_script() -> bool:
    """Whether a script asks, that wants JSON."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def now() -> datetime:
    """The present, for commands."""
    return datetime.now(UTC)
