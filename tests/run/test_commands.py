"""The `animateur` command as people type it: beside a running server, on a server of one's own, and when it refuses."""

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from assessments import certificates
from assessments.addresses import Addresses
from lti_tool.run.postgres import EmbeddedPostgres
from lti_tool.run.serve import DATABASE
from tests import waiting
from tests.assessments import scenes
from tests.installed import Installed
from tests.run.test_supervisor import on
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction


class Checkout(Installed):
    """The product as it is being worked on: no wheel, this environment."""

    command = Path(sys.executable).with_name("animateur")


@dataclass
class Installation:
    """A data directory, and how to give orders to it."""

    data: Path
    port: int
    checkout: Checkout
    more: dict[str, str]

    @property
    def address(self) -> str:
        """Where its web server listens, if it runs."""
        return f"http://127.0.0.1:{self.port}"

    def order(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """The command has run."""
        environment = self.checkout.environment(self.data, ANIMATEUR_PORT=str(self.port), **{**self.more, **more})
        return subprocess.run(
            [str(self.checkout.command), *words], cwd="/", env=environment, capture_output=True, text=True, timeout=60
        )

    def told(self, *words: str) -> Any:
        """What the command, which went well, printed as JSON."""
        done = self.order(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """The command, running."""
        return self.checkout.start(self.data, *words, ANIMATEUR_PORT=str(self.port), **self.more)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with its embedded PostgreSQL, served for all tests of this module."""
    (port,) = waiting.free_ports(1)
    here = Installation(tmp_path_factory.mktemp("commands"), port, Checkout(Path()), {})
    process = here.start("serve")
    try:
        waiting.until(lambda: waiting.answers(f"{here.address}/readyz"), seconds=60, what="the start")
        yield here
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
        assert on(here.data) == []
    finally:
        for each in on(here.data):
            each.kill()
        process.wait()


@pytest.fixture
def beside_a_server(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation on a PostgreSQL server of one's own, with nothing running yet."""
    (port,) = waiting.free_ports(1)
    more = {"ANIMATEUR_DATABASE_URL": database_url, "ANIMATEUR_SECRET_KEY": "a key of the operator's own, long enough"}
    yield Installation(tmp_path, port, Checkout(Path()), more)
    for each in on(tmp_path):
        each.kill()


# --- Beside a running server ---


def test_an_agency_gets_a_store_an_invitation_and_keys(running: Installation) -> None:
    made = running.told("agency", "create", "harbour", "--name", "Harbour Agency")
    assert made == {
        "agency": "harbour",
        "name": "Harbour Agency",
        "accounts": f"{running.address}/agencies/harbour",
    }
    link = running.told("invite", "--agency", "harbour")["register"]
    assert link.startswith(f"{running.address}/lti/register/")
    key = running.told(
        "api-key", "create", "--label", "reports", "--scope", "all/read", "--scope", "define", "--store", "harbour"
    )
    assert key["store"] == "harbour"
    assert len(key["secret"]) >= 43
    in_words = running.order("invite", "--agency", "harbour")
    assert re.fullmatch(rf"register  {running.address}/lti/register/\S+\n", in_words.stdout)


def test_a_ping_says_what_a_foreign_client_meets(running: Installation) -> None:
    assert running.order("agency", "create", "pinged", "--name", "Pinged").returncode == 0
    writer = running.told("api-key", "create", "--label", "w", "--scope", "all", "--store", "pinged")
    good = running.order("xapi", "ping", "--key", writer["key"], "--secret", writer["secret"])
    assert good.returncode == 0, good.stdout + good.stderr
    assert [line.split()[0] for line in good.stdout.splitlines()] == ["ok", "ok", "ok"]
    bad = running.order("xapi", "ping", "--key", writer["key"], "--secret", "wrong")
    assert bad.returncode == 1
    assert "failed write a statement" in bad.stdout
    assert "Traceback" not in bad.stderr
    (nobody,) = waiting.free_ports(1)
    silent = running.order(
        "xapi", "ping", "--key", "k", "--secret", "s", "--endpoint", f"http://127.0.0.1:{nobody}/xapi/"
    )
    assert silent.returncode == 1
    assert "does not answer" in silent.stdout
    assert "Traceback" not in silent.stderr


def test_migrating_again_changes_nothing(running: Installation) -> None:
    for _ in range(2):
        done = running.order("migrate")
        assert (done.returncode, done.stdout.strip()) == (0, "the database is up to date")


def test_an_operator_signs_in_once_with_a_link(running: Installation) -> None:
    link = running.told("operator-link")["sign_in"]
    assert link.startswith(f"{running.address}/operator/sign-in/")
    assert visit(link)[0] == 200, "looking at the page does not spend the link"
    assert visit(f"{running.address}/operator")[0] in (401, 403)
    status, headers = visit(link, data=b"")
    cookie = headers["Set-Cookie"].partition(";")[0]
    assert (status, headers["Location"]) == (303, "/operator")
    assert cookie.startswith("__Host-operator=")
    assert visit(f"{running.address}/operator", Cookie=cookie)[0] == 200
    assert visit(link, data=b"")[0] in (401, 403), "the link is spent"


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        """Nowhere."""


def visit(address: str, data: bytes | None = None, **headers: str) -> tuple[int, Message]:
    """Status and headers of the answer, whatever it is."""
    try:
        with urllib.request.build_opener(Stay).open(urllib.request.Request(address, data, headers), timeout=10) as said:
            return said.status, said.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers


def test_a_certificate_is_examined_from_outside(running: Installation, tmp_path: Path) -> None:
    credential = a_credential(running)
    here = {"ANIMATEUR_ALLOW_PRIVATE_PLATFORMS": "yes"}
    good = tmp_path / "good.jwt"
    good.write_text(credential)
    done = running.order("verify", str(good), "--json", **here)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said["verdict"], said["issued by"]) == ("valid", f"{running.address}/agencies/north")
    assert set(said.values()) - {said["verdict"], said["issued by"]} == {"yes"}
    altered = tmp_path / "altered.jwt"
    head, body, signature = credential.split(".")
    altered.write_text(f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}")
    done = running.order("verify", str(altered), **here)
    assert (done.returncode, done.stdout.split()[:2]) == (1, ["verdict", "altered"])
    nonsense = tmp_path / "nonsense"
    nonsense.write_bytes(b"\x00\xff nothing")
    done = running.order("verify", str(nonsense), **here)
    assert (done.returncode, done.stdout.split()[:2]) == (1, ["verdict", "unreadable"])
    done = running.order("verify", str(tmp_path / "missing"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be read" in done.stderr
    unasked = running.order("verify", str(good), "--json")
    assert json.loads(unasked.stdout)["verdict"] == "unknown_issuer", "no private address is called without leave"


def a_credential(running: Installation) -> str:
    """A credential that an agency of this installation has issued."""
    at = datetime.now(UTC)
    server = EmbeddedPostgres(running.data / "postgres")
    server.join()
    database = Database(server.url(DATABASE), pool_size=1)
    with transaction(database) as session:
        scene = scenes.a_scene(session, at)
        scenes.a_quiz_passed(session, scene.enrolments[0], at)
        scenes.a_judgement(session, scene.enrolments[0], scene.trainer, at)
    with transaction(database) as session:
        certificate = certificates.issue(
            session,
            enrolment=scene.enrolments[0],
            rule=scenes.the_rule(),
            officer=scene.officer,
            name="Ana Zoë",
            seal=Seal((running.data / "secret-key").read_text()),
            addresses=Addresses(running.address),
            at=at,
        )
    database.close()
    return str(certificate.credential)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["serve", "--only", "realtime"], 1, "it has no realtime process yet"),
        (["serve"], 1, "another animateur already runs"),
        (["invite", "--agency", "nobody"], 1, "there is no agency 'nobody'"),
        (["api-key", "create", "--label", "l", "--scope", "all", "--store", "none"], 1, "there is no store 'none'"),
        (["api-key", "create", "--label", "l", "--scope", "everything"], 2, "'everything' is not one of"),
        (["agency", "create", "North Coast", "--name", "N"], 2, "it stands in addresses for good"),
        (["agency", "create"], 2, "Missing argument"),
        (["fly"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(running: Installation, words: list[str], code: int, said: str) -> None:
    done = running.order(*words)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_that_is_taken_stays_whose_it_is(running: Installation) -> None:
    assert running.order("agency", "create", "twice", "--name", "First").returncode == 0
    again = running.order("agency", "create", "twice", "--name", "Second")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "animateur: there is an agency or a store 'twice' already\n"


# --- On a PostgreSQL server of one's own ---


def test_web_and_worker_may_run_apart(beside_a_server: Installation) -> None:
    here = beside_a_server
    web, worker = here.start("serve", "--only", "web"), here.start("serve", "--only", "worker")
    waiting.until(lambda: waiting.answers(f"{here.address}/readyz"), seconds=60, what="the start of the web part")
    waiting.until(lambda: waiting.says(here.data / "output", "the worker is at work"), seconds=30, what="the worker")
    commands = [" ".join(each.cmdline()) for each in on(here.data)]
    assert sum("-m lti_tool.run.worker" in each for each in commands if "keeper" not in each) == 1
    assert sum("-m granian" in each for each in commands if "keeper" not in each) >= 1
    assert not any("lti_tool.run.postgres" in each for each in commands)
    for each in (web, worker):
        each.send_signal(signal.SIGTERM)
    assert [each.wait(timeout=60) for each in (web, worker)] == [0, 0]
    assert on(here.data) == []


def test_only_migrate_alters_the_tables_of_a_server_of_ones_own(
    beside_a_server: Installation, postgres: EmbeddedPostgres
) -> None:
    here = beside_a_server
    here.more["ANIMATEUR_DATABASE_URL"] = postgres.url("nothing_in_it")
    for words in (["serve"], ["agency", "create", "north", "--name", "N"]):
        refused = here.order(*words)
        assert (refused.returncode, "run `animateur migrate`" in refused.stderr) == (1, True)
    for _ in range(2):
        assert here.order("migrate").returncode == 0
    assert here.told("agency", "create", "north", "--name", "N")["agency"] == "north"


def test_a_server_that_does_not_answer_is_named_in_a_line(beside_a_server: Installation) -> None:
    (nobody,) = waiting.free_ports(1)
    beside_a_server.more["ANIMATEUR_DATABASE_URL"] = f"postgresql://somebody:secret@127.0.0.1:{nobody}/none"
    refused = beside_a_server.order("serve")
    assert refused.returncode == 1
    assert refused.stderr.startswith("animateur: the database does not answer")
    assert "secret" not in refused.stderr
    assert "Traceback" not in refused.stderr
