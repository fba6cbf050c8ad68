"""Reading from a replica: it answers queries for many statements while it can; else the database it copies does.

Faults of the replica delay an answer and never lose one. What it does not have yet (a store made a moment ago, a
table of a new version) and what PostgreSQL breaks off there (replay goes first) is read from the database at once;
a replica that does not answer is left alone for a while.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from xapi_store.api.answers import REFUSALS
from xapi_store.api.exchange import CONSISTENT, Answer, House, Method, Request, Storing
from xapi_store.database import UNREACHABLE, Database
from xapi_store.order.group_commit import GroupCommit
from xapi_store.profiles.profile_checker import Checker

REST = 10.0
_ALONE = {"statementId", "voidedStatementId"}
log = logging.getLogger(__name__)

Found = TypeVar("Found")


@dataclass(slots=True)
class _Reading:
    """The house, but for the database that queries are read from."""

    database: Database
    reading: Database
    group: GroupCommit
    profiles: Checker


class Replica:
    """A copy of the house's database that may lag behind it."""

    def __init__(self, house: House, copy: Database) -> None:
        self._house = house
        self._there: House = _Reading(house.database, copy, house.group, house.profiles)
        self._rests_until = 0.0

    def close(self) -> None:
        """Every connection to the copy is given back."""
        self._there.reading.close()

    def answer(self, method: Method, request: Request) -> Answer | Storing:
        """The method's answer to a request for statements, by the replica if it can give one."""
        if self._now is self._house:
            return method(request, self._house)
        if request.method not in ("GET", "HEAD") or _ALONE & request.parameters.keys():
            # Up to when all is stored says nothing of the copy, where it will be looked for: the door tells that.
            return _untold(method(request, self._house))
        return self.read(lambda house: method(request, house))

    def read(self, question: Callable[[House], Found]) -> Found:
        """The copy's answer if it can give one, else that of the database it copies."""
        if self._now is self._house:
            return question(self._house)
        try:
            return question(self._there)
        except REFUSALS:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, the database that it copies may know better)
            self._failed(error)
        return question(self._house)

    @property
    def _now(self) -> House:
        return self._house if time.monotonic() < self._rests_until else self._there

    def _failed(self, error: Exception) -> None:
        log.warning("the replica did not answer (%s); read from the database it copies", type(error).__name__)
        if isinstance(error, UNREACHABLE):
            self._rests_until = time.monotonic() + REST


def _untold(answer: Answer | Storing) -> Answer | Storing:
    if isinstance(answer, Storing):
        then = answer.then
        return replace(answer, then=lambda through: _without(then(through)))
    return _without(answer)


def _without(answer: Answer) -> Answer:
    return replace(answer, headers=tuple(each for each in answer.headers if each[0] != CONSISTENT))
