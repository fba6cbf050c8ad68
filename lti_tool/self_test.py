"""An endpoint's self-test with a client that is not ours (tincan): about, write a statement, read it back."""

import http.client
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from tincan import Activity, Agent, AgentAccount, LanguageMap, RemoteLRS, Statement, Verb
from tincan.lrs_response import LRSResponse

PROBE = "https://w3id.org/xapi/oicf/activities/ping"
ABOUT, WRITE, READ, REACH = "about", "write a statement", "read it back", "reach it"
LONGEST = 5.0


@dataclass(frozen=True)
class Answer:
    """What one step of the self-test gave, and how many seconds it took."""

    step: str
    good: bool
    detail: str
    seconds: float


def ping(endpoint: str, key: str, secret: str) -> Iterator[Answer]:
    """Each step in turn: the store tells its versions, takes a statement, and gives the same one back.

    A step waits `LONGEST` seconds at most; the statement stays in the store.
    """
    begun = time.monotonic()
    try:
        yield from _steps(_Client(endpoint=endpoint, version="1.0.3", username=key, password=secret))
    except (OSError, HTTPException) as error:
        why = f"not within {LONGEST:.0f} s" if isinstance(error, TimeoutError) else str(error)
        yield Answer(REACH, False, f"{endpoint} does not answer: {why}", time.monotonic() - begun)


class _Client(RemoteLRS):  # type: ignore[misc]  # tincan has no types
    """tincan, which by itself would wait for ever."""

    def _send_request(self, request: Any) -> LRSResponse:
        address = urlsplit(f"{self.endpoint}{request.resource}")
        headers = {"X-Experience-API-Version": self.version, "Authorization": self.auth, **request.headers}
        asked = {name: str(value) for name, value in request.query_params.items()}
        path = f"{address.path}?{urlencode(asked)}" if asked else address.path
        wire = _connection(address.scheme, address.hostname or "", address.port)
        try:
            wire.request(request.method, path, getattr(request, "content", None), headers)
            answer = wire.getresponse()
            data = answer.read()
        finally:
            wire.close()
        return LRSResponse(success=200 <= answer.status < 300, request=request, response=answer, data=data)


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=LONGEST, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=LONGEST)


def _steps(store: RemoteLRS) -> Iterator[Answer]:
    about, took = _timed(store.about)
    yield Answer(ABOUT, about.success, ", ".join(about.content.version) if about.success else _said(about), took)
    statement = _statement()
    saved, took = _timed(lambda: store.save_statement(statement))
    yield Answer(WRITE, saved.success, str(statement.id) if saved.success else _said(saved), took)
    if not saved.success:
        return
    found, took = _timed(lambda: store.retrieve_statement(statement.id))
    same = found.success and str(found.content.id) == str(statement.id)
    yield Answer(READ, same, "the same statement" if same else _said(found), took)


def _timed(call: Callable[[], LRSResponse]) -> tuple[LRSResponse, float]:
    begun = time.monotonic()
    return call(), time.monotonic() - begun


def _said(answer: LRSResponse) -> str:
    """What the store answered, on one line."""
    data = answer.data
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
    return " ".join(text.split())[:300]


def _statement() -> Statement:
    name = f"ping-{uuid4()}"
    return Statement(
        id=str(uuid4()),
        actor=Agent(account=AgentAccount(home_page="https://w3id.org/xapi/oicf", name=name)),
        verb=Verb(id="http://adlnet.gov/expapi/verbs/interacted", display=LanguageMap({"en": "interacted"})),
        object=Activity(id=PROBE),
    )
