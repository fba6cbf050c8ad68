"""The file of a quiz: its pool of questions, checked so that every one can be answered and marked."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from courses.profile import Profile
from courses.sources import Source, html
from courses.syllabus import Option, Pairing, Question, Quiz

TYPES = ("single", "multi", "sjt", "order", "numeric", "match")
CHOICES = ("single", "multi", "sjt")
KEY = validate.Regexp(r"^[a-z0-9]+$")


class OptionSchema(Schema):
    """An option of a question."""

    key = fields.String(required=True, validate=KEY)
    text = fields.String(required=True)
    value = fields.Decimal(load_default=Decimal(0), validate=validate.Range(min=0))
    feedback = fields.String(load_default="")


class PairingSchema(Schema):
    """The left-hand side of a matching question."""

    key = fields.String(required=True, validate=KEY)
    text = fields.String(required=True)
    belongs_to = fields.String(required=True)
    feedback = fields.String(required=True)


class QuestionSchema(Schema):
    """A question of the pool."""

    id = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9-]+$"))
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    criterion = fields.String(required=True)
    stem = fields.String(required=True)
    options = fields.List(fields.Nested(OptionSchema), load_default=[])
    pairings = fields.List(fields.Nested(PairingSchema), load_default=[])
    number = fields.Decimal(load_default=None)
    tolerance = fields.Decimal(load_default=None)
    unit = fields.String(load_default="")
    note = fields.String(load_default="")


class QuizSchema(Schema):
    """`KEY.quiz.LANGUAGE.yaml`."""

    intro = fields.String(required=True)
    draw = fields.Dict(keys=fields.String(), values=fields.Integer(validate=validate.Range(min=1)), required=True)
    pass_mark = fields.Decimal(required=True, validate=validate.Range(min=0, max=1))
    attempts = fields.Integer(required=True, validate=validate.Range(min=1))
    pool = fields.List(fields.Nested(QuestionSchema), required=True, validate=validate.Length(min=1))


def read_quiz(path: Path, face: dict[str, Any], profile: Profile) -> Quiz:
    """A quiz whose pool is large enough for its draw, and whose every question can be marked."""
    source = Source.read(path)
    loaded = source.load(QuizSchema())
    seen: set[str] = set()
    for index, line in enumerate(loaded["pool"]):
        fault = _fault(line, profile) or (
            f"the id {line['id']} stands here a second time" if line["id"] in seen else ""
        )
        if fault:
            source.refuse(["pool", index], fault)
        seen.add(line["id"])
    held = Counter(line["criterion"] for line in loaded["pool"])
    for code, count in loaded["draw"].items():
        if held[code] < count:
            source.refuse(["draw", code], f"the pool holds only {held[code]} questions of {code}")
    return Quiz(
        **face,
        intro_html=html(loaded["intro"]),
        pool=tuple(_question(line, face["iri"], profile) for line in loaded["pool"]),
        draw=dict(loaded["draw"]),
        pass_mark=loaded["pass_mark"],
        attempts=loaded["attempts"],
    )


def _question(line: dict[str, Any], quiz_iri: str, profile: Profile) -> Question:
    """A question at its own address below the quiz."""
    parts = {
        "iri": f"{quiz_iri}/{line['id']}",
        "criterion_iri": profile.criteria()[line["criterion"]].iri,
        "stem_html": html(line["stem"]),
        "options": tuple(Option(**option) for option in line["options"]),
        "pairings": tuple(Pairing(**pairing) for pairing in line["pairings"]),
    }
    return Question(**{**line, **parts})


def _fault(line: dict[str, Any], profile: Profile) -> str:
    """What keeps this question from being asked or marked; empty where nothing does."""
    if line["criterion"] not in profile.criteria():
        return f"the profile has no criterion {line['criterion']}"
    keys = [option["key"] for option in line["options"]]
    if len(set(keys)) != len(keys):
        return "two options have the same key"
    if line["type"] == "numeric":
        return "" if line["number"] is not None and line["tolerance"] is not None else "number and tolerance are needed"
    if line["type"] == "match":
        return _match_fault(line, keys)
    if line["type"] == "order":
        return "" if len({option["value"] for option in line["options"]}) > 1 else "the options need places as values"
    return _choice_fault(line)


def _match_fault(line: dict[str, Any], keys: list[str]) -> str:
    """What is wrong with the pairs of a matching question."""
    strays = [pairing["key"] for pairing in line["pairings"] if pairing["belongs_to"] not in keys]
    if strays:
        return f"pairing {strays[0]} belongs to no option"
    return "" if len(line["pairings"]) > 1 else "at least two pairings are needed"


def _choice_fault(line: dict[str, Any]) -> str:
    """What is wrong with the options of a choice: too few, no key, no feedback."""
    values = [option["value"] for option in line["options"]]
    if len(values) < 3 or max(values) != 1 or min(values) == 1:
        return "at least three options are needed, with a right one (value 1) and a wrong one"
    if line["type"] == "single" and sum(values) != 1:
        return "a single choice has exactly one right option"
    if line["type"] != "sjt" and set(values) - {0, 1}:
        return "values here are 0 or 1"
    silent = [option["key"] for option in line["options"] if not option["feedback"]]
    return f"option {silent[0]} has no feedback" if silent else ""
