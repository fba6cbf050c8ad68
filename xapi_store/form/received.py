"""JSON as it comes from outside: read strictly, with the bytes of every member kept so that nothing is lost.

Numbers too long for a computer, the digits of 1.10 and nulls in extensions are stored as they were sent.
"""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

import msgspec
import orjson

from xapi_store.errors import StatementRefused

DEEPEST = 100
_JSON = "Data 2.2"
_ENCODING = "Communication 1.4"
_values = msgspec.json.Decoder()
_slices = msgspec.json.Decoder(list[msgspec.Raw])
_one_slice = msgspec.json.Decoder(msgspec.Raw)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def split(body: bytes) -> tuple[list[bytes], bool]:
    """The bytes of each statement of a request body, and whether they came as a list (xAPI Communication 2.1.2).

    StatementRefused at `body` where it is not UTF-8, not JSON, or goes on after the end of the JSON.
    """
    try:
        body.decode()
        if body.lstrip(b" \t\r\n")[:1] == b"[":
            return [bytes(each) for each in _slices.decode(body)], True
        return [bytes(_one_slice.decode(body))], False
    except UnicodeDecodeError as error:
        raise StatementRefused("body", "is not UTF-8", rule="utf-8", section=_ENCODING) from error
    except RecursionError as error:
        raise StatementRefused("body", "is nested too deeply", rule="too-deep", section=_JSON) from error
    except msgspec.DecodeError as error:
        _strict(body, "body")
        raise StatementRefused("body", f"is not JSON: {error}", rule="json", section=_JSON) from error


def read(raw: bytes, path: str) -> Any:
    """The value of a JSON text that can be kept and given out again; StatementRefused with the place otherwise.

    Refused: repeated names, NUL characters, half characters, NaN and infinities, and more than 100 levels.
    """
    try:
        value = _values.decode(raw)
        if _is_plain(raw, orjson.dumps(value)):
            return value
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, orjson.JSONEncodeError):
        pass
    return _strict(raw, path)


def read_stored(raw: bytes) -> dict[str, Any]:
    """The content of a stored statement, whole numbers to the last digit."""
    content: dict[str, Any]
    try:
        content = _values.decode(raw)
    except msgspec.DecodeError:
        # A number such as 1e400 may stand in extensions.
        content = json.loads(raw)
    return content


def completed(raw: bytes, content: Mapping[str, Any], own: Mapping[str, Any], drop: Collection[str] = ()) -> bytes:
    """The statement's bytes with our members at the end; every other one, but for `drop`, stands as it was sent.

    `content` is what `read` gave for `raw`.
    """
    if content.keys().isdisjoint(own) and content.keys().isdisjoint(drop):
        if not own:
            return raw
        comma = b"," if content else b""
        return raw[: raw.rindex(b"}")] + comma + orjson.dumps(own)[1:]
    kept = {name: each for name, each in _members.decode(raw).items() if name not in own and name not in drop}
    return msgspec.json.encode({**kept, **{name: msgspec.Raw(orjson.dumps(value)) for name, value in own.items()}})


def listed(raw: bytes, content: Mapping[str, Any]) -> bytes:
    """The bytes of a valid statement whose single context activities stand in lists (xAPI Data 2.4.6.2).

    Where there is none they are `raw`. A stored statement is given out so.
    """
    inner = content["object"]
    places: list[tuple[str, ...]] = [("context",)] if _has_single(content) else []
    if inner.get("objectType") == "SubStatement" and _has_single(inner):
        places.append(("object", "context"))
    for place in places:
        raw = _changed(raw, (*place, "contextActivities"), _in_lists)
    return raw


def inside(raw: bytes, place: tuple[str, ...], value: bytes) -> bytes:
    """The bytes with this JSON at that place of it, which must be there."""
    return _changed(raw, place, lambda _: value)


def _has_single(statement: Mapping[str, Any]) -> bool:
    around = statement.get("context", {}).get("contextActivities")
    return around is not None and any(isinstance(activities, dict) for activities in around.values())


def _in_lists(raw: bytes) -> bytes:
    kinds = {name: bytes(each) for name, each in _members.decode(raw).items()}
    wrapped = {name: each if each.startswith(b"[") else b"[" + each + b"]" for name, each in kinds.items()}
    return msgspec.json.encode({name: msgspec.Raw(each) for name, each in wrapped.items()})


def _changed(raw: bytes, place: tuple[str, ...], change: Callable[[bytes], bytes]) -> bytes:
    if not place:
        return change(raw)
    members = _members.decode(raw)
    members[place[0]] = msgspec.Raw(_changed(bytes(members[place[0]]), place[1:], change))
    return msgspec.json.encode(members)


def _is_plain(raw: bytes, again: bytes) -> bool:
    """True where nothing can be amiss, seen from the value written `again`; False where the strict reader decides.

    Each member has its colon, and a repeated one is lost with it. Only a colon that was written as an escape could
    make up for the loss.
    """
    if raw.count(b":") != again.count(b":"):
        return False
    if b"\\" in raw and any(escape in raw for escape in (b"\\u0000", b"\\u003a", b"\\u003A")):
        return False
    return raw.count(b"{") + raw.count(b"[") <= DEEPEST


# The strict reader: slow, and it can name what is wrong and where.


class _Members(list[tuple[str, Any]]):
    """The members of an object, repeated ones included."""


class _Unreadable(str):
    """A number that is none, or has too many digits."""

    __slots__ = ()


def _digits(text: str) -> Any:
    try:
        return int(text)
    except ValueError:
        return _Unreadable(text)


_STRICT = json.JSONDecoder(object_pairs_hook=_Members, parse_constant=_Unreadable, parse_int=_digits)


def _strict(raw: bytes, path: str) -> Any:
    try:
        return _plain(_STRICT.decode(raw.decode()), path, 0)
    except UnicodeDecodeError as error:
        raise StatementRefused(path, "is not UTF-8", rule="utf-8", section=_ENCODING) from error
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            _refuse(path, "goes on after the end of the JSON", "json")
        reason = f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        raise StatementRefused(path, reason, rule="json", section=_JSON) from error
    except RecursionError as error:
        raise StatementRefused(path, "is nested too deeply", rule="too-deep", section=_JSON) from error


def _plain(value: Any, path: str, depth: int) -> Any:
    if depth > DEEPEST:
        _refuse(path, f"is nested more than {DEEPEST} levels deep", "too-deep")
    if isinstance(value, _Unreadable):
        _refuse(path, "is not a number that JSON has", "json")
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, _Members):
        return _object(value, path, depth)
    elif isinstance(value, list):
        return [_plain(each, f"{path}[{number}]", depth + 1) for number, each in enumerate(value)]
    return value


def _object(members: _Members, path: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in members:
        _check_text(name, path)
        place = f"{path}.{name}"
        if name in found:
            _refuse(place, "appears twice", "duplicate-key")
        found[name] = _plain(value, place, depth + 1)
    return found


def _check_text(text: str, path: str) -> None:
    if "\0" in text:
        _refuse(path, "holds a NUL character", "nul")
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse(path, "holds half a character (a lone surrogate)", "surrogate")


def _refuse(path: str, reason: str, rule: str) -> NoReturn:
    raise StatementRefused(path, reason, rule=rule, section=_JSON)
