"""The one place where work becomes lasting: a door opens one transaction per request."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby

from sqlalchemy.orm import Session

from xapi_store import ledger, staging, stores
from xapi_store.database import Database, driver
from xapi_store.definitions.known_definitions import KNOWN
from xapi_store.order import placing, plain_placing
from xapi_store.order.placing import Placed
from xapi_store.statements import Arrival


@contextmanager
def transaction(database: Database) -> Iterator[Session]:
    """What was done with the session is committed together with its ledger entries and statements, or not at all.

    What was staged meanwhile is put in order at the very end, so that the heads are locked only for the
    last inserts and the commit: ledgers first, then stores, each in the order of their ids.
    """
    with database.session.begin() as session:
        yield session
        session.flush()
        ledger.chain(session)
        placed = sequence(session)
    for each in placed:
        KNOWN.remember(each.posting_key, each.learnt)


def sequence(session: Session) -> list[Placed]:
    """All statements recorded in this transaction have their place in their store's order; the heads stay locked.

    Conflict where another statement stands under the id of one of them.
    """
    staged = sorted(staging.take(session, Arrival), key=lambda each: each.store_id)
    placed = []
    for store_id, arrivals in groupby(staged, key=lambda each: each.store_id):
        done = _placed(session, store_id, list(arrivals))
        if done.refused:
            raise next(iter(done.refused.values()))
        placed.append(done)
    return placed


def _placed(session: Session, store_id: int, arrivals: list[Arrival]) -> Placed:
    connection = driver(session)
    key = stores.key_of(session, store_id)
    through = plain_placing.place(
        plain_placing.in_transaction(connection), store_id=store_id, posting_key=key, arrivals=arrivals
    )
    return placing.place(connection, store_id=store_id, arrivals=arrivals) if through is None else Placed(key, through)
