"""What every answer carries: who may frame it, no inline code, and nothing that is kept or told on."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lti_tool.lti.platforms import Platform
from tests import builders
from tests.doors.world import World
from tests.signing_platform import SigningPlatform
from xapi_store.transaction import transaction

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
STEPS = [f"/learn/oicf/m1/{number}" for number in range(1, 6)]
OWN = ["/teach", "/keep", "/stays", "/joining"]
PAGES = {
    "nobody": ["/", "/design", "/verify", "/verify/CERTIFICATE", "/operator/sign-in/x", "/learn/oicf/m1", "/none"],
    "ada": ["/learn/oicf/m1", *STEPS, "/team/TEAM", "/team/TEAM/history/1", "/certificates", "/", *OWN, "/none"],
    "cy": ["/learn/oicf/m1", *STEPS, "/team/TEAM"],
    "trainer": ["/teach", "/teach/TEAM", "/team/TEAM", "/reports", *STEPS, "/agency"],
    "chooser": ["/lti/deep-linking"],
    "officer": ["/agency", "/agency/people", "/stays", "/reports", "/verify", "/teach"],
    "south officer": ["/agency", "/reports"],
    "operator": ["/operator", "/operator/people"],
}
WALK = [(name, path) for name, paths in PAGES.items() for path in paths]


class Inline(HTMLParser):
    """Notes every bit of style or script that stands in the page itself, and everything from another site."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag in ("script", "link", "img", "iframe", "object", "embed", "base"):
            self.found += [
                f"{tag} {given[name]}" for name in ("src", "href") if re.match(r"\w+:|//", given.get(name, ""))
            ]
        self.found += [f"{tag} {value}" for value in given.values() if value.strip().lower().startswith("javascript:")]


def opened(world: World, name: str, path: str) -> TestResponse:
    """The page, with Ada's (or Cy's own) team and Ada's certificate in its address."""
    team = world.teams["cy" if name == "cy" else "ada"]
    return world.people[name].get(path.replace("TEAM", team).replace("CERTIFICATE", world.certificate))


def policy(answer: TestResponse) -> dict[str, str]:
    """The Content-Security-Policy by its directives."""
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def plain(answer: TestResponse) -> TestResponse:
    """The answer, which has the headers that every answer has."""
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in answer.headers
    return answer


@pytest.mark.parametrize(("name", "path"), WALK)
def test_every_page_is_strict(name: str, path: str, world: World) -> None:
    answer = plain(opened(world, name, path))
    assert answer.mimetype == "text/html"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    found = policy(answer)
    ancestors = found.pop("frame-ancestors").split()
    assert found == STRICT
    assert ancestors == ["'self'", *sorted(frames(world, name))]
    page = Inline()
    page.feed(answer.text)
    assert page.found == []


def frames(world: World, name: str) -> set[str]:
    """The origins that may frame this person's pages."""
    with transaction(world.database) as session:
        platforms = {each.agency_id: each.issuer for each in session.query(Platform)}
    north, south = (platforms[number] for number in sorted(platforms))
    if name == "nobody":
        return {north, south}
    if name == "operator":
        return set()
    return {south} if name.startswith("south") else {north}


def test_the_walk_opens_pages_and_not_only_refusals(world: World) -> None:
    opened_well = {(name, path) for name, path in WALK if opened(world, name, path).status_code == 200}
    refused = {("nobody", "/learn/oicf/m1"), ("nobody", "/none"), ("ada", "/teach"), ("ada", "/none")}
    refused |= {("trainer", "/agency"), ("officer", "/teach")}
    assert {*WALK} - opened_well == refused


def test_a_blocked_platform_frames_nothing(house: Flask, platform: SigningPlatform) -> None:
    assert platform.address in house.test_client().get("/").headers["Content-Security-Policy"]
    with transaction(house.extensions["database"]) as session:
        session.query(Platform).one().status = "blocked"
    assert policy(house.test_client().get("/"))["frame-ancestors"] == "'self'"


def programs(world: World) -> Iterator[TestResponse]:
    """Answers of every door for programs, good and bad."""
    nobody, key = world.people["nobody"].browser, world.key("all")
    for path in ("/healthz", "/readyz", "/lti/jwks", "/agencies/north", "/agencies/north/did.json", "/agencies/none"):
        yield nobody.get(path)
    for path in (
        "/achievements/oicf-m1/0.1.0",
        "/achievements/none/1",
        "/status/1",
        "/status/99",
        "/xapi/about",
        "/xapi/x",
    ):
        yield nobody.get(path)
    yield nobody.get("/xapi/statements")
    yield nobody.get("/xapi/statements", headers=key)
    yield nobody.post("/xapi/statements", headers=key, data=b"{")
    yield nobody.options("/xapi/statements")
    yield world.people["officer"].get("/reports.json")
    yield world.people["officer"].get("/reports.csv")
    yield world.people["ada"].get(f"/team/{world.teams['ada']}/changes")
    yield world.people["ada"].get(f"/certificates/{world.certificate}.jwt")
    for path in ("/reports.json", f"/team/{uuid4()}/changes"):
        yield world.people["ada"].browser.get(path, headers={"Accept": "application/json"})


def test_answers_for_programs_leave_no_cookie(world: World) -> None:
    for answer in programs(world):
        plain(answer)
        assert "Set-Cookie" not in answer.headers, answer.request.path
        assert answer.mimetype != "text/html" or answer.data == b"", answer.request.path


def test_other_sites_scripts_read_only_what_is_public(world: World) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    for name, path in (("ada", "/learn/oicf/m1"), ("officer", "/reports.json"), ("officer", "/reports.csv")):
        answer = world.people[name].browser.get(path, headers=origin)
        assert "Access-Control-Allow-Origin" not in answer.headers
    public = world.people["nobody"].browser.get("/agencies/north", headers=origin).headers
    assert public["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in public


def test_what_is_personal_is_not_kept_by_browsers_or_proxies(world: World) -> None:
    asked = {
        "officer": ["/reports.json", "/reports.csv", f"/certificates/{world.certificate}.pdf"],
        "ada": [f"/certificates/{world.certificate}.{kind}" for kind in ("jwt", "evidence.json")]
        + [f"/team/{world.teams['ada']}/changes"],
    }
    for name, paths in asked.items():
        for path in paths:
            assert world.people[name].get(path).headers.get("Cache-Control") == "no-store", path


def test_a_visits_cookie_is_closed_to_scripts_and_plain_http(house: Flask, platform: SigningPlatform) -> None:
    answer = builders.a_launch(house.test_client(), platform).send()
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-visit="))
    for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_an_operators_cookie_never_travels_between_sites(world: World) -> None:
    link = world.operator_link()
    answer = world.house.test_client().post(f"/operator/sign-in/{link}")
    [cookie] = answer.headers.getlist("Set-Cookie")
    for part in ("__Host-operator=", "Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in cookie
