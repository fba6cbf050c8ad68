"""Faults of the line itself, that only a socket can carry: lengths that lie, chunks, other versions of HTTP, halves."""

import random
from collections.abc import Callable
from dataclasses import replace

from tests.fuzz.message import Message

TOO_LARGE = 40 * 1024 * 1024


def broken(message: Message, dice: random.Random) -> Message:
    """The request with one fault in how it travels."""
    return dice.choice(_FAULTS)(message, dice)


def _length(message: Message, dice: random.Random) -> Message:
    true = len(message.body)
    lies = (0, max(0, true - 1), true + 1, true + 1000, TOO_LARGE, 2**63, 2**64, -1, 10**400)
    texts = (
        b"",
        b" ",
        b"x",
        b"0x10",
        b"1, 2",
        b"+5",
        b"1e3",
        b"\xb2",
        b"00",
        str(true).encode() + b"\r\nContent-Length: 3",
    )
    return replace(message, told=dice.choice((*(str(each).encode() for each in lies), *texts)))


def _head(message: Message, dice: random.Random) -> tuple[list[bytes], bytes]:
    lines, _, body = message.written().partition(b"\r\n\r\n")
    return lines.split(b"\r\n"), body


def _chunked(message: Message, dice: random.Random) -> Message:
    lines, body = _head(message, dice)
    lines = [each for each in lines if not each.startswith(b"Content-Length")]
    size = b"%x" % len(body)
    chunks = (
        size + b"\r\n" + body + b"\r\n0\r\n\r\n",
        size + b";x=y\r\n" + body + b"\r\n0\r\nTrailer: x\r\n\r\n",
        b"fffffff\r\n" + body,
        b"ffffffffffffffffff\r\n" + body + b"\r\n0\r\n\r\n",
        b"-1\r\n" + body,
        size + b"\n" + body + b"\n0\n\n",
        body,
    )
    both = [b"Content-Length: 5"] if dice.random() < 0.2 else []
    coding = dice.choice((b"chunked", b"chunked", b"gzip, chunked", b"identity", b"CHUNKED", b"chunked, x"))
    whole = [*lines, b"Transfer-Encoding: " + coding, *both]
    return replace(message, raw=b"\r\n".join((*whole, b"", dice.choice(chunks))))


def _first_line(message: Message, dice: random.Random) -> Message:
    lines, body = _head(message, dice)
    target = message.target
    first = dice.choice(
        (
            message.method + b" " + target + b" HTTP/1.0",
            message.method + b" " + target + b" HTTP/9.9",
            message.method + b" " + target,
            message.method + b" http://elsewhere.example" + target + b" HTTP/1.1",
            message.method + b"  " + target + b"  HTTP/1.1",
            message.method + b" " + target[1:] + b" HTTP/1.1",
            b"PRI * HTTP/2.0",
            b"\r\n" + lines[0],
            message.method + b" " + target + b"?" + b"a" * 70000 + b" HTTP/1.1",
        )
    )
    return replace(message, raw=b"\r\n".join((first, *lines[1:], b"", body)))


def _more_headers(message: Message, dice: random.Random) -> Message:
    lines, body = _head(message, dice)
    more: tuple[list[bytes], ...] = (
        [b"X: y"] * 500,
        [b"X: " + b"y" * 70000],
        [b"Expect: 100-continue"],
        [b"Connection: close"],
        [b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Key: x", b"Sec-WebSocket-Version: 13"],
        [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: x"],
        [b"Host: two.example"],
        [b" folded: x"],
        [b"no colon"],
        [b": no name"],
        [b"X-\x00: y"],
        [b"X: a\x00b"],
        [b"Proxy: http://x", b"Path-Info: /xapi/about", b"Script-Name: /x"],
    )
    return replace(message, raw=b"\r\n".join((*lines, *dice.choice(more), b"", body)))


def _line_ends(message: Message, dice: random.Random) -> Message:
    lines, body = _head(message, dice)
    return replace(message, raw=dice.choice((b"\n", b"\r", b"\r\r\n")).join((*lines, b"", body)))


def _half(message: Message, dice: random.Random) -> Message:
    whole = message.written()
    return replace(message, raw=whole[: dice.randrange(len(whole))])


def _bits(message: Message, dice: random.Random) -> Message:
    whole = bytearray(message.written())
    for _ in range(dice.randrange(1, 4)):
        place = dice.randrange(len(whole))
        whole[place] ^= 1 << dice.randrange(8)
    return replace(message, raw=bytes(whole))


def _twice(message: Message, dice: random.Random) -> Message:
    return replace(message, raw=message.written() * 2)


def _noise(message: Message, dice: random.Random) -> Message:
    return replace(message, raw=dice.randbytes(dice.randrange(1, 3000)))


_FAULTS: tuple[Callable[[Message, random.Random], Message], ...] = (
    *(_length, _length, _length, _chunked, _chunked, _first_line, _more_headers, _more_headers, _line_ends, _half),
    *(_bits, _bits, _twice, _noise),
)
