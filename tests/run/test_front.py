"""The server's entry over real sockets: statements by the short path, everything else by the long one."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, text

from lti_tool.run.postgres import EmbeddedPostgres
from tests import waiting
from tests.bench.floor import plain
from tests.bench.served import ROOT
from tests.builders import a_statement
from tests.run.asking import JSON, LONG_WAY, MIB, STATEMENTS, Seen, Served, a_body, chunk, read, server

STATE = (
    "/xapi/activities/state?activityId=http%3A%2F%2Fexample.org%2Fa"
    "&agent=%7B%22mbox%22%3A%22mailto%3Aa%40example.org%22%7D&stateId="
)


NAME = "test_front"


@pytest.fixture(scope="module")
def front(
    postgres: EmbeddedPostgres, template: str, admin: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One server for all of these tests."""
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{NAME}" TEMPLATE "{template}"'))
        try:
            with server(postgres.url(NAME), tmp_path_factory.mktemp("front")) as served:
                yield served
        finally:
            connection.execute(text(f'DROP DATABASE "{NAME}" WITH (FORCE)'))


def test_both_paths_answer_a_post_alike(front: Served) -> None:
    short, long = (front.ask("POST", path, a_body()) for path in (STATEMENTS, LONG_WAY))
    assert (short.long, long.long) == (False, True)
    assert short.status == long.status == 200
    assert short.steady == long.steady
    assert {"cache-control": "no-store", "x-experience-api-version": "1.0.3"}.items() <= dict(short.headers).items()
    assert short.get("x-experience-api-consistent-through")
    (first,), (second,) = json.loads(short.body), json.loads(long.body)
    assert front.stored()[first] == front.stored()[second] == 1


def test_both_paths_answer_a_put_alike_without_body_or_length(front: Served) -> None:
    ids = [str(uuid4()), str(uuid4())]
    short, long = (
        front.ask("PUT", f"{path}?statementId={each}", a_body())
        for path, each in zip((STATEMENTS, LONG_WAY), ids, strict=True)
    )
    assert (short.long, long.long) == (False, True)
    assert (short.status, short.body, short.get("content-length")) == (204, b"", None)
    assert (long.status, long.body, long.steady) == (204, b"", short.steady)
    assert set(ids) <= set(front.stored())


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, a_body(verb={"id": "no IRI"}), {}),
        (400, b'{"actor":', {}),
        (400, a_body(), {"X_Experience_API_Version": "3.0"}),
        (400, a_body(), {"Content_Type": ""}),
        (401, a_body(), {"Authorization": "Basic bm86Ym9keQ=="}),
        (413, b" " * (32 * MIB + 1), {}),
    ],
)
def test_both_paths_refuse_alike(front: Served, status: int, body: bytes, headers: dict[str, str]) -> None:
    short, long = (front.ask("POST", path, body, **headers) for path in (STATEMENTS, LONG_WAY))
    assert (short.status, short.body) == (long.status, long.body)
    assert short.steady == long.steady
    assert short.status == status
    assert short.long == (status in (401, 413))


def test_what_is_wrong_has_a_place(front: Served) -> None:
    assert b"verb" in front.ask("POST", STATEMENTS, a_body(verb={"id": "no IRI"})).body


def test_another_statement_under_the_same_id_is_a_conflict_on_both_paths(front: Served) -> None:
    taken = str(uuid4())
    front.ask("POST", STATEMENTS, a_body(id=taken))
    other = a_body(id=taken, verb={"id": "http://example.org/other"})
    short, long = (front.ask("POST", path, other) for path in (STATEMENTS, LONG_WAY))
    assert (short.status, short.body, short.steady) == (409, long.body, long.steady)
    assert (short.long, long.long) == (False, True)


def test_a_body_beyond_measure_is_not_kept(front: Served) -> None:
    peaks = []
    for _ in range(2):
        answer = front.ask("POST", STATEMENTS, b" " * (33 * MIB))
        assert answer.status == 413
        peaks.append(_memory(front, "VmHWM"))
    assert peaks[1] - peaks[0] < 8 * MIB


def _memory(front: Served, kind: str) -> int:
    children = Path(f"/proc/{front.process.pid}/task/{front.process.pid}/children").read_text().split()
    lines = [line for pid in children for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return max(int(line.split()[1]) * 1024 for line in lines if line.startswith(kind))


def test_a_body_is_forgotten_once_it_is_answered(front: Served) -> None:
    sizes = []
    for _ in range(2):
        answers = [front.ask("POST", "/nothing", b" " * (4 * MIB)).status for _ in range(8)]
        assert answers == [404] * 8
        sizes.append(_memory(front, "VmRSS"))
    assert sizes[1] - sizes[0] < 16 * MIB


def test_a_body_beyond_measure_in_pieces_is_refused(front: Served) -> None:
    head = front.head("POST", "/echo", {"Transfer-Encoding": "chunked"})
    answer = read(front.raw(head, *[chunk(b" " * MIB)] * 32, chunk(b" "), chunk(b"")))
    assert json.loads(answer.body)["CONTENT_LENGTH"] == str(32 * MIB + 1)
    assert json.loads(answer.body)["body"] == 0


@pytest.mark.parametrize("path", ["/xapi/about", STATEMENTS + "?limit=1", "/verify"])
def test_head_has_the_headers_of_get(front: Served, path: str) -> None:
    got, head = front.ask("GET", path), front.ask("HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert head.steady == got.steady
    assert int(got.get("content-length") or 0) == len(got.body) > 0


@pytest.mark.parametrize(("path", "long"), [(STATEMENTS, False), (LONG_WAY, True)])
def test_a_body_without_a_length_is_whole(front: Served, path: str, long: bool) -> None:
    answer = front.chunked("POST", path, a_body())
    assert (answer.status, answer.long) == (200, long)
    assert front.stored()[json.loads(answer.body)[0]] == 1


def test_a_form_without_a_length_is_read(front: Served) -> None:
    form = "application/x-www-form-urlencoded"
    sizes = {b"text=": 422, b"text=nonsense": 200, b"text=" + b"x" * (9 * MIB): 413}
    answers = [front.chunked("POST", "/verify", body, key=False, kind=form) for body in sizes]
    assert [each.status for each in answers] == list(sizes.values())


def test_a_long_body_takes_the_long_path_and_is_whole(front: Served) -> None:
    statement = a_body(result={"response": "x" * 200_000})
    for answer in (front.ask("POST", STATEMENTS, statement), front.chunked("POST", STATEMENTS, statement)):
        assert (answer.status, answer.long) == (200, True)


def test_who_expects_to_be_asked_for_the_body_is_asked(front: Served) -> None:
    body = a_body()
    head = front.head("POST", STATEMENTS, {"Content-Length": str(len(body)), "Expect": "100-continue", **JSON})
    with socket.create_connection(("127.0.0.1", front.port), timeout=5) as connection:
        connection.sendall(head)
        assert connection.recv(MIB).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        assert connection.recv(MIB).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("/echo%2Fa", "/echo/a"),
        ("/echo/%2561", "/echo/%61"),
        ("/echo/%C3%A9", "/echo/Ã©"),
        ("/echo//a/", "/echo//a/"),
        ("/echo/%", "/echo/%"),
    ],
)
def test_a_path_is_decoded_once(front: Served, sent: str, seen: str) -> None:
    assert front.echo(sent)["PATH_INFO"] == seen


def test_odd_ways_of_writing_a_path_lead_somewhere_sensible(front: Served) -> None:
    assert front.ask("POST", "/xapi%2Fstatements", a_body()).status == 200
    assert front.ask("POST", "/xapi%252Fstatements", a_body()).status == 404
    assert front.ask("GET", "/%ff").status == 404
    assert front.ask("GET", "/verify?q=%C3%A9&r=%ff").status == 200
    assert front.echo("/echo?q=%C3%A9")["QUERY_STRING"] == "q=%C3%A9"


def test_a_header_with_an_underscore_does_not_pass_for_another(front: Served) -> None:
    seen = front.echo("/echo", {"X_Forwarded_For": "1.2.3.4"})
    assert "HTTP_X_FORWARDED_FOR" not in seen
    for path in (STATEMENTS, LONG_WAY):
        answer = front.ask("POST", path, a_body(), X_Experience_API_Version="")
        head = front.head("POST", path, {**JSON, "X-Experience-API-Version": "", "X_Experience_API_Version": "1.0.3"})
        assert answer.status == read(front.raw(head)).status == 400


def test_headers_sent_twice_are_joined(front: Served) -> None:
    seen = front.echo("/echo", {}, b"Cookie: a=1", b"Cookie: b=2", b"X-Some: 1", b"X-Some: 2")
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_X_SOME"] == "1,2"


def test_a_header_sent_twice_counts_alike_on_both_paths(front: Served) -> None:
    body = a_body()
    for name, twice in (("X-Experience-API-Version", b"1.0.3"), ("Authorization", front.store.authorization.encode())):
        heads = [
            front.head("POST", path, {**JSON, "Content-Length": str(len(body))}, name.encode() + b": " + twice)
            for path in (STATEMENTS, LONG_WAY)
        ]
        short, long = (read(front.raw(head, body)) for head in heads)
        assert (short.status, short.body) == (long.status, long.body)
        assert short.status in (400, 401)


def test_a_header_that_is_not_ascii_is_empty_and_does_no_harm(front: Served) -> None:
    seen = front.echo("/echo", {}, "Cookie: a=é".encode(), b"Accept: */*")  # granian does not hand it on
    assert (seen["HTTP_COOKIE"], seen["HTTP_ACCEPT"]) == ("", "*/*")
    head = front.head(
        "PUT", STATE + "matched", {"Content-Type": "text/plain"}, b'If-Match: "\xe9"', b"Content-Length: 1"
    )
    assert read(front.raw(head, b"x")).status == 400


def test_several_cookies_arrive_as_several(front: Served) -> None:
    answer = front.ask("GET", "/echo")
    assert [value for name, value in answer.headers if name == "set-cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_has_no_length(front: Served, status: int) -> None:
    answer = front.ask("GET", f"/bare/{status}")
    assert (answer.status, answer.body, answer.get("content-length")) == (status, b"", None)
    assert answer.get("transfer-encoding") is None


@pytest.mark.parametrize(("kind", "suffix"), [("text/css", ".css"), ("font/woff2", ".woff2")])
def test_static_files_arrive_whole_and_once(front: Served, kind: str, suffix: str) -> None:
    static = ROOT / "lti_tool" / "static"
    file = next(each for each in sorted(static.rglob(f"*{suffix}")))
    path = f"/static/{file.relative_to(static)}"
    answer = front.ask("GET", path)
    assert (answer.status, answer.body) == (200, file.read_bytes())
    assert (answer.get("content-type") or "").startswith(kind)
    again = front.ask("GET", path, If_None_Match=answer.get("etag") or "")
    assert (again.status, again.body, again.get("content-length")) == (304, b"", None)


def test_a_document_of_any_bytes_arrives_whole_with_its_type(front: Served) -> None:
    document = bytes(range(256)) * 2000
    put = front.ask("PUT", STATE + "whole", document, Content_Type="application/pdf")
    got = front.ask("GET", STATE + "whole")
    assert (put.status, got.status, got.get("content-type")) == (204, 200, "application/pdf")
    assert got.body == document


def test_browsers_of_other_sites_are_told_what_they_may_only_where_they_ask(front: Served) -> None:
    for path in (STATEMENTS, LONG_WAY):
        assert front.ask("POST", path, a_body(), Origin="https://a.org").get("access-control-allow-origin") == "*"
        assert front.ask("POST", path, a_body()).get("access-control-allow-origin") is None


def test_a_web_socket_is_refused_and_the_server_lives_on(front: Served) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    head = front.head("GET", "/", upgrade | {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="})
    with socket.create_connection(("127.0.0.1", front.port), timeout=5) as connection:
        connection.sendall(head)
        assert connection.recv(MIB).startswith(b"HTTP/1.1 403 ")
    assert front.ask("POST", STATEMENTS, a_body()).status == 200


def test_many_at_once_are_all_stored_under_ids_of_their_own(front: Served) -> None:
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda _: front.ask("POST", STATEMENTS, a_body()), range(32)))
    assert not any(each.long for each in answers)
    ids = {json.loads(each.body)[0] for each in answers}
    assert len(ids) == 32
    assert ids <= set(front.stored())


def test_a_database_that_is_away_is_said_to_be_and_later_all_works_again(front: Served, admin: Engine) -> None:
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{NAME}" ALLOW_CONNECTIONS false'))
        try:
            cut = text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(cut, {"name": NAME})
            assert [front.ask("POST", STATEMENTS, a_body()).status for _ in range(2)] == [503, 503]
        finally:
            connection.execute(text(f'ALTER DATABASE "{NAME}" ALLOW_CONNECTIONS true'))
    assert front.ask("POST", STATEMENTS, a_body()).status == 200


@pytest.mark.parametrize("size", [3000, 300_000])
def test_half_a_body_is_never_taken_for_a_whole_one(front: Served, size: int) -> None:
    name, kind = f"half-{size}", {"Content-Type": "text/plain"}
    told = front.head("PUT", STATE + name, kind | {"Content-Length": str(size)})
    in_pieces = front.head("PUT", STATE + name, kind | {"Transfer-Encoding": "chunked"})
    for sent in (told + b"x" * (size // 2), in_pieces + chunk(b"x" * (size // 2))):
        assert read(front.raw(sent, hang_up=True)).status == 400
        with socket.create_connection(("127.0.0.1", front.port)) as connection:
            connection.sendall(sent)
    assert front.ask("GET", STATE + name).status == 404


def test_who_hangs_up_before_the_answer_leaves_the_server_well(front: Served) -> None:
    ids, body = [str(uuid4()) for _ in range(20)], a_body()
    for each in ids:
        head = front.head("PUT", f"{STATEMENTS}?statementId={each}", {**JSON, "Content-Length": str(len(body))})
        with socket.create_connection(("127.0.0.1", front.port)) as connection:
            connection.sendall(head + body)
    answer = front.ask("POST", STATEMENTS, json.dumps([a_statement(id=each) for each in ids]).encode())
    assert answer.status == 200  # whether they were stored is open; now they are, and once
    assert all(front.stored()[each] == 1 for each in ids)


def test_who_is_told_to_stop_stores_what_it_took_and_then_stops(front: Served, tmp_path: Path) -> None:
    answers: list[Seen] = []
    with server(front.url, tmp_path) as other, psycopg.connect(plain(front.url)) as holder:
        holder.execute("SELECT FROM store WHERE id = %s FOR UPDATE", (other.store.id,))
        asking = threading.Thread(target=lambda: answers.append(other.ask("POST", STATEMENTS, a_body())))
        asking.start()
        waiting.until(lambda: _blocked(front.url) == 1, seconds=5, what="a commit that waits")
        idle = socket.create_connection(("127.0.0.1", other.port))
        idle.sendall(other.head("GET", "/xapi/about", {"Connection": "keep-alive"}))
        assert idle.recv(MIB).startswith(b"HTTP/1.1 200 ")
        os.kill(other.process.pid, signal.SIGTERM)
        time.sleep(0.2)
        holder.rollback()
        asking.join(timeout=5)
        assert other.process.wait(timeout=5) == 0
        idle.close()
        (answer,) = answers
        assert answer.status == 200
        assert other.stored()[json.loads(answer.body)[0]] == 1


def _blocked(url: str) -> int:
    with psycopg.connect(plain(url)) as connection:
        question = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        row = connection.execute(question, (NAME,)).fetchone()
        return int(row[0]) if row else 0


def test_raw_bytes_in_an_address_are_no_fault_of_ours(front: Served) -> None:
    with socket.create_connection(("127.0.0.1", front.port), timeout=5) as connection:
        connection.sendall(b"GET /nothing?\xe2\x80\xae HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(MIB).startswith(b"HTTP/1.1 404 ")


def test_an_empty_header_is_one_that_was_not_sent_in_a_form_too(front: Served) -> None:
    kind = "application/x-www-form-urlencoded"
    form = b"statementId=6a9d0c4e-0d0b-4a53-8e6e-0b1f0a4f7a11&X-Experience-API-Version=1.0.3"
    answer = front.ask("POST", f"{STATEMENTS}?method=GET", form, Content_Type=kind, If_Match="", Accept_Language="")
    assert answer.status == 404, answer.body
