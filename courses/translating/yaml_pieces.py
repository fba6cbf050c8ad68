"""YAML in pieces: the values that people read are texts; keys, codes, numbers and addresses stay as they are."""

import json
import re
from collections.abc import Callable, Iterator

import yaml

from courses.translating.pieces import Piece, Unit, is_text

NAMES = ("code", "id", "key")
Path = tuple[str, ...]


class YamlUnit(Unit):
    """A value of a YAML file."""

    def written(self, said: str) -> str:
        """The value on one line: bare where that means the same, else in quotes."""
        if said == self.text:
            return self.raw
        bare = "\n" not in said and not re.search(r"[:#,\[\]{}]|^\W|\s$", said) and _means(said) == said
        return said if bare else json.dumps(said, ensure_ascii=False)


def read(text: str, name: str, wanted: Callable[[Path], bool], *, above: int = 0) -> list[Piece]:
    """The YAML in pieces. `wanted` says of the path to a value whether it is a text; list items have no name in it."""
    root = yaml.SafeLoader(text).get_single_node()
    pieces: list[Piece] = []
    at = 0
    for node, context in _scalars(root, (), name, wanted) if root else ():
        start, end = node.start_mark.index, node.end_mark.index
        raw = text[start:end]
        if node.style in (">", "|"):
            end = start + len(raw.rstrip())
            raw = text[start:end]
        pieces += [text[at:start], YamlUnit(context, node.value.strip(), raw, node.start_mark.line + 1 + above)]
        at = end
    return [*pieces, text[at:]]


def _scalars(
    node: yaml.Node, path: Path, context: str, wanted: Callable[[Path], bool]
) -> Iterator[tuple[yaml.ScalarNode, str]]:
    """The texts below this node, each with its context: the codes of the things around it, and its key."""
    if isinstance(node, yaml.MappingNode):
        named = next((value.value for key, value in node.value if key.value in NAMES), "")
        inner = f"{context} {named}" if named and path else context
        for key, value in node.value:
            yield from _scalars(value, (*path, key.value), f"{inner} {key.value}", wanted)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _scalars(value, path, context, wanted)
    elif isinstance(node, yaml.ScalarNode) and wanted(path) and is_text(node.value):
        yield node, context


def _means(text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return None
