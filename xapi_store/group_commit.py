"""Group commit: the statements of all requests that wait at the same moment become lasting together.

The first of the waiting requests leads: it places what all of them brought in one transaction, and its commit makes
all of it durable. Meanwhile others arrive and wait; one of them leads next. Nothing waits for a clock, so that a
lone request is committed at once, and under load one write to the disk serves many.
"""

import threading
from datetime import datetime
from itertools import groupby
from typing import Any

import psycopg

from xapi_store import activities, placing
from xapi_store.database import Database
from xapi_store.errors import StoreUnreachable
from xapi_store.placing import Placed
from xapi_store.statements import Arrival
from xapi_store.stores import moment_of

MOST = 2000


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
        try:
            self._place_all(group)
        except psycopg.OperationalError as error:
            for each in group:
                each.error = StoreUnreachable(str(error))
        except Exception as error:  # noqa: BLE001 (whatever it is, each request is told of its own fault)
            if len(group) == 1:
                group[0].error = error
                return
            for each in group:
                self._commit([each])

    def _place_all(self, group: list[_Waiting]) -> None:
        """All are committed or refused, in one transaction; tried again where the connection had died before."""
        try:
            placed = self._place(group)
        except psycopg.OperationalError:
            self.close()
            placed = self._place(group)
        self._open().commit()
        for waiting, done in placed:
            activities.KNOWN.remember(done.store_id, done.learnt)
            for number, each in enumerate(waiting):
                each.through, each.error = done.through, done.refused.get(number)

    def _place(self, group: list[_Waiting]) -> list[tuple[list[_Waiting], Placed]]:
        connection, placed = self._open(), []
        try:
            # Heads are locked in the order of their stores' ids, by everyone: so nobody waits in a circle.
            for store_id, members in groupby(sorted(group, key=_store), key=_store):
                waiting = list(members)
                arrivals = [each.arrival for each in waiting]
                placed.append((waiting, placing.place(connection, store_id=store_id, arrivals=arrivals)))
        except BaseException:
            if not connection.closed:
                connection.rollback()
            raise
        return placed

    def _open(self) -> "psycopg.Connection[Any]":
        if self._connection is None or self._connection.closed:
            self._connection = self._database.connect()
        return self._connection


def _store(waiting: _Waiting) -> int:
    return waiting.arrival.store_id
