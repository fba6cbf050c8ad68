"""The one seam through which we call platforms (and other strangers): guarded, bounded and without redirects."""

import contextlib
import ipaddress
import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError

from lti_tool.errors import AddressRefused, PlatformRefused, PlatformUnreachable

SECONDS = 5.0
LARGEST_ANSWER = 256 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# All of IPv6 that was ever given to anybody to be reached by everybody.
UNICAST = ipaddress.ip_network("2000::/3")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers (case does not matter) and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body read as JSON, whatever its content type says; PlatformUnreachable where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise PlatformUnreachable(f"an answer with status {self.status} that is not JSON") from error


class Client:
    """Calls addresses that strangers name. Private networks and plain http only where the operator allows them."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self.allow_private = allow_private

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a GET, whatever its status; AddressRefused or PlatformUnreachable where there is none."""
        return self._call("GET", url, headers or {}, None)

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST, whatever its status; AddressRefused or PlatformUnreachable where there is none."""
        return self._call("POST", url, headers, body)

    def put(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> Answer:
        """The answer to a PUT, whatever its status; AddressRefused or PlatformUnreachable where there is none."""
        return self._call("PUT", url, headers, body)

    def post_json(self, url: str, document: Any, *, headers: Mapping[str, str]) -> Answer:
        """The answer to a POST of this document; `headers` name its media type."""
        return self.post(url, json.dumps(document).encode(), headers=headers)

    def get_bytes(self, url: str) -> bytes:
        """The body of a GET that was answered with 200; PlatformRefused for any other status."""
        answer = self.get(url)
        if answer.status != 200:
            raise PlatformRefused(f"status {answer.status}", status=answer.status)
        return answer.body

    def _call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        address = self._resolve(url)
        own = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "animateur", **headers}
        deadline = time.monotonic() + SECONDS
        with requests.Session() as http, _Pinned(address) as pinned:
            # No proxies, no .netrc, no cookies: the call depends on nothing but what stands here.
            http.trust_env = False
            http.mount("https://", pinned)
            http.mount("http://", pinned)
            own["Host"] = urlsplit(url).netloc
            try:
                with http.request(
                    method, url, headers=own, data=body, timeout=SECONDS, allow_redirects=False, stream=True
                ) as response:
                    return Answer(response.status_code, response.headers, _read(response, deadline))
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                raise PlatformUnreachable(type(error).__name__) from error

    def _resolve(self, url: str) -> str:
        parts = urlsplit(url)
        schemes = ("https", "http") if self.allow_private else ("https",)
        if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
            raise AddressRefused(f"not an address we call: scheme {parts.scheme!r}")
        try:
            found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
        except (OSError, ValueError) as error:
            raise PlatformUnreachable("the host name is not known") from error
        addresses = [str(each[4][0]) for each in found]
        if not self.allow_private and not all(_is_public(ipaddress.ip_address(each)) for each in addresses):
            raise AddressRefused("the host lies in a private network")
        # IPv4 first: a name like localhost often answers on that alone.
        return min(addresses, key=lambda each: ":" in each)


class _Pinned(HTTPAdapter):
    """Connects to the very address that was checked, so that a second DNS answer cannot lead elsewhere.

    As a context it ends every connection after `SECONDS`: a server that sends one byte now and then is never late for a
    time limit between two bytes.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._lines: list[socket.socket] = []
        self._alarm = threading.Timer(SECONDS, self._cut)
        self._alarm.daemon = True
        super().__init__()

    def __enter__(self) -> "_Pinned":
        self._alarm.start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._alarm.cancel()
        for line in self._lines:
            line.close()

    def build_connection_pool_key_attributes(  # type: ignore[override]  # the stubs name private types
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Where to connect, and under which name the certificate is checked."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        names = {"server_hostname": host["host"], "assert_hostname": host["host"]} if host["scheme"] == "https" else {}
        return {**host, "host": self._address}, {**pool, **names}

    def get_connection_with_tls_context(self, *request: Any, **more: Any) -> ConnectionPool:
        """A pool whose connections are watched."""
        pool: Any = super().get_connection_with_tls_context(*request, **more)
        made = pool.ConnectionCls

        def watched(*args: Any, **named: Any) -> Any:
            connection: Any = made(*args, **named)
            dial = connection._new_conn

            def dialled() -> socket.socket:
                line: socket.socket = dial()
                # A second handle on the same connection: TLS takes the first one away from us.
                self._lines.append(line.dup())
                return line

            connection._new_conn = dialled
            return connection

        pool.ConnectionCls = watched
        return cast(ConnectionPool, pool)

    def _cut(self) -> None:
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _read(response: requests.Response, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.raw.read1(16 * 1024, decode_content=False):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise PlatformUnreachable("the answer is too large")
    # What was cut off can look like an answer.
    if time.monotonic() > deadline:
        raise PlatformUnreachable("the answer took too long")
    return bytes(body)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(inner)
        if address not in UNICAST:
            return False
    return address.is_global and not address.is_multicast
