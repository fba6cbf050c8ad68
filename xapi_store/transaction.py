"""The one place where work becomes lasting: a door opens one transaction per request."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from xapi_store import ledger, statements
from xapi_store.database import Database


@contextmanager
def transaction(database: Database) -> Iterator[Session]:
    """What was done with the session is committed together with its ledger entries and statements, or not at all.

    What was staged meanwhile is put in order at the very end, so that the heads are locked only for the
    last inserts and the commit: ledgers first, then stores, each in the order of their ids.
    """
    with database.session() as session, session.begin():
        yield session
        session.flush()
        ledger.chain(session)
        statements.sequence(session)
