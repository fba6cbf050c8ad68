"""The embedded PostgreSQL after the worst: what a killed server left behind keeps no later one from starting."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lti_tool.run.postgres import EmbeddedPostgres
from tests.run.test_durability import servers


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server on files of its own."""
    made = EmbeddedPostgres(tmp_path / "data" / "postgres")
    made.start()
    yield made
    made.stop()


def answers(server: EmbeddedPostgres) -> bool:
    """True where the server carries out what it is asked."""
    with psycopg.connect(server.url("animateur").replace("+psycopg", "")) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_stranger_with_the_number_of_the_killed_server_is_not_taken_for_it(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    here = tmp_path / "data" / "postgres"
    pid_file = here / "postmaster.pid"
    _, *rest = pid_file.read_text().splitlines(keepends=True)
    lock = Path(rest[3].strip() or str(here)) / ".s.PGSQL.5432.lock"
    for each in servers(here):
        each.kill()
    for file in (pid_file, lock):
        _, *lines = file.read_text().splitlines(keepends=True)
        file.write_text("".join([f"{os.getpid()}\n", *lines]))
    server.start()
    assert answers(server)


def test_a_running_server_is_joined_and_left_running(server: EmbeddedPostgres, tmp_path: Path) -> None:
    guest = EmbeddedPostgres(tmp_path / "data" / "postgres")
    guest.join()
    assert answers(guest)
    guest.start()
    running = {each.pid: each.ppid() for each in servers(tmp_path)}
    assert len([parent for parent in running.values() if parent not in running]) == 1, "one server, not two"


def test_the_directory_around_it_is_opened_to_pass_and_not_to_be_listed(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    server.stop()
    (tmp_path / "data").chmod(0o700)
    server.start()
    assert answers(server)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) in (0o700, 0o711)
