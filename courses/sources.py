"""Content files as they are read: YAML whose every value knows its line, and Markdown made safe."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import yaml
from markdown_it import MarkdownIt
from marshmallow import Schema, ValidationError

from courses.errors import ContentRefused

Where: TypeAlias = Sequence[str | int]
# marshmallow's own words for a name that the schema does not have.
UNKNOWN = "Unknown field."
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def html(text: str) -> str:
    """Markdown as HTML: no HTML of the text's own, headings from level two, table heads marked for screen readers."""
    tokens = MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
        if token.type == "th_open":
            token.attrSet("scope", "col")
    rendered: str = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return rendered


def slug(title: str) -> str:
    """A title as it can stand in an address."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


@dataclass(frozen=True)
class Source:
    """One YAML file: its data, and the tree that knows where each value stands."""

    path: Path
    root: yaml.Node
    data: Any

    @classmethod
    def read(cls, path: Path) -> "Source":
        """The file's content; ContentRefused where it is missing, empty, no YAML, or names a key twice."""
        if not path.is_file():
            raise ContentRefused(f"{path}: this file is missing")
        try:
            loader = yaml.SafeLoader(path.read_text("utf-8"))
            root = loader.get_single_node()
            if root is None:
                raise ContentRefused(f"{path}:1: this file is empty")
            _refuse_twins(path, root)
            return cls(path=path, root=root, data=loader.construct_document(root))
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            raise ContentRefused(f"{path}:{mark.line + 1 if mark else 1}: {fault.problem}") from fault

    def load(self, schema: Schema) -> dict[str, Any]:
        """The data as the schema wants it; ContentRefused at the first line that does not fit."""
        try:
            loaded: dict[str, Any] = schema.load(self.data)
        except ValidationError as fault:
            where, message = _first(fault.messages)
            self.refuse(where, message)
        return loaded

    def refuse(self, where: Where, message: str) -> NoReturn:
        """ContentRefused, at the line of the value that this path of keys and indexes leads to."""
        named = ".".join(str(part) for part in where)
        raise ContentRefused(f"{self.path}:{self.line(where)}: {named}: {message}")

    def line(self, where: Where) -> int:
        """The line, from 1, of the value at this path, or of the nearest value around it."""
        node = self.root
        for part in where:
            inner = _inner(node, part)
            if inner is None:
                break
            node = inner
        return int(node.start_mark.line) + 1


def _inner(node: yaml.Node, part: str | int) -> yaml.Node | None:
    """The value below a node at this key or index."""
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    return None


def _refuse_twins(path: Path, node: yaml.Node) -> None:
    """Every mapping below this node names each key once (YAML itself would let the last one win)."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise ContentRefused(f"{path}:{key.start_mark.line + 1}: {key.value}: stands here a second time")
            seen.add(key.value)
            _refuse_twins(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_twins(path, value)


def _first(messages: Any) -> tuple[list[str | int], str]:
    """The complaint to tell first, of marshmallow's nested messages, with the path to it.

    A name that is not known comes before all else: it is mostly a misprint, and the cause of what is missing.
    """
    complaints = list(_all(messages, []))
    return next((told for told in complaints if told[1] == UNKNOWN), complaints[0])


def _all(messages: Any, where: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    """Every complaint with the path to it."""
    if not isinstance(messages, dict):
        yield where, str(messages[0] if isinstance(messages, list) else messages)
        return
    for key, inner in messages.items():
        yield from _all(inner, where if key in ("_schema", "key", "value") else [*where, key])
