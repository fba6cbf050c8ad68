"""Group commit: the statements of all requests that wait at the same moment become lasting together.

One thread places what all of them brought in one transaction, and its commit makes all of it durable. Meanwhile others
arrive and wait. Nothing waits for a clock, so that a lone request is committed at once, and under load one write to the
disk serves many.
"""

import threading
from collections.abc import Callable, Sequence
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


class Waiting:
    """A request's statements until they are lasting, or refused; their `bell` rings then, in the thread that commits,
    once for all of a group that have the same one."""

    __slots__ = ("arrival", "bell", "error", "through")

    def __init__(self, arrival: Arrival, bell: "Bell") -> None:
        self.arrival = arrival
        self.bell = bell
        # Stands until the commit is done, so that an interrupted commit lets nobody believe in it.
        self.error: Exception | None = StoreUnreachable("the commit was interrupted")
        self.through = 0

    def result(self) -> datetime:
        """The time up to which a reader now sees everything; raises what stood in the way.

        Conflict where another statement stands under one of the ids (nothing of this arrival is stored);
        StoreUnreachable where the database does not answer: then it may be stored or not, and may be sent again.
        """
        if self.error is not None:
            raise self.error
        return moment_of(self.through)


Bell = Callable[[Sequence[Waiting]], None]


class GroupCommit:
    """The way in for statements that come over HTTP: one for each process, with one thread that commits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None
        self._call: plain_placing.Call | None = None
        self._arrived = threading.Condition()
        self._waiting: list[Waiting] = []
        self._keys: dict[int, bytes] = {}
        self._thread: threading.Thread | None = None
        self._closed = False

    def store(self, arrival: Arrival) -> datetime:
        """The arrival is durably in its store; gives what `Waiting.result` gives."""
        done = threading.Lock()
        done.acquire()
        waiting = self.submit(arrival, lambda _: done.release())
        done.acquire()
        return waiting.result()

    def submit(self, arrival: Arrival, bell: Bell) -> Waiting:
        """The arrival will be committed soon, or refused; then the bell rings."""
        waiting = Waiting(arrival, bell)
        self.submit_all([waiting])
        return waiting

    def submit_all(self, together: Sequence[Waiting]) -> None:
        """The same for several at once."""
        with self._arrived:
            self._waiting += together
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._serve, name="group commit", daemon=True)
                self._thread.start()
            self._arrived.notify()

    def close(self) -> None:
        """Nothing more is taken; the connection is given back."""
        with self._arrived:
            self._closed = True
            self._arrived.notify()
        if self._thread is not None:
            self._thread.join()
        self._disconnect()

    def _serve(self) -> None:
        while group := self._take():
            try:
                self._commit(group)
            finally:
                _ring(group)

    def _take(self) -> list[Waiting]:
        """Whoever waits, as soon as anybody does, up to a number of statements that one commit may hold; nobody once
        the way in is closed."""
        with self._arrived:
            while not self._waiting and not self._closed:
                self._arrived.wait()
            group: list[Waiting] = []
            size = 0
            while self._waiting and (not group or size + len(self._waiting[0].arrival.statements) <= MOST):
                following = self._waiting.pop(0)
                size += len(following.arrival.statements)
                group.append(following)
            return group

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _commit(self, group: list[Waiting]) -> None:
        """Each store's part is committed by itself; whoever is refused is told why, alone."""
        for _, members in groupby(sorted(group, key=_store), key=_store):
            self._commit_part(list(members))

    def _commit_part(self, part: list[Waiting]) -> None:
        try:
            self._place(part)
        except (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction) as error:
            for each in part:
                each.error = StoreUnreachable(str(error))
        except Exception as error:  # noqa: BLE001 (whatever it is, each request is told of its own fault)
            if len(part) == 1:
                part[0].error = error
                return
            for each in part:
                self._commit_part([each])

    def _place(self, part: list[Waiting]) -> None:
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
        self._call = self._call or plain_placing.by_itself(connection)
        through = plain_placing.place(self._call, store_id=store_id, posting_key=key, arrivals=arrivals)
        if through is not None:
            return Placed(key, through)
        with connection.transaction():
            return placing.place(connection, store_id=store_id, arrivals=arrivals)

    def _open(self) -> "psycopg.Connection[Any]":
        if self._connection is None or self._connection.closed:
            self._call = None
            self._connection = self._database.connect()
            self._connection.autocommit = True
            self._connection.execute("SELECT set_config('lock_timeout', %s, false)", (LONGEST_WAIT,))
        return self._connection


def _ring(group: Sequence[Waiting]) -> None:
    told: dict[int, list[Waiting]] = {}
    for each in group:
        told.setdefault(id(each.bell), []).append(each)
    for done in told.values():
        done[0].bell(done)


def _store(waiting: Waiting) -> int:
    return waiting.arrival.store_id
