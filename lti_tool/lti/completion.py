"""Completion: what a platform's gradebook learns when a learner has done a step or a whole module.

A module that has a link in the platform's course gets its full score once all its steps are done, so that the
platform's own completion ticks. A quiz or scenario that has a link of its own gets what the learner reached in it.
Neither makes a column for what the course does not link, lowers a score, or goes over one that a teacher changed.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from courses import progress, quiz, satisfaction, scenario
from courses.catalogue import Catalogue
from courses.people import Enrolment
from courses.syllabus import Exercise, Module, Quiz, Scenario, Step
from lti_tool.lti import score_ways
from lti_tool.lti.gradebook import Score

MAXIMUM = Decimal(100)


def scores(session: Session, *, catalogue: Catalogue, enrolment_id: UUID, step: str) -> list[Score]:
    """What is to be sent now that the step (its IRI) is done: nothing, the step's score, the module's, or both."""
    module = module_of(catalogue, step)
    enrolment = session.get(Enrolment, enrolment_id)
    if module is None or enrolment is None:
        return []
    done = next(each for each in module.steps if each.iri == step)
    found = (_of_step(session, enrolment, done), _of_module(session, enrolment, module))
    return [
        each
        for each in found
        if each is not None and score_ways.has_link(session, enrolment_id=enrolment_id, activity=each.activity)
    ]


def settle(session: Session, *, catalogue: Catalogue, enrolment_id: UUID, at: datetime) -> None:
    """The modules that the learner has done altogether, and the course, are on record as satisfied."""
    enrolment = session.get(Enrolment, enrolment_id)
    course = catalogue.courses.get(enrolment.course) if enrolment is not None else None
    if enrolment is not None and course is not None:
        satisfaction.settle(session, enrolment=enrolment, course=course, at=at)


def module_of(catalogue: Catalogue, step: str) -> Module | None:
    """The module that the step (its IRI) belongs to."""
    modules = (module for course in catalogue.courses.values() for module in course.modules)
    return next((module for module in modules if any(each.iri == step for each in module.steps)), None)


def label_of(thing: Module | Step) -> str:
    """The name of a column for this module or step."""
    return f"{thing.code} {thing.title}"


def _of_module(session: Session, enrolment: Enrolment, module: Module) -> Score | None:
    """The module's score: full, since whoever has done all steps has passed those that are judged by themselves."""
    outline = progress.outline(session, enrolment=enrolment, module=module)
    times = [each.done_at for each in outline if each.done_at is not None]
    if len(times) < len(module.steps) or not times:
        return None
    found = _from_progress(enrolment, module, given=MAXIMUM, maximum=MAXIMUM, at=max(times))
    # A trainer's grade is worth more than a tick, where one column is all there is.
    return replace(found, yields=any(isinstance(each, Exercise) for each in module.steps))


def _of_step(session: Session, enrolment: Enrolment, step: Step) -> Score | None:
    """What the learner reached in a quiz (the best attempt) or a scenario (the first run, which counts)."""
    if isinstance(step, Quiz):
        best = quiz.standing(session, enrolment=enrolment, quiz=step).best
        if best is not None and best.score is not None and best.handed_in_at is not None:
            return _scaled(enrolment, step, best.score, best.maximum, best.handed_in_at)
    if isinstance(step, Scenario):
        first = next(iter(scenario.runs(session, enrolment=enrolment, scenario=step)), None)
        if first is not None and first.score is not None and first.ended_at is not None:
            return _scaled(enrolment, step, first.score, first.maximum, first.ended_at)
    return None


def _scaled(enrolment: Enrolment, step: Step, given: Decimal, maximum: Decimal, at: datetime) -> Score:
    share = (given / maximum * MAXIMUM).quantize(Decimal("0.01"))
    return _from_progress(enrolment, step, given=share, maximum=MAXIMUM, at=at)


def _from_progress(
    enrolment: Enrolment, thing: Module | Step, *, given: Decimal, maximum: Decimal, at: datetime
) -> Score:
    return Score(
        enrolment_id=enrolment.id,
        activity=thing.iri,
        given=given,
        maximum=maximum,
        judged_at=at,
        label=label_of(thing),
        released=False,
    )
