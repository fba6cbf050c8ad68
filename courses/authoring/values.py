"""The forms that values of settings take, for the schemas: lists with commas, figures with words, times of day."""

import re
from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from courses.syllabus import EVERYONE, Bound, Evidence, Meter, Overtime

NUMBER = re.compile(r"[+-]?\d+")


def number(text: str) -> int | None:
    """A whole number, also with a typographic minus; None where it is none."""
    plain = text.strip().replace("−", "-").replace("–", "-")
    return int(plain) if NUMBER.fullmatch(plain) else None


def pieces(text: str) -> list[str]:
    """What stands between commas."""
    return [piece.strip() for piece in text.split(",") if piece.strip()]


class Form(fields.Field[Any], ABC):
    """A value of a certain form; `form` tells the author which."""

    form = ""

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value; None where the text has another form."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = self.read(str(value))
        if found is None:
            raise ValidationError(f"write it as {self.form}")
        return found


class Whole(Form):
    """A whole number, from `least` on; words after it (`3 sentences`) do not matter."""

    def __init__(self, least: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.form = f"a whole number from {least} on"

    def read(self, text: str) -> int | None:
        """The number."""
        found = number(text.split(" ")[0])
        return found if found is not None and found >= self.least else None


class Share(Form):
    """A number from 0 to 1, or a percentage."""

    form = "a number from 0 to 1, such as 0.70"

    def read(self, text: str) -> Decimal | None:
        """The share."""
        if not re.fullmatch(r"\d+(\.\d+)? ?%?", text):
            return None
        share = Decimal(text.rstrip("% ")) / (100 if text.endswith("%") else 1)
        return share if share <= 1 else None


class YesNo(Form):
    """Yes or no."""

    form = "yes or no"

    def read(self, text: str) -> bool | None:
        """True for yes."""
        return {"yes": True, "no": False}.get(text.lower())


class EvidenceList(Form):
    """`U6.PC3 A, U1.PC4 T`."""

    form = "a criterion and the kind of evidence (A, T, P, F, R or W), then a comma, such as U6.PC3 A, U1.PC4 T"

    def read(self, text: str) -> tuple[Evidence, ...] | None:
        """The pairs, in order."""
        found = [re.fullmatch(r"(\S+) +([ATPFRW])", piece) for piece in pieces(text)]
        return tuple(Evidence(each[1], each[2]) for each in found if each) if all(found) else None


class Draw(Form):
    """`U6.PC3 6, U1.PC4 3`, or a number of questions in all."""

    form = "a number, or a criterion and its number, then a comma, such as U6.PC3 6, U1.PC4 3"

    def read(self, text: str) -> dict[str, int] | int | None:
        """How many of each criterion, or in all."""
        if re.fullmatch(r"[1-9]\d*", text):
            return int(text)
        found = [re.fullmatch(r"(\S+?):? +([1-9]\d*)", piece) for piece in pieces(text)]
        return {each[1]: int(each[2]) for each in found if each} if found and all(found) else None


class Keys(Form):
    """`everyone`, or keys with commas."""

    form = "everyone, or keys with commas between them"

    def read(self, text: str) -> tuple[str, ...] | None:
        """The keys; none for everyone."""
        if text == "everyone":
            return EVERYONE
        found = pieces(text)
        return tuple(found) if found and all(re.fullmatch(r"[a-z][a-z0-9-]*", key) for key in found) else None


class Clock(Form):
    """`08:30 to 16:30`."""

    form = "two times of day, such as 08:30 to 16:30"

    def read(self, text: str) -> tuple[int, int] | None:
        """Opening and closing, in minutes past midnight."""
        opens, _, closes = text.partition(" to ")
        found = (time_of_day(opens), time_of_day(closes))
        return (found[0], found[1]) if found[0] is not None and found[1] is not None and found[0] < found[1] else None


class TimeOfDay(Form):
    """`09:15`."""

    form = "a time of day, such as 09:15"

    def read(self, text: str) -> int | None:
        """Minutes past midnight."""
        return time_of_day(text)


def time_of_day(text: str) -> int | None:
    """A time of day (`08:30`) in minutes past midnight; None where it is none."""
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text.strip()):
        return None
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


class OvertimeValue(Form):
    """`30 minutes, queue +1`."""

    form = "minutes and what they do to a meter, such as 30 minutes, queue +1"

    def read(self, text: str) -> Overtime | None:
        """The rule of overtime."""
        found = re.fullmatch(r"([1-9]\d*) min(?:utes)?, *(\S+) +([+−–-]?\d+)", text)
        return Overtime(int(found[1]), found[2], number(found[3]) or 0) if found else None


class Score(Form):
    """`base 8, best 28, pass 0.60`."""

    form = "base, best and pass, such as base 8, best 28, pass 0.60"

    def read(self, text: str) -> tuple[int, int, Decimal] | None:
        """Base, best and the share that passes."""
        named = dict(piece.rsplit(" ", 1) for piece in pieces(text) if " " in piece)
        base, best, passes = number(named.get("base", "0")), number(named.get("best", "")), named.get("pass", "")
        share = Share().read(passes)
        whole = set(named) <= {"base", "best", "pass"} and base is not None and best is not None and best > 0
        return (base or 0, best or 0, share) if whole and share is not None else None


def meter(key: str, text: str) -> Meter | None:
    """`0, weight 2, most 10, Name. What it means.` as a meter; None where the text has another form."""
    found = re.fullmatch(
        r"([+−–-]?\d+)(?:, *weight ([+−–-]?\d+))?(?:, *most (\d+))?, *(?! *(?:most|weight) )([^.]+?)(?:\.(?: +(.*))?)?",
        text.strip(),
    )
    if found is None:
        return None
    start, weight, most, title, explanation = found.groups()
    return Meter(
        key=key,
        title=title.strip(),
        explanation=(explanation or "").strip(),
        start=number(start) or 0,
        weight=number(weight or "0") or 0,
        most=int(most) if most else None,
    )


class Bounds(Form):
    """`progress >= 6, queue <= 5`."""

    form = "meters with the figures they need, such as progress >= 6, queue <= 5"

    def read(self, text: str) -> tuple[Bound, ...] | None:
        """The bounds."""
        found = [re.fullmatch(r"([a-z][a-z0-9-]*) *(>=|≥|<=|≤) *(\d+)", piece) for piece in pieces(text)]
        if not found or not all(found):
            return None
        return tuple(_bound(each[1], each[2] in (">=", "≥"), int(each[3])) for each in found if each)


def _bound(key: str, least: bool, figure: int) -> Bound:
    return Bound(key, figure if least else None, None if least else figure)
