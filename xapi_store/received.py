"""JSON as it comes from outside: read strictly, with the text of each member kept so that nothing is lost.

Numbers too long for a computer, the digits of 1.10 and nulls in extensions are stored as they were sent.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from xapi_store.errors import StatementRefused

DEEPEST = 100
_BLANK = re.compile(r"[ \t\r\n]*")
_SUSPICIOUS = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


@dataclass(frozen=True)
class Received:
    """One statement from outside: its content, and each of its members as it was written."""

    statement: dict[str, Any]
    source: dict[str, str]
    path: str


class _Twice(ValueError):
    """An object has two members of one name."""


def parse(body: bytes) -> tuple[list[Received], bool]:
    """The statements of a request body, and whether they came as a list; StatementRefused where it is no good JSON."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise StatementRefused("body", "is not UTF-8") from error
    start = _skip(text, 0)
    if text[start : start + 1] == "[":
        return _statements(text, start), True
    received, end = _statement(text, start, "statement")
    _finish(text, end)
    return [received], False


def read(text: str, path: str) -> Any:
    """The value of a JSON text by the same strict rules."""
    value, end = _value(text, _skip(text, 0), path)
    _finish(text, end)
    return value


def _statements(text: str, start: int) -> list[Received]:
    found: list[Received] = []
    end = _skip(text, start + 1)
    if text[end : end + 1] == "]":
        _finish(text, end + 1)
        return found
    while True:
        received, end = _statement(text, end, f"statements[{len(found)}]")
        found.append(received)
        mark, end = text[end : end + 1], _skip(text, end + 1)
        if mark == "]":
            _finish(text, end)
            return found
        if mark != ",":
            raise StatementRefused(f"statements[{len(found)}]", "is not JSON")


def _statement(text: str, start: int, path: str) -> tuple[Received, int]:
    if text[start : start + 1] != "{":
        raise StatementRefused(path, "must be an object")
    statement: dict[str, Any] = {}
    source: dict[str, str] = {}
    end = _skip(text, start + 1)
    empty = text[end : end + 1] == "}"
    while not empty:
        name, end = _value(text, end, path)
        end = _skip(text, end)
        if not isinstance(name, str) or text[end : end + 1] != ":":
            raise StatementRefused(path, "is not JSON")
        if name in statement:
            raise StatementRefused(f"{path}.{name}", "appears twice")
        begin = _skip(text, end + 1)
        statement[name], end = _value(text, begin, f"{path}.{name}")
        source[name] = text[begin:end]
        end = _skip(text, end)
        mark = text[end : end + 1]
        if mark == "}":
            break
        if mark != ",":
            raise StatementRefused(f"{path}.{name}", "is not JSON")
        end = _skip(text, end + 1)
    return Received(statement, source, path), _skip(text, end + 1)


def _value(text: str, start: int, path: str) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, start)
    except _Twice as error:
        raise StatementRefused(f"{path}.{error}", "appears twice") from error
    except RecursionError as error:
        raise StatementRefused(path, "is nested too deeply") from error
    except ValueError as error:
        raise StatementRefused(path, "is not JSON") from error
    written = text[start:end]
    if _SUSPICIOUS.search(written) or written.count("{") + written.count("[") > DEEPEST:
        check_texts(value, path)
    return value, end


def read_stored(raw: bytes) -> dict[str, Any]:
    """The content of a stored statement."""
    content: dict[str, Any] = json.loads(raw)
    return content


def check_texts(value: Any, path: str) -> None:
    """Every text in the value can be stored, and nothing is nested beyond measure; StatementRefused otherwise."""
    try:
        for each in _texts(value, path, 0):
            if "\0" in each:
                raise StatementRefused(path, "holds a NUL character")
            each.encode("utf-8")
    except UnicodeEncodeError as error:
        raise StatementRefused(path, "holds half a character (a lone surrogate)") from error


def _texts(value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        raise StatementRefused(path, "is nested too deeply")
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts(each, path, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, path, depth + 1)


def _skip(text: str, start: int) -> int:
    found = _BLANK.match(text, start)
    return found.end() if found else start


def _finish(text: str, end: int) -> None:
    if _skip(text, end) != len(text):
        raise StatementRefused("body", "goes on after the end of the JSON")


def _only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Twice(name)
            seen.add(name)
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_only_once, parse_constant=_no_constant)
