"""A program that speaks xAPI to a store and knows nothing of it but what HTTP tells."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import uuid4
from wsgiref.types import WSGIApplication

from werkzeug.test import Client, TestResponse

from tests.builders import an_agent

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
BOUNDARY = "abcABC0123'()+_,-./:=?"
CRLF = b"\r\n"
T = TypeVar("T")
Question = dict[str, str]

AGENT = '{"mbox":"mailto:a@e.org"}'
STATE = {"activityId": "https://e.org/a", "agent": AGENT, "stateId": "s"}
ACTIVITY_PROFILE = {"activityId": "https://e.org/a", "profileId": "p"}
AGENT_PROFILE = {"agent": AGENT, "profileId": "p"}
PROFILES = [("activities/profile", ACTIVITY_PROFILE), ("agents/profile", AGENT_PROFILE)]
SHELVES = [("activities/state", STATE), *PROFILES]


@dataclass(frozen=True)
class Lrs:
    """A store as one key sees it, in one version of xAPI."""

    door: WSGIApplication
    auth: tuple[str, str] | None
    version: str | None
    keys: Callable[..., tuple[str, str]]

    def __call__(self, method: str, resource: str = "statements", **options: Any) -> TestResponse:
        sent = dict(options.pop("headers", {}))
        if self.version is not None:
            sent.setdefault(VERSION, self.version)
        path = resource if resource.startswith("/") else f"/xapi/{resource}"
        return Client(self.door).open(path, method=method, auth=self.auth, headers=sent, **options)

    def in_version(self, version: str | None) -> "Lrs":
        """The same program, in another version."""
        return replace(self, version=version)

    def with_key(self, *scopes: str) -> "Lrs":
        """Another program of the same store, with these scopes."""
        return replace(self, auth=self.keys(*scopes))

    def store(self, *statements: dict[str, Any]) -> list[str]:
        """The statements are stored one after the other; their ids."""
        found = []
        for each in statements:
            answer = self("POST", json=each)
            assert answer.status_code == 200, answer.text
            found += answer.get_json()
        return found

    def read(self, statement_id: str, **parameters: str) -> Any:
        """The statement of this id."""
        answer = self("GET", query_string={"statementId": statement_id, **parameters})
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def status(self, **parameters: str) -> int:
        """How a query for statements is answered."""
        return self("GET", query_string=parameters).status_code

    def find(self, **parameters: Any) -> list[dict[str, Any]]:
        """The statements of the first page; whatever is no text is sent as JSON."""
        answer = self("GET", query_string=asked(parameters))
        assert answer.status_code == 200, answer.text
        return list(answer.get_json()["statements"])

    def found(self, **parameters: Any) -> list[str]:
        """Their ids."""
        return [each["id"] for each in self.find(**parameters)]

    def send(self, method: str, where: str, question: Question, body: Any, **headers: str) -> int:
        """A document is sent (whatever is not bytes as JSON); the status. Headers are written with underscores."""
        kind = headers.pop("content_type", "application/json")
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self(method, where, query_string=question, data=data, content_type=kind, headers=sent).status_code

    def refuses(self, statement: Any) -> bool:
        """True where the statement is refused with 400, False where it is taken."""
        status = self("POST", json=statement).status_code
        assert status in (200, 400), status
        return status == 400


def asked(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Parameters of an address; whatever is no text as JSON."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}


def new_id() -> str:
    """An id that nothing has yet."""
    return str(uuid4())


def an_activity(slug: str = "", /, **definition: Any) -> dict[str, Any]:
    """An Activity of its own, or of that name."""
    activity: dict[str, Any] = {"id": f"https://activities.example.org/{slug or new_id()}"}
    return {**activity, "definition": definition} if definition else activity


def a_group(*members: str, **identifier: Any) -> dict[str, Any]:
    """A Group of these Agents."""
    return {"objectType": "Group", "member": [an_agent(each) for each in members], **identifier}


def bare(**changed: Any) -> dict[str, Any]:
    """A statement with nothing but what it must have."""
    verb = {"id": "http://adlnet.gov/expapi/verbs/experienced"}
    return {"actor": an_agent(), "verb": verb, "object": an_activity("bare"), **changed}


def about(target: str, **changed: Any) -> dict[str, Any]:
    """A statement whose object is another one."""
    return bare(**{"object": {"objectType": "StatementRef", "id": target}, "actor": an_agent("trainer"), **changed})


def voiding(target: str, **changed: Any) -> dict[str, Any]:
    """A statement that voids another one."""
    return about(target, **{"verb": {"id": VOIDED}, "actor": an_agent("operator"), **changed})


def sub(**changed: Any) -> dict[str, Any]:
    """A SubStatement as an object."""
    return {"objectType": "SubStatement", **bare(**changed)}


def attached(content: bytes, *, sum_by: str = "sha256", **changed: Any) -> dict[str, Any]:
    """What a statement says of an attachment."""
    return {
        "usageType": "https://example.org/usage/essay",
        "display": {"en": "An essay"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": hashlib.new(sum_by, content).hexdigest(),
        **changed,
    }


def part_of(content: bytes, *, sum_by: str = "sha256", **changed: str) -> tuple[dict[str, str], bytes]:
    """The part that brings those bytes; a header given as "" is left out."""
    headers = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.new(sum_by, content).hexdigest(),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    return {name: value for name, value in headers.items() if value}, content


def mixed(
    statements: Any, *parts: tuple[Mapping[str, str], bytes], boundary: str = BOUNDARY, first: str = "application/json"
) -> dict[str, Any]:
    """Options of a request that sends statements and parts as multipart/mixed."""
    body = b""
    for headers, content in (({"Content-Type": first}, json.dumps(statements).encode()), *parts):
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        body += b"--" + boundary.encode() + CRLF + head + CRLF + content + CRLF
    body += b"--" + boundary.encode() + b"--" + CRLF
    return {"data": body, "content_type": f'multipart/mixed; boundary="{boundary}"'}


def parts_of(answer: TestResponse) -> list[tuple[dict[str, str], bytes]]:
    """The parts of a multipart answer, the statements first."""
    kind = re.fullmatch(r'multipart/mixed; boundary="?([^"]+)"?', answer.headers["Content-Type"])
    assert kind is not None, answer.headers["Content-Type"]
    mark = b"--" + kind[1].encode()
    pieces = (CRLF + answer.data).split(CRLF + mark)
    assert pieces[-1].startswith(b"--")
    found = []
    for each in pieces[1:-1]:
        head, _, content = each.removeprefix(CRLF).partition(CRLF * 2)
        lines = (line.partition(": ") for line in head.decode().split("\r\n"))
        found.append(({name: value for name, _, value in lines}, content))
    return found


def at_once(number: int, act: Callable[[int], T]) -> list[T]:
    """What so many callers get who act at the same moment."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(act, range(number)))
