"""How two descriptions of one activity or verb become one (xAPI Data 2.4.4.1): the newer wins, piece by piece."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from xapi_store.form.interactions import COMPONENTS

COMPONENT_LISTS = frozenset(chain.from_iterable(COMPONENTS.values()))
_BY_KEY = frozenset({"name", "description", "extensions", "display"})
_OF_THE_QUESTION = COMPONENT_LISTS | {"correctResponsesPattern"}


def merge(known: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """What is known with what a newer statement says; merging the same again changes nothing.

    Languages and extensions are kept each by itself, interaction components by their ids; everything else is replaced.
    With another kind of interaction go the answers and components of the one before.
    """
    merged = dict(known)
    if newer.get("interactionType", known.get("interactionType")) != known.get("interactionType"):
        merged = {name: value for name, value in known.items() if name not in _OF_THE_QUESTION}
    for name, value in newer.items():
        if name in _BY_KEY:
            merged[name] = {**merged.get(name, {}), **value}
        elif name in COMPONENT_LISTS:
            merged[name] = _merge_components(merged.get(name, ()), value)
        else:
            merged[name] = value
    return merged


def _merge_components(known: Iterable[Mapping[str, Any]], newer: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    merged = {each["id"]: dict(each) for each in known}
    for each in newer:
        before = merged.get(each["id"], {})
        merged[each["id"]] = {**before, **each}
        if "description" in before and "description" in each:
            merged[each["id"]]["description"] = {**before["description"], **each["description"]}
    return list(merged.values())
