"""Servers under measurement: started as the product starts them, and watched from outside (time of cores, memory)."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from lti_tool.run import serve
from lti_tool.run.settings import Settings
from tests.bench.floor import plain
from tests.bench.load import Connection

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Size:
    """How many web processes a server has, and how many threads each of them."""

    workers: int
    threads: int

    def settings(self, database_url: str, home: Path) -> Settings:
        """The product's settings for a server of this size on this database, at a port that is free."""
        return Settings(
            database_url=database_url,
            data_dir=home,
            port=_free_port(),
            secret_key="b" * 40,
            web_processes=self.workers,
            web_threads=self.threads,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@contextmanager
def serving(settings: Settings, application: str | None = None) -> Iterator[psutil.Process]:
    """The application (the product's, unless another is named) answers at the port of the settings; its process."""
    command = serve.web_command(settings, application=application) if application else serve.web_command(settings)
    with subprocess.Popen(command, cwd=ROOT, env=settings.environment()) as process:
        try:
            serve.wait_for(f"http://{settings.host}:{settings.port}/readyz", seconds=30)
            yield psutil.Process(process.pid)
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        for each in (*children, process):
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()


def postmaster(database_url: str) -> psutil.Process:
    """The main process of the PostgreSQL server behind this address, which must be on this machine."""
    with psycopg.connect(plain(database_url)) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        parent = psutil.Process(row[0] if row else 0).parent()
    if parent is None:
        raise RuntimeError("PostgreSQL has no main process")
    return parent


def must_be_durable(database_url: str) -> None:
    """RuntimeError where a commit would not wait for the disk: such figures would be worth nothing."""
    with psycopg.connect(plain(database_url)) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute(f"SHOW {setting}").fetchone()
            if row is None or row[0] != "on":
                raise RuntimeError(f"PostgreSQL's {setting} is not on")


def settle(database_url: str) -> None:
    """What the last run left to do is done: dirty pages are written, statistics and maps are fresh."""
    with psycopg.connect(plain(database_url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")


@dataclass
class Watch:
    """Takes the time that cores spent on a server, on PostgreSQL and on everything foreign, between two looks."""

    server: psutil.Process
    postgres: psutil.Process
    _looks: list[tuple[float, float, float, float, float]] = field(default_factory=list)

    def __call__(self) -> None:
        """One more look."""
        own = sum(os.times()[:2])
        busy = _busy_seconds()
        self._looks.append((time.monotonic(), tree_seconds(self.server), tree_seconds(self.postgres), own, busy))

    def spent(self) -> "Spent":
        """What was spent between the last two looks."""
        before, after = self._looks[-2:]
        clock, server, postgres, own, busy = (late - early for early, late in zip(before, after, strict=True))
        return Spent(server, postgres, max(0.0, busy - server - postgres - own) / clock)


@dataclass(frozen=True)
class Spent:
    """Core seconds of the server and of PostgreSQL; and how many cores were busy with something foreign."""

    server: float
    postgres: float
    foreign: float


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    idle: float = times.idle + getattr(times, "iowait", 0.0)
    total: float = sum(times[:8]) if psutil.LINUX else sum(times)
    return total - idle


def tree_seconds(root: psutil.Process) -> float:
    """The core seconds of a process and all below it, those that ended included."""
    total = 0.0
    for each in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def evenly(port: int, server: psutil.Process, count: int, workers: int) -> list[Connection]:
    """So many open connections, as many to each process of the server as to the others, where fifty tries find it so.

    Which process takes a connection is chance; with a few connections the worst chance is half the speed.
    """
    message = f"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    slack = max(1 if count % workers else 0, count // 16)
    for _ in range(50):
        opened = [Connection(port) for _ in range(count)]
        for each in opened:
            each.ask(message)
        shares = [share for process in server.children(recursive=True) if (share := _taken(process, port))]
        if len(shares) == min(count, workers) and max(shares) - min(shares) <= slack:
            return opened
        for each in opened:
            each.close()
    return [Connection(port) for _ in range(count)]


def _taken(process: psutil.Process, port: int) -> int:
    """How many connections to this port the process holds."""
    held = process.net_connections(kind="tcp")
    return sum(1 for each in held if each.status == psutil.CONN_ESTABLISHED and each.laddr.port == port)


def memory(root: psutil.Process) -> list[int]:
    """The memory of each process below the server's main one, the biggest first: bytes, shared pages by their share."""
    found = []
    for each in root.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            full = each.memory_full_info()
            found.append(int(getattr(full, "pss", full.uss)))
    return sorted(found, reverse=True)
