"""Several contents in one body: `multipart/mixed` (RFC 2046, xAPI Communication 1.5.2), byte for byte, both ways."""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from xapi_store.errors import AttachmentRefused

MOST_PARTS = 10_000
LONGEST_HEADERS = 16 * 1024
_LONGEST_TYPE = 1024

_PARAMETER = re.compile(
    r"""[ \t]*([!#$%&'*+\-.^_`|~\w]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^";]*)[ \t]*(?:;|\Z)""", re.ASCII
)
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
# A line that only begins like a boundary is content: `--abcX` does not end a part whose boundary is `abc`.
_LINE_END = re.compile(rb"(--)?[ \t]*(?:\r\n|\Z)")
_FOLD = re.compile(rb"\r\n[ \t]+")
_HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([^\x00-\x08\x0a-\x1f\x7f]*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_BLANK = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Part:
    """One content with its headers, whose names are in small letters."""

    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The bytes of an attachment and their media type."""

    content: bytes
    content_type: str


def parse(content_type: str, body: bytes) -> list[Part]:
    """The parts of the body in their order, of which there is at least one.

    What stands before the first boundary and after the last is left out, and folded headers are joined. Lines end
    with CRLF. AttachmentRefused where the body is not what its content type says.
    """
    parts: list[Part] = []
    for start, end in _regions(boundary_of(content_type), body):
        if len(parts) == MOST_PARTS:
            raise AttachmentRefused(f"the body has more than {MOST_PARTS} parts")
        parts.append(_part(body, start, end, f"part {len(parts) + 1}"))
    if not parts:
        raise AttachmentRefused("the body has no parts")
    return parts


def boundary_of(content_type: str) -> str:
    """The boundary that this `multipart/mixed` names, quoted or not; AttachmentRefused where it names none."""
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != "multipart/mixed":
        raise AttachmentRefused("the body must be multipart/mixed")
    if len(rest) > _LONGEST_TYPE:
        raise AttachmentRefused("the content type is too long")
    found = [value for name, value in _parameters(rest) if name == "boundary"]
    if len(found) != 1 or _BOUNDARY.fullmatch(found[0]) is None:
        raise AttachmentRefused("the content type must name one boundary of 1 to 70 characters (RFC 2046, 5.1.1)")
    return found[0]


def write(parts: Iterable[Part], boundary: str) -> bytes:
    """The body with these parts; the boundary must occur in none of them (see `choose_boundary`)."""
    line = f"--{boundary}".encode()
    pieces: list[bytes] = []
    for part in parts:
        pieces += (line, b"\r\n", _written(part.headers), b"\r\n", part.content, b"\r\n")
    return b"".join((*pieces, line, b"--\r\n"))


def choose_boundary(contents: Sequence[bytes]) -> str:
    """A boundary that occurs in none of these contents; it needs no quotes."""
    while True:
        boundary = secrets.token_hex(16)
        if not any(boundary.encode() in each for each in contents):
            return boundary


def statements_answer(body: bytes, kept: Mapping[str, Kept]) -> tuple[str, bytes]:
    """An answer with attachments, as (content type, body): the statements' JSON, then the bytes of each sum once.

    `kept` is by SHA-2 in hexadecimal digits. It is `multipart/mixed` even where there are no attachments.
    """
    parts = [Part({"Content-Type": "application/json"}, body)]
    parts += [Part(_attachment_headers(sha2, each), each.content) for sha2, each in kept.items()]
    boundary = choose_boundary([each.content for each in parts])
    return f"multipart/mixed; boundary={boundary}", write(parts, boundary)


def _attachment_headers(sha2: str, kept: Kept) -> dict[str, str]:
    return {
        "Content-Type": kept.content_type,
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2,
        "Content-Length": str(len(kept.content)),
    }


def _written(headers: Mapping[str, str]) -> bytes:
    # A header's value must never become a line of its own.
    return "".join(f"{name}: {_CONTROL.sub(' ', value)}\r\n" for name, value in headers.items()).encode()


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        found = _PARAMETER.match(text, at)
        if found is None:
            raise AttachmentRefused("the content type is malformed")
        name, value = found.groups()
        quoted = value.startswith('"')
        yield name.lower(), re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value.strip()
        at = found.end()


def _regions(boundary: str, body: bytes) -> Iterator[tuple[int, int]]:
    """Where each part stands: from behind its boundary line to before the next."""
    start: int | None = None
    for before, behind, last in _lines(b"--" + boundary.encode(), body):
        if start is not None:
            # A part without headers and content shares its only line end with both boundaries.
            yield start, max(start, before)
        if last:
            return
        start = behind
    missing = "the boundary lines" if start is None else "the closing boundary line"
    raise AttachmentRefused(f"the body lacks {missing} that its content type promises (lines end with CRLF)")


def _lines(mark: bytes, body: bytes) -> Iterator[tuple[int, int, bool]]:
    """The boundary lines, as (where the content before ends, where the line ends, whether it is the closing one)."""
    at = 0 if body.startswith(mark) else body.find(b"\r\n" + mark)
    while at >= 0:
        behind = at + len(mark) + (0 if body.startswith(mark, at) else 2)
        found = _LINE_END.match(body, behind)
        # The body's own end does for a line end only after the closing boundary.
        if found and (found[1] or found[0].endswith(b"\r\n")):
            yield at, found.end(), found[1] is not None
            behind = max(behind, found.end() - 2)
        at = body.find(b"\r\n" + mark, behind)


def _part(body: bytes, start: int, end: int, name: str) -> Part:
    if body.startswith(b"\r\n", start, end):
        return Part({}, body[start + 2 : end])
    blank = body.find(_BLANK, start, min(end, start + LONGEST_HEADERS))
    if blank >= 0:
        return Part(_headers(body[start:blank], name), body[blank + len(_BLANK) : end])
    if end - start >= LONGEST_HEADERS:
        raise AttachmentRefused(f"{name} has no empty line after its headers, or too many of them")
    # Headers alone are a part without content, too: the empty line's end belongs to the boundary (RFC 2046, 5.1.1).
    if end > start and not body.startswith(b"\r\n", end - 2):
        raise AttachmentRefused(f"{name} has no empty line after its headers")
    return Part(_headers(body[start : end - 2], name) if end > start else {}, b"")


def _headers(block: bytes, name: str) -> dict[str, str]:
    try:
        lines = _FOLD.sub(b" ", block).decode().split("\r\n")
    except UnicodeDecodeError as error:
        raise AttachmentRefused(f"{name} has a header that is not UTF-8") from error
    headers: dict[str, str] = {}
    for line in lines:
        found = _HEADER.fullmatch(line)
        if found is None:
            raise AttachmentRefused(f"{name} has a malformed header")
        key = found[1].lower()
        if key in headers:
            raise AttachmentRefused(f"{name} has the header {found[1]} twice")
        headers[key] = found[2].strip()
    return headers
