"""Who is where in a course, by step and by criterion: computed from evidence alone, so that anybody can recompute it.

The rules, in full. A learner is a registration that launched a module of the course. A step is *begun* when any of the
learner's statements has it as object or parent; it is *done* by `experienced` or `completed` on the step, by `passed`
on a quiz, by `submitted` in a team exercise, a task or a reflection, by `requested` where a talk was asked for. A
criterion's standing is the newest `achieved` or `failed` on it, with the level its rubric gives. Voided statements do
not count.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from courses.profile import PerformanceCriterion
from courses.syllabus import Course, Step
from xapi_store import reporting
from xapi_store import vocabulary as words
from xapi_store.reporting import Event

BEGUN, DONE = "begun", "done"
COMPLETING = frozenset({words.EXPERIENCED, words.COMPLETED, words.PASSED, words.SUBMITTED, words.REQUESTED})
HANDED_IN = {"exercise": words.SUBMITTED, "task": words.SUBMITTED, "talk": words.REQUESTED}
JUDGING = frozenset({words.ACHIEVED, words.FAILED})
READ = frozenset(
    {
        words.LAUNCHED,
        words.INITIALIZED,
        words.ANSWERED,
        words.SELECTED,
        words.JOINED,
        words.POSTED,
        words.REPLIED,
        words.EDITED,
        words.AGREED,
        *COMPLETING,
        *JUDGING,
    }
)


@dataclass(frozen=True)
class Judged:
    """How a criterion stands for a learner."""

    achieved: bool
    level: int | None
    at: datetime


@dataclass(frozen=True)
class Learner:
    """Where one registration is: steps by key (`m1/4`) and criteria by code (`U4.PC1`)."""

    registration: UUID
    account: str
    newest: datetime
    steps: dict[str, str]
    criteria: dict[str, Judged]


@dataclass(frozen=True)
class Tally:
    """How many learners have a step done, begun but not done, or not begun."""

    key: str
    title: str
    done: int
    begun: int
    ahead: int


@dataclass(frozen=True)
class Whereabouts:
    """Everybody's place in one course."""

    learners: tuple[Learner, ...]
    steps: tuple[Tally, ...]
    criteria: tuple[PerformanceCriterion, ...]


def of_store(
    session: Session,
    *,
    store_id: int,
    course: Course,
    criteria: Iterable[PerformanceCriterion],
    only: Collection[UUID] | None = None,
) -> Whereabouts:
    """Where everybody of this store is in the course; `only` these registrations, where some are named."""
    found = reporting.events(session, store_id=store_id, verbs=READ)
    seen = found if only is None else (event for event in found if event.registration in only)
    return of_events(seen, course=course, criteria=criteria)


def of_events(events: Iterable[Event], *, course: Course, criteria: Iterable[PerformanceCriterion]) -> Whereabouts:
    """The same, from these events (oldest first)."""
    steps = {step.iri: step for module in course.modules for step in module.steps}
    asked = {criterion.iri: criterion for criterion in criteria}
    modules = {module.iri for module in course.modules}
    learners: dict[UUID, Learner] = {}
    for event in events:
        if event.registration is None:
            continue
        if event.verb == words.LAUNCHED and event.object in modules and event.registration not in learners:
            learners[event.registration] = Learner(event.registration, event.actor, event.timestamp, {}, {})
        if event.registration in learners:
            learners[event.registration] = _moved(learners[event.registration], event, steps, asked)
    found = tuple(learners.values())
    return Whereabouts(found, _tallies(found, steps.values()), tuple(asked.values()))


def short(step: Step) -> str:
    """A step's key within its course, such as `m1/4`."""
    return step.id.split("/", 1)[1]


def _moved(learner: Learner, event: Event, steps: dict[str, Step], asked: dict[str, PerformanceCriterion]) -> Learner:
    """The learner after this event."""
    places, standing = dict(learner.steps), dict(learner.criteria)
    if event.verb in JUDGING and event.object in asked:
        standing[asked[event.object].code] = Judged(event.verb == words.ACHIEVED, _level(event), event.timestamp)
    for iri in {event.object, *event.parent} & steps.keys():
        step = steps[iri]
        if event.verb in COMPLETING and _completes(event, step):
            places[short(step)] = DONE
        else:
            places.setdefault(short(step), BEGUN)
    return replace(learner, newest=max(learner.newest, event.timestamp), steps=places, criteria=standing)


def _completes(event: Event, step: Step) -> bool:
    """Of these kinds of step something below them is handed in; every other step is itself what was completed."""
    wanted = HANDED_IN.get(step.kind)
    return event.verb == wanted if wanted else event.object == step.iri


def _level(event: Event) -> int | None:
    rubric = event.statement.get("result", {}).get("extensions", {}).get(words.RUBRICS, {})
    level = rubric.get(rubric.get("criterion"))
    return level if isinstance(level, int) else None


def _tallies(learners: tuple[Learner, ...], steps: Iterable[Step]) -> tuple[Tally, ...]:
    tallies = []
    for step in steps:
        count = Counter(learner.steps.get(short(step)) for learner in learners)
        tallies.append(Tally(short(step), step.title, count[DONE], count[BEGUN], count[None]))
    return tuple(tallies)
