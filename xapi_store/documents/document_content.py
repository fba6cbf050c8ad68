"""What is in a document: its bytes, its content type, and how one JSON object is merged into another."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from xapi_store.errors import DocumentRefused, TooLarge

LARGEST = 32 * 1024 * 1024
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a document and the content type they were sent with."""

    body: bytes
    content_type: str

    @property
    def etag(self) -> str:
        """The entity tag with its quotes: SHA-1 of the bytes in hexadecimal digits (xAPI Communication 3.1)."""
        return f'"{hashlib.sha1(self.body, usedforsecurity=False).hexdigest()}"'

    @property
    def is_json(self) -> bool:
        """True for application/json, whatever its parameters."""
        return self.content_type.partition(";")[0].strip().lower() == "application/json"


def refuse_broken_json(content: Content) -> None:
    """A document that is said to be JSON is JSON; DocumentRefused otherwise."""
    if content.is_json:
        _decode(content.body, msgspec.Raw, "the document sent", "is application/json but not JSON")


def merged(old: Content, new: Content) -> Content:
    """The old object with the members of the new one, of one level, in the old order and each to the letter.

    DocumentRefused where one of the two is not a JSON object (xAPI Communication 2.2); TooLarge where the whole has
    more than LARGEST bytes.
    """
    members = {**_members(old, "the document that stands here"), **_members(new, "the document sent")}
    written = [json.dumps(name).encode() + b":" + bytes(value) for name, value in members.items()]
    body = b"{" + b",".join(written) + b"}"
    if len(body) > LARGEST:
        raise TooLarge(LARGEST)
    return Content(body, new.content_type)


def refuse_no_object(content: Content) -> None:
    """A document that is said to be JSON is a JSON object, so that others can be merged into it."""
    if content.is_json:
        _members(content, "the document sent")


def _members(content: Content, what: str) -> Mapping[str, msgspec.Raw]:
    if not content.is_json:
        raise DocumentRefused(f"{what} is not application/json, so the two cannot be merged")
    return _decode(content.body, dict[str, msgspec.Raw], what, "is not a JSON object")


def _decode(body: bytes, form: type[_T], what: str, fault: str) -> _T:
    try:
        # Slices of the bytes, not values: no number is rounded, and a body of many small parts takes no more memory.
        body.decode("utf-8")
        return msgspec.json.decode(body, type=form)
    except (UnicodeDecodeError, msgspec.MsgspecError, RecursionError) as error:
        raise DocumentRefused(f"{what} {fault}") from error
