"""Addresses that strangers name: none leads into private networks, elsewhere than checked, or holds us up."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from lti_tool.errors import AddressRefused, OnboardingRefused, PlatformTrouble, PlatformUnreachable
from lti_tool.lti import access_tokens, platform_client, registration
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Platform
from tests import builders
from tests.attacks.aftermath import refused, told_plainly
from tests.builders import a_launch
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database
from xapi_store.keys import Seal

SEAL = Seal("s" * 40)
INSIDE = [
    "https://localhost/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.0.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://224.0.0.1/",
]
ODD = [
    "http://93.184.216.34/",
    "file:///etc/passwd",
    "gopher://93.184.216.34/",
    "https://a@93.184.216.34/",
    "https://",
    "//x",
]


def _configuration(client: Client, url: str, _database: Database) -> None:
    registration.configuration(client, url)


def _token(client: Client, url: str, database: Database) -> None:
    with database.session() as session, session.begin():
        session.execute(update(Platform).values(token_endpoint=url))
        platform = session.query(Platform).one()
    access_tokens.token(database, client, SEAL, platform=platform, scopes=["x"], at=datetime.now(UTC))


CALLS: dict[str, Callable[[Client, str, Database], None]] = {"openid-configuration": _configuration, "token": _token}


@pytest.mark.parametrize("url", [*INSIDE, *ODD])
def test_private_and_odd_addresses_are_not_called(url: str) -> None:
    with pytest.raises((AddressRefused, PlatformUnreachable)):
        Client().get(url)


@pytest.mark.parametrize("call", CALLS)
def test_no_endpoint_leads_into_a_private_network(
    call: str, tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    for url in (f"{platform.address}/x", "https://2130706433/", "https://[::ffff:7f00:1]/", "https://169.254.169.254/"):
        with pytest.raises((AddressRefused, OnboardingRefused)):
            CALLS[call](Client(), url, database)
    assert platform.heard == []


def test_no_key_set_is_fetched_from_a_private_network(
    platform: SigningPlatform, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    builders.a_platform(database, platform)
    browser = builders.a_tool(database, allow_private=False).test_client()
    answer = a_launch(browser, platform).send()
    refused(answer, "keys_unreachable", database)
    told_plainly(answer, "keys_unreachable", caplog.text, platform.address)
    assert platform.heard == []


@pytest.mark.parametrize("call", CALLS)
def test_no_redirect_is_followed(call: str, tool: Flask, platform: SigningPlatform, database: Database) -> None:
    platform.instead["/from"] = (302, f"{platform.address}/to".encode())
    with pytest.raises((PlatformTrouble, OnboardingRefused)):
        CALLS[call](Client(allow_private=True), f"{platform.address}/from", database)
    assert [each.path for each in platform.heard] == ["/from"]


def test_a_key_set_elsewhere_is_not_followed(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/jwks"] = (302, f"{platform.address}/to".encode())
    refused(a_launch(browser, platform).send(), "keys_unreachable", database)
    assert platform.asked("/to") == []


@pytest.mark.parametrize("answers", [["93.184.216.34", "127.0.0.1"], ["2606:2800:220:1::1", "::1"], ["10.0.0.1"]])
def test_a_name_of_which_one_address_is_private_is_not_called(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in answers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: found)
    with pytest.raises(AddressRefused):
        Client().get("https://rebound.example/jwks")


def test_a_name_that_leads_elsewhere_when_asked_again_is_asked_once(
    platform: SigningPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking, asked = socket.getaddrinfo, []

    def rebinding(host: str, *more: Any, **named: Any) -> Any:
        asked.append(host)
        first = asked.count("rebound.example") == 1
        return asking("127.0.0.1" if host == "rebound.example" and first else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    port = platform.address.rsplit(":", 1)[1]
    assert Client(allow_private=True).get(f"http://rebound.example:{port}/jwks").status == 200
    assert asked.count("rebound.example") == 1
    assert platform.heard[0].headers["Host"] == f"rebound.example:{port}"


@contextmanager
def _dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """A server that begins an answer and then sends one more drop now and then, for ever."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listening.accept()
        with line:
            line.recv(4096)
            try:
                line.sendall(head)
                while True:
                    line.sendall(drop)
                    time.sleep(0.05)
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/jwks"
    thread.join(5)
    listening.close()
    assert not thread.is_alive(), "the connection was not ended"


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        (b"HTTP/1.1 200 OK\r\n", b"X: a\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    ],
    ids=["in a header", "header by header", "in the body", "in chunks"],
)
def test_an_answer_that_drips_is_ended(head: bytes, drop: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform_client, "SECONDS", 0.4)
    with _dripping(head, drop) as url:
        began = time.monotonic()
        with pytest.raises(PlatformUnreachable):
            Client(allow_private=True).get(url)
        assert time.monotonic() - began < 3


def test_an_answer_without_end_is_cut_off(platform: SigningPlatform) -> None:
    platform.instead["/jwks"] = (200, b"[" + b"1," * 200_000 + b"1]")
    with pytest.raises(PlatformUnreachable, match="too large"):
        Client(allow_private=True).get(f"{platform.address}/jwks")


@pytest.mark.parametrize(
    "body",
    [b"[" * 100_000, gzip.compress(b"[" + b" " * 50_000_000), b'{"keys":' + b"9" * 5_000 + b"}", b"\xff\xfe", b""],
    ids=["deeply nested", "packed", "a number without end", "no text", "nothing"],
)
def test_a_key_set_that_cannot_be_read_is_refused(
    body: bytes, browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/jwks"] = (200, body)
    refused(a_launch(browser, platform).send(), "keys_unreachable", database)


@pytest.mark.parametrize(
    "given", [b'{"access_token":"a\\r\\nX: y"}', b'{"access_token":"\\u00e9"}', b'{"access_token":""}', b"[]"]
)
def test_an_access_token_that_is_none_is_not_used(
    given: bytes, tool: Flask, platform: SigningPlatform, database: Database
) -> None:
    platform.instead["/token"] = (200, given)
    with pytest.raises(PlatformUnreachable):
        CALLS["token"](Client(allow_private=True), f"{platform.address}/token", database)


def test_a_flood_of_unknown_keys_leads_to_one_call_a_minute(
    browser: FlaskClient, platform: SigningPlatform, database: Database
) -> None:
    for number in range(8):
        under_way = a_launch(browser, platform)
        refused(under_way.send(platform.sign(under_way.claims, kid=f"guess-{number}")), "unknown_key", database)
    assert len(platform.asked("/jwks")) == 1
