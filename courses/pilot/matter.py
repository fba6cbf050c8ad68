"""What a pilot asks about, frozen when it opens: later changes of the course do not change what people were asked."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from courses.profile import Profile
from courses.syllabus import Course, Lab, Question, Quiz

ONE_BEST, SITUATION = "single", "sjt"


@dataclass(frozen=True)
class Line:
    """Something that has a code and a text: a criterion, an outcome, an option."""

    code: str
    text: str


@dataclass(frozen=True)
class Unit:
    """A unit of the profile with what is rated of it."""

    code: str
    title: str
    criteria: tuple[Line, ...]
    outcomes: tuple[Line, ...]


@dataclass(frozen=True)
class Item:
    """A one-best or situational question of a module; `right` are the options that its author keyed."""

    code: str
    module: str
    kind: str
    text: str
    options: tuple[Line, ...]
    right: tuple[str, ...]


@dataclass(frozen=True)
class Matter:
    """Everything that a pilot asks about."""

    units: tuple[Unit, ...]
    items: tuple[Item, ...]

    def item(self, code: str) -> Item | None:
        """The item of that id."""
        return next((each for each in self.items if each.code == code), None)


def of_course(course: Course, profile: Profile) -> Matter:
    """What can be piloted of this course: the units that it teaches, and the questions of its quizzes and labs."""
    taught = {unit for module in course.modules for unit in module.units}
    units = tuple(
        Unit(
            code=unit.code,
            title=unit.title,
            criteria=tuple(Line(each.code, each.text) for each in unit.criteria),
            outcomes=tuple(Line(each.code, each.text) for each in unit.outcomes),
        )
        for unit in profile.units
        if unit.code in taught
    )
    items = tuple(_item(module, question) for module, question in _questions(course))
    return Matter(units=units, items=items)


def to_json(matter: Matter) -> dict[str, Any]:
    """The matter as it is kept in a row."""
    return asdict(matter)


def from_json(kept: dict[str, Any]) -> Matter:
    """The matter that was kept in a row."""
    units = tuple(
        Unit(each["code"], each["title"], _lines(each["criteria"]), _lines(each["outcomes"])) for each in kept["units"]
    )
    items = tuple(
        Item(**{**each, "options": _lines(each["options"]), "right": tuple(each["right"])}) for each in kept["items"]
    )
    return Matter(units=units, items=items)


def _lines(kept: list[dict[str, str]]) -> tuple[Line, ...]:
    return tuple(Line(**each) for each in kept)


def _questions(course: Course) -> Iterator[tuple[str, Question]]:
    for module in course.modules:
        for step in module.steps:
            if isinstance(step, Quiz | Lab):
                yield from ((module.code, each) for each in step.pool if each.type in (ONE_BEST, SITUATION))


def _item(module: str, question: Question) -> Item:
    best = max(option.value for option in question.options)
    return Item(
        code=question.id,
        module=module,
        kind=question.type,
        text=question.stem,
        options=tuple(Line(option.key, option.text) for option in question.options),
        right=tuple(option.key for option in question.options if option.value == best),
    )
