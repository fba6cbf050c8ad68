"""Marking: an answer is read from a form, written as xAPI writes responses, and judged against its question. Pure.

Responses follow xAPI Data 2.4.4.1 (interaction activities): `a[,]c` for choices and orders, `1[.]b[,]2[.]a` for
pairs, a plain number for numbers. What is right is never part of a definition: it would give later readers the key.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from courses.errors import AnswerRefused
from courses.syllabus import Question
from courses.texts import within

AND = "[,]"
WITH = "[.]"
CENT = Decimal("0.01")
INTERACTIONS = {
    "single": "choice",
    "multi": "choice",
    "sjt": "choice",
    "order": "sequencing",
    "numeric": "numeric",
    "match": "matching",
    "short": "fill-in",
}
LONGEST_SHORT = 200


@dataclass(frozen=True)
class Mark:
    """What an answer is worth, of one point; `success` is full credit."""

    score: Decimal
    success: bool


def written(question: Question, given: Sequence[str]) -> str:
    """The answer as xAPI writes it. `given` are a form's values: option keys, one number, or pairs (`1[.]b`).

    AnswerRefused (`choose_one`, `choose_some`, `order_all`, `match_all`, `number_needed`, `empty`, `too_long`) where
    they do not fit.
    """
    values = [value.strip() for value in given if value.strip()]
    if question.type == "numeric":
        return _number(values)
    if question.type == "match":
        return _pairs(question, values)
    if question.type == "short":
        return _words(values)
    keys = [option.key for option in question.options]
    if question.type == "order":
        if sorted(values) != sorted(keys):
            raise AnswerRefused("order_all")
        return AND.join(values)
    single = question.type in ("single", "sjt")
    if not values or (single and len(values) != 1) or not set(values) <= set(keys):
        raise AnswerRefused("choose_one" if single else "choose_some")
    return AND.join(key for key in keys if key in values)


def _words(values: list[str]) -> str:
    """The words on one line, without what separates the parts of a response."""
    given = " ".join(within(" ".join(values), most=LONGEST_SHORT).split()).replace(AND, " ").replace(WITH, " ")
    if not given.strip():
        raise AnswerRefused("empty")
    return given


def _number(values: list[str]) -> str:
    """The one number given, with a decimal point; a decimal comma and a percent sign are understood."""
    number = values[0].rstrip("% ").replace(",", ".") if len(values) == 1 else ""
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", number):
        raise AnswerRefused("number_needed")
    return format(Decimal(number), "f")


def _pairs(question: Question, values: list[str]) -> str:
    """One pair for each left-hand side, in the question's order."""
    pairs = dict(value.split(WITH, 1) for value in values if WITH in value)
    keys = {option.key for option in question.options}
    if set(pairs) != {pairing.key for pairing in question.pairings} or not set(pairs.values()) <= keys:
        raise AnswerRefused("match_all")
    return AND.join(f"{pairing.key}{WITH}{pairs[pairing.key]}" for pairing in question.pairings)


def mark(question: Question, response: str) -> Mark:
    """What this response is worth: exact ones one point, near ones a part of it, guesses about nothing."""
    share = {
        "single": _choice,
        "sjt": _choice,
        "multi": _choices,
        "order": _order,
        "numeric": _within,
        "match": _matched,
        "short": _accepted,
    }[question.type](question, response)
    return Mark(score=share.quantize(CENT), success=share == 1)


def _choice(question: Question, response: str) -> Decimal:
    """The value of the option chosen."""
    return next(option.value for option in question.options if option.key == response)


def _choices(question: Question, response: str) -> Decimal:
    """The share of right options chosen, less as many as were chosen wrongly, and never below nothing."""
    chosen = response.split(AND)
    right = {option.key for option in question.options if option.value == 1}
    hits = sum(1 if key in right else -1 for key in chosen)
    return Decimal(max(hits, 0)) / len(right)


def _order(question: Question, response: str) -> Decimal:
    """Pairs in the right order, less those in the wrong one, as a share; never below nothing. Equal places are free."""
    places = {option.key: option.value for option in question.options}
    pairs = [(places[one], places[two]) for one, two in combinations(response.split(AND), 2)]
    keyed = [(one, two) for one, two in pairs if one != two]
    balance = sum(1 if one < two else -1 for one, two in keyed)
    return Decimal(max(balance, 0)) / len(keyed)


def _within(question: Question, response: str) -> Decimal:
    """One where the number lies within the tolerance, otherwise nothing."""
    off = abs(Decimal(response) - (question.number or Decimal(0)))
    return Decimal(1 if off <= (question.tolerance or Decimal(0)) else 0)


def _matched(question: Question, response: str) -> Decimal:
    """The share of right pairs."""
    pairs = dict(pair.split(WITH, 1) for pair in response.split(AND))
    hits = sum(pairs[pairing.key] == pairing.belongs_to for pairing in question.pairings)
    return Decimal(hits) / len(question.pairings)


def _accepted(question: Question, response: str) -> Decimal:
    """One where the words are among those accepted, otherwise nothing."""
    given = _bare(response)
    return Decimal(1 if any(_fits(given, accepted) for accepted in question.accepted) else 0)


def _fits(given: str, accepted: str) -> bool:
    """Whether a bare answer is the accepted one, where a star stands for anything or nothing."""
    pieces = [re.escape(_bare(piece)) for piece in accepted.split("*")]
    return re.fullmatch(".*".join(pieces), given) is not None


def _bare(text: str) -> str:
    """The words alone: without letter case, accents, punctuation and doubled spaces."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign if sign.isalnum() else " " for sign in letters if not unicodedata.combining(sign))
    return " ".join("".join(kept).split())


def definition(question: Question) -> dict[str, Any]:
    """The question as an xAPI interaction activity, without what is right. (xAPI Data 2.4.4.1)"""
    interaction = INTERACTIONS[question.type]
    described: dict[str, Any] = {"interactionType": interaction, "description": {"en": question.stem.strip()}}
    options = [{"id": option.key, "description": {"en": option.text}} for option in question.options]
    if interaction in ("choice", "sequencing"):
        described["choices"] = options
    elif interaction == "matching":
        described["source"] = [{"id": line.key, "description": {"en": line.text}} for line in question.pairings]
        described["target"] = options
    return described
