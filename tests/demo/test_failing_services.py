"""The services of the LMS fail in every way a tool meets, everywhere or in one place."""

import time

import pytest
import requests
from flask import Flask

from lti_tool.demo import remote, scopes
from lti_tool.demo.app import lms_of
from lti_tool.demo.faults import Fault, Place
from lti_tool.demo.tempers import Temper
from tests.demo.small_tool import AINO, FREYA, NRPS, Browser, SmallTool
from tests.demo.test_faults import told_to

HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        (Fault.DOWN, 503, "application/json"),
        (Fault.TOO_MANY, 429, "application/json"),
        (Fault.SERVER_ERROR, 500, HTML),
        (Fault.HTML_PAGE, 200, HTML),
        (Fault.HTML_NOT_FOUND, 404, HTML),
    ],
)
def test_a_service_can_answer_badly(lms_app: Flask, lms: str, fault: Fault, status: int, kind: str) -> None:
    told_to(lms_app, fault)
    answer = requests.get(f"{lms}/jwks")

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)
    assert ("Retry-After" in answer.headers) == (fault is Fault.TOO_MANY)


def test_a_service_can_hang_up_without_a_word(lms_app: Flask, lms: str) -> None:
    told_to(lms_app, Fault.HANGS_UP)

    with pytest.raises(requests.ConnectionError):
        requests.get(f"{lms}/jwks")


def test_an_answer_can_break_off(lms_app: Flask, lms: str) -> None:
    told_to(lms_app, Fault.BREAKS_OFF)

    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        requests.get(f"{lms}/jwks")


def test_an_answer_can_go_on_without_end(lms_app: Flask, lms: str) -> None:
    told_to(lms_app, Fault.ENDLESS)
    with requests.get(f"{lms}/jwks", stream=True) as answer:
        read = sum(len(piece) for _, piece in zip(range(64), answer.iter_content(65536), strict=False))

    assert "Content-Length" not in answer.headers
    assert read == 64 * 65536


def test_the_key_set_can_be_somewhere_else(lms_app: Flask, lms: str) -> None:
    told_to(lms_app, Fault.REDIRECTS)
    answer = requests.get(f"{lms}/jwks", allow_redirects=False)

    assert answer.status_code == 302
    assert requests.get(answer.headers["Location"]).json()["keys"]


def test_a_service_can_be_slow_for_as_long_as_wanted(lms_app: Flask, lms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told_to(lms_app, Fault.SLOW)
    lms_of(lms_app).slow_seconds = 3.5
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)

    requests.get(f"{lms}/jwks").raise_for_status()

    assert 3.5 in waited


def test_the_tool_can_be_refused_a_token(lms_app: Flask, tool: SmallTool) -> None:
    told_to(lms_app, Fault.TOKEN_REFUSED)
    answer = tool.ask_token(scopes.SCORE)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("place", list(Place))
def test_a_fault_can_be_kept_to_one_service(lms_app: Flask, tool: SmallTool, aino: Browser, place: Place) -> None:
    home = f"{tool.lms}/courses/7"
    roster = tool.claims(aino)[NRPS]["context_memberships_url"]
    addresses = {
        Place.JWKS: f"{tool.lms}/jwks",
        Place.AGS: f"{home}/line-items?tool={tool.number}",
        Place.ROSTER: roster,
        Place.GROUPS: f"{home}/groups?tool={tool.number}",
        Place.REGISTRATION: f"{tool.lms}/openid-configuration",
    }
    told_to(lms_app, Fault.DOWN)
    lms_of(lms_app).places.add(place)

    struck = {each for each, address in addresses.items() if requests.get(address).status_code == 503}
    struck |= {Place.TOKEN} if tool.ask_token(scopes.SCORE).status_code == 503 else set()

    assert struck == {place}


def test_people_still_get_in_while_the_services_are_down(lms_app: Flask, tool: SmallTool, aino: Browser) -> None:
    told_to(lms_app, Fault.DOWN)

    assert tool.launch(aino)


def test_how_old_an_assertion_may_be_can_be_set(lms_app: Flask, tool: SmallTool) -> None:
    ahead = tool.assertion(iat=int(time.time()) + 30)
    assert tool.ask_token(scopes.SCORE, assertion=ahead).json()["error"] == "invalid_client"

    lms_of(lms_app).token_leeway = 60

    assert tool.ask_token(scopes.SCORE, assertion=ahead).status_code == 200


def test_faults_are_switched_from_outside_and_all_at_once(lms_app: Flask, lms: str) -> None:
    remote.switch(lms, faults=["slow", "alg_none"], places=["token"], temper="moodle", slow_seconds=2)
    own = lms_of(lms_app)
    assert (own.faults, own.places) == ({Fault.SLOW, Fault.ALG_NONE}, {Place.TOKEN})
    assert (own.temper, own.slow_seconds) == (Temper.MOODLE, 2.0)

    remote.switch(lms, faults=["expired"])
    assert (own.faults, own.places, own.temper, own.slow_seconds) == ({Fault.EXPIRED}, set(), Temper.PLAIN, 8.0)

    remote.back_to_normal(lms)
    assert own.faults == set()


@pytest.mark.parametrize("form", [{"fault": "made_up"}, {"place": "moon"}, {"temper": "x"}, {"slow_seconds": "nan"}])
def test_a_word_that_nobody_knows_changes_nothing(lms_app: Flask, lms: str, form: dict[str, str]) -> None:
    told_to(lms_app, Fault.EXPIRED)
    answer = Browser(lms, FREYA).post("/faults", **form)

    assert answer.status_code == 400
    assert lms_of(lms_app).faults == {Fault.EXPIRED}


def test_the_administrator_alone_switches_faults_and_everybody_is_told(lms_app: Flask, lms: str) -> None:
    assert Browser(lms, AINO).post("/faults", fault="expired").status_code == 403
    assert lms_of(lms_app).faults == set()
    remote.switch(lms, faults=["expired", "missing_iat"])

    said = Browser(lms, AINO).page("/course").words()
    assert "Expired an hour ago. A launch leaves out iat." in said
    page = Browser(lms, FREYA).http.get(f"{lms}/faults").text
    assert page.count(" checked") == 3  # and the temper
    assert 'value="expired" checked' in page
