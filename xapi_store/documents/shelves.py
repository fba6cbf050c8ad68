"""Shelves and places: what a program names around a document, and the digests by which the store finds it."""

import hashlib
import json
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID


class Kind(IntEnum):
    """Which of the three resources a document belongs to; the numbers are stored."""

    STATE = 1
    ACTIVITY_PROFILE = 2
    AGENT_PROFILE = 3


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a program keeps documents of one kind; `agent` is what `actors.identity` says of the Agent or Group.

    No registration is a shelf of its own: it never means any registration.
    """

    kind: Kind
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for this shelf."""
        return _digest("shelf", *self.parts)

    @property
    def parts(self) -> tuple[str | None, ...]:
        """All that names this shelf."""
        return str(int(self.kind)), self.activity, self.agent, str(self.registration) if self.registration else None


@dataclass(frozen=True, slots=True)
class Place:
    """One id on a shelf (`stateId` or `profileId`)."""

    shelf: Shelf
    doc_id: str

    @property
    def digest(self) -> bytes:
        """16 bytes that stand for this place."""
        return _digest("place", *self.shelf.parts, self.doc_id)


def owner(agent: str) -> bytes:
    """16 bytes that stand for this person or group."""
    return _digest("owner", agent)


def _digest(what: str, *parts: str | None) -> bytes:
    # JSON keeps the parts apart whatever is in them.
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16, person=what.encode()).digest()
