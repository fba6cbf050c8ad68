"""Work that only one process at a time may do, however many there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from xapi_store.database import Database

# The lock belongs to the connection and goes with it. The server is to notice soon when a machine that held it is gone
# without a word.
_LOCK = text(
    "SELECT pg_try_advisory_lock(hashtextextended(:name, 0)),"
    " set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false)"
)
_UNLOCK = text("SELECT pg_advisory_unlock(hashtextextended(:name, 0))")


@contextmanager
def alone(database: Database, name: str) -> Iterator[Session | None]:
    """A session that nobody else has under this name, in any process; None where somebody has.

    Its transactions are the caller's: many, if need be, with pauses between them in which the name stays taken.
    """
    with database.engine.connect() as connection:
        held = connection.execute(_LOCK, {"name": name}).scalar_one()
        connection.commit()
        if not held:
            yield None
            return
        try:
            with Session(connection, expire_on_commit=False) as session:
                yield session
        finally:
            connection.rollback()
            connection.execute(_UNLOCK, {"name": name})
            connection.commit()
