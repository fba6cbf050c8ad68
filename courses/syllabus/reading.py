"""What is read, watched and written about by oneself: readings, films, reflections."""

from dataclasses import dataclass

from courses.syllabus.question import Question
from courses.syllabus.step import Step
from xapi_store import vocabulary as words


@dataclass(frozen=True)
class Prompt:
    """Something to write about: the question, a hint below it, and how much (`least` sentences, `limit` characters)."""

    text: str
    hint_html: str
    least: int
    limit: int


@dataclass(frozen=True)
class Passage:
    """A piece of a section's text."""

    html: str


@dataclass(frozen=True)
class Section:
    """A part of a reading under its own heading; `key` is its place in the address (`#key`).

    `parts` are texts and, between them, checks of oneself.
    """

    key: str
    title: str
    parts: tuple[Passage | Question, ...]

    @property
    def html(self) -> str:
        """The section's text without its questions."""
        return "".join(part.html for part in self.parts if isinstance(part, Passage))

    @property
    def questions(self) -> tuple[Question, ...]:
        """The section's checks of oneself."""
        return tuple(part for part in self.parts if isinstance(part, Question))


@dataclass(frozen=True, kw_only=True)
class Reading(Step):
    """A text in short sections."""

    sections: tuple[Section, ...]

    kind = "reading"
    activity_type = words.TYPE_PAGE

    @property
    def questions(self) -> tuple[Question, ...]:
        """The checks of oneself in all sections."""
        return tuple(question for section in self.sections for question in section.questions)


@dataclass(frozen=True)
class Scene:
    """A few seconds of a film: what is seen, what stands on the screen, and the words that are spoken."""

    picture: str
    on_screen: str
    narration: str


@dataclass(frozen=True, kw_only=True)
class Video(Step):
    """A case told in scenes. `name` names its built files (`media/v1.mp4`).

    After scene `pause` (from 1) it stops for a question, or a prompt whose answer stays between learner and trainer.
    """

    intro_html: str
    name: str
    firm: str
    sector: str
    scenes: tuple[Scene, ...]
    pause: int
    question: Question | None
    prompt: Prompt | None

    kind = "video"
    activity_type = words.TYPE_VIDEO


@dataclass(frozen=True, kw_only=True)
class Reflection(Step):
    """A prompt to write to; the words stay between learner and trainer."""

    intro_html: str
    prompt: Prompt

    kind = "reflection"
    activity_type = words.TYPE_ESSAY
