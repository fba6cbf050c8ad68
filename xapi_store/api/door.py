"""Who may come in and what every answer carries: access keys, versions, doubled slashes, browsers of other sites."""

import base64
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import uuid4
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from xapi_store import query
from xapi_store.api import alternate
from xapi_store.api.answers import REFUSALS, failed, refusal, unreachable
from xapi_store.api.exchange import (
    CONSISTENT,
    VERSION,
    Answer,
    Body,
    Headers,
    House,
    Incoming,
    Method,
    Request,
    Storing,
    json_answer,
    read_parameters,
    send,
)
from xapi_store.api.negotiation import in_best_form
from xapi_store.api.replica import Replica
from xapi_store.api_keys import Access, Remembered
from xapi_store.database import UNREACHABLE, Database
from xapi_store.errors import FilterRefused, UnknownKey, VersionRefused
from xapi_store.form.syntax import write_time
from xapi_store.order.group_commit import GroupCommit
from xapi_store.profiles.profile_checker import Checker

STATEMENTS = "/xapi/statements"
OPEN = frozenset({"/xapi", "/xapi/about"})

_SPOKEN = {"1": "1.0.3", "2": "2.0.0"}
_VERSION = re.compile(r"([12])\.0(?:\.\d+)?")
_MOST_SPEAKERS = 10_000
_SLASHES = re.compile(r"/{2,}")
_OPEN_TO_BROWSERS = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE, OPTIONS"),
    (
        "Access-Control-Allow-Headers",
        f"Authorization, Content-Type, Accept-Language, If-Match, If-None-Match, {VERSION}",
    ),
    ("Access-Control-Expose-Headers", f"ETag, Last-Modified, WWW-Authenticate, {VERSION}, {CONSISTENT}"),
    ("Access-Control-Max-Age", "86400"),
)
_ALWAYS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
_CARRIED = {version: (*_ALWAYS, (VERSION, version)) for version in _SPOKEN.values()}
log = logging.getLogger(__name__)


@lru_cache(maxsize=256)
def _spoken(header: str | None) -> str | None:
    """The version of xAPI that is spoken to who sends this header; None where it is none we know."""
    found = _VERSION.fullmatch(header or "")
    return _SPOKEN[found[1]] if found else None


class Door:
    """The store over HTTP, in front of another application, which gets whatever is not below `/xapi` or `/store`.

    `reading` may lag behind `database` (a replica): it answers queries for many statements, and nothing else. What it
    cannot answer is read from `database`.
    """

    def __init__(
        self,
        inner: WSGIApplication,
        *,
        resources: Mapping[str, Mapping[str, Method]],
        database: Database,
        reading: Database | None = None,
    ) -> None:
        self.database = self.reading = database
        self.group = GroupCommit(database)
        self.profiles = Checker(database)
        self.replica = Replica(self, reading) if reading else None
        self._keys = Remembered(database)
        self._spoken: dict[str, str] = {}
        self._inner = inner
        self._resources = resources
        self._roots = frozenset(path.split("/")[1] for path in resources)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The store's answer, or the inner application's."""
        resource = self.resource_at(environ.get("PATH_INFO", ""))
        if resource is None:
            return self._inner(environ, start_response)
        method, body = str(environ["REQUEST_METHOD"]), Body(environ)
        root, query_string = environ.get("SCRIPT_NAME", ""), environ.get("QUERY_STRING", "")
        visit = Visit(self, Incoming(method, resource, root, query_string, Headers(environ), body))
        answer = visit.answer()
        body.pass_over()
        return send(visit.dressed(answer), start_response, bare=method == "HEAD")

    def resource_at(self, path: str) -> str | None:
        """The plain path of what is asked for; None where that is not the store's."""
        plain = _SLASHES.sub("/", path)
        return plain.rstrip("/") if plain[1:].partition("/")[0] in self._roots else None

    @property
    def hint(self) -> str:
        """Said where nothing is: an endpoint mistyped is the commonest trouble of all."""
        offered = ", ".join(sorted(self._resources))
        return f"There is nothing here. The endpoint of this store is /xapi/; it offers {offered}."

    def methods(self, resource: str) -> Mapping[str, Method] | None:
        """What can be done with this resource; None where there is none."""
        return self._resources.get(resource)

    def note_version(self, access: Access, version: str) -> None:
        """This version was spoken last under this key."""
        if len(self._spoken) > _MOST_SPEAKERS:
            self._spoken.clear()
        self._spoken[access.key] = version

    def version_of(self, access: Access) -> str:
        """The version that this key spoke last (to this process), else the one of its store."""
        return self._spoken.get(access.key, access.default_version)

    def recalled(self, authorization: str | None) -> Access | None:
        """What this key may do, where that and all else that a judgement needs is known without asking the database."""
        return self._keys.recalled(authorization) if authorization and self.profiles.is_fresh else None

    def authenticate(self, given: str | None) -> Access:
        """What the bearer of this Authorization header may do; UnknownKey where that is nothing."""
        known = _credentials(given or "")
        if known is None:
            raise UnknownKey("not HTTP Basic")
        key, secret = known
        return self._keys.authenticate(given or "", key=key, secret=secret, at=datetime.now(UTC))


def _forget(error: BaseException) -> None:
    """The error lets go of where it came from: what holds the request there, and it the error, would stay for long."""
    for each in (error, *(fault for _, fault in getattr(error, "faults", ()))):
        link: BaseException | None = each
        while link is not None:
            link.__traceback__ = None
            link = link.__context__


def _credentials(authorization: str) -> tuple[str, str] | None:
    """Key and secret of a header of HTTP Basic; None where it is none."""
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        key, mark, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:  # not ASCII, not Base64, or not UTF-8 within
        return None
    return (key, secret) if mark else None


class Visit:
    """One request on its way through the door."""

    def __init__(self, door: Door, incoming: Incoming, *, access: Access | None = None) -> None:
        self._door = door
        self._incoming = incoming
        self._access = access  # where it is known already
        self._request: Request | None = None
        self.method = incoming.method
        self.resource = incoming.resource

    def answer(self) -> Answer:
        """What the resource answers, or what is wrong, in the same form."""
        begun = self.begin()
        if isinstance(begun, Answer):
            return begun
        return self.complete(begun, lambda: self._door.group.store(begun.arrival))

    def begin(self) -> Answer | Storing:
        """The answer; or what must be stored first, so that `complete` can give it."""
        return self._told(self._answer)

    def complete(self, storing: Storing, stored: Callable[[], datetime]) -> Answer:
        """The answer after storing; `stored` gives the time through which the store is consistent, or says why not."""
        answer = self._told(lambda: storing.then(stored()))
        if isinstance(answer, Storing):
            raise TypeError("what was stored is answered, not stored again")
        return answer

    def dressed(self, answer: Answer) -> Answer:
        """The answer with what every answer carries."""
        request = self._request
        if answer.status >= 400:
            answer = in_best_form(answer, self._incoming.headers.get("accept"))
        headers = (*answer.headers, *_CARRIED[request.version if request else _SPOKEN["2"]])
        if self._incoming.headers.get("origin") or self.method == "OPTIONS":
            headers = (*headers, *_OPEN_TO_BROWSERS)
        access = request.access if request and self.resource == STATEMENTS else None
        if access is not None and not any(name == CONSISTENT for name, _ in answer.headers):
            headers = (*headers, *self._consistent(access))
        # A form that asks for HEAD is a POST, whose length must be true.
        bare = self.method == "HEAD" and self._incoming.method != "HEAD"
        return Answer(answer.status, b"" if bare else answer.body, answer.content_type, headers)

    def _told(self, act: Callable[[], Answer | Storing]) -> Answer | Storing:
        try:
            return act()
        except REFUSALS as error:
            try:
                return refusal(error)
            finally:
                _forget(error)
        except UNREACHABLE as error:
            return unreachable(error)
        except Exception:
            trouble = uuid4().hex[:12]
            log.exception("unforeseen fault %s at %s %s", trouble, self.method, self.resource)
            return failed(trouble)

    def _answer(self) -> Answer | Storing:
        if self.method == "OPTIONS":
            return Answer(200)
        request = self._request = self._read()
        self._admit(request)
        self._speak(request)
        methods = self._door.methods(self.resource)
        if methods is None:
            return json_answer({"error": self._door.hint}, 404)
        method = methods.get("GET" if request.method == "HEAD" else request.method)
        if method is None:
            allowed = ", ".join((*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())))
            sentence = f"{request.method} is not a method of this resource."
            return json_answer({"error": sentence}, 405, headers=(("Allow", allowed),))
        if self._door.replica is not None and self.resource == STATEMENTS:
            return self._door.replica.answer(method, request)
        return method(request, self._door)

    def _read(self) -> Request:
        incoming = self._incoming
        request = Request(
            method=self.method,
            resource=self.resource,
            parameters={},
            headers=incoming.headers,
            read_body=incoming.body,
            path=f"{incoming.root}{self.resource}",
        )
        self._request = request  # so that what is wrong with the parameters is told in the version that was asked for
        request.version = _spoken(request.header(VERSION)) or request.version
        try:
            request.parameters = read_parameters(incoming.query)
            if alternate.used(request):
                request = alternate.unfold(request)
                self.method = request.method
        except FilterRefused:
            if request.header("authorization"):  # whose key is good is told here, too, how far the store is
                self._admit(request)
            raise
        return request

    def _admit(self, request: Request) -> None:
        if self.resource not in OPEN:
            request.access = self._access or self._door.authenticate(request.header("authorization"))

    def _speak(self, request: Request) -> None:
        """The request is in a version that is spoken here; VersionRefused otherwise. `about` needs none.

        Who names no version is refused in the version that they spoke last, else in their store's own.
        """
        if request.access is None:
            return
        asked = request.header(VERSION)
        if _spoken(asked):
            self._door.note_version(request.access, request.version)
            return
        request.version = self._door.version_of(request.access)
        problem = f"{asked} is not a version of xAPI spoken here" if asked else "the header is missing"
        raise VersionRefused(f"{VERSION}: {problem}. Send 1.0.3 or 2.0.0.")

    def _consistent(self, access: Access) -> list[tuple[str, str]]:
        """Up to when the queries for many statements show everything; left out where nobody can tell."""

        def through(house: House) -> str:
            with house.reading.session() as session:
                return write_time(query.consistent_through(session, store_id=access.store_id))

        replica = self._door.replica
        try:
            return [(CONSISTENT, replica.read(through) if replica else through(self._door))]
        except UNREACHABLE:
            return []
