"""Keeps one child process, and takes it down with the supervisor even when the supervisor is killed with -9.

The supervisor holds the other end of this process's standard input. When that end closes, for whatever reason,
the child and everything it started are told to stop, and after a while are made to.
"""

import os
import selectors
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 10.0


def keep(command: list[str]) -> int:
    """The command has run in a process group of its own, and nothing of that group is left; its exit code."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # a Ctrl-C reaches the whole terminal; only the supervisor decides
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 (from our supervisor)
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        while child.poll() is None:
            if selector.select(timeout=0.2) and not os.read(sys.stdin.fileno(), 1):
                break
    return _end(child)


def _end(child: "subprocess.Popen[bytes]") -> int:
    deadline = time.monotonic() + GRACE_SECONDS
    _signal(child.pid, signal.SIGTERM)
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal(child.pid, signal.SIGKILL)
    return child.wait()


def _signal(group: int, which: signal.Signals) -> None:
    try:
        os.killpg(group, which)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
