"""The one MetaData of the house and the way to PostgreSQL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, exc, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from xapi_store import arrays

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# What is raised where the database cannot be reached, or has no connection left for us in time: by SQLAlchemy, and by
# the driver itself, on which the store's own SQL runs.
UNREACHABLE = (
    exc.OperationalError,
    exc.InterfaceError,
    exc.TimeoutError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)

# A server that went away without a word is given up within half a minute, unless its address says otherwise. (Without
# effect on a socket of this machine.)
_PATIENCE = {
    "connect_timeout": 10,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

# So many seconds a pooled connection lies unused before it is asked whether it still stands. Whoever uses it again
# sooner takes the risk: what breaks within a second breaks under somebody's hands anyway, and SQLAlchemy then drops
# the whole pool's older connections. To ask each time would cost every request a few round trips.
IDLE = 1.0
_LEFT_AT = "xapi_store.left_at"


class Base(DeclarativeBase):
    """Every row of every floor; times are aware UTC, JSON is JSONB."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own declaration)
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        list[str]: JSONB,
    }


class Database:
    """One PostgreSQL database, reached through a pool of connections.

    `session` makes sessions for work of several steps (see `transaction`); `alone` lends a connection for a single
    statement.
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self._own: list[psycopg.Connection[Any]] = []
        said = make_url(url).query
        self._patience = {name: value for name, value in _PATIENCE.items() if name not in said}
        self.engine: Engine = create_engine(
            # The connection left last is taken first: it has its statements prepared and its memory warm.
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_use_lifo=True,
            skip_autocommit_rollback=True,
            connect_args=self._patience,
        )
        event.listen(self.engine, "connect", lambda connection, _record: arrays.teach(connection))
        event.listen(self.engine, "checkin", _note_when_left)
        event.listen(self.engine, "checkout", _ask_if_idle)
        self.session: sessionmaker[Session] = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def alone(self) -> Iterator["psycopg.Connection[Any]"]:
        """A connection of the pool as the driver has it, for one statement made beforehand, which commits by itself."""
        lent = self.engine.raw_connection()
        connection = _psycopg(lent.driver_connection)
        connection.autocommit = True
        try:
            yield connection
        finally:
            if connection.closed:
                lent.invalidate()
            else:
                connection.autocommit = False
            lent.close()

    def close(self) -> None:
        """Every connection is given back to the server."""
        self.engine.dispose()
        for connection in self._own:
            connection.close()

    def connect(self) -> "psycopg.Connection[Any]":
        """A connection of its own beside the pool, on which the store's own SQL runs; for long, not for each task."""
        url = self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(make_conninfo(url, **self._patience))
        arrays.teach(connection)
        self._own = [each for each in self._own if not each.closed] + [connection]
        return connection


def driver(session: Session) -> "psycopg.Connection[Any]":
    """The driver's connection beneath the session, within the same transaction."""
    return _psycopg(session.connection().connection.driver_connection)


def _psycopg(connection: object) -> "psycopg.Connection[Any]":
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the store needs psycopg")
    return connection


def _note_when_left(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_LEFT_AT] = time.monotonic()


def _ask_if_idle(connection: Any, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """A connection that was idle for long is asked; where it is broken, the pool makes new ones of all (SQLAlchemy's
    answer to this error)."""
    left_at = record.info.get(_LEFT_AT)
    if left_at is None or time.monotonic() - left_at < IDLE:
        return
    try:
        connection.autocommit = True
        connection.execute("SELECT 1")
        connection.autocommit = False
    except psycopg.Error as broken:
        raise exc.InvalidatePoolError from broken
