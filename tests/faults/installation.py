"""An installation of its own for a fault test: the supervisor, its web processes and its PostgreSQL, all to be killed.

Run as a program it serves what its environment says, and starts again sooner what dies often: a trial kills in eight
minutes what lives for weeks.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from lti_tool.run import serve, supervisor
from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.run.settings import Settings
from tests import waiting
from tests.bench.store import basic
from xapi_store import api_keys, stores
from xapi_store.database import Database
from xapi_store.transaction import transaction

ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 60.0


@dataclass(frozen=True)
class Opened:
    """A store of the installation, and the Authorization header that opens it."""

    id: int
    slug: str
    authorization: str


@dataclass
class Installation:
    """A supervisor on a data directory of its own; `only` as in `animateur serve`."""

    data: Path
    port: int
    processes: int = 2
    only: str = "web"
    supervisor: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def start(self) -> None:
        """It answers, perhaps again after it was killed."""
        if self.supervisor is not None:
            self.supervisor.wait(timeout=30)
        environment = {
            **os.environ,
            "ANIMATEUR_DATA_DIR": str(self.data / "kept"),
            "ANIMATEUR_PORT": str(self.port),
            "ANIMATEUR_WEB_PROCESSES": str(self.processes),
            "ANIMATEUR_WEB_THREADS": "16",
        }
        with (self.data / "output").open("ab") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "-m", __name__, self.only], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        self.await_answer()

    def await_answer(self) -> None:
        """It answers, perhaps again."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        waiting.until(lambda: waiting.answers(url), seconds=STARTED_WITHIN, what="an answer")

    def database_url(self) -> str:
        """The address of its database, which runs or comes up again."""
        server = EmbeddedPostgres(self.data / "kept" / "postgres")
        server.join()
        return server.url(serve.DATABASE)

    def web_workers(self) -> list[psutil.Process]:
        """The processes that answer requests."""
        return [each for main in self.web_mains() for each in _children(main)]

    def web_mains(self) -> list[psutil.Process]:
        """The process that started those, and looks after them."""
        keepers = {each.pid for each in self._tree() if _says(each, "run.keeper")}
        return [each for each in self._tree() if _says(each, "-m granian") and _parent(each) in keepers]

    def job_workers(self) -> list[psutil.Process]:
        """The processes that carry out jobs, and their keepers."""
        return [each for each in self._tree() if _says(each, "lti_tool.run.worker")]

    def postmasters(self) -> list[psutil.Process]:
        """The main process of its PostgreSQL, which the supervisor does not have as a child."""
        with suppress(OSError, ValueError, psutil.NoSuchProcess):
            first = (self.data / "kept" / "postgres" / "postmaster.pid").read_text().partition("\n")[0]
            process = psutil.Process(int(first))
            return [process] if process.name() == "postgres" else []
        return []

    def everything(self) -> list[psutil.Process]:
        """All of its processes, the supervisor first."""
        database = [each for main in self.postmasters() for each in (main, *_children(main))]
        return [*self._tree(), *database]

    def left(self) -> list[psutil.Process]:
        """Whatever runs on its data directory, whoever started it."""
        return [each for each in psutil.process_iter() if _says(each, str(self.data)) or _belongs(each, self.data)]

    def stop(self) -> None:
        """Nothing of it runs any more; it ended in good order, or was ended."""
        if self.supervisor is not None:
            self.supervisor.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.supervisor.wait(timeout=30)
        killed(self.left())

    def _tree(self) -> list[psutil.Process]:
        if self.supervisor is None or self.supervisor.poll() is not None:
            return []
        main = psutil.Process(self.supervisor.pid)
        return [main, *_children(main)]


def killed(processes: list[psutil.Process]) -> None:
    """They were killed with -9, and are no more."""
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(processes, timeout=20)


@contextmanager
def installed(*, processes: int = 2, only: str = "web", where: str | None = None) -> Iterator[Installation]:
    """An installation that answers, gone afterwards with all that it kept; on failure its last words are printed."""
    data = Path(tempfile.mkdtemp(prefix="faults-", dir=where))
    (port,) = waiting.free_ports(1)
    here = Installation(data, port, processes, only)
    try:
        here.start()
        yield here
    except BaseException:
        print("\n".join((data / "output").read_text(errors="replace").splitlines()[-30:]))
        raise
    finally:
        here.stop()
        shutil.rmtree(data, ignore_errors=True)


def a_store(database_url: str, slug: str) -> Opened:
    """An empty store with a key that may do everything in it."""
    database = Database(database_url, pool_size=1)
    now = datetime.now(UTC)
    try:
        with transaction(database) as session:
            store = stores.create(session, slug=slug, at=now)
            key, secret = api_keys.create(session, store_id=store.id, label="fault", scopes=["all"], at=now)
            return Opened(store.id, slug, basic(key.key, secret))
    finally:
        database.close()


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return list(process.children(recursive=True))
    return []


def _belongs(process: psutil.Process, data: Path) -> bool:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.environ().get("ANIMATEUR_DATA_DIR") == str(data / "kept")
    return False


def _parent(process: psutil.Process) -> int:
    with suppress(psutil.NoSuchProcess):
        return int(process.ppid())
    return 0


def _says(process: psutil.Process, words: str) -> bool:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return words in " ".join(process.cmdline())
    return False


if __name__ == "__main__":
    supervisor.LONGEST_PAUSE = 1.0
    serve.serve(Settings.from_environment(), only=None if sys.argv[1] == "all" else sys.argv[1], say=print)
