"""What can go wrong on this floor.

CoursesError
├── NoSuchAgency
├── NoSuchCourse        (also: no such module, step, exercise; NoSuchPackage)
├── ContentRefused      content files that do not fit the format: every fault with file and line
├── PackageRefused      an archive that is no course package; the message says why
├── NotEnrolled
├── QuizClosed          no attempt left, or the attempt was already handed in
├── AnswerRefused       an answer that does not fit its question; `code` says how
├── StepClosed          a step, phase or document that takes no more changes
├── TooEarly            a team may not do this yet; `missing` says what it lacks
├── TeamRefused         a team that cannot be made up so; `code` says why
├── FilmRefused         what a player reports cannot have been so; `code` says why
├── HandInRefused       fields that cannot be handed in; `faults` says what is wrong with each
├── NotInTeam
├── NoSuchPilot         no pilot, participant or part of that name; also: a personal link that opens nothing
└── JoinRefused         two persons that cannot be joined, or a code that is not good; `code` says why
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


class CoursesError(Exception):
    """Base of this floor's errors."""


class NoSuchAgency(CoursesError):
    """No agency goes by that short name."""


class NoSuchCourse(CoursesError):
    """The catalogue holds nothing at that address."""


@dataclass(frozen=True, order=True)
class Fault:
    """Something that an author has to mend: in which file, at which line (from 1), and what."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


class ContentRefused(CoursesError):
    """Content files do not fit the format; `faults` are all there are, by file and line, and the message tells them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class NoSuchPackage(NoSuchCourse):
    """The course has no package of that name."""


class PackageRefused(CoursesError):
    """An archive that is no course package; the message says what is wrong with it."""


class NotEnrolled(CoursesError):
    """The person has no registration for this course."""


class QuizClosed(CoursesError):
    """The attempt takes no more answers, or no attempt is left."""


class AnswerRefused(CoursesError):
    """The answer does not fit its question; `code` says how, so that the page can say it beside the field."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StepClosed(CoursesError):
    """The step, phase or document takes no more changes."""


class TooEarly(CoursesError):
    """The team may not do this yet; `missing` holds the codes of what it lacks."""

    def __init__(self, *missing: str) -> None:
        super().__init__(*missing)
        self.missing = missing


class TeamRefused(CoursesError):
    """The team cannot be made up so; `code` says why: `too_few`, `too_many` or `seated`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NotInTeam(CoursesError):
    """The person does not belong to this team."""


class NoSuchPilot(CoursesError):
    """There is no such pilot, participant or part; or a personal link that opens nothing."""


class JoinRefused(CoursesError):
    """The persons were not joined: `unknown_code`, `same_person` or `joined_already`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class FilmRefused(CoursesError):
    """What a player reports was not taken; `code` says why: `beyond_the_film`, `backwards`, `too_fast` and so on."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class HandInRefused(CoursesError):
    """Some fields cannot be kept or handed in so; `faults` holds a code for each of them, by key."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(*faults.items())
        self.faults = dict(faults)
