"""What can go wrong on this floor.

CoursesError
├── NoSuchAgency
├── NoSuchCourse        (also: no such module, step, exercise)
├── ContentRefused      content files that do not fit the format, with file and line
├── NotEnrolled
├── QuizClosed          no attempt left, or the attempt was already handed in
├── StepClosed          a step, phase or document that takes no more changes
└── NotInTeam
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


class StepClosed(CoursesError):
    """The step, phase or document takes no more changes."""


class NotInTeam(CoursesError):
    """The person does not belong to this team."""
