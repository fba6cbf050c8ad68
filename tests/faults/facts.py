"""The product's own evidence, written beside the requests: each fact with its ledger entry in one transaction."""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy.exc import DBAPIError

from tests import builders
from tests.faults.verifying import Kept
from xapi_store import ledger, statements
from xapi_store.database import UNREACHABLE, Database
from xapi_store.transaction import transaction

AUTHORITY = builders.an_agent("authority")


class Facts:
    """Writes one fact after the other into these stores, in the order in which they are given."""

    def __init__(self, database_url: str, store_ids: Sequence[int]) -> None:
        self.tried: list[str] = []
        self.kept: list[str] = []
        self.pause = 0.02
        self._database = Database(database_url, pool_size=1)
        self._store_ids = store_ids

    def write_until(self, over: threading.Event) -> None:
        """Facts have been written until it was over."""
        while not over.is_set():
            fact = str(uuid4())
            self.tried.append(fact)
            try:
                self._write(fact)
                self.kept.append(fact)
            except (*UNREACHABLE, DBAPIError):
                pass  # it may be there or not: nothing was promised
            time.sleep(self.pause)
        self._database.close()

    def _write(self, fact: str) -> None:
        now = datetime.now(UTC)
        with transaction(self._database) as session:
            for store_id in self._store_ids:
                statement = builders.a_statement(id=fact, actor=builders.an_agent("learner-1"))
                statements.record(session, store_id=store_id, statement=statement, authority=AUTHORITY, at=now)
                ledger.append(session, store_id=store_id, kind="fact", payload={"statement": fact}, at=now)


def stand_with_their_evidence(facts: Facts, store: Kept) -> None:
    """Every fact that was committed is in the ledger and in the store; and none is in one of the two alone."""
    entered = {entry["statement"] for entry in store.entries}
    assert set(facts.kept) - entered == set()
    assert entered & set(facts.tried) == set(store.ids) & set(facts.tried)
