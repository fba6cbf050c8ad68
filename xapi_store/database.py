"""The one MetaData of the house and the way to PostgreSQL."""

from datetime import datetime
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, exc, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

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
    """One PostgreSQL database, reached through a pool of connections."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self._own: list[psycopg.Connection[Any]] = []
        said = make_url(url).query
        self._patience = {name: value for name, value in _PATIENCE.items() if name not in said}
        self.engine: Engine = create_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, connect_args=self._patience
        )
        event.listen(self.engine, "connect", lambda connection, _record: arrays.teach(connection))
        self.session: sessionmaker[Session] = sessionmaker(self.engine, expire_on_commit=False)

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
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError("the store needs psycopg")
    return connection
