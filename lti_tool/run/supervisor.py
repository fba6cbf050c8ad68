"""Owns every process of an installation: starts them in order, restarts what dies, stops PostgreSQL last."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import fasteners

log = logging.getLogger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
# Whoever ran this long has recovered; the next death is a new one.
RECOVERED_AFTER = 60.0


class CannotStart(Exception):
    """Something outside this program is in the way; the message says what, and what to do."""


@dataclass
class Child:
    """One process of the installation; where it leads a `group`, nothing of that group outlives it."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] | None = None
    first_line: bool = False
    group: bool = False
    process: "subprocess.Popen[str] | None" = None
    pause: float = SHORTEST_PAUSE
    again_at: float = 0.0
    started_at: float = 0.0
    said: str = field(default="", init=False)

    def start(self) -> None:
        """The process runs; where it announces itself, `said` holds its first line."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 (commands of this module's callers)
            self.command,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if self.first_line else None,
            text=True,
        )
        if self.first_line and self.process.stdout is not None:
            self.said = self.process.stdout.readline().strip()
            if not self.said:
                raise CannotStart(f"{self.name} did not start; its own messages stand above")

    def tell_to_stop(self) -> None:
        """The process knows that it is to end; it is not waited for."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    def stop(self) -> None:
        """The process has ended, in good order where it could."""
        if self.process is None:
            return
        self.tell_to_stop()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._end_group()

    def look_after(self, now: float) -> None:
        """A process that died is started again, each time after a longer pause."""
        if self.process is None or self.process.poll() is None:
            return
        if not self.again_at:
            log.warning("%s ended with code %s; starting it again", self.name, self.process.returncode)
            self._end_group()
            if now - self.started_at > RECOVERED_AFTER:
                self.pause = SHORTEST_PAUSE
            self._pause(now)
        elif now >= self.again_at:
            self.again_at = 0.0
            try:
                self.start()
            except CannotStart as error:
                log.error("%s", error)  # the others wait for it; so do we
                self._pause(now)

    def _pause(self, now: float) -> None:
        self.again_at = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def _end_group(self) -> None:
        if self.group and self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def kept(name: str, command: Sequence[str], environment: dict[str, str]) -> Child:
    """A child whose whole process group ends with this supervisor, however that ends."""
    return Child(name, [sys.executable, "-m", "lti_tool.run.keeper", *command], environment, group=True)


def embedded_postgres(directory: Path, databases: Sequence[str]) -> Child:
    """The embedded PostgreSQL; once started, `said` holds the address of each database, in order."""
    command = [sys.executable, "-m", "lti_tool.run.postgres", str(directory), *databases]
    return Child("PostgreSQL", command, first_line=True)


@contextmanager
def sole_owner(directory: Path) -> Iterator[None]:
    """Nobody else runs on this data directory; CannotStart where somebody does."""
    directory.mkdir(parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(directory / "lock")
    if not lock.acquire(blocking=False):
        raise CannotStart(f"another animateur already runs on {directory}")
    try:
        yield
    finally:
        lock.release()


def check_port(host: str, port: int) -> None:
    """The port is free; CannotStart where another program has it. (A server would share it without a word.)"""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CannotStart(f"port {port} is taken by another program; choose one with PORT= or --port") from error


def supervise(children: Sequence[Child], *, started: Callable[[], None] | None = None) -> None:
    """The children have run until Ctrl-C or SIGTERM; they were stopped in reverse order, PostgreSQL last.

    Children that already run (PostgreSQL, which the others need first) are taken over as they are.
    """
    over = _stop_signals()
    try:
        for child in children:
            if child.process is None:
                child.start()
        if started is not None and not over:
            started()
        while not over:
            time.sleep(0.2)
            for child in children:
                child.look_after(time.monotonic())
    finally:
        _stop(children)


def _stop(children: Sequence[Child]) -> None:
    """All have ended; PostgreSQL was told last, because those still need it that finish what they do."""
    for child in children:
        if not child.first_line:
            child.tell_to_stop()
    for child in reversed(children):
        child.stop()


def _stop_signals() -> list[int]:
    over: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        over.append(number)
        if len(over) > 2:
            os._exit(1)  # asked three times: leave at once, the keepers end the children

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)
    return over
