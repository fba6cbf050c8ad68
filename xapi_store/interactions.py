"""Interaction activities: which answers and components each kind of question may carry (xAPI Data, appendix C)."""

from collections.abc import Mapping
from typing import Any

from xapi_store.errors import StatementRefused
from xapi_store.rules import language_map

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


def check_interaction(definition: Mapping[str, Any], path: str) -> None:
    """The definition's question, if it has one, carries only what its kind may carry."""
    kind = definition.get("interactionType")
    if "interactionType" in definition and (not isinstance(kind, str) or kind not in COMPONENTS):
        raise StatementRefused(f"{path}.interactionType", f"must be one of {', '.join(COMPONENTS)}")
    if "correctResponsesPattern" in definition:
        _check_pattern(definition, f"{path}.correctResponsesPattern")
    for name in _LISTS:
        if name in definition:
            if not isinstance(kind, str) or name not in COMPONENTS[kind]:
                raise StatementRefused(f"{path}.{name}", "is not for this kind of interaction")
            _check_components(definition[name], f"{path}.{name}")


def _check_pattern(definition: Mapping[str, Any], path: str) -> None:
    pattern = definition["correctResponsesPattern"]
    if "interactionType" not in definition:
        raise StatementRefused(path, "needs an interactionType")
    if not isinstance(pattern, list) or not all(isinstance(each, str) for each in pattern):
        raise StatementRefused(path, "must be a list of texts")


def _check_components(components: Any, path: str) -> None:
    if not isinstance(components, list):
        raise StatementRefused(path, "must be a list")
    seen: set[str] = set()
    for number, component in enumerate(components):
        place = f"{path}[{number}]"
        if not isinstance(component, dict) or not isinstance(component.get("id"), str):
            raise StatementRefused(f"{place}.id", "must be a text")
        unknown = component.keys() - {"id", "description"}
        if unknown:
            raise StatementRefused(f"{place}.{min(unknown)}", "is not known here")
        if "description" in component:
            language_map(component["description"], f"{place}.description")
        if component["id"] in seen:
            raise StatementRefused(f"{place}.id", "appears twice")
        seen.add(component["id"])
