"""A store's profiles at hand while statements arrive: compiled once in each process, looked after once a second."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from xapi_store.database import Database
from xapi_store.profiles import profile_documents
from xapi_store.profiles.profile_documents import Profile
from xapi_store.profiles.profiles import MODES, LoadedProfile, Mode, ProfilePolicy
from xapi_store.profiles.templates import Finding, FindStatement, Statement

LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class _Held:
    mode: Mode
    revision: int
    profiles: tuple[Profile, ...]


_NOTHING = _Held("off", 0, ())


def _not_at_hand(_statement_id: str) -> Statement | None:
    return None


class Checker:
    """What each store's profiles say about a statement; for use by many threads of one process.

    A change of policy or profiles is seen within a second: at most once in that time, one of the threads looks at the
    policies of all stores (one row each), and only what has changed is loaded and compiled. The others go on meanwhile
    with what they have. `clock` counts seconds.
    """

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[int, _Held] = {}
        self._looked: float | None = None
        self._looking = threading.Lock()

    @property
    def is_fresh(self) -> bool:
        """True where the next question will not have to look at the database."""
        return self._looked is not None and self._clock() - self._looked < LOOK_EVERY

    def mode(self, store_id: int) -> Mode:
        """What the store does with statements that differ from its profiles."""
        return self._of(store_id).mode

    def findings(self, store_id: int, statement: Statement, *, find: FindStatement = _not_at_hand) -> list[Finding]:
        """What the store's profiles do not foresee about the statement, which must be valid xAPI and complete.

        Nothing where the policy is `off`. `find` gives the statements that templates let it refer to; a reference
        to one that is not at hand is not judged (Profiles 3, 2.1).
        """
        return [found for profile in self._of(store_id).profiles for found in profile.findings(statement, find)]

    def _of(self, store_id: int) -> _Held:
        if self._looked is None or self._clock() - self._looked >= LOOK_EVERY:
            self._look()
        return self._held.get(store_id, _NOTHING)

    def _look(self) -> None:
        """Only the first look is waited for."""
        if not self._looking.acquire(blocking=self._looked is None):
            return
        try:
            if self._looked is None or self._clock() - self._looked >= LOOK_EVERY:
                self._held = self._read()
                self._looked = self._clock()
        finally:
            self._looking.release()

    def _read(self) -> dict[int, _Held]:
        """What every store has; where its revision is the old one, what is held already."""
        asked = select(ProfilePolicy.store_id, ProfilePolicy.mode, ProfilePolicy.revision)
        with self._database.session() as session:
            found: dict[int, _Held] = {}
            for store_id, mode, revision in session.execute(asked.where(ProfilePolicy.mode != "off")).all():
                held = self._held.get(store_id)
                if held is None or held.revision != revision:
                    chosen = next(each for each in MODES if each == mode)
                    held = _Held(chosen, revision, _compiled(session, store_id))
                found[store_id] = held
            return found


def _compiled(session: Session, store_id: int) -> tuple[Profile, ...]:
    asked = select(LoadedProfile.content).where(LoadedProfile.store_id == store_id).order_by(LoadedProfile.place)
    return tuple(_read_once(content) for content in session.scalars(asked))


@lru_cache(maxsize=64)
def _read_once(document: bytes) -> Profile:
    """Stores that have the same profile share what it was compiled to."""
    return profile_documents.read(document)
