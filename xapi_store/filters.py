"""What can be asked of a store's statements, and in which lists the answer stands."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from xapi_store.postings import Kind, Named
from xapi_store.stores import place_at


@dataclass(frozen=True)
class Filters:
    """What GET /statements can ask for (xAPI Communication 2.1.3); `agent` and `authority` are `actors.identity` texts.

    `limit` 0 means as many as one page holds. `cursor` continues a page: only what lies beyond that place.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 0
    ascending: bool = False
    authority: str | None = None
    cursor: int | None = None

    def names(self) -> list[tuple[Named, ...]]:
        """What a statement must stand in: for each condition the lists of which one will do."""
        found: list[tuple[Named, ...]] = []
        if self.registration is not None:
            found.append(((Kind.REGISTRATION, str(self.registration)),))
        if self.agent is not None:
            wider = (Kind.AGENT_RELATED, Kind.AUTHORITY) if self.related_agents else ()
            found.append(tuple((kind, self.agent) for kind in (Kind.AGENT, *wider)))
        if self.activity is not None:
            more = (Kind.ACTIVITY_RELATED,) if self.related_activities else ()
            found.append(tuple((kind, self.activity) for kind in (Kind.ACTIVITY, *more)))
        if self.verb is not None:
            found.append(((Kind.VERB, self.verb),))
        if self.authority is not None:
            found.append(((Kind.AUTHORITY, self.authority),))
        return found

    def bounds(self) -> tuple[int, int]:
        """The places between which the answer lies, both outside it."""
        low = place_at(self.since) if self.since is not None else -1
        high = place_at(self.until) + 1 if self.until is not None else 2**63 - 1
        if self.cursor is not None:
            low, high = (max(low, self.cursor), high) if self.ascending else (low, min(high, self.cursor))
        return low, high

    def following(self, cursor: int) -> "Filters":
        """The same question, continued beyond that place."""
        return replace(self, cursor=cursor)
