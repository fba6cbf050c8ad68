"""YAML whose every value knows its line: `course.yaml`, `profile.yaml`, and what stands at the head of a module."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from marshmallow import Schema, ValidationError

from courses.authoring.faults import Faults, FileFaults

Where: TypeAlias = Sequence[str | int]


@dataclass(frozen=True)
class YamlText:
    """A piece of YAML: its data, and the tree that knows where each value stands (`above` lines further down)."""

    faults: FileFaults
    root: yaml.Node
    data: Any
    above: int

    def load(self, schema: Schema) -> dict[str, Any] | None:
        """The data as the schema wants it; None, and every complaint told at its line, where it does not fit."""
        try:
            loaded: dict[str, Any] = schema.load(self.data)
        except ValidationError as fault:
            for where, message in _complaints(fault.messages, []):
                self.tell(where, message)
            return None
        return loaded

    def tell(self, where: Where, message: str) -> None:
        """The fault is told at the line of the value that this path of keys and indexes leads to."""
        named = ".".join(str(part) for part in where)
        self.faults.tell(self.line(where), f"{named}: {message}" if named else message)

    def line(self, where: Where) -> int:
        """The line, from 1, of the value at this path, or of the nearest value around it."""
        node = self.root
        for part in where:
            inner = _inner(node, part)
            if inner is None:
                break
            node = inner
        return int(node.start_mark.line) + 1 + self.above


def read_file(path: Path, faults: Faults) -> YamlText | None:
    """The file's YAML; None, and the fault told, where it is missing, empty, no YAML, or names a key twice."""
    told = faults.of_file(path)
    if not path.is_file():
        told.tell(1, "this file is missing")
        return None
    try:
        return read(path.read_text("utf-8"), told)
    except UnicodeDecodeError:
        told.tell(1, "this file is not UTF-8 text")
        return None


def read(text: str, faults: FileFaults, *, above: int = 0) -> YamlText | None:
    """The YAML of a text that has `above` other lines over it; None, and the fault told, where it cannot be read."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            faults.tell(above + 1, "nothing stands here")
            return None
        for twin in _twins(root):
            faults.tell(twin.start_mark.line + 1 + above, f"{twin.value}: stands here a second time")
        return YamlText(faults=faults, root=root, data=loader.construct_document(root), above=above)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        faults.tell((mark.line + 1 if mark else 1) + above, f"this is not YAML: {fault.problem}")
    except yaml.YAMLError:
        faults.tell(above + 1, "this is not YAML: it holds a character that cannot be printed")
    return None


def _inner(node: yaml.Node, part: str | int) -> yaml.Node | None:
    """The value below a node at this key or index."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    return None


def _twins(node: yaml.Node) -> Iterator[yaml.Node]:
    """Every key that its mapping has already (YAML itself would let the last one win)."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            seen.add(key.value)
            yield from _twins(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _twins(value)


def _complaints(messages: Any, where: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    """Every complaint of marshmallow's nested messages, with the path to it."""
    if isinstance(messages, list):
        for message in messages:
            yield from _complaints(message, where)
    elif isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _complaints(inner, where if key in ("_schema", "key", "value") else [*where, key])
    else:
        yield where, said(str(messages))


def said(message: str) -> str:
    """A complaint of marshmallow's in our words, where it has common ones."""
    known = {"Unknown field.": "there is no such setting", "Missing data for required field.": "this is missing"}
    return known.get(message, message[0].lower() + message[1:].rstrip("."))
