"""The connection check names what is wrong, and each finding has words for what happened and what to do."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from lti_tool.lti import connection, connection_words
from lti_tool.lti.connection import Check, Finding
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform
from tests import builders
from tests.signing_platform import SigningPlatform, public_jwk
from xapi_store.database import Database
from xapi_store.keys import Seal

SEAL = Seal("s" * 40)
HTTPS = "https://tool.example"


@pytest.fixture
def connected(database: Database, platform: SigningPlatform) -> Platform:
    return builders.a_platform(database, platform, family="moodle")


@pytest.fixture
def asked(database: Database, connected: Platform, platform: SigningPlatform) -> Check:
    """A check of that platform, by a tool that reaches itself there, too (it publishes keys at /lti/jwks)."""
    platform.instead["/lti/jwks"] = (200, json.dumps({"keys": [public_jwk("first-key")]}).encode())
    return Check(
        database=database,
        client=Client(allow_private=True),
        seal=SEAL,
        platform=connected,
        address=platform.address,
        at=datetime.now(UTC),
    )


def found(asked: Check, what: str) -> Finding:
    """The finding about that."""
    (one,) = [each for each in connection.check(asked) if each.what == what]
    return one


def moved(asked: Check, **changes: Any) -> Check:
    """The check, with the platform's addresses changed."""
    for name, value in changes.items():
        setattr(asked.platform, name, value)
    return asked


def test_a_connection_that_works_is_told_line_by_line(asked: Check) -> None:
    told = {each.what: (each.grade, each.why) for each in connection.check(asked)}
    assert told == {
        "our_address": ("warning", "local"),
        "our_keys": ("good", "good"),
        "keys": ("good", "good"),
        "clock": ("good", "good"),
        "tokens": ("good", "good"),
        "logins": ("warning", "nothing_there"),
        "deployments": ("good", "good"),
        "launches": ("warning", "none_lately"),
    }


@pytest.mark.parametrize(
    ("answer", "why", "grade"),
    [
        ((404, b"<html><p>No such page"), "cannot_fetch_our_keys", "wrong"),
        ((404, b'{"error":"not_found"}'), "nothing_there", "wrong"),
        ((400, b'{"error":"invalid_scope"}'), "no_rights", "warning"),
        ((401, b'{"error":"invalid_client"}'), "unknown_client", "wrong"),
        ((400, b'{"error":"Expired token"}'), "clock", "wrong"),
        ((400, b'{"error":"Cannot handle token with iat prior to 2026"}'), "clock", "wrong"),
        ((400, b"[]"), "refused", "wrong"),
        ((503, b"later"), "fault", "wrong"),
        ((200, b"<html>"), "unreadable", "wrong"),
        ((200, b"{}"), "no_token", "wrong"),
    ],
)
def test_why_there_is_no_access_is_understood(
    answer: tuple[int, bytes], why: str, grade: str, asked: Check, platform: SigningPlatform
) -> None:
    platform.instead["/token"] = answer
    finding = found(asked, "tokens")
    assert (finding.why, finding.grade) == (why, grade)
    assert connection_words.told(finding).advice


def test_a_page_instead_of_a_token_is_moodles_sign_alone(asked: Check, platform: SigningPlatform) -> None:
    platform.instead["/token"] = (404, b"<html><p>No such page")
    assert found(moved(asked, family="canvas"), "tokens").why == "nothing_there"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((404, b""), "nothing_there"),
        ((403, b""), "refused"),
        ((200, b"<html>"), "unreadable"),
        ((200, b"[]"), "unreadable"),
        ((200, b'{"keys":[]}'), "no_rsa"),
        ((200, b'{"keys":[{"kty":"EC","kid":"a"}, 5]}'), "no_rsa"),
    ],
)
def test_keys_that_cannot_be_used_are_wrong(
    answer: tuple[int, bytes], why: str, asked: Check, platform: SigningPlatform
) -> None:
    platform.instead["/jwks"] = answer
    finding = found(asked, "keys")
    assert (finding.grade, finding.why) == ("wrong", why)
    assert connection_words.told(finding).advice


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://no-such-host.invalid/jwks", "no_such_host"),
        ("http://127.0.0.1:9/jwks", "down"),
        ("ftp://lms.example/jwks", "plain"),
    ],
)
def test_an_address_that_does_not_answer_says_why(url: str, why: str, asked: Check) -> None:
    finding = found(moved(asked, jwks_uri=url), "keys")
    assert (finding.grade, finding.why) == ("wrong", why)
    told = connection_words.told(finding)
    assert "%(" not in told.happened
    assert told.advice


def test_plain_http_where_a_certificate_is_needed_is_no_good(asked: Check, platform: SigningPlatform) -> None:
    assert found(moved(asked, jwks_uri=platform.address.replace("http:", "https:")), "keys").why == "tls"


def test_private_addresses_are_named_as_such(asked: Check) -> None:
    closed = replace(moved(asked, jwks_uri="https://127.0.0.1/jwks"), client=Client())
    finding = found(closed, "keys")
    assert finding.why == "private"
    assert "127.0.0.1 lies in a private network" in connection_words.told(finding).happened


@pytest.mark.parametrize(("seconds", "why"), [(0, "good"), (20, "good"), (90, "ahead"), (-90, "behind")])
def test_a_clock_that_differs_is_noticed(seconds: int, why: str, asked: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
    monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", lambda *_: then)
    finding = found(asked, "clock")
    assert finding.why == why
    assert finding.grade == ("good" if why == "good" else "wrong")


@pytest.mark.parametrize(
    ("address", "seen_at", "grade", "why"),
    [
        (HTTPS, None, "good", "good"),
        (HTTPS, "tool.example", "good", "good"),
        (HTTPS, "elsewhere.example", "warning", "another"),
        ("http://tool.example", None, "wrong", "plain"),
        ("http://localhost:8080", "localhost:8080", "warning", "local"),
        ("http://127.0.0.1", None, "warning", "local"),
    ],
)
def test_our_own_address_is_looked_at(address: str, seen_at: str | None, grade: str, why: str, asked: Check) -> None:
    finding = connection._our_address(replace(asked, address=address, seen_at=seen_at))[0]
    assert (finding.grade, finding.why) == (grade, why)


def test_somebody_else_at_our_address_is_noticed(asked: Check, platform: SigningPlatform) -> None:
    platform.instead["/lti/jwks"] = (200, b"<html>It works!")
    assert found(asked, "our_keys").grade == "wrong"


def test_a_blocked_platform_is_said_first(asked: Check) -> None:
    first = connection.check(moved(asked, status="blocked"))[0]
    assert (first.what, first.grade) == ("status", "wrong")


def test_every_finding_has_words() -> None:
    for (what, why), (happened, _advice) in connection_words.SAID.items():
        told = connection_words.told(Finding("wrong", what, why, "7"))
        assert told.happened == str(happened).replace("%(detail)s", "7")
        assert told.what
