"""`animateur serve`: what runs in an installation, and in which order it comes up."""

import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from lti_tool.run import migrate
from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart, Child, check_port, embedded_postgres, kept, sole_owner, supervise
from xapi_store.database import Database

DATABASE = "animateur"
Say = Callable[[str], None]


def serve(settings: Settings, *, only: str | None, say: Say) -> None:
    """Web and worker (or `only` one of them) have run until they were told to stop."""
    with ExitStack() as house:
        settings, postgres, _ = bring_up_database(settings, house, say=say)
        children = processes(settings, only=only)
        supervise([*postgres, *children], started=lambda: announce(settings, only=only, say=say))


def bring_up_database(
    settings: Settings, house: ExitStack, *, say: Say, others: tuple[str, ...] = ()
) -> tuple[Settings, list[Child], list[str]]:
    """The database is there and migrated: settings that name it, its process if it is ours, and other databases."""
    postgres: list[Child] = []
    urls: list[str] = []
    if settings.embedded:
        house.enter_context(sole_owner(settings.data_dir))
        say("starting the embedded PostgreSQL")
        child = embedded_postgres(settings.data_dir / "postgres", (DATABASE, *others))
        house.callback(child.stop)
        child.start()
        own, *urls = child.said.split()
        settings = replace(settings, database_url=own)
        postgres.append(child)
        say("bringing its tables up to date")
        migrate.upgrade(settings.database_url)
    else:
        _refuse_other_tables(settings)
    return settings, postgres, urls


def processes(settings: Settings, *, only: str | None) -> list[Child]:
    """The processes of this installation, not yet started."""
    environment = settings.environment()
    found = []
    if only in (None, "web"):
        check_port(settings.host, settings.port)
        found.append(kept("web", web_command(settings), environment))
    if only in (None, "worker"):
        found.append(kept("worker", [sys.executable, "-m", "lti_tool.run.worker"], environment))
    return found


def web_command(settings: Settings, *, application: str = "", port: int = 0) -> list[str]:
    """The command that serves the tool, or another WSGI application factory, at this installation's address."""
    served = {
        "--host": settings.host,
        "--port": str(port or settings.port),
        "--workers": str(settings.web_processes),
        "--log-level": "error",
        "--http": "1",  # a proxy in front speaks what browsers speak
        "--interface": "wsgi" if application else "rsgi",
    }
    if application:
        served["--blocking-threads"] = str(settings.web_threads)  # the tool has threads of its own
    words = [word for pair in served.items() for word in pair]
    # A worker that was killed is replaced alone, without the others.
    alone = ["--respawn-failed-workers", "--factory"]
    return [sys.executable, "-m", "granian", *words, *alone, application or "lti_tool.run.front:web"]


def announce(settings: Settings, *, only: str | None, say: Say) -> None:
    """Said that the tool answers, once it does."""
    if only in (None, "web"):
        wait_for(f"http://{settings.host}:{settings.port}/readyz")
        say(f"animateur answers at {settings.address}")
    else:
        say("the worker is at work")


def wait_for(url: str, *, seconds: float = 60.0) -> None:
    """The address has answered 200; CannotStart where it did not within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (our own address)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotStart(f"{url} did not answer within {seconds:.0f} s; the messages above say why")


@contextmanager
def database_at_hand(settings: Settings) -> Iterator[Settings]:
    """The settings with a database that answers, for one command: the running one, or started for the moment."""
    if not settings.embedded:
        _refuse_other_tables(settings)
        yield settings
        return
    server = EmbeddedPostgres(settings.data_dir / "postgres")
    with ExitStack() as stack:
        try:
            stack.enter_context(sole_owner(settings.data_dir))
            stack.callback(server.stop)
            server.start()
        except CannotStart:
            _join(server)  # somebody runs it already: use it, and leave it running
        own = replace(settings, database_url=server.url(DATABASE))
        migrate.upgrade(own.database_url)
        yield own


def _join(server: EmbeddedPostgres) -> None:
    try:
        server.join()
    except TimeoutError as error:
        raise CannotStart(f"another animateur runs there, but {error}") from error


def _refuse_other_tables(settings: Settings) -> None:
    """The tables of the operator's own server are as this version expects; only `animateur migrate` alters them."""
    database = Database(settings.database_url, pool_size=1)
    try:
        if not migrate.is_current(database.engine):
            raise CannotStart("the database's tables are not those of this version; run `animateur migrate`")
    finally:
        database.close()
