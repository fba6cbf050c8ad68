"""JSON read and written again with the digits of its numbers as they were sent: 1.10 stays 1.10, and 1e400 stays 1e400.

In between a number is a text between two NULs, which no text in the store holds.
"""

import json
import re
from typing import Any

_NUMBER = re.compile(r'"\\u0000([^"]*)\\u0000"')


def read(raw: bytes | str) -> Any:
    """The content of a JSON text that was accepted before, with its numbers as marked texts.

    What Python writes for a number that JSON cannot say (an infinity) becomes null.
    """
    return json.loads(raw, parse_float=_mark, parse_int=_mark, parse_constant=lambda _: None)


def write(content: Any) -> bytes:
    """The JSON text of what `read` gave, or of what was put together from it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return _NUMBER.sub(r"\1", text).encode()


def _mark(digits: str) -> str:
    return f"\0{digits}\0"
