"""What the Agents and Activities resources have in common: one parameter, who may ask, and an entity tag."""

import hashlib
import re
from typing import Any

from xapi_store.api.exchange import Answer, Request
from xapi_store.errors import FilterRefused, NotAllowed
from xapi_store.form import digits

_TAG = re.compile(r'"[^"]*"')


def sought(request: Request, name: str) -> str:
    """The resource's one parameter, which must be there alone; NotAllowed for keys that may read no statements.

    A key that may define activities may also look at them.
    """
    if not request.bearer.may_read_own and "define" not in request.bearer.scopes:
        raise NotAllowed("scope")
    for other in request.parameters:
        if other != name:
            raise FilterRefused(other, "is not known here")
    if name not in request.parameters:
        raise FilterRefused(name, "is missing")
    return request.parameters[name]


def tagged(request: Request, content: dict[str, Any]) -> Answer:
    """The content (numbers as `digits` marks them) with its entity tag; 304 where the client has it already.

    The tag is the SHA-1 sum of the body (xAPI 1.0.3, Communication 3.1).
    """
    body = digits.write(content)
    tag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
    held = request.header("if-none-match") or ""
    known = held.strip() == "*" or tag in _TAG.findall(held)
    return Answer(304, headers=(("ETag", tag),)) if known else Answer(200, body, headers=(("ETag", tag),))
