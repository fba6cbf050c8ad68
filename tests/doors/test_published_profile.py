"""The qualification profile and the words of the evidence: open to all, read by people and by programs."""

import html
import re

import pytest

from lti_tool.pages import vocabulary
from tests.doors.world import World

JSON, LINKED = {"Accept": "application/json"}, {"Accept": "application/ld+json"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
HERE = "/profile/oicf/0.1.0"


def test_a_person_reads_the_profile_and_its_honest_level(world: World) -> None:
    nobody = world.people["nobody"].browser
    assert nobody.get("/profile").location == HERE
    assert nobody.get("/profile/oicf").location == HERE
    page = html.unescape(nobody.get(HERE, headers=BROWSER).text)
    for said in ("Designed to EQF level 6:", "Notional workload: 75 h. No ECTS credits are awarded.", "CC BY 4.0"):
        assert said in page
    assert "is not referenced to a national" in re.sub(r"\s+", " ", page)


def test_every_part_has_a_place_on_the_page_and_an_address_of_its_own(world: World) -> None:
    nobody, profile = world.people["nobody"].browser, world.house.extensions["catalogue"].profile
    page = nobody.get(HERE).text
    for code in profile.parts():
        assert page.count(f'id="{code}"') == 1
    for code in ("U1", "U4.K1", "U6.PC4"):
        led = nobody.get(f"{HERE}/{code}", headers=BROWSER)
        assert (led.status_code, led.location) == (303, f"{HERE}#{code}")
        item = nobody.get(f"{HERE}/{code}", headers=JSON)
        assert (item.json["humanCodingScheme"], item.headers["Vary"]) == (code, "Accept")


def test_a_program_gets_the_framework_at_every_address_it_names(world: World) -> None:
    nobody = world.people["nobody"].browser
    package = nobody.get(HERE, headers=JSON)
    assert package.headers["Access-Control-Allow-Origin"] == "*"
    assert nobody.get(f"{HERE}/case.json").json == package.json
    for each in (package.json["CFDocument"], *package.json["CFItems"][:2], *package.json["CFAssociations"][:2]):
        found = nobody.get(each["uri"]).json
        assert (found["identifier"], found["uri"]) == (each["identifier"], each["uri"])
    [document] = nobody.get("/ims/case/v1p1/CFDocuments").json["CFDocuments"]
    assert nobody.get(document["CFPackageURI"]["uri"]).json == package.json


@pytest.mark.parametrize(
    "path",
    [
        *("/profile/other", "/profile/oicf/9.9.9", f"{HERE}/U9.PC9", "/ims/case/v1p1/CFRubrics"),
        "/ims/case/v1p1/CFItems/00000000-0000-5000-8000-000000000000",
        *("/vocabulary/v9", "/vocabulary/verbs/danced"),
    ],
)
def test_what_was_never_published_is_not_there(path: str, world: World) -> None:
    assert world.people["nobody"].browser.get(path).status_code == 404


def test_the_words_of_the_evidence_are_read_by_people_and_programs(world: World) -> None:
    nobody = world.people["nobody"].browser
    page = nobody.get("/vocabulary", headers=BROWSER).text
    for place in vocabulary.PLACES:
        assert page.count(f'id="{place}"') == 1
        assert nobody.get(f"/vocabulary/{place}", headers=BROWSER).location == f"/vocabulary#{place}"
    for path in ("/vocabulary", "/vocabulary/v0.1", "/vocabulary/verbs/decided"):
        answer = nobody.get(path, headers=LINKED)
        assert (answer.mimetype, answer.json["id"]) == ("application/ld+json", "https://w3id.org/xapi/oicf")
    assert nobody.get("/vocabulary/xapi-profile.jsonld").json == vocabulary.PUBLISHED
