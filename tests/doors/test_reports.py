"""Who sees whom in the reports, and that page, JSON and CSV say the same."""

import csv
import io

from tests.doors.world import World


def test_a_trainer_sees_the_learners_of_their_own_cohorts_and_an_officer_the_agency(world: World) -> None:
    everybody = world.people["officer"].get("/reports.json").get_json()["learners"]
    trained = world.people["trainer"].get("/reports.json").get_json()["learners"]
    elsewhere = world.people["teller"].get("/reports.json").get_json()["learners"]
    assert {each["registration"] for each in trained} <= {each["registration"] for each in everybody}
    assert world.enrolment in {each["registration"] for each in trained}
    assert elsewhere == []
    assert "Ada" not in world.people["teller"].get("/reports").text


def test_an_officer_of_another_agency_sees_nobody_of_this_one(world: World) -> None:
    here = {each["registration"] for each in world.people["officer"].get("/reports.json").get_json()["learners"]}
    south = {each["registration"] for each in world.people["south officer"].get("/reports.json").get_json()["learners"]}
    assert south
    assert here.isdisjoint(south)


def test_the_spreadsheet_says_what_the_json_says(world: World) -> None:
    report = world.people["officer"].get("/reports.json").get_json()
    rows = list(csv.DictReader(io.StringIO(world.people["officer"].get("/reports.csv").text)))
    assert [row["registration"] for row in rows] == [each["registration"] for each in report["learners"]]
    for row, each in zip(rows, report["learners"], strict=True):
        assert {key: row[key] for key in each["steps"]} == each["steps"]
        assert {code: row[code] for code in each["criteria"]} == {
            code: str(judged["level"]) for code, judged in each["criteria"].items()
        }


def test_the_page_shows_names_and_the_programs_get_accounts(world: World) -> None:
    assert "Ada" in world.people["officer"].get("/reports").text
    assert "Ada" not in world.people["officer"].get("/reports.json").text
    assert "Ada" not in world.people["officer"].get("/reports.csv").text
