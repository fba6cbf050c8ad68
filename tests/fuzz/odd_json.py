"""JSON with something odd at one place: values that cannot be, members twice or missing, depth, numbers without end."""

import json
import random
from collections.abc import Callable
from typing import Any

DEEP = 5000
VALUES: tuple[bytes, ...] = (
    *(b"null", b"true", b"[]", b"{}", b'""', b"0", b"-0", b"-0.0", b"1e400", b"-1E-400", b"1.10", b"0.1e1"),
    *(b"9" * 400, b"9" * 5000, b"0." + b"3" * 500, b"1e" + b"9" * 50, b"18446744073709551616", b"-9223372036854775809"),
    *(b"NaN", b"-Infinity", b"undefined", b"01", b"+1", b".5", b"1.", b"0x10", b"'x'", b"/**/1", b"1,", b"", b"}"),
    *(rb'"\u0000"', rb'"\ud800"', rb'"\udc00\ud800"', rb'"\ud83d\ude00"', rb'"a\u003ab"', rb'"\x41"', rb'"\u00"'),
    *(b'"\x00"', b'"\t"', b'"\xed\xa0\x80"', b'"\xff\xfe"', b'"\xc0\xaf"', b'"\xf4\x90\x80\x80"', b'"\xef\xbb\xbf"'),
    *(b"[" * 99 + b"]" * 99, b"[" * 101 + b"]" * 101, b"[" * DEEP + b"]" * DEEP, b"[" * DEEP, b'{"a":' * 3000),
    *(
        b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        b'{"a":1,"a":2}',
        b'{"":{"":0}}',
        rb'{"\u0061":1,"a":2}',
        b'"' + b"x" * 70000,
    ),
    *(
        b'"' + b"x" * 70000 + b'"',
        b'"mailto:@"',
        b'"mailto:a@b@c"',
        b'"2026-13-45T99:99:99Z"',
        b'"9999-12-31T23:59:60Z"',
    ),
    *(b'"0001-01-01T00:00:00+23:59"', b'"9999-12-31T23:59:59.9999999999-23:59"', b'"2016-12-31T23:59:60.5Z"'),
    *(
        b'"2026-05-18T05:32:34-00:00"',
        b'"P' + b"9" * 400 + b'Y"',
        b'"PT.5S"',
        b'"en-' + b"a-" * 900 + b'"',
        b'"i-klingon"',
    ),
    *(b'"http://"', b'"a:\xe2\x80\xae"', b'"a:\xc2\x85"', b'"urn:x:' + b"y" * 9000 + b'"', b'"a:\xf0\x9f\x92\xa9"'),
    *(b'"00000000-0000-0000-0000-000000000000"', b'"FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"', b'"' + b"a" * 40 + b'"'),
    *(
        b'"Group"',
        b'"Agent"',
        b'"Activity"',
        b'"SubStatement"',
        b'"StatementRef"',
        b'"contextAgent"',
        b'"1.0.9"',
        b'"2.0.0"',
    ),
    *(
        b'[{"id":"a:b"},{"id":"a:b"}]',
        b'{"en":null}',
        b'{"a:b":null}',
        b'{"a:b":1e400}',
        b'{"\xc3\xa9":"x"}',
        b'["\xc3\xa9"]',
    ),
    *(
        b'{"objectType":"Agent","mbox":"mailto:a@b.c","openid":"a:b"}',
        b'{"objectType":"Group","member":[{"member":[]}]}',
    ),
)
NAMES = (
    *("id", "objectType", "mbox", "account", "member", "definition", "extensions", "contextActivities", "attachments"),
    *("contextAgents", "stored", "authority", "version", "interactionType", "", "\x00", "$ref", "__proto__", "a" * 300),
)


class _Members(list[tuple[str, Any]]):
    """The members of an object, in order, perhaps some twice."""


class _Raw(bytes):
    """Text that stands there as it is."""


def odd(body: bytes, dice: random.Random) -> bytes | None:
    """This JSON with one fault; None where it is no JSON."""
    try:
        whole = json.loads(body, object_pairs_hook=_Members)
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, list) or not whole:
        return dice.choice(VALUES)
    holder = dice.choice(_holders(whole))
    dice.choice(_CHANGES)(holder, dice)
    return _written(whole)


def _holders(node: Any) -> list[Any]:
    """The node and all objects and arrays in it that are not empty."""
    if not isinstance(node, list) or not node:
        return []
    inner = [value for _, value in node] if isinstance(node, _Members) else node
    return [node, *(each for value in inner for each in _holders(value))]


def _replace(holder: Any, dice: random.Random) -> None:
    _set(holder, dice.randrange(len(holder)), _Raw(dice.choice(VALUES)))


def _remove(holder: Any, dice: random.Random) -> None:
    del holder[dice.randrange(len(holder))]


def _double(holder: Any, dice: random.Random) -> None:
    holder.insert(dice.randrange(len(holder) + 1), dice.choice(holder))


def _rename(holder: Any, dice: random.Random) -> None:
    if isinstance(holder, _Members):
        place = dice.randrange(len(holder))
        holder[place] = (dice.choice(NAMES), holder[place][1])


def _add(holder: Any, dice: random.Random) -> None:
    value = _Raw(dice.choice(VALUES))
    holder.append((dice.choice(NAMES), value) if isinstance(holder, _Members) else value)


def _wrap(holder: Any, dice: random.Random) -> None:
    place = dice.randrange(len(holder))
    _set(holder, place, dice.choice(([_get(holder, place)], _Members([("a:b", _get(holder, place))]))))


def _swap(holder: Any, dice: random.Random) -> None:
    first, second = dice.randrange(len(holder)), dice.randrange(len(holder))
    values = _get(holder, second), _get(holder, first)
    _set(holder, first, values[0])
    _set(holder, second, values[1])


_CHANGES: tuple[Callable[[Any, random.Random], None], ...] = (
    *(_replace, _replace, _replace, _replace, _remove, _double, _rename, _add, _add, _wrap, _swap),
)


def _get(holder: Any, place: int) -> Any:
    return holder[place][1] if isinstance(holder, _Members) else holder[place]


def _set(holder: Any, place: int, value: Any) -> None:
    holder[place] = (holder[place][0], value) if isinstance(holder, _Members) else value


def _written(node: Any) -> bytes:
    if isinstance(node, _Raw):
        return node
    if isinstance(node, _Members):
        return b"{" + b",".join(json.dumps(name).encode() + b":" + _written(value) for name, value in node) + b"}"
    if isinstance(node, list):
        return b"[" + b",".join(map(_written, node)) + b"]"
    return json.dumps(node).encode()
