"""A request to the store as it will be sent, and an answer as it came."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

Headers = tuple[tuple[bytes, bytes], ...]

_PLAIN_PATH = re.compile(rb"(/+[a-z]+)+/*")
_NOT_IN_A_HEADER = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# What a server in front takes for an address (RFC 3986); some take more.
_IN_A_TARGET = re.compile(rb"[^\x00-\x20\"#<>\\^`{|}\x7f-\xff]+")


@dataclass(frozen=True)
class Message:
    """A request in its parts.

    `told` is a Content-Length that lies, and `raw` what is sent in place of all the parts; both are for sockets only.
    """

    kind: str
    method: bytes
    target: bytes
    headers: Headers = ()
    body: bytes = b""
    told: bytes | None = None
    raw: bytes | None = None

    def header(self, name: bytes) -> bytes | None:
        """The header's value where it stands there once."""
        found = [value for given, value in self.headers if given.lower() == name.lower()]
        return found[0] if len(found) == 1 else None

    @property
    def resource(self) -> str:
        """The plain path of the resource; empty where the target is written in some odd way."""
        path = self.target.partition(b"?")[0]
        return "/" + "/".join(path.decode().split("/")).strip("/") if _PLAIN_PATH.fullmatch(path) else ""

    @property
    def query(self) -> dict[bytes, bytes]:
        """The parameters, decoded."""
        pairs = (each.partition(b"=") for each in self.target.partition(b"?")[2].split(b"&"))
        return {unquote_to_bytes(name): unquote_to_bytes(value.replace(b"+", b" ")) for name, _, value in pairs}

    @property
    def truthful(self) -> bool:
        """True where it is one well-formed HTTP request, so that the connection must outlive it."""
        names = [name.lower() for name, _ in self.headers]
        return (
            self.raw is None
            and self.told is None
            and _TOKEN.fullmatch(self.method) is not None
            and self.method != b"CONNECT"
            and len(self.target) < 8000
            and self.target.startswith(b"/")
            and _IN_A_TARGET.fullmatch(self.target) is not None
            and all(_TOKEN.fullmatch(name) and not _NOT_IN_A_HEADER.search(value) for name, value in self.headers)
            and not {b"connection", b"transfer-encoding", b"content-length", b"expect", b"upgrade", b"host"}
            & set(names)
            and sum(len(value) for _, value in self.headers) < 30_000
        )

    def written(self, host: bytes = b"localhost") -> bytes:
        """The bytes that go over the line."""
        if self.raw is not None:
            return self.raw
        length = self.told if self.told is not None else str(len(self.body)).encode()
        lines = [b"%b %b HTTP/1.1" % (self.method, self.target), b"Host: " + host]
        lines += [b"%b: %b" % each for each in self.headers]
        if self.body or self.told is not None or self.method in (b"POST", b"PUT"):
            lines.append(b"Content-Length: " + length)
        return b"\r\n".join((*lines, b"", self.body))


@dataclass(frozen=True)
class Answer:
    """What came back; `closing` where the connection ends with it."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    closing: bool = False

    @property
    def of_the_store(self) -> bool:
        """True where the store's door gave it, not the HTTP server before it or a page beside it."""
        return "x-experience-api-version" in self.headers
