"""The store still works."""

import random

from tests.fuzz import promises, valid
from tests.fuzz.valid import Draw
from tests.fuzz.ways import Ask

_PLAIN = b'{"actor":{"mbox":"mailto:a@b.example"},"verb":{"id":"a:b"},"object":{"id":"a:c"}}'


def assert_alive(ask: Ask, authorization: bytes) -> None:
    """A good statement goes in and comes out."""
    draw = Draw(0, 0, 0, authorization, random.Random(1))
    message = draw.message("last", "POST", valid.STATEMENTS, valid.JSON, _PLAIN)
    assert promises.comes_back(ask, message, ask(message))
