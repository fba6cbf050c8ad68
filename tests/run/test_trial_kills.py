"""Ten rounds of kill -9 while statements arrive: what was acknowledged is there, once, in order, and the ledger holds.

Part of `make trial` alone. The seed is printed; ANIMATEUR_TRIAL_SEED plays the same victims again.
"""

import json
import os
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import select

from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.run.serve import DATABASE
from tests import builders, waiting
from tests.installed import Installed
from tests.run.test_durability import Client, servers
from tests.run.test_supervisor import on, serving
from xapi_store import ledger, stores
from xapi_store.database import Database
from xapi_store.statements import Statement

ROUNDS = 10
MORE_EACH_ROUND = 40


class Stubborn(Client):
    """Sends a statement until it is acknowledged, then the next: what was cut off is sent again, under the same id."""

    repeats = 0
    refused: frozenset[int] = frozenset()

    def send_until(self, over: threading.Event) -> None:
        """Statements have been sent until it was over."""
        while not over.is_set():
            body = json.dumps(builders.a_statement(id=str(uuid4()))).encode()
            while not self.sent(body) and not over.is_set():
                self.repeats += 1
                time.sleep(0.05)

    def sent(self, body: bytes) -> bool:
        """True where the statement was acknowledged."""
        try:
            request = urllib.request.Request(self.address, body, self.headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                self.acknowledged |= set(json.load(answer))
                return True
        except urllib.error.HTTPError as error:
            error.close()
            self.refused |= {error.code} - {500, 502, 503}
        except (urllib.error.URLError, OSError, ValueError):
            pass
        return False


def running(data: Path, words: str) -> list[psutil.Process]:
    """The processes whose command says so; a process and its keeper alike."""
    found = []
    for process in on(data):
        with suppress(psutil.NoSuchProcess):
            if words in " ".join(process.cmdline()):
                found.append(process)
    return found


def struck(data: Path, victim: str, supervisor: "subprocess.Popen[bytes]", dice: random.Random) -> None:
    """The victim was killed with -9; one that is just being started again is waited for."""
    victims: list[psutil.Process] = []

    def found() -> bool:
        victims[:] = {
            "supervisor": lambda: [psutil.Process(supervisor.pid)],
            "web": lambda: running(data, "granian"),
            "worker": lambda: running(data, "lti_tool.run.worker"),
            "PostgreSQL": lambda: servers(data),
            "all": lambda: [*on(data), *servers(data)],
        }[victim]()
        return bool(victims)

    waiting.until(found, seconds=60, what=f"the presence of {victim}")
    for process in [dice.choice(victims)] if victim in ("web", "worker") else victims:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@pytest.mark.trial
def test_nothing_acknowledged_is_lost_in_ten_rounds_of_kills(installed: Installed, data: Path) -> None:
    seed = int(os.environ.get("ANIMATEUR_TRIAL_SEED", "0")) or random.randrange(1, 10**6)
    dice = random.Random(seed)
    (port,) = waiting.free_ports(1)
    process = serving(installed, data, port)
    installed.run(data, "agency", "create", "north", "--name", "North")
    key = json.loads(installed.run(data, "api-key", "create", "--label", "test", "--scope", "all", "--json"))
    clients = [Stubborn(f"http://127.0.0.1:{port}", key["key"], key["secret"]) for _ in range(4)]
    over = threading.Event()
    threads = [threading.Thread(target=each.send_until, args=(over,)) for each in clients]
    for thread in threads:
        thread.start()
    figures = []
    try:
        for _ in range(ROUNDS):
            more(clients)
            victim = dice.choice(["supervisor", "web", "worker", "PostgreSQL", "all"])
            struck(data, victim, process, dice)
            began = time.monotonic()
            if victim in ("supervisor", "all"):
                process.wait()
                waiting.until(lambda: not on(data), seconds=40, what="the end of what the supervisor had started")
                process = serving(installed, data, port)
            more(clients)
            figures.append(f"{victim} {time.monotonic() - began:.1f} s")
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=30)
    acknowledged = set[str]().union(*(each.acknowledged for each in clients))
    assert acknowledged - set(clients[0].stored()) == set()
    assert set[int]().union(*(each.refused for each in clients)) == set(), (
        "nothing but a fault of the server is an excuse"
    )
    stored = in_order(data)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert on(data) == []
    print(f"\nseed {seed}; struck, and until {MORE_EACH_ROUND} more were in from all: {', '.join(figures)}")
    repeats = sum(each.repeats for each in clients)
    print(f"{len(acknowledged)} acknowledged, 0 lost, {stored} stored, {repeats} sent again")


def more(clients: list[Stubborn]) -> None:
    """So many more statements have been acknowledged, by each sender at least one."""
    before = [len(each.acknowledged) for each in clients]

    def came() -> bool:
        new = [len(each.acknowledged) - had for each, had in zip(clients, before, strict=True)]
        return sum(new) >= MORE_EACH_ROUND and min(new) > 0

    waiting.until(came, seconds=120, what="the acknowledgement of more statements")


def in_order(data: Path) -> int:
    """How many statements are stored: each once, without a gap, each later than the one before; the ledger holds."""
    server = EmbeddedPostgres(data / "postgres")
    server.join()
    database = Database(server.url(DATABASE), pool_size=1)
    with database.session() as session:
        store = stores.only(session, "north")
        rows = session.execute(
            select(Statement.seq, Statement.stored, Statement.id)
            .where(Statement.store_id == store.id)
            .order_by(Statement.seq)
        ).all()
        assert [row.seq for row in rows] == list(range(1, store.head + 1))
        assert all(earlier.stored < later.stored for earlier, later in pairwise(rows))
        assert len({row.id for row in rows}) == len(rows)
        assert ledger.verify(session, store_id=store.id) is None
    database.close()
    return len(rows)
