"""One supervisor owns every process, whatever happens to it."""

import signal
import socket
import subprocess
from pathlib import Path

import psutil

from tests import waiting
from tests.installed import Installed

# Every server that a test started: the `data` fixture waits for the end of those that a failed test left.
STARTED: list["subprocess.Popen[bytes]"] = []


def on(data: Path) -> list[psutil.Process]:
    """The processes that have this data directory in their environment or command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(data) in " ".join(process.cmdline()) or process.environ().get("ANIMATEUR_DATA_DIR") == str(data):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def serving(installed: Installed, data: Path, port: int) -> "subprocess.Popen[bytes]":
    process = installed.start(data, "serve", "--port", str(port))
    STARTED.append(process)
    waiting.until(lambda: waiting.answers(f"http://127.0.0.1:{port}/readyz"), seconds=60, what="the start")
    return process


def test_nothing_is_left_when_the_supervisor_is_killed_and_a_second_start_takes_over(
    installed: Installed, data: Path
) -> None:
    (port,) = waiting.free_ports(1)
    process = serving(installed, data, port)
    process.send_signal(signal.SIGKILL)
    process.wait()
    waiting.until(lambda: not on(data), seconds=30, what="the end of every child")
    again = serving(installed, data, port)
    again.send_signal(signal.SIGTERM)
    assert again.wait(timeout=60) == 0
    assert on(data) == []


def test_what_dies_is_started_again_and_one_installation_runs_once(installed: Installed, data: Path) -> None:
    port, other = waiting.free_ports(2)
    process = serving(installed, data, port)
    web = next(each for each in on(data) if each.cmdline()[1:3] == ["-m", "granian"])
    web.kill()
    waiting.until(lambda: not web.is_running(), seconds=10, what="the end of the web process")
    waiting.until(lambda: waiting.answers(f"http://127.0.0.1:{port}/readyz"), seconds=30, what="the restart")
    keeper = next(each for each in on(data) if "lti_tool.run.keeper" in each.cmdline() and "granian" in each.cmdline())
    kept = keeper.children(recursive=True)
    keeper.kill()
    waiting.until(lambda: not any(map(alive, kept)), seconds=10, what="the end of what the killed keeper kept")
    waiting.until(lambda: waiting.answers(f"http://127.0.0.1:{port}/readyz"), seconds=30, what="the restart")
    second = installed.start(data, "serve", "--port", str(other))
    assert second.wait(timeout=30) == 1
    assert waiting.says(data / "output", "another animateur already runs")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0


def alive(process: psutil.Process) -> bool:
    """True where it runs and is not merely waiting to be counted as dead."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_port_in_use_is_said_in_one_line(installed: Installed, data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = installed.start(data, "serve", "--port", str(taken.getsockname()[1]))
        assert refused.wait(timeout=60) == 1
    assert waiting.says(data / "output", "is taken by another program")
