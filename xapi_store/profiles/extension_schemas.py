"""The JSON Schema that a profile gives for the value of an extension (xAPI Profiles 2, 7.2), kept within bounds.

A schema comes from outside and is run for every statement. So nothing is ever fetched for it, its patterns are matched
in linear time, it cannot refer to itself, and what it grows to once its references are followed has a limit.
"""

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import orjson

Check = Callable[[Any], str | None]
"""What is wrong with a value, in words; None where nothing is."""

DEEPEST = 60
_LARGEST = 64 * 1024
_MOST_PARTS = 10_000
_DEEPEST_SCHEMA = 40
_LONGEST_REASON = 300


def compile_schema(text: str) -> Check:
    """The schema (JSON Schema Draft-07, as the text of a profile's `inlineSchema`) judges values.

    ValueError says why it cannot be used.
    """
    if len(text) > _LARGEST:
        raise ValueError(f"is longer than {_LARGEST} characters")
    try:
        schema = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error}") from error
    _Measure(schema).take(schema, ())
    try:
        validator = jsonschema_rs.Draft7Validator(
            schema, retriever=_fetch_nothing, pattern_options=jsonschema_rs.RegexOptions()
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(f"is not a Draft-07 schema: {str(error).splitlines()[0]}") from error
    return _check(validator)


def is_deeper(value: Any, most: int) -> bool:
    """Whether the value has more than so many levels; native code would overrun its stack on thousands of them."""
    level = [value]
    for _ in range(most):
        level = [child for node in level if isinstance(node, dict | list) for child in _children(node)]
        if not level:
            return False
    return True


def _check(validator: jsonschema_rs.Draft7Validator) -> Check:
    def check(value: Any) -> str | None:
        if is_deeper(value, DEEPEST):
            return "is nested too deeply to be judged"
        if validator.is_valid(value):
            return None
        error = next(validator.iter_errors(value))
        where = "".join(f"[{step!r}]" for step in error.instance_path)
        return f"breaks its schema{f' at {where}' if where else ''} ({error.kind.name})"[:_LONGEST_REASON]

    return check


def _fetch_nothing(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")


def _children(node: dict[str, Any] | list[Any]) -> list[Any]:
    return list(node.values()) if isinstance(node, dict) else node


class _Measure:
    """Counts the parts of a schema with every reference followed; ValueError where there is no end to it."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._parts = 0

    def take(self, part: Any, within: tuple[str, ...], depth: int = 0) -> None:
        """The part and what it refers to are counted; `within` are the references that led here."""
        self._parts += 1
        if self._parts > _MOST_PARTS or depth > _DEEPEST_SCHEMA:
            raise ValueError("is too large or too deep once its references are followed")
        if isinstance(part, list):
            for each in part:
                self.take(each, within, depth + 1)
        elif isinstance(part, dict):
            self._take_members(part, within, depth)

    def _take_members(self, part: dict[str, Any], within: tuple[str, ...], depth: int) -> None:
        if depth and isinstance(part.get("$id"), str):
            raise ValueError("has an $id within it")
        for name, value in part.items():
            if name == "$ref" and isinstance(value, str):
                if value in within:
                    raise ValueError(f"refers to itself: {value}")
                self.take(self._find(value), (*within, value), depth + 1)
            elif name not in ("definitions", "$defs"):
                self.take(value, within, depth + 1)

    def _find(self, reference: str) -> Any:
        if reference != "#" and not reference.startswith("#/"):
            raise ValueError(f"refers to {reference}, which is not within it")
        found = self._root
        for step in reference.split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and key in found:
                found = found[key]
            elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            else:
                raise ValueError(f"refers to {reference}, which is not there")
        return found
