"""The file of a scenario: requests, choices and endings, checked so that no choice leads nowhere."""

from pathlib import Path
from typing import Any

from marshmallow import Schema, fields, validate

from courses.profile import Profile
from courses.sources import Source, html
from courses.syllabus import Choice, Ending, Meter, Node, Rule, Scenario

END = "end"
CLOCK = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$")


class MeterSchema(Schema):
    """One of the two meters."""

    title = fields.String(required=True)
    explanation = fields.String(required=True)
    start = fields.Integer(required=True)
    weight = fields.Integer(required=True)


class RuleSchema(Schema):
    """A way that is open only after an earlier choice (`node.choice`)."""

    chose = fields.String(required=True)
    go = fields.String(required=True)


class ChoiceSchema(Schema):
    """A choice; `next` holds where no rule of `branch` applies."""

    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z0-9]+$"))
    text = fields.String(required=True)
    minutes = fields.Integer(required=True, validate=validate.Range(min=0))
    progress = fields.Integer(required=True)
    queue = fields.Integer(required=True)
    sound = fields.Boolean(load_default=None)
    feedback = fields.String(required=True)
    branch = fields.List(fields.Nested(RuleSchema), load_default=[])
    next = fields.String(required=True)


class NodeSchema(Schema):
    """A request."""

    key = fields.String(required=True, validate=validate.Regexp(r"^[a-z][a-z0-9-]*$"))
    title = fields.String(required=True)
    arrives = fields.String(required=True, validate=CLOCK)
    text = fields.String(required=True)
    criterion = fields.String(load_default=None)
    choices = fields.List(fields.Nested(ChoiceSchema), required=True, validate=validate.Length(min=2, max=4))


class EndingSchema(Schema):
    """An ending; the first whose figures are met is taken, and the last takes what is left."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    least_progress = fields.Integer(load_default=None)
    most_queue = fields.Integer(load_default=None)


class ScenarioSchema(Schema):
    """`KEY.scenario.LANGUAGE.yaml`."""

    intro = fields.String(required=True)
    opens = fields.String(required=True, validate=CLOCK)
    closes = fields.String(required=True, validate=CLOCK)
    progress = fields.Nested(MeterSchema, required=True)
    queue = fields.Nested(MeterSchema, required=True)
    base = fields.Integer(required=True)
    maximum = fields.Integer(required=True, validate=validate.Range(min=1))
    pass_mark = fields.Decimal(required=True, validate=validate.Range(min=0, max=1))
    first = fields.String(required=True)
    nodes = fields.List(fields.Nested(NodeSchema), required=True, validate=validate.Length(min=1))
    endings = fields.List(fields.Nested(EndingSchema), required=True, validate=validate.Length(min=2))


def read_scenario(path: Path, face: dict[str, Any], profile: Profile) -> Scenario:
    """A scenario in which every choice leads to a request or to the end of the day."""
    source = Source.read(path)
    loaded = source.load(ScenarioSchema())
    _check(source, loaded, profile)
    nodes = {line["key"]: _node(line, face["iri"], profile) for line in loaded["nodes"]}
    return Scenario(
        **face,
        intro_html=html(loaded["intro"]),
        opens=_clock(loaded["opens"]),
        closes=_clock(loaded["closes"]),
        progress=Meter(key="progress", **loaded["progress"]),
        queue=Meter(key="queue", **loaded["queue"]),
        base=loaded["base"],
        maximum=loaded["maximum"],
        pass_mark=loaded["pass_mark"],
        first=loaded["first"],
        nodes=nodes,
        endings=tuple(_ending(line) for line in loaded["endings"]),
    )


def _clock(text: str) -> int:
    """A time of day (`08:30`) in minutes past midnight."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _node(line: dict[str, Any], iri: str, profile: Profile) -> Node:
    """A request at its own address below the scenario."""
    return Node(
        key=line["key"],
        iri=f"{iri}/{line['key']}",
        title=line["title"],
        arrives=_clock(line["arrives"]),
        html=html(line["text"]),
        criterion=line["criterion"],
        criterion_iri=profile.criteria()[line["criterion"]].iri if line["criterion"] else None,
        choices=tuple(_choice(choice) for choice in line["choices"]),
    )


def _choice(line: dict[str, Any]) -> Choice:
    """A choice whose rules end in the one that always holds."""
    rules = [Rule(go=rule["go"], chose=rule["chose"]) for rule in line["branch"]] + [Rule(go=line["next"], chose=None)]
    rest = {name: value for name, value in line.items() if name not in ("branch", "next")}
    return Choice(**rest, next=tuple(rules))


def _ending(line: dict[str, Any]) -> Ending:
    """An ending with its text as HTML."""
    rest = {name: value for name, value in line.items() if name != "text"}
    return Ending(**rest, html=html(line["text"]))


def _check(source: Source, loaded: dict[str, Any], profile: Profile) -> None:
    """Every address in the scenario leads somewhere; the last ending takes every day that no other takes."""
    keys = [line["key"] for line in loaded["nodes"]]
    if len(set(keys)) != len(keys):
        source.refuse(["nodes"], "two requests have the same key")
    if loaded["first"] not in keys:
        source.refuse(["first"], f"there is no request {loaded['first']}")
    last = loaded["endings"][-1]
    if last["least_progress"] is not None or last["most_queue"] is not None:
        source.refuse(["endings", len(loaded["endings"]) - 1], "the last ending must take every day that is left")
    choices = {f"{line['key']}.{choice['key']}" for line in loaded["nodes"] for choice in line["choices"]}
    for index, line in enumerate(loaded["nodes"]):
        if line["criterion"] is not None and line["criterion"] not in profile.criteria():
            source.refuse(["nodes", index], f"the profile has no criterion {line['criterion']}")
        for place, choice in enumerate(line["choices"]):
            fault = _choice_fault(choice, {*keys, END}, choices)
            if fault:
                source.refuse(["nodes", index, "choices", place], fault)


def _choice_fault(choice: dict[str, Any], keys: set[str], choices: set[str]) -> str:
    """Where this choice leads that does not exist; empty where all is well."""
    ways = [choice["next"], *(rule["go"] for rule in choice["branch"])]
    lost = [way for way in ways if way not in keys]
    if lost:
        return f"there is no request {lost[0]}"
    unknown = [rule["chose"] for rule in choice["branch"] if rule["chose"] not in choices]
    return f"there is no choice {unknown[0]}" if unknown else ""
