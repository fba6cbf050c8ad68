"""Waiting for something outside this process, with an end."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path


def until(happened: Callable[[], bool], *, seconds: float, what: str) -> None:
    """It has happened; an AssertionError says what did not."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(0.1)


def answers(url: str) -> bool:
    """True where the address answers 200 now."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def says(output: Path, words: str) -> bool:
    """True where the program has printed these words."""
    return output.exists() and words in output.read_text(encoding="utf-8", errors="replace")


def free_ports(count: int) -> list[int]:
    """So many ports of 127.0.0.1 that nobody uses."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
