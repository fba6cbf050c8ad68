"""`animateur platform`: what the commands print, what they change, and how they refuse."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lti_tool.errors import NoSuchPlatform
from lti_tool.lti.platforms import Platform
from lti_tool.run.cli import animateur
from tests import builders, walking
from tests.signing_platform import SigningPlatform, public_jwk
from xapi_store.database import Database


@pytest.fixture
def signing() -> Iterator[SigningPlatform]:
    listening = SigningPlatform()
    yield listening
    listening.close()


@pytest.fixture
def connected(database: Database, signing: SigningPlatform) -> Platform:
    return builders.a_platform(database, signing, family="moodle")


class Shell:
    """Somebody at the command line."""

    def __init__(self, database_url: str, data: Path, public_url: str) -> None:
        self.environment = {
            "ANIMATEUR_DATABASE_URL": database_url,
            "ANIMATEUR_DATA_DIR": str(data),
            "ANIMATEUR_SECRET_KEY": walking.SECRET,
            "ANIMATEUR_PUBLIC_URL": public_url,
            "ANIMATEUR_ALLOW_PRIVATE_PLATFORMS": "yes",
        }

    def order(self, *words: str) -> Result:
        return CliRunner().invoke(animateur, words, env=self.environment)

    def told(self, *words: str) -> Any:
        done = self.order(*words, "--json")
        assert done.exit_code == 0, done.output + repr(done.exception)
        return json.loads(done.stdout)


@pytest.fixture
def shell(database_url: str, tmp_path: Path, signing: SigningPlatform) -> Shell:
    return Shell(database_url, tmp_path, signing.address)


def test_platforms_are_listed_named_and_blocked(shell: Shell, connected: Platform) -> None:
    number = str(connected.id)
    assert shell.told("platform", "rename", number, "Our Moodle")["name"] == "Our Moodle"
    assert shell.told("platform", "block", number)["status"] == "blocked"
    [row] = shell.told("platform", "list")
    assert (row["id"], row["name"], row["status"], row["agency"]) == (connected.id, "Our Moodle", "blocked", "north")
    assert shell.told("platform", "unblock", number)["status"] == "active"


def test_deployments_are_let_in_and_kept_out(shell: Shell, connected: Platform) -> None:
    number = str(connected.id)
    shell.told("platform", "disable", number, "1")
    assert [each["status"] for each in shell.told("platform", "deployments", number)] == ["disabled"]
    shell.told("platform", "accept", number, "1", "--name", "Faculty")
    assert [(each["status"], each["name"]) for each in shell.told("platform", "deployments", number)] == [
        ("active", "Faculty")
    ]


def test_a_check_that_finds_a_fault_fails_and_says_what_to_do(
    shell: Shell, connected: Platform, signing: SigningPlatform
) -> None:
    signing.instead["/lti/jwks"] = (200, json.dumps({"keys": [public_jwk("first-key")]}).encode())
    good = shell.order("platform", "check", str(connected.id))
    assert good.exit_code == 0, good.output
    signing.instead["/token"] = (404, b"<html>")
    bad = shell.order("platform", "check", str(connected.id))
    assert bad.exit_code == 1
    assert "cURL blocked hosts" in bad.output
    told = json.loads(shell.order("platform", "check", str(connected.id), "--json").stdout)
    assert {"grade": "wrong", "what": "tokens", "code": "cannot_fetch_our_keys"}.items() <= told[-4].items()


def test_invitations_can_leave_names_out(shell: Shell, connected: Platform, signing: SigningPlatform) -> None:
    for words in (("invite", "--agency", "north"), ("platform", "invite", str(connected.id))):
        link = shell.told(*words, "--without-names")["register"]
        assert link.startswith(f"{signing.address}/lti/register/")


def test_our_addresses_are_printed(shell: Shell, signing: SigningPlatform, database: Database) -> None:
    assert shell.told("platform", "sheet")["redirect"] == f"{signing.address}/lti/launch"


@pytest.mark.parametrize("words", [("check", "7"), ("block", "7"), ("deployments", "7"), ("accept", "7", "1")])
def test_a_platform_that_is_not_there_is_refused(words: tuple[str, ...], shell: Shell, database: Database) -> None:
    assert isinstance(shell.order("platform", *words).exception, NoSuchPlatform)


def test_a_deployment_that_is_not_there_is_refused(shell: Shell, connected: Platform) -> None:
    assert isinstance(shell.order("platform", "accept", str(connected.id), "2").exception, NoSuchPlatform)
