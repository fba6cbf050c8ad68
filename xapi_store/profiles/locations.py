"""Places in a statement as xAPI Profiles write them: JSONPath without filters, scripts and slices (Profiles 2, 8.1).

A place is read once, when its profile is loaded, and becomes a function from a value to the list of what stands there.
"""

import re
from collections.abc import Callable
from typing import Any

Location = Callable[[Any], list[Any]]
_Step = Callable[[list[Any]], list[Any]]

_LONGEST = 2000
_KEY = r"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d{1,9}|\*)"""
_PART = re.compile(
    rf"""(?P<deep>\.\.)?(?:\[\s*(?P<keys>{_KEY}(?:\s*,\s*{_KEY})*)\s*\]|(?P<dot>\.)?(?P<name>\*|[^\s.\[\]()|,'"@?:*]+))"""
)
_EACH_KEY = re.compile(_KEY)
_ESCAPED = re.compile(r"\\(.)")


def compile_location(text: str) -> Location:
    """The place as a function: it gives the values that stand there, in the order of the statement, or none.

    Paths may be joined by `|`, and may leave out the `$` they begin with. ValueError says what is not allowed.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"is longer than {_LONGEST} characters")
    paths = []
    at = 0
    while True:
        path, at = _read_path(text, at)
        paths.append(path)
        if at == len(text):
            return paths[0] if len(paths) == 1 else _all_of(paths)
        at += 1


def _read_path(text: str, at: int) -> tuple[Location, int]:
    """One path from here on, and where it ends: at the end of the text or at a `|`."""
    at = _past_blanks(text, at)
    rooted = text.startswith("$", at)
    start = at = at + rooted
    steps: list[_Step] = []
    deep = 0
    while (part := _PART.match(text, at)) and _belongs(part, first=at == start and not rooted):
        steps.append(_step(part))
        deep += part["deep"] is not None
        at = part.end()
    end = _past_blanks(text, at)
    if end < len(text) and text[end] != "|":
        raise ValueError(f"cannot be read from {text[at : at + 40]!r} on (filters, scripts and slices are not allowed)")
    if not steps and not rooted:
        raise ValueError("has a path without a step")
    if deep > 1:
        raise ValueError("has more than one `..` in a path, which finds the same values over and over")
    return _along(steps), end


def _past_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _belongs(part: re.Match[str], *, first: bool) -> bool:
    """A name stands behind one dot, or two; the first of a path without `$` behind none."""
    if part["name"] is None:
        return True
    return first or (part["deep"] is None) != (part["dot"] is None)


def _step(part: re.Match[str]) -> _Step:
    keys = [part["name"]] if part["name"] else _EACH_KEY.findall(part["keys"])
    # What is named twice would double what is found with every step.
    choices: list[_Step] = [_every_child]
    if "*" not in keys:
        choices = [_child(key) for key in dict.fromkeys(map(_plain, keys))]
    choose = choices[0] if len(choices) == 1 else _union(choices)
    if part["deep"]:
        return lambda nodes: choose([below for node in nodes for below in _descendants(node)])
    return choose


def _plain(key: str) -> str | int:
    """A quoted name without its quotes, a number in brackets as such, or a bare name."""
    if key[0] in "'\"":
        return _ESCAPED.sub(r"\1", key[1:-1])
    return int(key) if key.isdecimal() else key


def _child(key: str | int) -> _Step:
    return _item(key) if isinstance(key, int) else _member(key)


def _member(name: str) -> _Step:
    return lambda nodes: [node[name] for node in nodes if type(node) is dict and name in node]


def _item(number: int) -> _Step:
    return lambda nodes: [node[number] for node in nodes if type(node) is list and number < len(node)]


def _every_child(nodes: list[Any]) -> list[Any]:
    return [child for node in nodes for child in _children(node)]


def _children(node: Any) -> list[Any]:
    if type(node) is dict:
        return list(node.values())
    return node if type(node) is list else []


def _descendants(node: Any) -> list[Any]:
    found = [node]
    for each in found:
        found.extend(_children(each))
    return found


def _union(choices: list[_Step]) -> _Step:
    return lambda nodes: [value for node in nodes for choose in choices for value in choose([node])]


def _along(steps: list[_Step]) -> Location:
    def find(value: Any) -> list[Any]:
        nodes = [value]
        for step in steps:
            nodes = step(nodes)
            if not nodes:
                break
        return nodes

    return find


def _all_of(paths: list[Location]) -> Location:
    return lambda value: [found for path in paths for found in path(value)]
