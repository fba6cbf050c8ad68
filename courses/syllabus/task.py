"""What is done at work or face to face: tasks and talks."""

from dataclasses import dataclass

from courses.syllabus.rubric import Rubric
from courses.syllabus.step import Step
from xapi_store import vocabulary as words


@dataclass(frozen=True)
class Field:
    """Something to hand in with a task. `kind`: text, line, number, date, choice (of `options`), hours, file."""

    key: str
    title: str
    kind: str
    limit: int
    hint_html: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Example:
    """Somebody else's work, shown once the own one was handed in."""

    title: str
    html: str


@dataclass(frozen=True, kw_only=True)
class Task(Step):
    """Work in the own workplace. `confirmed_by` (firm, supervisor, colleague; or None) confirms it, `peers` read it."""

    intro_html: str
    confirmed_by: str | None
    peers: int
    fields: tuple[Field, ...]
    rubric: Rubric
    examples: tuple[Example, ...]

    kind = "task"
    activity_type = words.TYPE_PROJECT


@dataclass(frozen=True, kw_only=True)
class Talk(Step):
    """A talk of so many minutes with a trainer, a panel of two assessors or somebody else (`talk_with`), judged by its
    rubric."""

    intro_html: str
    talk_with: str
    talk_minutes: int
    rubric: Rubric

    kind = "talk"
    activity_type = words.TYPE_MEETING
