"""The commands for the tool's own keys: what they print and what they change."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from lti_tool.run.cli import animateur
from lti_tool.run.supervisor import CannotStart
from tests import walking


def test_keys_are_listed_rotated_and_replaced(database_url: str, tmp_path: Path) -> None:
    environment = {
        "ANIMATEUR_DATABASE_URL": database_url,
        "ANIMATEUR_DATA_DIR": str(tmp_path),
        "ANIMATEUR_SECRET_KEY": walking.SECRET,
    }

    def order(*words: str) -> Result:
        return CliRunner().invoke(animateur, ["keys", *words, "--json"], env=environment)

    def states() -> list[str]:
        return [each["state"] for each in json.loads(order("list").stdout)]

    assert states() == []
    made = json.loads(order("rotate").stdout)
    assert made["signs_from"]
    assert states() == ["signs", "next"]
    assert isinstance(order("rotate").exception, CannotStart)
    replaced = json.loads(order("rotate", "--compromised").stdout)
    assert states() == ["signs"]
    assert replaced["key"] != made["key"]
    assert "sealed" not in order("list").stdout
