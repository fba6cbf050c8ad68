"""Keeps one child process, and takes it down with the supervisor even when the supervisor is killed with -9.

The supervisor holds the other end of this process's standard input. When that end closes, for whatever reason,
the child and everything it started are told to stop, and after a while are made to. All of them are in this process's
own group: should this process be the one that is killed, the supervisor ends the group.
"""

import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import NoReturn

log = logging.getLogger(__name__)

GRACE_SECONDS = 10.0


def keep(command: list[str]) -> NoReturn:
    """The command has run and ended, or was told to end; nothing of it is left, and this process ends with it."""
    if os.getpgrp() != os.getpid():
        os.setpgrp()
    for each in (signal.SIGINT, signal.SIGTERM):
        # A Ctrl-C reaches the whole terminal; only the supervisor decides. Heard and dropped, not ignored: the child
        # would inherit that, and be deaf until it sets handlers of its own.
        signal.signal(each, _drop)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 (from our supervisor)
    told = False
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        while child.poll() is None and not told:
            told = bool(selector.select(timeout=0.2)) and not os.read(sys.stdin.fileno(), 1)
    if not told:
        log.warning("ended by itself with code %s: %s", child.returncode, " ".join(command[1:4]))
    _end(child)


def _drop(_number: int, _frame: FrameType | None) -> None:
    """Nothing happens."""


def _end(child: "subprocess.Popen[bytes]") -> NoReturn:
    deadline = time.monotonic() + GRACE_SECONDS
    os.killpg(0, signal.SIGTERM)  # dropped by this process
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(0, signal.SIGKILL)
    raise SystemExit(1)  # not reached: this process is of the group


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    keep(sys.argv[1:])
