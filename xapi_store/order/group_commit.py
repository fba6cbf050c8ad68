"""Group commit: the statements of all requests that wait at the same moment become lasting together.

The first of the waiting requests leads: it places what all of them brought in one transaction, and its commit makes
all of it durable. Meanwhile others arrive and wait; one of them leads next. Nothing waits for a clock, so that a
lone request is committed at once, and under load one write to the disk serves many.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import psycopg

from xapi_store import stores
from xapi_store.database import Database
from xapi_store.definitions.known_definitions import KNOWN
from xapi_store.errors import StoreUnreachable
from xapi_store.order import placing, plain_placing
from xapi_store.order.placing import Placed
from xapi_store.statements import Arrival
from xapi_store.stores import moment_of

MOST = 2000
# So long a group waits for whoever holds its store; then all of it is told to come again, and others have their turn.
LONGEST_WAIT = "30s"


class _Waiting:
    """A request's statements until they are lasting, or refused."""

    __slots__ = ("arrival", "error", "leads", "through", "woken")

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        # Stands until the commit is done, so that an interrupted leader lets nobody believe in it.
        self.error: Exception | None = StoreUnreachable("the commit was interrupted")
        self.leads = False
        self.through = 0
        self.woken = threading.Lock()
        self.woken.acquire()


class GroupCommit:
    """The way in for statements that come over HTTP: one for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None
        self._mutex = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._led = False
        self._keys: dict[int, bytes] = {}

    def store(self, arrival: Arrival) -> datetime:
        """The arrival is durably in its store; gives the time up to which a reader now sees everything.

        Conflict where another statement stands under one of the ids (nothing of this arrival is stored);
        StoreUnreachable where the database does not answer: then it may be stored or not, and may be sent again.
        """
        mine = _Waiting(arrival)
        with self._mutex:
            self._waiting.append(mine)
            mine.leads = not self._led
            self._led = True
        if not mine.leads:
            mine.woken.acquire()
        if mine.leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error
        return moment_of(mine.through)

    def close(self) -> None:
        """The connection is given back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _lead(self, mine: _Waiting) -> None:
        group = self._take(mine)
        try:
            self._commit(group)
        finally:
            self._hand_over()
            for each in group:
                if each is not mine:
                    each.woken.release()

    def _take(self, mine: _Waiting) -> list[_Waiting]:
        """Who waits longest, the leader first, up to a number of statements that one commit may hold."""
        with self._mutex:
            group, size = [mine], len(mine.arrival.statements)
            self._waiting.remove(mine)
            while self._waiting and size + len(self._waiting[0].arrival.statements) <= MOST:
                following = self._waiting.pop(0)
                size += len(following.arrival.statements)
                group.append(following)
            return group

    def _hand_over(self) -> None:
        """The longest waiting leads next; where nobody waits, whoever comes first."""
        with self._mutex:
            if self._waiting:
                self._waiting[0].leads = True
                self._waiting[0].woken.release()
            else:
                self._led = False

    def _commit(self, group: list[_Waiting]) -> None:
        """Each store's part is committed by itself; whoever is refused is told why, alone."""
        for _, members in groupby(sorted(group, key=_store), key=_store):
            self._commit_part(list(members))

    def _commit_part(self, part: list[_Waiting]) -> None:
        try:
            self._place(part)
        except psycopg.OperationalError as error:
            for each in part:
                each.error = StoreUnreachable(str(error))
        except Exception as error:  # noqa: BLE001 (whatever it is, each request is told of its own fault)
            if len(part) == 1:
                part[0].error = error
                return
            for each in part:
                self._commit_part([each])

    def _place(self, part: list[_Waiting]) -> None:
        store_id, arrivals = part[0].arrival.store_id, [each.arrival for each in part]
        fresh = self._connection is None
        try:
            done = self._placed(self._open(), store_id, arrivals)
        except psycopg.OperationalError:
            if fresh or (self._connection and not self._connection.broken):
                raise
            # The server went away since the last time. Whether it took this part is found out by sending it again.
            done = self._placed(self._open(), store_id, arrivals)
        KNOWN.remember(done.posting_key, done.learnt)
        for number, each in enumerate(part):
            each.through, each.error = done.through, done.refused.get(number)

    def _placed(self, connection: "psycopg.Connection[Any]", store_id: int, arrivals: Sequence[Arrival]) -> Placed:
        """All of it is committed: in the usual case by one statement, else in a transaction."""
        key = self._keys.get(store_id) or self._keys.setdefault(store_id, stores.posting_key(connection, store_id))
        through = plain_placing.place(connection, store_id=store_id, posting_key=key, arrivals=arrivals)
        if through is not None:
            return Placed(key, through)
        with connection.transaction():
            return placing.place(connection, store_id=store_id, arrivals=arrivals)

    def _open(self) -> "psycopg.Connection[Any]":
        if self._connection is None or self._connection.closed:
            self._connection = self._database.connect()
            self._connection.autocommit = True
            self._connection.execute("SELECT set_config('lock_timeout', %s, false)", (LONGEST_WAIT,))
        return self._connection


def _store(waiting: _Waiting) -> int:
    return waiting.arrival.store_id
