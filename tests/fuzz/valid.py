"""Requests of every kind that the store takes, each drawn from a seed and its number alone."""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from tests.builders import a_statement, an_agent
from tests.fuzz.message import Headers, Message

STATEMENTS = b"/xapi/statements"
JSON: Headers = ((b"Content-Type", b"application/json"),)
REMEMBERED = 60
DOCUMENTS = (b'{"a":1,"b":{"c":[1.10,null]}}', b'{"a":2,"z":"\xc3\xa9"}', b"just text", b"\x00\xff\xfe", b"")
FORM = ((b"Content-Type", b"application/x-www-form-urlencoded"),)


@dataclass(frozen=True)
class Draw:
    """What request number so-and-so of a lane is made of. Lanes have statements and documents of their own."""

    seed: int
    lane: int
    number: int
    authorization: bytes
    dice: random.Random

    @classmethod
    def of(cls, seed: int, lane: int, number: int, authorization: bytes) -> "Draw":
        """Everything follows from these."""
        return cls(seed, lane, number, authorization, random.Random(f"{seed}/{lane}/{number}"))

    def id(self, back: int = 0) -> str:
        """The id of the statement that this request stores, or the one so many requests ago."""
        text = f"{self.seed}/{self.lane}/{self.number - back}/id".encode()
        return str(UUID(bytes=hashlib.sha256(text).digest()[:16], version=4))

    def iri(self) -> str:
        """One of the lane's few activities."""
        return f"https://fuzz.example.org/{self.lane}/{self.dice.randrange(4)}"

    def message(self, kind: str, method: str, target: bytes, headers: Headers = (), body: bytes = b"") -> Message:
        """With key and version."""
        version = self.dice.choice((b"1.0.3", b"1.0.3", b"2.0.0", b"1.0"))
        own = ((b"Authorization", self.authorization), (b"X-Experience-API-Version", version))
        return Message(kind, method.encode(), target, (*own, *headers), body)


def one(draw: Draw) -> Message:
    """A valid request."""
    made: Callable[[Draw], Message] = draw.dice.choice(KINDS)
    return made(draw)


def statement(draw: Draw, **changed: Any) -> dict[str, Any]:
    """A statement of one of several shapes."""
    shapes: tuple[dict[str, Any], ...] = (
        {},
        {"object": {"objectType": "StatementRef", "id": draw.id(draw.dice.randrange(1, REMEMBERED))}},
        {"object": an_agent(f"person {draw.lane}"), "context": {"contextActivities": {"parent": {"id": draw.iri()}}}},
        {"object": {"objectType": "SubStatement", **a_statement(context=None, timestamp=None)}},
        {"context": {"extensions": {draw.iri(): {"": [1.10, None, -0.0, "é\n"]}}, "language": "en-GB"}},
        {"actor": {"objectType": "Group", "member": [an_agent(), {"mbox": "mailto:a@example.org"}]}},
        {"object": _question(draw), "result": {"response": "a[,]b", "score": {"scaled": 1}}},
    )
    return a_statement(**{"id": draw.id(), **draw.dice.choice(shapes), **changed})


def _question(draw: Draw) -> dict[str, Any]:
    choices = [{"id": each, "description": {"en": each, "de-AT": each}} for each in ("a", "b")]
    definition = {"interactionType": "choice", "choices": choices, "correctResponsesPattern": ["a[,]b"]}
    return {"id": draw.iri(), "definition": {**definition, "name": {"en": f"Question {draw.number}"}}}


def _post(draw: Draw) -> Message:
    return draw.message("post", "POST", STATEMENTS, JSON, _dumped(draw, statement(draw)))


def _put(draw: Draw) -> Message:
    target = STATEMENTS + b"?statementId=" + draw.id().encode()
    return draw.message("put", "PUT", target, JSON, _dumped(draw, statement(draw)))


def _batch(draw: Draw) -> Message:
    others = [statement(draw, id=None) for _ in range(draw.dice.randrange(4))]
    target = draw.dice.choice((STATEMENTS, STATEMENTS, b"/store/import"))
    return draw.message("batch", "POST", target, JSON, _dumped(draw, [statement(draw), *others]))


def _void(draw: Draw) -> Message:
    target = {"objectType": "StatementRef", "id": draw.id(draw.dice.randrange(1, REMEMBERED))}
    void = statement(draw, object=target, verb={"id": "http://adlnet.gov/expapi/verbs/voided"})
    return draw.message("void", "POST", STATEMENTS, JSON, _dumped(draw, void))


def _with_attachment(draw: Draw) -> Message:
    content = draw.dice.randbytes(draw.dice.randrange(60))
    sha2 = hashlib.sha256(content).hexdigest()
    declared = {"usageType": draw.iri(), "display": {"en": "File"}, "contentType": "text/plain", "length": len(content)}
    body = _dumped(draw, statement(draw, attachments=[{**declared, "sha2": sha2}]))
    parts = (
        (b"Content-Type: application/json", body),
        (
            b"Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: " + sha2.encode(),
            content,
        ),
    )
    whole = b"".join(b"--abc\r\n%b\r\n\r\n%b\r\n" % each for each in parts) + b"--abc--\r\n"
    kind = ((b"Content-Type", b'multipart/mixed; boundary="abc"'),)
    return draw.message("attachment", "POST", STATEMENTS, kind, whole)


def _query(draw: Draw) -> Message:
    filters = {
        "agent": json.dumps(an_agent()),
        "verb": "http://adlnet.gov/expapi/verbs/answered",
        "activity": draw.iri(),
        "registration": "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11",
        "related_activities": "true",
        "related_agents": "false",
        "since": "2026-01-01T00:00:00Z",
        "until": "2096-05-18T05:32:34.804+02:00",
        "format": draw.dice.choice(("ids", "exact", "canonical")),
        "ascending": "true",
        "attachments": "true",
        "from": str(draw.dice.randrange(2**62)),
    }
    chosen = draw.dice.sample(sorted(filters), draw.dice.randrange(4))
    asked = {"limit": "2", **{name: filters[name] for name in chosen}}
    languages = ((b"Accept-Language", b"de;q=0.5, en-GB, *;q=0.1"),)
    return draw.message("query", _read(draw), STATEMENTS + b"?" + urlencode(asked).encode(), languages)


def _by_id(draw: Draw) -> Message:
    name = draw.dice.choice(("statementId", "statementId", "voidedStatementId"))
    asked = {name: draw.id(draw.dice.randrange(REMEMBERED)), "format": draw.dice.choice(("ids", "exact", "canonical"))}
    return draw.message("by id", _read(draw), STATEMENTS + b"?" + urlencode(asked).encode())


def _looked_up(draw: Draw) -> Message:
    target = draw.dice.choice(
        (
            b"/xapi/about",
            b"/xapi/activities?activityId=" + quote(draw.iri(), safe="").encode(),
            b"/xapi/agents?agent=" + quote(json.dumps(an_agent())).encode(),
        )
    )
    return draw.message("looked up", _read(draw), target, _condition(draw))


def _document(draw: Draw) -> Message:
    target, dice = document_target(draw), draw.dice
    method = dice.choice(("PUT", "PUT", "POST", "GET", "HEAD", "DELETE"))
    if method in ("GET", "HEAD", "DELETE"):
        return draw.message("document", method, target, _condition(draw))
    kind = dice.choice((b"application/json", b"application/json; charset=utf-8", b"text/plain", b"a/b"))
    body = dice.choice(DOCUMENTS[:2] if kind.startswith(b"application/json") else DOCUMENTS)
    return draw.message("document", method, target, ((b"Content-Type", kind), *_condition(draw)), body)


def document_target(draw: Draw) -> bytes:
    """The address of one of the lane's few documents, or of a shelf."""
    dice = draw.dice
    asked = {"activityId": draw.iri(), "agent": json.dumps(an_agent(f"person {draw.lane}"))}
    kind = dice.choice(("activities/state", "activities/profile", "agents/profile"))
    if kind != "activities/state":
        del asked["agent" if kind == "activities/profile" else "activityId"]
    elif dice.random() < 0.3:
        asked["registration"] = "6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11"
    if dice.random() < 0.9:
        name = "stateId" if kind == "activities/state" else "profileId"
        asked[name] = f"doc {draw.lane} {dice.randrange(3)} é"
    return f"/xapi/{kind}?{urlencode(asked)}".encode()


def _condition(draw: Draw) -> Headers:
    tag = f'"{hashlib.sha1(draw.dice.choice(DOCUMENTS)).hexdigest()}"'.encode()
    choices: tuple[Headers, ...] = (
        (),
        ((b"If-Match", tag),),
        ((b"If-None-Match", b"*"),),
        ((b"If-None-Match", b"W/" + tag + b', "x"'),),
        ((b"If-Match", b"*"),),
    )
    return draw.dice.choice(choices)


def _alternate(draw: Draw) -> Message:
    inner = draw.dice.choice((_put, _post, _query, _by_id, _document, _looked_up))(draw)
    form = [*inner.query.items(), *inner.headers, *([(b"content", inner.body)] if inner.body else [])]
    body = urlencode([pair for pair in form if pair[0]]).encode()
    target = inner.target.partition(b"?")[0] + b"?method=" + inner.method
    return Message("alternate", b"POST", target, FORM, body)


def _options(draw: Draw) -> Message:
    return draw.message("options", "OPTIONS", document_target(draw))


def _read(draw: Draw) -> str:
    return draw.dice.choice(("GET", "GET", "GET", "HEAD"))


def _dumped(draw: Draw, content: Any) -> bytes:
    options: tuple[dict[str, Any], ...] = ({}, {"indent": 1}, {"separators": (",", ":")}, {"ensure_ascii": False})
    return json.dumps(content, **draw.dice.choice(options)).encode()


KINDS = (
    *(_post, _post, _put, _put, _batch, _batch, _void, _with_attachment, _with_attachment, _query, _query, _query),
    *(_by_id, _looked_up, _looked_up, _document, _document, _document, _document, _alternate, _alternate, _options),
)
