"""Where the specification says so: the section behind each rule (xAPI 1.0.3, Part Two: Data; 2.0 where it is new)."""

from collections.abc import Mapping, Sequence

# A rule about the form of a value has its section wherever the value stands.
_OF_RULE: Mapping[str, str] = {
    "null": "Data 2.2",
    "unknown-member": "Data 2.2",
    "type": "Data 2.2",
    "voiding": "Data 2.3.2",
    "activity-only": "Data 2.4.6",
    "nested-sub-statement": "Data 2.4.4.3",
    "iri": "Data 4.3",
    "uuid": "Data 4.4",
    "timestamp": "Data 4.5",
    "duration": "Data 4.6",
}

# Every other rule belongs to the member it is about, or to the nearest one around it that has a section.
_OF_MEMBER: Mapping[str, str] = {
    "id": "Data 2.4.1",
    "account": "Data 2.4.2.4",
    "mbox": "Data 2.4.2.3",
    "mbox_sha1sum": "Data 2.4.2.3",
    "openid": "Data 2.4.2.3",
    "member": "Data 2.4.2.2",
    "actor": "Data 2.4.2",
    "verb": "Data 2.4.3",
    "definition": "Data 2.4.4.1",
    "object": "Data 2.4.4",
    "score": "Data 2.4.5.1",
    "result": "Data 2.4.5",
    "contextActivities": "Data 2.4.6.2",
    "contextAgents": "xAPI 2.0 4.2.2.5",
    "contextGroups": "xAPI 2.0 4.2.2.5",
    "context": "Data 2.4.6",
    "timestamp": "Data 2.4.7",
    "stored": "Data 2.4.8",
    "authority": "Data 2.4.9",
    "version": "Data 2.4.10",
    "attachments": "Data 2.4.11",
}


def of(rule: str, steps: Sequence[str | int]) -> str:
    """The section that a broken rule stands in; `steps` lead to the fault, the innermost first."""
    if rule in _OF_RULE:
        return _OF_RULE[rule]
    if rule == "language" and steps[0] != "language":
        return "Data 4.2"
    # An `id` inside something is that thing's.
    around = steps if len(steps) == 1 else [step for step in steps if step != "id"]
    return next((_OF_MEMBER[step] for step in around if isinstance(step, str) and step in _OF_MEMBER), "Data 2.4")
