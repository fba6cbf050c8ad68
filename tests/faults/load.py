"""Everything at once: programs that send, one that polls, and the product's own facts, each in a thread."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests import waiting
from tests.faults import verifying
from tests.faults.clients import FAULTS, Poller, Sender, Sent
from tests.faults.facts import Facts, stand_with_their_evidence
from tests.faults.installation import Installation, Opened

AS_FORESEEN = frozenset({200, 204})


@dataclass
class Load:
    """What runs on one store."""

    here: Installation
    store: Opened
    senders: Sequence[Sender]
    pollers: Sequence[Poller]
    facts: Facts

    @property
    def sent(self) -> list[Sent]:
        """Every request."""
        return [request for sender in self.senders for request in sender.sent]

    @property
    def acknowledged(self) -> int:
        """How many requests were acknowledged so far."""
        return sum(sender.acknowledged for sender in self.senders)

    def more(self, count: int, *, seconds: float = 60.0) -> None:
        """So many more requests were acknowledged, of each sender at least one."""
        before = [sender.acknowledged for sender in self.senders]

        def came() -> bool:
            new = [sender.acknowledged - had for sender, had in zip(self.senders, before, strict=True)]
            return sum(new) >= count and min(new) > 0

        waiting.until(came, seconds=seconds, what="the acknowledgement of more requests")

    def nothing_is_wrong(self) -> str:
        """What was promised holds, for all that ran; gives the figures in words."""
        store = verifying.kept(self.here.database_url(), self.store.id)
        verifying.nothing_is_wrong(store, self.sent, others=self.facts.tried)
        stand_with_their_evidence(self.facts, store)
        for poller in self.pollers:
            assert verifying.missed(store, poller.seen) == []
        assert {status for sender in self.senders for status in sender.statuses} - AS_FORESEEN - FAULTS == set()
        cut_off = sum(request.tries > 1 or request.acknowledged is None for request in self.sent)
        polls = sum(len(poller.promised) for poller in self.pollers)
        return (
            f"{self.acknowledged} requests acknowledged, {cut_off} cut off at least once, {len(self.facts.kept)} facts,"
            f" {len(store.rows)} statements stored, {polls} polls"
        )


@contextmanager
def on(here: Installation, store: Opened, *, most: Sequence[int], polling: bool = True) -> Iterator[Load]:
    """The load runs meanwhile: a sender for each of `most` (the longest batch), facts, and two who poll."""
    senders = [Sender(here.port, store, most=each, seed=number) for number, each in enumerate(most)]
    pollers = [Poller(here.port, store, ascending=each) for each in (True, False)] if polling else []
    facts = Facts(here.database_url(), [store.id])
    writing, reading = threading.Event(), threading.Event()
    threads = [threading.Thread(target=each.send_until, args=(writing,)) for each in senders]
    threads.append(threading.Thread(target=facts.write_until, args=(writing,)))
    readers = [threading.Thread(target=each.poll_until, args=(reading,)) for each in pollers]
    for thread in (*threads, *readers):
        thread.start()
    try:
        yield Load(here, store, senders, pollers, facts)
    finally:
        writing.set()
        ended(threads)
        reading.set()
        ended(readers)


def ended(threads: Sequence[threading.Thread]) -> None:
    """All have ended; none hangs."""
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
