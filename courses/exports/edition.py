"""A course as it is to be packed: which of its steps work alone, in which language, and where its tool is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from courses.licences import Credit, credit
from courses.syllabus import Course, Module, Quiz, Reading, Reflection, Scenario, Step, Video

# These need nobody else, and no room to work in together.
ALONE = (Reading, Video, Scenario, Quiz, Reflection)


def translatable(text: str) -> str:
    """The text as it is: it is marked here, and put into a language when a page is made."""
    return text


@dataclass(frozen=True, eq=False)
class Edition:
    """One version of a course in one language. `address` is the installation's; `films` says whether films go along.

    `home` is where the pages' way up ends, if they are read on a site that has something above them.
    `translate` puts the few words of the packages' own pages into the language.
    """

    course: Course
    language: str
    address: str
    films: bool = True
    home: str = ""
    translate: Callable[[str], str] = str

    @property
    def title(self) -> str:
        """The course's title in this language."""
        return self.course.title_in(self.language)

    @property
    def summary(self) -> str:
        """The course's summary in this language."""
        return self.course.summaries.get(self.language, self.course.summary)

    @property
    def modules(self) -> tuple[Module, ...]:
        """The modules, each in this language as far as it was translated."""
        return self.course.modules_in(self.language)

    @property
    def credit(self) -> Credit:
        """How a copy has to credit it."""
        return credit(self.course, language=self.language)

    def alone(self, module: Module) -> tuple[Step, ...]:
        """Those steps of a module that somebody can do alone in a browser."""
        return tuple(step for step in module.steps if isinstance(step, ALONE))

    def module_language(self, module: Module) -> str:
        """The language that this module is in."""
        return module.language or self.course.language

    def self_study(self) -> Iterator[tuple[Module, tuple[Step, ...]]]:
        """Every module that has such steps, with them."""
        for module in self.modules:
            steps = self.alone(module)
            if steps:
                yield module, steps

    def launch_address(self, module: Module) -> str:
        """Where a platform launches this module: its own address, as some platforms drop all other parameters."""
        return f"{self.address}/learn/{self.course.slug}/{module.slug}"


def pass_mark(step: Step) -> Decimal | None:
    """The share from which the step counts as passed; None where nothing is judged."""
    return step.pass_mark if isinstance(step, Quiz | Scenario) else None


def in_company(step: Step) -> bool:
    """Whether the step needs other people: a team, a trainer, a firm."""
    return not isinstance(step, ALONE)
