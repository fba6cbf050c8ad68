"""The two parts that each participant of a pilot goes through, cut into pages of a few things to rate or answer."""

from dataclasses import dataclass

from courses.pilot.matter import Item, Line, Matter

PRACTITIONER, LEARNER = "practitioner", "learner"
CRITERIA, ITEMS, BEFORE, AFTER = "criteria", "items", "before", "after"
PARTS = {PRACTITIONER: (CRITERIA, ITEMS), LEARNER: (BEFORE, AFTER)}
# What is given for each subject of a part. `retro`: how the beginning looks now, as the yardstick shifts with learning.
ASPECTS = {
    CRITERIA: ("relevant", "clear", "observable"),
    ITEMS: ("answer",),
    BEFORE: ("before",),
    AFTER: ("retro", "after"),
}
COMMENT, LONGEST_COMMENT = "comment", 1000
COMMENTED = (CRITERIA, ITEMS)
LEVELS = ("1", "2", "3", "4")
NONE_RIGHT, SEVERAL_RIGHT = "none", "several"
ITEMS_A_PAGE = 5


@dataclass(frozen=True)
class Page:
    """A page of a part: its unit (None among items), and the criteria, outcomes or items on it."""

    number: int
    unit: Line | None
    subjects: tuple[Line | Item, ...]


def pages(matter: Matter, part: str, *, items: list[str]) -> list[Page]:
    """The pages of a part, numbered from 1; `items` are the ids that this participant was dealt."""
    if part == ITEMS:
        dealt = [item for code in items if (item := matter.item(code)) is not None]
        cut = [tuple(dealt[start : start + ITEMS_A_PAGE]) for start in range(0, len(dealt), ITEMS_A_PAGE)]
        return [Page(number, None, subjects) for number, subjects in enumerate(cut, start=1)]
    return [
        Page(number, Line(unit.code, unit.title), unit.criteria if part == CRITERIA else unit.outcomes)
        for number, unit in enumerate(matter.units, start=1)
    ]


def allowed(subject: Line | Item, aspect: str) -> tuple[str, ...]:
    """The values that may be given for this subject."""
    if aspect == "answer" and isinstance(subject, Item):
        return (*(option.code for option in subject.options), NONE_RIGHT, SEVERAL_RIGHT)
    return LEVELS
