"""The client to other record stores: where it goes, and what it does not put up with."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.xapi_store.foreign import MoodyDoor, answers, nowhere, served_at
from xapi_store.other_stores import foreign_lrs, public_addresses
from xapi_store.other_stores.foreign_lrs import Answer, AnswerTooLarge, Client, Endpoint, Unreachable, check
from xapi_store.other_stores.public_addresses import AddressRefused


@contextmanager
def a_bad_server(said: bytes) -> Iterator[Endpoint]:
    """It says that to the first who comes, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(said)

        answering = threading.Thread(target=answer, daemon=True)
        answering.start()
        yield Endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}/xapi", "key", "secret")
        answering.join(5)


@pytest.mark.parametrize(
    "typed", ["https://x.example/xapi", "https://x.example/xapi/", " https://x.example/xapi/statements/ "]
)
def test_an_endpoint_is_understood_however_it_was_typed(typed: str) -> None:
    assert Endpoint(typed, "key", "secret").statements == "https://x.example/xapi/statements"


@pytest.mark.parametrize(
    "url",
    [
        "http://x.example/xapi",
        "ftp://x.example/xapi",
        "https:///xapi",
        "https://user:password@x.example/xapi",
        "https://x.example:99999/xapi",
        "https://x.example/xapi?a=b",
        "x.example/xapi",
        "",
    ],
)
def test_an_endpoint_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check(Endpoint(url, "key", "secret"))


def test_a_key_with_a_colon_and_an_unknown_version_are_refused() -> None:
    good = Endpoint("https://x.example/xapi", "key", "secret")
    for bad in (replace(good, key="a:b"), replace(good, version="3.0.0")):
        with pytest.raises(AddressRefused):
            check(bad)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[fd00::1]"]
)
def test_private_hosts_are_not_called(host: str) -> None:
    with pytest.raises(AddressRefused, match="private network"):
        public_addresses.resolve(f"https://{host}/xapi")
    with Client(Endpoint(f"https://{host}/xapi", "key", "secret")) as client, pytest.raises(AddressRefused):
        client.greet()


def test_what_is_sent_carries_key_and_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    seen: list[str] = []

    def app(environ, start_response):  # type: ignore[no-untyped-def]  # WSGI
        seen.append(f"{environ['HTTP_AUTHORIZATION']} {environ['HTTP_X_EXPERIENCE_API_VERSION']}")
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    with served_at(app) as there:
        endpoint = replace(there, key="Schlüssel", version="2.0.0")
        with Client(endpoint, allow_private=True) as client:
            assert client.greet().accepted
    assert seen == ["Basic U2NobMO8c3NlbDpzZWNyZXQ= 2.0.0"]


def test_a_redirect_is_not_followed_but_told() -> None:
    door = MoodyDoor(nowhere, [answers(302, b"", ("Location", "https://elsewhere.example/"))])
    with served_at(door) as there, Client(there, allow_private=True) as client:
        answer = client.send(b"[]")
    assert (answer.status, answer.accepted, len(door.asked)) == (302, False, 1)
    assert "https://elsewhere.example/" in answer.reason


def test_the_next_page_is_asked_for_at_the_same_host_only() -> None:
    door = MoodyDoor(nowhere, [answers(200)] * 3)
    with served_at(door) as there, Client(there, allow_private=True) as client:
        client.follow("/data/statements?page=2")
        client.follow("https://127.0.0.1/data/statements?page=3")
        for elsewhere in ("https://elsewhere.example/statements?page=2", "//elsewhere.example/", "ftp://[::1]/"):
            with pytest.raises(AddressRefused):
                client.follow(elsewhere)
    assert [each.query for each in door.asked] == ["page=2", "page=3"]


def test_an_answer_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_lrs, "LARGEST_ANSWER", 100_000)
    with (
        served_at(MoodyDoor(nowhere, [answers(200, b"x" * 200_000)])) as there,
        Client(there, allow_private=True) as client,
        pytest.raises(AnswerTooLarge),
    ):
        client.greet()


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"this is not HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nno chunk",
    ],
    ids=["nothing", "no HTTP", "cut short", "bad chunk"],
)
def test_an_answer_that_is_none_counts_as_unreachable(said: bytes) -> None:
    with (
        a_bad_server(said) as there,
        Client(there, allow_private=True) as client,
        pytest.raises(Unreachable),
    ):
        client.greet()


def test_nobody_at_home_counts_as_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    for host in (f"127.0.0.1:{port}", "no-such-host.invalid"):
        with (
            Client(Endpoint(f"http://{host}/xapi", "key", "secret"), allow_private=True) as client,
            pytest.raises(Unreachable),
        ):
            client.greet()


def test_the_reason_is_the_other_sides_own_words_in_short() -> None:
    def reason(body: bytes) -> str:
        return Answer(400, {}, body).reason

    assert reason(b'{"error": "verb is\\n missing"}') == "verb is missing"
    assert reason(b'{"message": "no"}') == "no"
    assert reason(b"plain \0 words") == "plain words"
    assert reason(b"\xff" * 1000) == "�" * 300


def test_the_time_to_wait_is_read_as_seconds_or_as_a_date() -> None:
    now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def wait(asked: str) -> timedelta | None:
        return Answer(429, {"Retry-After": asked}, b"").wait(now)

    assert wait("120") == timedelta(minutes=2)
    assert wait("Sun, 01 Mar 2026 12:05:00 GMT") == timedelta(minutes=5)
    assert wait("Sun, 01 Mar 2026 11:05:00 GMT") == timedelta(0)
    assert [wait(each) for each in ("", "soon", "9" * 30)] == [None, None, None]
