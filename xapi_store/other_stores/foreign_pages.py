"""The pages of a foreign record store, oldest statement first, with their attachments and with what they void."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from xapi_store import attachments
from xapi_store.attachments import Sent
from xapi_store.errors import AttachmentRefused, StoreError
from xapi_store.form import multipart
from xapi_store.form.syntax import read_time, write_time
from xapi_store.other_stores import selection
from xapi_store.other_stores.foreign_lrs import Answer, AnswerTooLarge, Client, Unreachable

# Seconds to wait before each new try of a page.
PATIENCE = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_GONE = frozenset({400, 404, 410})


class PageRefused(StoreError):
    """The other store does not give the page; `status` is that of its answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"answered {status}: {reason}")
        self.status = status


@dataclass(frozen=True)
class Page:
    """Some statements as the other store wrote them, in the order of their being stored there.

    A voided statement stands before the one that voids it, although no list shows it. `sent` are attachments by their
    sum; `more` leads to the next page and is empty at the end; `reached` is the newest `stored` time on the page.
    """

    statements: Sequence[bytes]
    more: str = ""
    sent: Mapping[str, Sent] = field(default_factory=dict)
    first: datetime | None = None
    reached: datetime | None = None
    version: str = "1.0.3"


class _Listed(msgspec.Struct):
    statements: list[msgspec.Raw]
    more: str | None = ""


class _Times(msgspec.Struct):
    stored: str = ""


_LISTED = msgspec.json.Decoder(_Listed)
# What msgspec says of bytes that are no JSON, not UTF-8, or nested without end.
_UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)
_TIMES = msgspec.json.Decoder(_Times)


def pages(
    client: Client,
    *,
    since: datetime | None = None,
    start: str = "",
    size: int = 0,
    pause: Callable[[float], object] = time.sleep,
) -> Iterator[Page]:
    """Every page after that time, or from the `more` link `start` on; a link that has expired falls back to `since`.

    A page has at most `size` statements, or as many as the other side likes. What passes by itself (no connection,
    429, 5xx) is tried again for about a minute, then Unreachable; PageRefused for a clear no. (xAPI Communication
    2.1.3)
    """
    asked = {"ascending": "true", "attachments": "true"}
    if since:
        asked["since"] = write_time(since)
    if size:
        asked["limit"] = str(size)
    asking, more = partial(client.ask, **asked), start
    answer = _patiently(partial(client.follow, start) if start else asking, pause)
    if start and answer.status in _GONE:
        answer, more = _patiently(asking, pause), ""
    while True:
        page = _page(client, answer, pause)
        if page.more and page.more == more:
            raise PageRefused(answer.status, "the link to the next page leads to the page itself")
        yield page
        if not page.more:
            return
        more = page.more
        answer = _patiently(partial(client.follow, more), pause)


def _patiently(call: Callable[[], Answer], pause: Callable[[float], object]) -> Answer:
    for wait in PATIENCE:
        try:
            answer = call()
            if answer.status not in _PASSING:
                return answer
        except AnswerTooLarge:
            raise
        except Unreachable:
            pass
        pause(wait)
    answer = call()
    if answer.status in _PASSING:
        raise Unreachable(f"answered {answer.status}: {answer.reason}")
    return answer


def _page(client: Client, answer: Answer, pause: Callable[[float], object]) -> Page:
    if not answer.accepted:
        raise PageRefused(answer.status, answer.reason)
    body, sent = _read(answer)
    try:
        listed = _LISTED.decode(body)
    except _UNREADABLE as error:
        raise PageRefused(answer.status, "not a page of statements as an LRS gives it") from error
    raws = [bytes(each) for each in listed.statements]
    times = [moment for each in raws if (moment := _stored(each))]
    statements: list[bytes] = []
    for raw in raws:
        hidden = _voided(client, raw, pause)
        if hidden is not None:
            statement, brought = _read(hidden)
            statements.append(statement)
            sent = {**sent, **brought}
        statements.append(raw)
    first, reached = (min(times), max(times)) if times else (None, None)
    return Page(statements, listed.more or "", sent, first, reached, client.endpoint.version)


def _read(answer: Answer) -> tuple[bytes, dict[str, Sent]]:
    content_type = answer.headers.get("Content-Type", "")
    if not content_type.lower().startswith("multipart/"):
        return answer.body, {}
    try:
        parts = multipart.parse(content_type, answer.body)
    except AttachmentRefused as error:
        raise PageRefused(answer.status, str(error)) from error
    try:
        return attachments.received(parts)
    except AttachmentRefused:
        # Bytes that are not what they claim to be are left out; a statement that cannot do without them is refused.
        return parts[0].content, {}


def _voided(client: Client, raw: bytes, pause: Callable[[float], object]) -> Answer | None:
    target = _target(raw)
    if target is None:
        return None
    answer = _patiently(partial(client.voided, target), pause)
    return answer if answer.accepted else None


def _target(raw: bytes) -> UUID | None:
    try:
        return selection.outline(raw).voids
    except _UNREADABLE:
        return None  # it is no good statement, which will be said where it is taken


def _stored(raw: bytes) -> datetime | None:
    try:
        return read_time(_TIMES.decode(raw).stored)
    except _UNREADABLE:
        return None
