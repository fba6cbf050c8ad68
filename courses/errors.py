"""What can go wrong on this floor.

CoursesError
├── NoSuchAgency
├── NoSuchCourse        (also: no such module, step, exercise)
├── ContentRefused      content files that do not fit the format, with file and line
├── NotEnrolled
├── QuizClosed          no attempt left, or the attempt was already handed in
├── AnswerRefused       an answer that does not fit its question; `code` says how
├── StepClosed          a step, phase or document that takes no more changes
├── TooEarly            a team may not do this yet; `missing` says what it lacks
├── TeamRefused         a team that cannot be made up so; `code` says why
├── NotInTeam
└── JoinRefused         two persons that cannot be joined, or a code that is not good; `code` says why
"""


class CoursesError(Exception):
    """Base of this floor's errors."""


class NoSuchAgency(CoursesError):
    """No agency goes by that short name."""


class NoSuchCourse(CoursesError):
    """The catalogue holds nothing at that address."""


class ContentRefused(CoursesError):
    """A content file does not fit the format; the message names file, line and what to mend."""


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


class JoinRefused(CoursesError):
    """The persons were not joined: `unknown_code`, `same_person` or `joined_already`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
