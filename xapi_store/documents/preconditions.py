"""Preconditions of a write: If-Match and If-None-Match (xAPI Communication 3.1, RFC 9110 13.1)."""

from dataclasses import dataclass

from xapi_store.errors import Precondition

ANY = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a write: entity tags with their quotes, or ANY; None where the header was not sent."""

    if_match: frozenset[str] | None = None
    if_none_match: frozenset[str] | None = None

    @property
    def given(self) -> bool:
        """True where there is any condition."""
        return self.if_match is not None or self.if_none_match is not None

    def check(self, etag: str | None) -> None:
        """The condition holds for what stands there (None: nothing); Precondition otherwise."""
        if self.if_match is not None and not names(self.if_match, etag):
            raise Precondition("If-Match does not hold: the document is not the one you last read; read it again")
        if self.if_none_match is not None and names(self.if_none_match, etag):
            raise Precondition("If-None-Match does not hold: there is already a document")


NO_CONDITION = Condition()


def names(tags: frozenset[str], etag: str | None) -> bool:
    """True where something stands there and it is among these tags."""
    return etag is not None and (tags == ANY or etag in tags)
