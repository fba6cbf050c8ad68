"""A pilot from its opening to its report, as people send forms: by personal links, without an account or a script."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from courses.pilot import pilots
from courses.pilot.matter import Item
from tests.lti_tool.operator_desk import house, operator
from tests.walking import TOKEN, Person

__all__ = ["house", "operator"]

DESK = "/operator/pilots"


class Reader:
    """Somebody with a personal link, in a browser without cookies or scripts."""

    def __init__(self, house: Flask, link: str) -> None:
        self.browser, self.path = house.test_client(use_cookies=False), link

    def get(self, path: str = "") -> str:
        """The page at that path of theirs."""
        answer = self.browser.get(self.path + path)
        assert answer.status_code == 200, path
        return answer.text

    def send(self, path: str, seen_on: str = "", **fields: str) -> TestResponse:
        """The answer to a form of that page."""
        found = TOKEN.search(self.get(seen_on))
        assert found is not None
        return self.browser.post(self.path + path, data={"form_token": found.group(1), **fields})

    def fill(self, part: str, given: dict[str, str]) -> None:
        """The part is filled in, page after page until everything is given, and handed in."""
        path, left = f"/{part}/1", dict(given)
        while left:
            assert path.startswith(f"/{part}/"), left
            shown = set(re.findall(r'name="([a-z]+\.[^"]+)"', self.get(path)))
            answer = self.send(path, path, **{name: left.pop(name) for name in list(left) if name in shown})
            assert answer.status_code == 303
            path = answer.location.removeprefix(self.path)
        assert self.send(f"/{part}/hand-in").status_code == 303


@pytest.fixture
def pilot(operator: Person) -> str:
    """The path of a pilot that the operator has just opened."""
    answer = operator.send(DESK, DESK, course="oicf", purpose="Do people of the field agree?")
    assert answer.status_code == 303
    return str(answer.location)


def invite(house: Flask, operator: Person, pilot: str, role: str) -> Reader:
    """One person more, with the link that the page shows."""
    page = operator.send(f"{pilot}/people", pilot, role=role, label="R").text
    found = re.search(r'value="https?://[^/"]+(/pilot/with/[^"]+)"', page)
    assert found is not None
    assert found.group(1) not in operator.get(pilot).text
    return Reader(house, found.group(1))


def items_of(house: Flask, pilot: str) -> dict[str, Item]:
    """What the pilot asks, by id."""
    with house.extensions["database"].session() as session:
        found = pilots.by_id(session, UUID(pilot.rsplit("/", 1)[1]))
        return {item.code: item for item in found.asked().items}


def dealt(reader: Reader) -> list[str]:
    """The questions on the reader's sheets, in order."""
    pages = [reader.get(f"/items/{number}") for number in range(1, 5)]
    return list(dict.fromkeys(name for page in pages for name in re.findall(r'name="answer\.([^"]+)"', page)))


def test_five_practitioners_key_twenty_items_blind_and_one_key_falls(
    house: Flask, operator: Person, pilot: str
) -> None:
    readers = [invite(house, operator, pilot, "practitioner") for _ in range(5)]
    items, codes = items_of(house, pilot), dealt(readers[0])
    assert len(codes) == 20
    fallen, kept = codes[0], codes[1]
    for number, reader in enumerate(readers):
        assert dealt(reader) == codes
        answers = {f"answer.{code}": items[code].right[0] for code in codes}
        wrong = next(option.code for option in items[fallen].options if option.code not in items[fallen].right)
        if number < 2:
            answers[f"answer.{fallen}"] = ("several", wrong)[number]
        if number == 4:
            answers[f"answer.{kept}"] = "none"
        answers[f"comment.{fallen}"] = f"=It depends on the firm {number}"
        reader.fill("items", answers)
    found = operator.get(f"{pilot}/report.json").get_json()
    judged = {each["id"]: each for each in found["items"]}
    assert (judged[fallen]["verdict"], judged[fallen]["agreement"]["count"], judged[fallen]["n"]) == ("revise", 3, 5)
    assert judged[fallen]["chosen"]["several"] == 1
    assert {judged[code]["verdict"] for code in codes[1:]} == {"kept"}
    assert {each["verdict"] for each in found["items"] if each["id"] not in codes} == {"open"}
    page = operator.get(f"{pilot}/report").text
    row = page.split(f'<th scope="row">{fallen}<')[1].split("</tr>")[0]
    assert ("3 of 5" in row, "to be revised" in row, "It depends on the firm 4" in row) == (True, True, True)
    assert ("they prove nothing" in page, "%" in row) == (True, False)


def test_the_spreadsheet_says_what_the_json_says_and_holds_no_formula(
    house: Flask, operator: Person, pilot: str
) -> None:
    reader = invite(house, operator, pilot, "practitioner")
    reader.fill("criteria", {"clear.U1.PC1": "3", "comment.U1.PC1": "=1+1"})
    report = operator.get(f"{pilot}/report.json").get_json()
    rows = list(csv.DictReader(io.StringIO(operator.get(f"{pilot}/report.csv").text)))
    clear = next(row for row in rows if (row["subject"], row["measure"]) == ("U1.PC1", "clear: median"))
    told = next(each for each in report["criteria"] if each["code"] == "U1.PC1")
    assert (clear["n"], clear["value"]) == ("1", str(told["clear"]["median"]))
    assert told["comments"] == ["=1+1"]
    assert [row["detail"] for row in rows if row["measure"] == "comment"] == ["'=1+1"]
    assert {row["value"] for row in rows if row["measure"] == "verdict"} == {"open"}
    assert "Polit and Beck" in report["how"]["criterion"]


def test_six_learners_rate_themselves_and_the_report_pairs_them(house: Flask, operator: Person, pilot: str) -> None:
    for _ in range(6):
        learner = invite(house, operator, pilot, "learner")
        learner.fill("before", {"before.U1.K1": "2"})
        learner.fill("after", {"after.U1.K1": "4", "retro.U1.K1": "1"})
    unit = operator.get(f"{pilot}/report.json").get_json()["units"][0]
    assert [(each["n"], each["median"], each["low"], each["high"]) for each in unit["changes"]] == [
        (6, 2, 2, 2),
        (6, 3, 3, 3),
        (6, -1, -1, -1),
    ]
    page = operator.get(f"{pilot}/report").text
    assert ("+2.00" in page, "−1.00" in page, 'id="levels-U1"' in page) == (True, True, True)


def test_no_sheet_shows_a_key_feedback_or_what_others_gave(house: Flask, operator: Person, pilot: str) -> None:
    first, second = (invite(house, operator, pilot, "practitioner") for _ in range(2))
    item = items_of(house, pilot)[dealt(first)[0]]
    question = next(
        each
        for module in house.extensions["catalogue"].course("oicf").modules
        for step in module.steps
        for each in getattr(step, "pool", ())
        if each.id == item.code
    )
    first.send("/items/1", "/items/1", **{f"answer.{item.code}": "a", f"comment.{item.code}": "Only mine"})
    page = second.get("/items/1")
    assert ("Only mine" in page, "checked" in page) == (False, False)
    assert ("Only mine" in first.get("/items/1"), first.get("/items/1").count(" checked")) == (True, 1)
    for option in question.options:
        assert not option.feedback or option.feedback[:40] not in page
    orders = [
        re.findall(rf'name="answer\.{item.code}" value="(\w+)"', reader.get("/items/1")) for reader in (first, second)
    ]
    assert {len(order) for order in orders} == {len(item.options) + 2}
    assert all(order[-2:] == ["none", "several"] for order in orders)


def test_a_script_is_told_how_far_it_is_and_what_was_refused(house: Flask, operator: Person, pilot: str) -> None:
    reader = invite(house, operator, pilot, "practitioner")
    token = TOKEN.search(reader.get("/criteria/1"))
    assert token is not None
    asks = {"Accept": "application/json", "X-Form-Token": token.group(1)}

    def save(**fields: str) -> TestResponse:
        return reader.browser.post(f"{reader.path}/criteria/1", data=fields, headers=asks)

    kept = save(**{"clear.U1.PC1": "3"})
    assert (kept.status_code, kept.get_json()["given"]) == (200, 1)
    long = save(**{"comment.U1.PC1": "x" * 1001})
    assert (long.status_code, "1000" in long.get_json()["error"]) == (422, True)
    assert save(**{"clear.U1.PC1": "9"}).status_code == 400
    assert reader.send("/criteria/hand-in").status_code == 303
    late = save(**{"clear.U1.PC1": "1"})
    assert (late.status_code, "no more changes" in late.get_json()["error"]) == (409, True)


def test_a_form_needs_the_token_of_its_own_link(house: Flask, operator: Person, pilot: str) -> None:
    mine, theirs = (invite(house, operator, pilot, "learner") for _ in range(2))
    foreign = TOKEN.search(theirs.get("/before/1"))
    assert foreign is not None
    for token in ("", "0" * 64, foreign.group(1)):
        sent = {"form_token": token, "before.U1.K1": "2"}
        assert mine.browser.post(f"{mine.path}/before/1", data=sent).status_code == 403
    assert " checked" not in mine.get("/before/1")


def test_a_link_that_was_replaced_or_withdrawn_opens_nothing(house: Flask, operator: Person, pilot: str) -> None:
    reader = invite(house, operator, pilot, "learner")
    renewing = re.search(r'action="([^"]+/renew)"', operator.get(pilot).text)
    assert renewing is not None
    page = operator.send(renewing.group(1), pilot).text
    found = re.search(r'(/pilot/with/[^"]+)"', page)
    assert found is not None
    assert reader.browser.get(reader.path).status_code == 404
    newer = Reader(house, found.group(1))
    newer.get()
    operator.send(renewing.group(1).replace("/renew", "/withdraw"), pilot)
    assert newer.browser.get(newer.path).status_code == 404
    for odd in ("x", "%00", "%C3%A9", "0" * 500):
        assert newer.browser.get(f"/pilot/with/{odd}").status_code == 404


def test_a_closed_pilot_thanks_and_takes_nothing(house: Flask, operator: Person, pilot: str) -> None:
    reader = invite(house, operator, pilot, "practitioner")
    token = TOKEN.search(reader.get("/criteria/1"))
    assert token is not None
    assert operator.send(f"{pilot}/close", pilot).status_code == 303
    assert "This pilot is over" in reader.get()
    sent = {"form_token": token.group(1), "clear.U1.PC1": "3"}
    assert reader.browser.post(f"{reader.path}/criteria/1", data=sent).status_code == 409
    assert "disabled" in reader.get("/criteria/1")
    assert "The pilot is closed" in operator.get(f"{pilot}/report").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"purpose": " "}, "what the pilot is for"),
        ({"purpose": "x" * 2001}, "at most 2000"),
        ({"purpose": "x", "until": "2001-01-01"}, "still to come"),
        ({"purpose": "x", "until": "soon"}, "still to come"),
        ({"purpose": "x", "course": "none"}, "Choose a course"),
    ],
)
def test_a_pilot_that_cannot_be_opened_says_why(operator: Person, fields: dict[str, str], said: str) -> None:
    before = operator.get(DESK).text.count("<tr>")
    answer = operator.send(DESK, DESK, **{"course": "oicf", **fields})
    assert (answer.status_code, said in answer.text) == (422, True)
    assert operator.get(DESK).text.count("<tr>") == before


def test_a_pilot_with_a_last_day_ends_with_it(house: Flask, operator: Person) -> None:
    day = datetime.now(UTC).date().isoformat()
    path = operator.send(DESK, DESK, course="oicf", purpose="x", until=day).location
    with house.extensions["database"].session() as session:
        found = pilots.by_id(session, UUID(path.rsplit("/", 1)[1]))
    assert found.ends_at is not None
    assert (found.ends_at.date().isoformat(), found.is_open(found.opened_at), found.is_open(found.ends_at)) == (
        day,
        True,
        False,
    )


def test_what_the_pilot_asked_stays_as_it_was_when_it_opened(house: Flask, operator: Person, pilot: str) -> None:
    asked = operator.get(f"{pilot}/report.json").get_json()
    with house.extensions["database"].session() as session:
        kept = pilots.by_id(session, UUID(pilot.rsplit("/", 1)[1])).matter
    assert json.dumps(kept)
    assert [each["code"] for each in asked["criteria"]] == [
        each["code"] for unit in kept["units"] for each in unit["criteria"]
    ]
