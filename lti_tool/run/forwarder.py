"""The forwarder: carries statements on to other record stores, each forwarding on its own."""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from xapi_store.database import UNREACHABLE, Database
from xapi_store.keys import Seal
from xapi_store.other_stores import forwarding, sending
from xapi_store.other_stores.sending import Outcome

log = logging.getLogger(__name__)

# A store far away that answers slowly holds up itself and nobody else, as long as there are not more of them.
AT_ONCE = 3
PAUSE, LONG_PAUSE = 1.0, 10.0
# Who has this much to catch up lets the others have a turn.
PASSES_IN_A_ROW = 25

Place = tuple[int, int]


def run(database: Database, seal: Seal, stop: threading.Event, *, allow_private: bool = False) -> None:
    """Every forwarding has been carried out whenever it was due, until `stop` was set.

    Several processes may run this on one database: a lock per forwarding keeps them apart. The database needs up to
    `AT_ONCE` + 1 connections. Being killed at any moment loses nothing and skips nothing.
    """
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="forwarding") as crew:
        forwarder = Forwarder(database, seal, stop, allow_private=allow_private)
        pause = 0.0
        while not stop.wait(pause):
            pause = PAUSE
            try:
                forwarder.turn(crew)
            except UNREACHABLE as error:
                log.error("no database (%s)", type(error).__name__)
                pause = LONG_PAUSE
            except Exception:
                # Whatever it is: it stands in the log every ten seconds, and ends when its cause does.
                log.exception("forwarding stands still")
                pause = LONG_PAUSE


@dataclass
class Forwarder:
    """Who is being carried out at this moment, and with what."""

    database: Database
    seal: Seal
    stop: threading.Event
    allow_private: bool = False
    under_way: dict[Place, Future[None]] = field(default_factory=dict)

    def turn(self, crew: ThreadPoolExecutor) -> None:
        """Each forwarding that is due is in the crew's hands."""
        self._put_away()
        with self.database.session() as session:
            places = forwarding.due(session, at=datetime.now(UTC))
        for place in places:
            if place not in self.under_way:
                self.under_way[place] = crew.submit(self._carry_out, place)

    def _carry_out(self, place: Place) -> None:
        store_id, forwarding_id = place
        for _ in range(PASSES_IN_A_ROW):
            outcome = sending.step(
                self.database,
                store_id=store_id,
                forwarding_id=forwarding_id,
                seal=self.seal,
                at=datetime.now(UTC),
                allow_private=self.allow_private,
            )
            if outcome is not Outcome.MORE or self.stop.is_set():
                break

    def _put_away(self) -> None:
        for place, future in list(self.under_way.items()):
            if future.done():
                del self.under_way[place]
                error = future.exception()
                if error is not None:
                    self._note(place, error)

    def _note(self, place: Place, error: BaseException) -> None:
        """A fault of ours or of the database is seen in the row, too, and waits like any other."""
        log.error("forwarding %s of store %s failed", place[1], place[0], exc_info=error)
        try:
            with self.database.session() as session, session.begin():
                row = forwarding.by_id(session, store_id=place[0], forwarding_id=place[1])
                why = f"a fault on this side ({type(error).__name__}); see the log"
                forwarding.failed(session, forwarding=row, why=why, at=datetime.now(UTC))
        except (*UNREACHABLE, forwarding.NoSuchForwarding) as trouble:
            log.error("and it could not be noted (%s)", type(trouble).__name__)
