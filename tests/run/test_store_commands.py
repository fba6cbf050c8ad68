"""The commands for record stores, in this process: what they print, what they change, and how they refuse."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from lti_tool.run.cli import animateur
from tests import walking
from tests.builders import a_statement
from tests.demo.serving import free_port, served
from tests.xapi_store.conftest import StoreAtHand, store
from tests.xapi_store.foreign import Foreign, a_foreign_store
from tests.xapi_store.sports import a_profile
from xapi_store import api_keys, stores
from xapi_store.errors import FilterRefused, NoSuchStatement, NoSuchStore, ProfileRefused, UnknownKey
from xapi_store.other_stores import forwarding
from xapi_store.other_stores.forwarding import NoSuchForwarding
from xapi_store.other_stores.public_addresses import AddressRefused
from xapi_store.transaction import transaction
from xapi_store.voiding import NotVoidable

__all__ = ["store"]

ADA = {"objectType": "Agent", "mbox": "mailto:ada@example.org"}


@dataclass
class Shell:
    """Somebody at the command line of an installation with the store `north`."""

    environment: dict[str, str]
    north: StoreAtHand

    def order(self, *words: str, store: str | None = "north") -> Result:
        """The command has run."""
        where = ("--store", store) if store else ()
        return CliRunner().invoke(animateur, [*words, *where], env=self.environment)

    def told(self, *words: str, store: str | None = "north") -> Any:
        """What the command, which went well, printed as JSON."""
        done = self.order(*words, "--json", store=store)
        assert done.exit_code == 0, done.output + repr(done.exception)
        return json.loads(done.stdout)

    def refused(self, *words: str, store: str | None = "north") -> BaseException | None:
        """Why the command did not do it; `main` says the same in one line."""
        return self.order(*words, store=store).exception


@pytest.fixture
def shell(store: StoreAtHand, database_url: str, tmp_path: Path) -> Shell:
    environment = {
        "ANIMATEUR_DATABASE_URL": database_url,
        "ANIMATEUR_DATA_DIR": str(tmp_path),
        "ANIMATEUR_SECRET_KEY": walking.SECRET,
        "ANIMATEUR_ALLOW_PRIVATE_PLATFORMS": "yes",
    }
    return Shell(environment, store)


@pytest.fixture
def foreign(store: StoreAtHand) -> Iterator[Foreign]:
    with a_foreign_store(store.database) as opened:
        yield opened


def test_stores_are_listed_with_what_they_hold(shell: Shell) -> None:
    assert shell.told("store", "create", "south", store=None) == {"store": "south"}
    shell.north.record(a_statement(), a_statement())
    rows = {row["store"]: row for row in shell.told("store", "list", store=None)}
    assert (rows["north"]["statements"], rows["south"]["statements"]) == (2, 0)
    assert shell.order("store", "list", store=None).stdout.splitlines()[0].split()[:2] == ["store", "statements"]
    assert "already" in str(shell.refused("store", "create", "south", store=None))


def test_a_key_lives_from_the_command_line(shell: Shell) -> None:
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    made = shell.told("api-key", "create", "--label", "tool", "--scope", "all/read", "--expires", tomorrow)
    second = shell.told("api-key", "rotate", made["key"], store=None)["secret"]
    (row,) = shell.told("api-key", "list")
    assert (row["key"], row["label"], row["scopes"], row["revoked"]) == (made["key"], "tool", ["all/read"], None)
    assert datetime.fromisoformat(row["expires"]) > datetime.now(UTC)
    assert not [each for each in (made["secret"], second) if each in json.dumps(row)]
    with transaction(shell.north.database) as session:
        api_keys.authenticate(session, key=made["key"], secret=second, at=datetime.now(UTC))
    shell.told("api-key", "revoke", made["key"], store=None)
    with transaction(shell.north.database) as session, pytest.raises(UnknownKey):
        api_keys.authenticate(session, key=made["key"], secret=second, at=datetime.now(UTC))
    past = shell.order("api-key", "create", "--label", "l", "--scope", "all", "--expires", "2020-01-01")
    assert (past.exit_code, "that day is over" in past.stderr) == (2, True)


def test_the_self_test_goes_through_the_public_door(shell: Shell, database_url: str) -> None:
    port = free_port()
    shell.environment["ANIMATEUR_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    house = walking.a_house(database_url)
    with served(house, port):
        steps = shell.told("store", "self-test")
    house.extensions["database"].close()
    assert [each["good"] for each in steps] == [True, True, True]
    assert len(shell.north.find()) == 1
    silent = shell.order("store", "self-test")
    assert (silent.exit_code, "does not answer" in silent.stdout) == (1, True)
    assert all(row["revoked"] for row in shell.told("api-key", "list"))


def test_statements_are_found_read_and_voided(shell: Shell) -> None:
    wanted, _ = shell.north.record(a_statement(actor=ADA), a_statement())
    assert [each["id"] for each in shell.told("statements", "find", "--agent", "ada@example.org")] == [str(wanted)]
    assert str(wanted) in shell.order("statements", "find", "--limit", "1", "--ascending").stdout
    assert shell.told("statements", "show", str(wanted)) == shell.north.by_id(wanted)
    done = shell.told("statements", "void", str(wanted), "--reason", "Entered twice")
    assert shell.north.by_id(done["by"])["result"] == {"response": "Entered twice"}
    assert "state           void" in shell.order("statements", "show", str(wanted)).stdout
    assert isinstance(shell.refused("statements", "void", done["by"], "--reason", "r"), NotVoidable)


def test_forwarding_is_set_up_and_changed(shell: Shell, foreign: Foreign) -> None:
    shell.north.record(a_statement())
    there = ("--endpoint", foreign.endpoint.url, "--key", foreign.endpoint.key, "--secret", foreign.endpoint.secret)
    made = shell.told("forward", "add", "--label", "Region", *there, "--verb", "https://v.example/1")
    number = str(made["forwarding"])
    (row,) = shell.told("forward", "list")
    assert (row["label"], row["state"], row["waiting"], row["refused"]) == ("Region", "at work", 1, 0)
    shell.told("forward", "pause", number)
    assert shell.told("forward", "list")[0]["state"] == "paused"
    shell.told("forward", "resume", number)
    with transaction(shell.north.database) as session:
        standing = forwarding.by_id(session, store_id=shell.north.id, forwarding_id=int(number))
        forwarding.pass_over(session, forwarding=standing, at=datetime.now(UTC))
    assert [each["status"] for each in shell.told("forward", "refused", number)] == [0]
    shell.told("forward", "retry", number)
    shell.told("forward", "remove", number)
    assert shell.told("forward", "list") == []


def test_an_import_brings_everything_once(shell: Shell, foreign: Foreign) -> None:
    foreign.store.record(*(a_statement() for _ in range(5)))
    there = ("--endpoint", foreign.endpoint.url, "--key", foreign.endpoint.key, "--secret", foreign.endpoint.secret)
    first, again = shell.told("import", *there), shell.told("import", *there)
    assert (first["new"], first["were_here"], again["new"], again["were_here"]) == (5, 0, 0, 5)
    assert sorted(shell.north.found()) == sorted(foreign.store.found())


def test_a_profile_is_loaded_and_chosen(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "sports.jsonld"
    file.write_text(json.dumps(a_profile()))
    loaded = shell.told("profile", "load", str(file))
    assert [each["profile"] for each in shell.told("profile", "list")] == [loaded["profile"]]
    assert shell.told("profile", "mode", "refuse")["mode"] == "refuse"
    assert shell.told("profile", "mode")["mode"] == "refuse"
    assert shell.told("profile", "findings") == []
    shell.told("profile", "unload", loaded["profile"])
    assert isinstance(shell.refused("profile", "unload", loaded["profile"]), ProfileRefused)


def test_a_person_is_erased_when_it_was_said_twice(shell: Shell) -> None:
    (named,) = shell.north.record(a_statement(actor=ADA))
    whom = ("erase", "--agent", "ada@example.org")
    assert shell.told(*whom, "--dry-run") == {"named_in": 1, "at_least": False}
    assert "say why" in shell.order(*whom).stderr
    assert "nothing was erased" in str(shell.refused(*whom, "--reason", "request 12", "--json"))
    assert shell.north.by_id(named)["actor"] == ADA
    done = shell.told(*whom, "--reason", "request 12", "--yes")
    assert (done["statements"], shell.told(*whom, "--dry-run")["named_in"]) == (1, 0)
    assert "mbox" not in shell.north.by_id(named)["actor"]


def test_what_is_old_goes_after_a_plan(shell: Shell) -> None:
    shell.north.record(a_statement(), a_statement())
    today, never = f"{datetime.now(UTC):%Y-%m-%d}", "2020-01-01"
    assert shell.told("retention", "plan", "--before", never)["statements"] == 0
    gone = shell.told("retention", "apply", "--before", today, "--reason", "ten years", "--yes")
    assert (gone["statements"], len(shell.north.found())) == (0, 2)
    assert shell.order("retention", "apply", "--before", today, "--reason", "r").exit_code == 1


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["api-key", "list", "--store", "none"], NoSuchStore),
        (["api-key", "revoke", "none"], UnknownKey),
        (["statements", "show", str(uuid4())], NoSuchStatement),
        (["statements", "find", "--verb", "no iri"], FilterRefused),
        (["forward", "pause", "7"], NoSuchForwarding),
        (["forward", "add", "--label", "l", "--endpoint", "ftp://x/", "--key", "k", "--secret", "s"], AddressRefused),
        (["erase", "--agent", "somebody", "--dry-run"], FilterRefused),
    ],
)
def test_what_cannot_be_done_has_its_reason(shell: Shell, words: list[str], kind: type[Exception]) -> None:
    raised = shell.refused(*words, store=None)
    assert isinstance(raised, kind), raised
    assert str(raised).count("\n") == 0


def test_a_store_has_to_be_named_where_there_are_several(shell: Shell) -> None:
    with transaction(shell.north.database) as session:
        stores.create(session, slug="south", at=datetime.now(UTC))
    raised = shell.refused("api-key", "list", store=None)
    assert "there are: north, south" in str(raised)
