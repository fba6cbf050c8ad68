"""Interaction activities: which answers and components each kind of question may carry (xAPI Data 2.4.4.1)."""

from collections.abc import Mapping
from typing import Any

from xapi_store.form import rules
from xapi_store.form.rules import Fault, Rule, Table

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
_LISTS = ("choices", "scale", "source", "target", "steps")


def _components() -> Rule:
    every = rules.list_of(
        rules.an_object({"id": rules.text, "description": rules.language_map}, "id"),
    )

    def rule(value: Any) -> None:
        every(value)
        seen: set[str] = set()
        for number, component in enumerate(value):
            if component["id"] in seen:
                raise Fault("repeated-id", "appears twice", "id", number)
            seen.add(component["id"])

    return rule


MEMBERS: Table = {
    "interactionType": rules.form("interaction", COMPONENTS.__contains__, f"must be one of {', '.join(COMPONENTS)}"),
    "correctResponsesPattern": rules.list_of(rules.text),
    **dict.fromkeys(_LISTS, _components()),
}


def check_interaction(definition: Mapping[str, Any]) -> None:
    """The definition's question, if it has one, carries only what its kind may carry."""
    if MEMBERS.keys().isdisjoint(definition):
        return
    kind = definition.get("interactionType")
    if "correctResponsesPattern" in definition and kind is None:
        raise Fault("interaction", "needs an interactionType", "correctResponsesPattern")
    allowed = COMPONENTS[kind] if kind is not None else ()
    for name in _LISTS:
        if name in definition and name not in allowed:
            raise Fault("interaction", "is not for this kind of interaction", name)
