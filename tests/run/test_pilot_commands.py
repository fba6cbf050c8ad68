"""The commands of pilots do what they say."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from lti_tool.run.cli import animateur
from lti_tool.run.supervisor import CannotStart
from tests.walking import SECRET


@pytest.fixture
def run(database_url: str, tmp_path: Path) -> Any:
    """Runs `animateur pilot …` beside the database."""
    environment = {
        "ANIMATEUR_DATABASE_URL": database_url,
        "ANIMATEUR_SECRET_KEY": SECRET,
        "ANIMATEUR_DATA_DIR": str(tmp_path),
    }

    def animateur_pilot(*words: str) -> Result:
        return CliRunner().invoke(animateur, ["pilot", *words], env=environment)

    return animateur_pilot


def test_a_pilot_is_opened_listed_reported_and_closed(run: Any, tmp_path: Path) -> None:
    opened = json.loads(run("open", "--purpose", "Are we right?", "--json").output)
    assert opened["desk"].endswith(f"/operator/pilots/{opened['pilot']}")
    assert [(each["pilot"], each["state"]) for each in json.loads(run("list", "--json").output)] == [
        (opened["pilot"], "open")
    ]
    report = json.loads(run("report", opened["pilot"]).output)
    assert {each["verdict"] for each in report["criteria"]} == {"open"}
    table = tmp_path / "report.csv"
    assert run("report", opened["pilot"], "--csv", "--out", str(table)).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert {row["part"] for row in rows} >= {"criteria", "items", "units"}
    assert run("close", opened["pilot"]).exit_code == 0
    assert json.loads(run("list", "--json").output)[0]["state"] == "closed"


@pytest.mark.parametrize("words", [("--purpose", " "), ("--purpose", "x", "--until", "2001-01-01")])
def test_a_pilot_without_a_purpose_or_with_a_day_that_is_over_is_refused(run: Any, words: tuple[str, ...]) -> None:
    assert run("open", *words).exit_code == 2
    assert json.loads(run("list", "--json").output) == []


def test_a_pilot_that_is_not_there_is_said_in_a_line(run: Any) -> None:
    assert isinstance(run("close", str(uuid4())).exception, CannotStart)
    assert isinstance(run("open", "--purpose", "x", "--course", "none").exception, CannotStart)
