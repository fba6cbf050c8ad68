"""Ways to get in, or to bring somebody in, past the proofs that need no cookie; each is refused."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from lti_tool.lti.login import Login
from lti_tool.lti.new_window import WindowCode, forget_expired
from lti_tool.lti.platforms import Platform
from lti_tool.visitor import COOKIE, Visit
from tests.attacks.aftermath import refused
from tests.builders import TOOL_ADDRESS, LaunchUnderWay, a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.transaction import transaction

FRAMED = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
OUR_PAGE = {"Origin": TOOL_ADDRESS, "Sec-Fetch-Site": "same-origin"}


class Cookieless(FlaskClient):
    """A browser that keeps no cookie at all; `kept` is what the last login's page gave to its scripts."""

    kept: str

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **(options | {"use_cookies": False}))  # type: ignore[arg-type]

    def post(self, path: str, **options: object) -> TestResponse:  # type: ignore[override]
        """The answer. A login comes from a frame, and its page is read as its script reads it."""
        if path != "/lti/login":
            return super().post(path, **options)  # type: ignore[arg-type]
        answer = super().post(path, headers=FRAMED, **options)  # type: ignore[arg-type]
        self.kept = of(answer, "data-secret")
        answer.headers["Location"] = of(answer, "data-onward").replace("&amp;", "&")
        return answer


@pytest.fixture
def browser(tool: Flask) -> Cookieless:
    """A browser that keeps no cookies."""
    return a_cookieless(tool)


def a_cookieless(tool: Flask) -> Cookieless:
    return Cookieless(tool, tool.response_class)


def of(answer: TestResponse, name: str) -> str:
    """The attribute of that name in the page."""
    found = re.search(rf'{name}="([^"]*)"', answer.text)
    assert found is not None, answer.text
    return found.group(1)


def prove(under_way: LaunchUnderWay, secret: str, headers: dict[str, str], **form: str) -> TestResponse:
    """The launch with that secret, sent as by a page."""
    token = under_way.platform.sign(under_way.claims)
    sent = {"state": under_way.question["state"], "id_token": token, "proof": secret, **form}
    return under_way.browser.post("/lti/launch", data=sent, headers=headers)


def code_of(answer: TestResponse) -> str:
    """The code on the page that offers a window."""
    assert answer.status_code == 200, answer.text
    return of(answer, 'name="code" value')


def counted(database: Database, row: type) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(row)) or 0


def test_a_launch_without_a_cookie_is_proven_by_a_page_of_ours(
    browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    asked = under_way.send()
    refused(asked, "no_cookie", database)
    assert counted(database, Login) == 1  # not spent: the page is about to prove it
    answer = prove(under_way, browser.kept, OUR_PAGE)
    assert code_of(answer)
    assert (counted(database, Login), counted(database, Visit)) == (0, 1)
    for page in (asked, answer):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers.get("Set-Cookie") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": TOOL_ADDRESS, "Sec-Fetch-Site": "cross-site"},
        {"Origin": TOOL_ADDRESS, "Sec-Fetch-Site": "same-site"},
        {"Origin": f"{TOOL_ADDRESS}:81"},
        {"Origin": "https://localhost"},
        {"Origin": f"{TOOL_ADDRESS}.elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {},
    ],
)
def test_a_stored_proof_that_another_site_posts_is_refused(
    headers: dict[str, str], browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    refused(prove(under_way, browser.kept, headers), "foreign_proof", database)


def test_a_stored_proof_of_another_browser_fails_and_spends_the_login(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    attacker, victim = a_cookieless(tool), a_cookieless(tool)
    begun, own = a_launch(attacker, platform), a_launch(victim, platform)
    begun.browser = victim
    refused(prove(begun, victim.kept, OUR_PAGE), "other_browser", database)
    refused(prove(begun, attacker.kept, OUR_PAGE), "unknown_state", database)
    assert prove(own, victim.kept, OUR_PAGE).status_code == 200


def test_a_cookie_of_another_login_is_not_mended_by_a_stored_proof(
    tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    attacker, victim = a_cookieless(tool), tool.test_client()
    begun, _ = a_launch(attacker, platform), a_launch(victim, platform)
    [(_, _, own)] = victim._cookies
    victim.set_cookie(f"__Host-login-{begun_name(begun)}", victim.get_cookie(own).value)  # type: ignore[union-attr]
    begun.browser = victim
    refused(prove(begun, attacker.kept, OUR_PAGE), "other_browser", database)


def begun_name(begun: LaunchUnderWay) -> str:
    """The part of the names under which this login's proof is kept."""
    return of(begun.send(), "data-name").removeprefix("__Host-login-")


@pytest.mark.parametrize("secret", ["0", "é", "x" * 5000, "\x00"])
def test_a_guessed_proof_is_refused(
    secret: str, browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    refused(prove(a_launch(browser, platform), secret, OUR_PAGE), "other_browser", database)


def test_a_proven_launch_cannot_be_proven_again(browser: Cookieless, platform: SigningPlatform) -> None:
    under_way = a_launch(browser, platform)
    assert prove(under_way, browser.kept, OUR_PAGE).status_code == 200
    again = prove(under_way, browser.kept, OUR_PAGE)
    assert 'data-code="unknown_state"' in again.text
    assert "open it there once more" in again.text
    # As after going back or reloading: what was posted comes once more, without a proof.
    assert 'data-code="unknown_state"' in under_way.send().text


def test_a_stored_proof_does_not_make_a_forged_token_good(
    browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    under_way.claims["nonce"] = "another"
    refused(prove(under_way, browser.kept, OUR_PAGE), "wrong_nonce", database)
    refused(prove(under_way, browser.kept, OUR_PAGE), "unknown_state", database)


@pytest.mark.parametrize("state", ["", "never-begun", "\x00"])
def test_nothing_is_shown_for_a_state_that_nobody_began(
    state: str, browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    answer = a_launch(browser, platform).send(state=state)
    refused(answer, "unknown_state", database)
    assert "data-prove" not in answer.text


def test_an_expired_login_asks_for_no_proof_and_takes_none(
    browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    with transaction(database) as session:
        session.execute(update(Login).values(expires_at=datetime.now(UTC)))
    refused(under_way.send(), "unknown_state", database)
    refused(prove(under_way, browser.kept, OUR_PAGE), "login_expired", database)


def test_an_endless_token_is_not_echoed(browser: Cookieless, platform: SigningPlatform, database: Database) -> None:
    refused(a_launch(browser, platform).send("x" * 70_000), "malformed_token", database)


def test_what_is_echoed_stays_text(browser: Cookieless, platform: SigningPlatform) -> None:
    sent = '"><script src="https://elsewhere.example/x.js"></script>'
    answer = a_launch(browser, platform).send(sent, lti_storage_target=sent)
    assert "<script src=&#34;https://elsewhere" not in answer.text
    assert '<script src="https://elsewhere' not in answer.text
    assert of(answer, "data-target") == "_parent"


@pytest.mark.parametrize("named", ["", "a frame", "../x", "x" * 101, '"', "frame\n"])
def test_an_odd_storage_target_is_passed_over(named: str, browser: FlaskClient, platform: SigningPlatform) -> None:
    asked = {"iss": platform.address, "login_hint": "5", "target_link_uri": TOOL_ADDRESS, "lti_storage_target": named}
    answer = browser.open("/lti/login", method="POST", data=asked, headers=FRAMED)
    assert of(answer, "data-target") == ""
    assert of(answer, "data-platform") == platform.address


# --- The window of its own ---


def offered(browser: Cookieless, platform: SigningPlatform) -> str:
    """The code that a proven launch was given."""
    return code_of(prove(a_launch(browser, platform), browser.kept, OUR_PAGE))


def test_a_code_opens_one_window_once(tool: Flask, browser: Cookieless, platform: SigningPlatform) -> None:
    code, window = offered(browser, platform), tool.test_client()
    answer = window.post("/lti/window", data={"code": code}, headers=OUR_PAGE)
    assert (answer.status_code, answer.location) == (303, f"{TOOL_ADDRESS}/learn/oicf/m1")
    cookie = answer.headers["Set-Cookie"]
    for part in (COOKIE, "Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert part in cookie
    assert code not in answer.headers["Location"] + cookie
    again = tool.test_client().post("/lti/window", data={"code": code}, headers=OUR_PAGE)
    assert (again.status_code, "Set-Cookie" in again.headers) == (400, False)
    assert 'data-code="window_code"' in again.text


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {}])
def test_another_site_cannot_put_its_own_visit_into_a_window(
    headers: dict[str, str], tool: Flask, browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    code, victim = offered(browser, platform), tool.test_client()
    answer = victim.post("/lti/window", data={"code": code}, headers=headers)
    assert 'data-code="foreign_proof"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert counted(database, WindowCode) == 1  # whoever it belongs to can still use it


@pytest.mark.parametrize("code", ["", "guessed", "\x00", "é" * 100])
def test_a_guessed_code_opens_nothing(code: str, tool: Flask, browser: Cookieless, platform: SigningPlatform) -> None:
    offered(browser, platform)
    answer = tool.test_client().post("/lti/window", data={"code": code}, headers=OUR_PAGE)
    assert 'data-code="window_code"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_code_is_good_for_two_minutes_and_then_forgotten(
    tool: Flask, browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    code = offered(browser, platform)
    with transaction(database) as session:
        left = session.scalars(select(WindowCode.expires_at)).one() - datetime.now(UTC)
        assert timedelta(seconds=90) < left <= timedelta(minutes=2)
        session.execute(update(WindowCode).values(expires_at=datetime.now(UTC)))
    answer = tool.test_client().post("/lti/window", data={"code": code}, headers=OUR_PAGE)
    assert 'data-code="window_code"' in answer.text
    offered(browser, platform)
    with transaction(database) as session:
        forget_expired(session, at=datetime.now(UTC) + timedelta(minutes=3))
    assert counted(database, WindowCode) == 0


def test_a_code_is_no_cookie_and_the_database_holds_neither(
    tool: Flask, browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    code, window = offered(browser, platform), tool.test_client()
    with database.session() as session:
        known = {session.scalars(select(WindowCode.code_hash)).one(), session.scalars(select(Visit.token_hash)).one()}
    window.post("/lti/window", data={"code": code}, headers=OUR_PAGE)
    shown = window.get_cookie(COOKIE)
    assert shown is not None
    assert len({code, shown.value, *known}) == 4


def test_no_code_and_no_proof_stands_in_the_log(
    tool: Flask, browser: Cookieless, platform: SigningPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    under_way = a_launch(browser, platform)
    under_way.send()
    prove(under_way, browser.kept, {})
    code = code_of(prove(under_way, browser.kept, OUR_PAGE))
    for headers in ({}, OUR_PAGE, OUR_PAGE):
        tool.test_client().post("/lti/window", data={"code": code}, headers=headers)
    assert "foreign_proof" in caplog.text
    assert "window_code" in caplog.text
    for secret in (code, browser.kept, under_way.question["state"], under_way.question["nonce"]):
        assert secret not in caplog.text


def test_a_blocked_platform_gets_no_visit_by_a_stored_proof(
    browser: Cookieless, platform: SigningPlatform, database: Database
) -> None:
    under_way = a_launch(browser, platform)
    with transaction(database) as session:
        session.execute(update(Platform).values(status="blocked"))
    refused(prove(under_way, browser.kept, OUR_PAGE), "unknown_platform", database)


# --- What a login is answered with ---


def begin(browser: FlaskClient, platform: SigningPlatform, **headers: str) -> TestResponse:
    asked = {"iss": platform.address, "login_hint": "5", "target_link_uri": TOOL_ADDRESS, "lti_message_hint": '{"a":1}'}
    return browser.open("/lti/login", method="POST", data=asked, headers=headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Dest": "document", "User-Agent": "Mozilla/5.0"}, 302),
        ({"Sec-Fetch-Dest": "iframe", "User-Agent": "Mozilla/5.0"}, 200),
        ({"Sec-Fetch-Dest": "frame"}, 200),
        ({"User-Agent": "Mozilla/5.0 (an old one, which says nothing of frames)"}, 200),
        ({"User-Agent": "a program"}, 302),
    ],
)
def test_a_login_is_a_plain_redirect_where_a_cookie_will_do(
    headers: dict[str, str], status: int, tool: Flask, platform: SigningPlatform
) -> None:
    answer = begin(tool.test_client(), platform, **headers)
    assert answer.status_code == status
    assert "__Host-login-" in answer.headers["Set-Cookie"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_frame_that_has_shown_a_cookie_is_not_asked_again(tool: Flask, platform: SigningPlatform) -> None:
    browser = tool.test_client()
    assert begin(browser, platform, **FRAMED).status_code == 200
    assert begin(browser, platform, **FRAMED).status_code == 302


def test_the_page_of_a_login_holds_what_a_new_window_repeats(browser: Cookieless, platform: SigningPlatform) -> None:
    answer = begin(browser, platform, **FRAMED)
    repeated = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
    assert repeated == {
        "iss": platform.address,
        "login_hint": "5",
        "target_link_uri": TOOL_ADDRESS,
        "lti_message_hint": "{&#34;a&#34;:1}",
    }
