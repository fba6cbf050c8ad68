"""A fuzzer of bytes: valid requests with faults at every level, from single bits to the line they travel on."""

import base64
import random
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote_from_bytes

from tests.fuzz import lines, odd_json, valid
from tests.fuzz.message import Headers, Message
from tests.fuzz.odd_bytes import METHODS, SNIPPETS, VALUES
from tests.fuzz.valid import Draw


def one(draw: Draw, *, wire: bool = False) -> Message:
    """The request of this draw: sometimes valid, mostly with one fault, sometimes with several.

    `wire` adds the faults that only a socket can carry.
    """
    dice = draw.dice
    message = valid.one(draw)
    for _ in range(dice.choice((0, 1, 1, 1, 1, 1, 1, 2, 2, 3, 5))):
        message = dice.choice(FAULTS)(message, draw)
    if wire and dice.random() < 0.15:
        message = lines.broken(message, dice)
    return message


def spoiled(text: bytes, dice: random.Random) -> bytes:
    """These bytes with a bit turned, a piece lost, doubled or moved, or something odd put in."""
    first, second = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
    second = min(second, first + dice.choice((1, 4, 40, len(text))))
    piece = text[first:second]
    way = dice.randrange(7)
    if way == 0 and text:
        place = dice.randrange(len(text))
        return text[:place] + bytes([text[place] ^ 1 << dice.randrange(8)]) + text[place + 1 :]
    if way == 1:
        return text[:first]
    if way == 2:
        return text[:first] + text[second:]
    if way == 3:
        return text[:second] + piece * dice.choice((1, 2, 50)) + text[second:]
    if way == 4:
        return text[:first] + dice.randbytes(len(piece)) + text[second:]
    snippet = dice.choice(SNIPPETS)
    return text[:first] + snippet + text[second if way == 5 else first :]


def _body(message: Message, draw: Draw) -> Message:
    return replace(message, body=spoiled(message.body, draw.dice))


def _json(message: Message, draw: Draw) -> Message:
    """The JSON of the body has a fault, or that of the first part."""
    head, line, rest = b"", b"", b""
    body = message.body
    if message.kind == "attachment" and body.count(b"\r\n\r\n") > 1:
        head, blank, body = body.partition(b"\r\n\r\n")
        head += blank
        body, line, rest = body.partition(b"\r\n--abc")
    changed = odd_json.odd(body, draw.dice)
    return _body(message, draw) if changed is None else replace(message, body=head + changed + line + rest)


def _encoding(message: Message, draw: Draw) -> Message:
    try:
        text = message.body.decode()
    except UnicodeDecodeError:
        return _body(message, draw)
    coding = draw.dice.choice(("utf-16", "utf-32", "utf-16-le", "utf-8-sig", "utf-7"))
    return replace(message, body=text.encode(coding, "surrogatepass"))


def _target(message: Message, draw: Draw) -> Message:
    return replace(message, target=spoiled(message.target, draw.dice))


def _path(message: Message, draw: Draw) -> Message:
    path, mark, query = message.target.partition(b"?")
    others = (
        b"/xapi",
        b"/xapi/none",
        b"/store",
        b"/xapi//statements/",
        b"//xapi/agents",
        b"/XAPI/about",
        b"/xapi/%2e%2e/",
    )
    changed = draw.dice.choice((spoiled(path, draw.dice), draw.dice.choice(others), b"/" + path, path + b"/", b"*"))
    return replace(message, target=changed + mark + query)


def _parameter(message: Message, draw: Draw) -> Message:
    """One parameter is spoiled, doubled, lost or new; the percent-encoding says what the bytes are."""
    dice = draw.dice
    path, _, query = message.target.partition(b"?")
    pairs = query.split(b"&") if query else []
    place = dice.randrange(len(pairs) + 1)
    old = list(message.query.items())
    name, value = old[place] if place < len(old) else (dice.choice((b"limit", b"since", b"agent", b"from", b"x")), b"1")
    odd = dice.choice((odd_json.odd(value, dice) or value, spoiled(value, dice), dice.choice(SNIPPETS)))
    new = quote_from_bytes(name).encode() + b"=" + quote_from_bytes(odd).encode()
    choices = ([new], [new], [new], [new, new], [], [new] * 120, [b"method=PUT"], [b"%ff=1"], [dice.choice(SNIPPETS)])
    return replace(
        message, target=path + b"?" + b"&".join((*pairs[:place], *dice.choice(choices), *pairs[place + 1 :]))
    )


def _header(message: Message, draw: Draw) -> Message:
    dice = draw.dice
    name = dice.choice(tuple(VALUES))
    value = dice.choice(VALUES[name])
    others = tuple(each for each in message.headers if each[0].lower() != name.lower())
    kept = message.headers if dice.random() < 0.2 else others
    return replace(message, headers=(*kept, (name, value)))


def _header_bytes(message: Message, draw: Draw) -> Message:
    if not message.headers:
        return _header(message, draw)
    place = draw.dice.randrange(len(message.headers))
    name, value = message.headers[place]
    changed: tuple[Headers, ...] = (((name, spoiled(value, draw.dice)),), ((name, spoiled(value, draw.dice)),), ())
    return replace(
        message, headers=(*message.headers[:place], *draw.dice.choice(changed), *message.headers[place + 1 :])
    )


def _authorization(message: Message, draw: Draw) -> Message:
    dice, good = draw.dice, draw.authorization.partition(b" ")[2]
    plain = base64.b64decode(good)
    encoded = base64.b64encode(
        dice.choice((spoiled(plain, dice), b"\x00:\x00", b":", b"", b"\xff\xfe:\xff", b"no colon"))
    )
    value = dice.choice(
        (b"Basic " + encoded, b"basic  " + good, b"Basic " + spoiled(good, dice), b"Bearer " + good, b"Basic")
    )
    others = tuple(each for each in message.headers if each[0] != b"Authorization")
    return replace(message, headers=(*others, (b"Authorization", value)))


def _method(message: Message, draw: Draw) -> Message:
    return replace(message, method=draw.dice.choice(METHODS))


def _disguise(message: Message, draw: Draw) -> Message:
    """Said to be another method, or a form that is none."""
    path, _, query = message.target.partition(b"?")
    name = draw.dice.choice(METHODS)
    return replace(
        message,
        method=b"POST",
        target=path + b"?method=" + quote_from_bytes(name).encode() + b"&" * bool(query) + query,
    )


def _mixed(message: Message, draw: Draw) -> Message:
    """The body of one request with the address and headers of another."""
    other = valid.one(draw)
    return replace(message, body=other.body, kind=f"{message.kind} with {other.kind}")


Fault = Callable[[Message, Draw], Message]
FAULTS: tuple[Fault, ...] = (
    *(_body, _body, _body, _json, _json, _json, _json, _json, _json, _encoding, _target, _path, _parameter, _parameter),
    *(
        _parameter,
        _parameter,
        _header,
        _header,
        _header_bytes,
        _header_bytes,
        _authorization,
        _method,
        _disguise,
        _mixed,
    ),
)
