"""What a course is made of: modules, and in them steps of five kinds. Read from files, never changed while running.

Texts ending in `_html` were made from Markdown with HTML switched off; headings in them begin at level two.
"""

from dataclasses import dataclass
from decimal import Decimal

from xapi_store import vocabulary as words


@dataclass(frozen=True)
class Step:
    """One thing to do in a module. `id` is its short address (`oicf/m1/4`), `iri` its permanent one."""

    id: str
    iri: str
    key: str
    code: str
    title: str
    lead: str
    minutes: int
    criteria: tuple[str, ...]
    module_iri: str
    course_iri: str
    profile_version: str

    kind = "step"
    activity_type = words.TYPE_STEP


@dataclass(frozen=True)
class Section:
    """A part of a reading under its own heading; `key` is its place in the address (`#key`)."""

    key: str
    title: str
    html: str


@dataclass(frozen=True)
class Reading(Step):
    """A text in short sections."""

    sections: tuple[Section, ...]

    kind = "reading"
    activity_type = words.TYPE_PAGE


@dataclass(frozen=True)
class Scene:
    """A few seconds of a case film: what is seen, and the words that are spoken (the transcript)."""

    starts: int
    ends: int
    picture: str
    narration: str


@dataclass(frozen=True)
class Case(Step):
    """A case told in scenes, with one prompt; the answer stays between learner and trainer."""

    firm: str
    sector: str
    scenes: tuple[Scene, ...]
    prompt: str
    prompt_hint: str

    kind = "case"
    activity_type = words.TYPE_PAGE


@dataclass(frozen=True)
class Meter:
    """One of a scenario's two figures; its value counts `weight` points each in the score."""

    key: str
    title: str
    explanation: str
    start: int
    weight: int


@dataclass(frozen=True)
class Rule:
    """Where a choice leads; `chose` names an earlier choice (`node.option`) that must have been made, if any."""

    go: str
    chose: str | None


@dataclass(frozen=True)
class Choice:
    """One way to answer a request: its cost in minutes, what it does to the meters, what happened and why.

    `sound` is set where the choice is evidence for the node's criterion, else None.
    """

    key: str
    text: str
    minutes: int
    progress: int
    queue: int
    sound: bool | None
    feedback: str
    next: tuple[Rule, ...]


@dataclass(frozen=True)
class Node:
    """A request that arrives during the day, at `arrives` minutes past midnight."""

    key: str
    iri: str
    title: str
    arrives: int
    html: str
    criterion: str | None
    criterion_iri: str | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Ending:
    """How the day ends when the firm's progress is at least, and the queue at most, these figures."""

    key: str
    title: str
    html: str
    least_progress: int | None
    most_queue: int | None


@dataclass(frozen=True)
class Scenario(Step):
    """A working day of requests. Score = base + the meters' weighted values, never below 0 nor above the maximum."""

    intro_html: str
    opens: int
    closes: int
    progress: Meter
    queue: Meter
    base: int
    maximum: int
    pass_mark: Decimal
    first: str
    nodes: dict[str, Node]
    endings: tuple[Ending, ...]

    kind = "scenario"
    activity_type = words.TYPE_SCENARIO


@dataclass(frozen=True)
class Option:
    """A possible answer. `value` is 0 to 1 for choices; for ordering it is the place, equal places being equal."""

    key: str
    text: str
    value: Decimal
    feedback: str


@dataclass(frozen=True)
class Pairing:
    """The left-hand side of a matching question, and the key of the option that belongs to it."""

    key: str
    text: str
    belongs_to: str
    feedback: str


@dataclass(frozen=True)
class Question:
    """A quiz question of type single, multi, sjt, order, numeric or match; each is worth one point at most.

    `options` are the choices, the things to order, or the right-hand sides to match with `pairings`.
    """

    id: str
    iri: str
    type: str
    criterion: str
    criterion_iri: str
    stem_html: str
    stem: str
    options: tuple[Option, ...]
    pairings: tuple[Pairing, ...]
    number: Decimal | None
    tolerance: Decimal | None
    unit: str
    note: str


@dataclass(frozen=True)
class Quiz(Step):
    """Questions drawn from a pool, so many of each criterion; passed at `pass_mark` (0 to 1)."""

    intro_html: str
    pool: tuple[Question, ...]
    draw: dict[str, int]
    pass_mark: Decimal
    attempts: int

    kind = "quiz"
    activity_type = words.TYPE_ASSESSMENT

    def question(self, question_id: str) -> Question | None:
        """The question of the pool by that id."""
        return next((question for question in self.pool if question.id == question_id), None)


@dataclass(frozen=True)
class Role:
    """A role in a team exercise, and its task in one sentence."""

    key: str
    title: str
    task: str


@dataclass(frozen=True)
class Phase:
    """A timed phase of an exercise; `gate` says what must be true before the team moves on."""

    key: str
    title: str
    minutes: int
    do: str
    gate: str


@dataclass(frozen=True)
class Criterion:
    """A line of a rubric, with four levels in words. Group criteria speak to a criterion of the profile."""

    key: str
    title: str
    levels: tuple[str, str, str, str]
    code: str | None = None
    iri: str | None = None


@dataclass(frozen=True)
class Rubric:
    """How an exercise is judged: what the team made (`group`), and how each member took part (`conduct`)."""

    id: str
    group: tuple[Criterion, ...]
    conduct: tuple[Criterion, ...]


@dataclass(frozen=True)
class Exercise(Step):
    """A team exercise: roles, timed phases, one shared document that begins as `seed`, and a rubric."""

    brief_html: str
    least: int
    most: int
    roles: tuple[Role, ...]
    phases: tuple[Phase, ...]
    document_title: str
    seed: str
    rubric: Rubric
    licence: str

    kind = "exercise"
    activity_type = words.TYPE_COLLABORATION


@dataclass(frozen=True)
class Module:
    """A part of a course that a platform can launch; `result` is what the learner can do afterwards."""

    slug: str
    iri: str
    code: str
    title: str
    result: str
    units: tuple[str, ...]
    minutes: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Course:
    """One version of a course."""

    slug: str
    iri: str
    version: str
    title: str
    summary: str
    language: str
    licence: str
    authors: str
    modules: tuple[Module, ...]
