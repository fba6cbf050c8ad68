"""Opening what somebody handed in: a VC-JWT as text, or a PDF that carries one as an attachment."""

import base64
import binascii
import json
import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from assessments.errors import Unreadable

LARGEST_TEXT = 256 * 1024
LARGEST_PDF = 5 * 1024 * 1024
DEEPEST = 40

COMPACT = re.compile(r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")
# Open Badges 3.0, 8.2.1: no other header parameter is allowed, so none can ask us to fetch or trust anything.
HEADER_NAMES = frozenset({"alg", "kid", "typ"})

# A string of JSON, also one that is never closed: so every sign is looked at once.
STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
BRACKETS = re.compile(rb"[\[\]{}]")

# What pypdf was seen to raise on damaged files, besides its own errors.
DAMAGED_PDF = (
    PyPdfError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError,
    AssertionError, NotImplementedError, struct.error, zlib.error,
)  # fmt: skip


@dataclass(frozen=True)
class Envelope:
    """A compact JWS taken apart, nothing checked. `canonical`: its text is the only way to write these bytes."""

    token: str
    header: Mapping[str, Any]
    payload: Mapping[str, Any]
    canonical: bool


def unpack(data: bytes) -> Envelope:
    """The credential in these bytes; Unreadable says why there is none.

    Reasons: empty, too_large, no_credential, several_credentials, damaged_pdf, not_a_token.
    """
    if data[:1024].lstrip()[:5] == b"%PDF-":
        data = attachment(data)
    if len(data) > LARGEST_TEXT:
        raise Unreadable("too_large")
    token = data.decode("utf-8-sig", errors="replace").strip()
    if not token:
        raise Unreadable("empty")
    if not COMPACT.match(token):
        raise Unreadable("not_a_token")
    return _apart(token)


def attachment(pdf: bytes) -> bytes:
    """The one credential attached to this PDF."""
    if len(pdf) > LARGEST_PDF:
        raise Unreadable("too_large")
    try:
        reader = PdfReader(BytesIO(pdf))
        found = [item for item in reader.attachment_list if str(item.name).endswith(".jwt")]
        contents = [item.content for item in found[:2]]
    except DAMAGED_PDF as error:
        raise Unreadable("damaged_pdf") from error
    if not contents:
        raise Unreadable("no_credential")
    if len(contents) > 1:
        raise Unreadable("several_credentials")
    return bytes(contents[0])


def _apart(token: str) -> Envelope:
    segments = token.split(".")
    try:
        raw = [base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_") for segment in segments]
        header, payload = _json_object(raw[0]), _json_object(raw[1])
    except (binascii.Error, ValueError) as error:
        raise Unreadable("not_a_token") from error
    if not set(header) <= HEADER_NAMES:
        raise Unreadable("not_a_token")
    # Base64 leaves spare bits at the end: a changed last letter could otherwise still read as the same signature.
    again = [base64.urlsafe_b64encode(part).rstrip(b"=").decode("ascii") for part in raw]
    return Envelope(token, header, payload, canonical=again == segments)


def _json_object(raw: bytes) -> dict[str, Any]:
    if not _is_within(raw, DEEPEST):
        raise ValueError("too deep")
    value = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: readers disagree about which of two equal names counts."""
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _is_within(raw: bytes, depth: int) -> bool:
    """Whether objects and lists stand no deeper in each other than this; found out before any of it is built."""
    inside = 0
    for sign in BRACKETS.findall(STRINGS.sub(b"", raw)):
        inside += 1 if sign in b"[{" else -1
        if inside > depth:
            return False
    return True
