"""What was acknowledged is there after the worst: every process killed with -9 while statements arrive."""

import base64
import json
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

from tests import builders, waiting
from tests.installed import Installed
from tests.run.test_supervisor import on, serving


class Client:
    """Sends statements one after the other, and remembers those that were acknowledged."""

    def __init__(self, address: str, key: str, secret: str) -> None:
        credentials = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.address = f"{address}/xapi/statements"
        self.headers = {
            "Authorization": f"Basic {credentials}",
            "X-Experience-API-Version": "1.0.3",
            "Content-Type": "application/json",
        }
        self.acknowledged: set[str] = set()

    def send_until_it_breaks(self) -> None:
        """Statements have been sent until the server was gone."""
        while True:
            statement = builders.a_statement(id=str(uuid4()))
            request = urllib.request.Request(self.address, json.dumps(statement).encode(), self.headers)
            try:
                with urllib.request.urlopen(request, timeout=5) as answer:
                    self.acknowledged |= set(json.load(answer))
            except (urllib.error.URLError, OSError):
                return

    def stored(self) -> Iterator[str]:
        """The id of every statement in the store, newest first."""
        more = "/xapi/statements"
        while more:
            request = urllib.request.Request(self.address.removesuffix("/xapi/statements") + more, headers=self.headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                page = json.load(answer)
            yield from (each["id"] for each in page["statements"])
            more = page["more"]


@pytest.mark.parametrize("victim", ["everything", "PostgreSQL"])
def test_no_acknowledged_statement_is_lost_when_it_is_killed(installed: Installed, data: Path, victim: str) -> None:
    (port,) = waiting.free_ports(1)
    process = serving(installed, data, port)
    installed.run(data, "agency", "create", "north", "--name", "North")
    key = json.loads(installed.run(data, "api-key", "create", "--label", "test", "--scope", "all", "--json"))
    clients = [Client(f"http://127.0.0.1:{port}", key["key"], key["secret"]) for _ in range(4)]
    threads = [threading.Thread(target=each.send_until_it_breaks) for each in clients]
    for thread in threads:
        thread.start()
    waiting.until(
        lambda: sum(len(each.acknowledged) for each in clients) > 100, seconds=30, what="a hundred statements"
    )
    kill(data, everything=victim == "everything")
    for thread in threads:
        thread.join(timeout=30)
    if victim == "everything":
        process.wait()
        process = serving(installed, data, port)
    waiting.until(lambda: waiting.answers(f"http://127.0.0.1:{port}/readyz"), seconds=60, what="the return")
    acknowledged = set[str]().union(*(each.acknowledged for each in clients))
    assert acknowledged - set(clients[0].stored()) == set()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def kill(data: Path, *, everything: bool) -> None:
    """Those processes end at once, without a chance to put anything in order."""
    for process in [*(on(data) if everything else []), *servers(data)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def servers(data: Path) -> list[psutil.Process]:
    """The processes of the PostgreSQL that keeps its files there."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.name() == "postgres" and process.cwd().startswith(str(data)):
                found.append(process)
    return found
