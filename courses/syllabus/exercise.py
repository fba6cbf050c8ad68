"""Team exercises."""

from dataclasses import dataclass

from courses.syllabus.rubric import Rubric
from courses.syllabus.step import Step
from xapi_store import vocabulary as words


@dataclass(frozen=True)
class Role:
    """A role in a team exercise, and its task."""

    key: str
    title: str
    task: str
    html: str = ""


@dataclass(frozen=True)
class Phase:
    """A timed phase of an exercise; `gate` says what must be true before the team moves on."""

    key: str
    title: str
    minutes: int
    do: str
    gate: str
    html: str = ""


@dataclass(frozen=True)
class Material:
    """Something to read that only these roles see (none named: everyone)."""

    key: str
    title: str
    roles: tuple[str, ...]
    html: str


@dataclass(frozen=True)
class Partner:
    """What the scripted partner of somebody who works alone writes at the beginning of a phase.

    `role` names the part that the partner plays; `key` is the same in all of one partner's messages.
    """

    key: str
    role: str
    phase: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Exercise(Step):
    """A team exercise: roles, timed phases, one shared document that begins as `seed`, and a rubric.

    Where `solo` is set somebody may do it alone, beside the scripted `partners`.
    """

    brief_html: str
    least: int
    most: int
    roles: tuple[Role, ...]
    phases: tuple[Phase, ...]
    document_title: str
    seed: str
    rubric: Rubric
    licence: str
    solo: bool = False
    materials: tuple[Material, ...] = ()
    partners: tuple[Partner, ...] = ()

    kind = "exercise"
    activity_type = words.TYPE_COLLABORATION
