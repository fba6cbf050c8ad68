"""Questions: in quizzes and labs, and in between as a check of oneself."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Option:
    """A possible answer. `value` is 0 to 1 for choices; for ordering it is the place, equal places being equal."""

    key: str
    text: str
    value: Decimal
    feedback: str


@dataclass(frozen=True)
class Pairing:
    """The left-hand side of a matching question, and the key of the option that belongs to it."""

    key: str
    text: str
    belongs_to: str
    feedback: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of type single, multi, sjt, order, numeric, match or short; each is worth one point at most.

    `options` are the choices, the things to order, or the right-hand sides to match with `pairings`. `accepted` are the
    answers of a short text, `*word*` standing for anything that holds the word. `criterion` is None for a check of
    oneself that speaks to none.
    """

    id: str
    iri: str
    type: str
    criterion: str | None
    criterion_iri: str | None
    stem_html: str
    stem: str
    options: tuple[Option, ...] = ()
    pairings: tuple[Pairing, ...] = ()
    number: Decimal | None = None
    tolerance: Decimal | None = None
    unit: str = ""
    accepted: tuple[str, ...] = ()
    note: str = ""
    line: int = field(default=0, compare=False)
