"""The one way by which this floor calls other record stores: guarded, bounded in time and size, without redirects."""

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urljoin, urlsplit
from uuid import UUID

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from xapi_store.errors import StoreError
from xapi_store.other_stores import public_addresses
from xapi_store.other_stores.public_addresses import AddressRefused, HostUnknown

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 5.0, 30.0, 300.0
LARGEST_ANSWER = 64 * 1024 * 1024
VERSION = "X-Experience-API-Version"
_LONGEST_REASON = 300
_CHUNK = 64 * 1024


class Unreachable(StoreError):
    """The other store gave no usable answer in time; worth another try."""


class AnswerTooLarge(Unreachable):
    """The answer is larger than `LARGEST_ANSWER`; ask for less at once."""


@dataclass(frozen=True)
class Endpoint:
    """Another record store: where it is, how we are known there, and the version of xAPI to speak.

    `url` is taken with or without a slash at its end, and also where `/statements` was pasted along with it.
    """

    url: str
    key: str
    secret: str
    version: str = "1.0.3"

    @property
    def statements(self) -> str:
        """The address of its statement resource."""
        return f"{self.url.strip().rstrip('/').removesuffix('/statements').rstrip('/')}/statements"


def check(endpoint: Endpoint, *, allow_private: bool = False) -> None:
    """The endpoint is of a form that can be called; AddressRefused says what is wrong."""
    public_addresses.check(endpoint.statements, allow_private=allow_private)
    if {"?", "#"} & set(endpoint.url):
        raise AddressRefused("an endpoint has neither ? nor #")
    if ":" in endpoint.key or endpoint.version not in ("1.0.3", "2.0.0"):
        raise AddressRefused("the key holds a colon, or the version is neither 1.0.3 nor 2.0.0")


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (case does not matter) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def accepted(self) -> bool:
        """True for a status of 200 to 299."""
        return 200 <= self.status < 300

    @property
    def reason(self) -> str:
        """What the other side says about it, in at most 300 characters."""
        if 300 <= self.status < 400:
            return f"it leads on to {self.headers.get('Location', 'nowhere')}: enter that endpoint instead"[
                :_LONGEST_REASON
            ]
        text = self.body[: 16 * 1024].decode("utf-8", "replace").replace("\0", " ")
        return " ".join(_sentence(text).split())[:_LONGEST_REASON]

    def wait(self, at: datetime) -> timedelta | None:
        """How long the other side asks us to wait (Retry-After, in seconds or as a date); None where it does not."""
        asked = self.headers.get("Retry-After", "").strip()
        try:
            moment = timedelta(seconds=int(asked)) if asked.isdecimal() else _date(asked) - at
        except (ValueError, TypeError, OverflowError):
            return None
        return max(moment, timedelta(0))


class Client:
    """Calls one record store over one kept connection; for one thread at a time. Close it, or use it with `with`."""

    def __init__(self, endpoint: Endpoint, *, allow_private: bool = False) -> None:
        check(endpoint, allow_private=allow_private)
        self.endpoint = endpoint
        self._allow_private = allow_private
        self._wire = _Pinned()
        self._http = requests.Session()
        # No proxies, no .netrc: the call depends on nothing but what stands here.
        self._http.trust_env = False
        self._http.mount("https://", self._wire)
        self._http.mount("http://", self._wire)
        pair = b64encode(f"{endpoint.key}:{endpoint.secret}".encode()).decode()
        self._own = {
            "Authorization": f"Basic {pair}",
            VERSION: endpoint.version,
            "Accept": "application/json, multipart/mixed",
            "Accept-Encoding": "identity",
            "User-Agent": "animateur",
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """The connection is given up."""
        self._http.close()

    def send(self, body: bytes, content_type: str = "application/json") -> Answer:
        """The answer to a POST of statements, whatever its status (xAPI Communication 2.1.2)."""
        return self._call("POST", self.endpoint.statements, body=body, headers={"Content-Type": content_type})

    def ask(self, **parameters: str) -> Answer:
        """The answer to a GET of statements with these parameters (xAPI Communication 2.1.3)."""
        return self._call("GET", f"{self.endpoint.statements}?{urlencode(parameters)}")

    def follow(self, more: str) -> Answer:
        """The answer at the `more` link of a page; AddressRefused where it leads to another host.

        Only its path and query are used: stores behind a proxy often write a scheme or port that is not theirs.
        """
        there, home = urlsplit(urljoin(self.endpoint.statements, more)), urlsplit(self.endpoint.statements)
        if there.hostname != home.hostname:
            raise AddressRefused("the link to the next page leads to another host")
        return self._call("GET", there._replace(scheme=home.scheme, netloc=home.netloc, fragment="").geturl())

    def voided(self, statement_id: UUID | str) -> Answer:
        """The answer to a question for one voided statement, with its attachments."""
        return self.ask(voidedStatementId=str(statement_id), attachments="true")

    def greet(self) -> Answer:
        """The answer to the smallest question; 200 where endpoint, key and version are right."""
        return self.ask(limit="1")

    def _call(
        self, method: str, url: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        # No cookies either: every call stands for itself.
        self._http.cookies.clear()
        deadline = time.monotonic() + WHOLE_SECONDS
        own = {**self._own, "Host": urlsplit(url).netloc, **(headers or {})}
        try:
            self._wire.address = public_addresses.resolve(url, allow_private=self._allow_private)
            with self._http.request(
                method,
                url,
                headers=own,
                data=body,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(response.status_code, response.headers, _read(response, deadline))
        except HostUnknown as error:
            raise Unreachable(str(error)) from error
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Unreachable(type(error).__name__) from error


class _Pinned(HTTPAdapter):
    """Connects to the very address that was checked, so that a second DNS answer cannot lead elsewhere."""

    address = ""

    def build_connection_pool_key_attributes(  # type: ignore[override]  # the stubs name private types
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Where to connect, and under which name the certificate is checked."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        names = {"server_hostname": host["host"], "assert_hostname": host["host"]} if host["scheme"] == "https" else {}
        return {**host, "host": self.address}, {**pool, **names}


def _read(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerTooLarge(
                f"its answer is larger than {LARGEST_ANSWER // 1024 // 1024} MiB; ask for smaller pages"
            )
        if time.monotonic() > deadline:
            raise Unreachable("its answer took too long")
    return bytes(body)


def _sentence(text: str) -> str:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(content, dict):
        for name in ("error", "message", "errorMessage", "detail"):
            if isinstance(content.get(name), str):
                return str(content[name])
    return text


def _date(text: str) -> datetime:
    moment = parsedate_to_datetime(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
