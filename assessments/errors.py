"""What can go wrong on this floor.

AssessmentError
├── NoSuchGrading
├── NotYourTask          a team member, another agency's officer, the holder or the assessor where they may not be
├── LevelsRefused        a level outside 1 to 4, or for a criterion or member the exercise does not have
├── LevelsMissing        a release before every required level is given
├── StaleGrading         somebody else saved meanwhile; `changes` says what
├── AlreadyReleased
├── RuleRefused          a rule document that does not fit the format
├── NoSuchRule
├── NotQualified         the evidence does not meet the rule; `verdict` says why
├── TextRefused          a text that must not be signed: control characters, or nothing at all
├── NoSuchCertificate
├── NoSuchStatusList
├── AlreadyRevoked
├── CannotBePrinted      a name in a script for which no typeface is at hand
└── Unreadable           bytes in which no credential can be found
"""

from typing import Any


class AssessmentError(Exception):
    """Base of this floor's errors."""


class NoSuchGrading(AssessmentError):
    """Nothing is being graded under that id."""


class NotYourTask(AssessmentError):
    """This person may not do this; `reason` is a code for the door to word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LevelsRefused(AssessmentError):
    """A level is not a whole number from 1 to 4, or belongs to nothing in this exercise."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {reason}" for field, reason in sorted(fields.items())))
        self.fields = fields


class LevelsMissing(AssessmentError):
    """Levels are still to be given before this grading may be released; `fields` names them."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class StaleGrading(AssessmentError):
    """Somebody saved this grading meanwhile; `changes` maps each field to (what was seen, what stands now)."""

    def __init__(self, version: int, changes: dict[str, tuple[Any, Any]]) -> None:
        super().__init__(f"version {version} stands: {', '.join(sorted(changes))}")
        self.version = version
        self.changes = changes


class AlreadyReleased(AssessmentError):
    """The grade has been released and stands."""


class RuleRefused(AssessmentError):
    """The rule document does not fit the format; the message names the file and the fields."""


class NoSuchRule(AssessmentError):
    """No rule goes by that id and version."""


class NotQualified(AssessmentError):
    """The evidence does not meet the rule."""

    def __init__(self, verdict: Any) -> None:
        super().__init__("rule not met")
        self.verdict = verdict


class TextRefused(AssessmentError):
    """A text that must not be signed; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class NoSuchCertificate(AssessmentError):
    """No certificate goes by that id."""


class NoSuchStatusList(AssessmentError):
    """No status list goes by that number."""


class AlreadyRevoked(AssessmentError):
    """The certificate was revoked before; the first reason stands."""


class CannotBePrinted(AssessmentError):
    """No typeface at hand has every letter of this certificate; the signed credential is not concerned."""


class Unreadable(AssessmentError):
    """No credential can be found in these bytes; `reason` is a code for the door to word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
