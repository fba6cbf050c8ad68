"""Launches: login plus launch on one core beside a bare Flask app that keeps the same rows, and a class all at once."""

import asyncio
import re
import secrets
import statistics
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from flask import Flask, Response, request
from psycopg import Connection
from psycopg_pool import ConnectionPool

from lti_tool.lti.id_token import LTI
from lti_tool.run.postgres import EmbeddedPostgres
from tests import builders, schema, walking
from tests.bench.floor import plain
from tests.bench.served import Size, must_be_durable, serving
from tests.bench.timing import Measured, repeated, table
from tests.signing_platform import SigningPlatform, key_named
from xapi_store.database import Database

LEARNERS, WITHIN = 500, 10.0
# The same rows with the same keys: what refers to what is checked here too, and what is cleared by its date is indexed.
_TABLES = """
CREATE TABLE bare_platform (id bigint PRIMARY KEY, issuer text);
INSERT INTO bare_platform VALUES (1, 'https://bare.example');
CREATE TABLE bare_login (state text PRIMARY KEY, browser text, nonce text, target text, expires_at timestamptz,
  platform bigint DEFAULT 1 REFERENCES bare_platform);
CREATE INDEX ON bare_login (expires_at);
CREATE TABLE bare_person (sub text PRIMARY KEY, id uuid UNIQUE DEFAULT gen_random_uuid(), name text);
CREATE TABLE bare_cohort (context text PRIMARY KEY, id bigint UNIQUE GENERATED ALWAYS AS IDENTITY, title text);
CREATE TABLE bare_link (cohort bigint REFERENCES bare_cohort (id), link text, target text, PRIMARY KEY (cohort, link));
CREATE TABLE bare_member (cohort bigint REFERENCES bare_cohort (id), person uuid REFERENCES bare_person (id), role text,
  PRIMARY KEY (cohort, person));
CREATE INDEX ON bare_member (person);
CREATE TABLE bare_enrolment (person uuid REFERENCES bare_person (id), course text, started_at timestamptz,
  PRIMARY KEY (person, course));
CREATE TABLE bare_launched (id uuid PRIMARY KEY, platform bigint DEFAULT 1, person uuid, link text, at timestamptz);
CREATE INDEX ON bare_launched (platform, id);
CREATE TABLE bare_visit (token text PRIMARY KEY, person uuid REFERENCES bare_person (id),
  cohort bigint REFERENCES bare_cohort (id), link text, started_at timestamptz,
  platform bigint DEFAULT 1 REFERENCES bare_platform);
CREATE INDEX ON bare_visit (started_at);
CREATE INDEX ON bare_visit (person);
"""
# What the house has after a launch, too; whoever is known already changes nothing but the name.
_LOGIN = """INSERT INTO bare_login (state, browser, nonce, target, expires_at)
VALUES (%s, %s, %s, %s, now() + interval '10 minutes')"""
_PERSON = """INSERT INTO bare_person (sub, name) VALUES (%s, %s)
ON CONFLICT (sub) DO UPDATE SET name = EXCLUDED.name RETURNING id"""
_COHORT = """INSERT INTO bare_cohort (context, title) VALUES (%s, %s)
ON CONFLICT (context) DO UPDATE SET title = EXCLUDED.title RETURNING id"""
_LINK = "INSERT INTO bare_link VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_MEMBER = "INSERT INTO bare_member VALUES (%s, %s, 'learner') ON CONFLICT DO NOTHING"
_ENROLMENT = "INSERT INTO bare_enrolment VALUES (%s, 'oicf', now()) ON CONFLICT DO NOTHING"
_LAUNCHED = "INSERT INTO bare_launched (id, person, link, at) VALUES (gen_random_uuid(), %s, %s, now())"
_VISIT = "INSERT INTO bare_visit (token, person, cohort, link, started_at) VALUES (%s, %s, %s, %s, now())"


def report(server: EmbeddedPostgres, home: Path, size: Size) -> None:
    """Both have been measured and printed."""
    url = server.url("bench_launches")
    schema.install(url)
    must_be_durable(url)
    platform = SigningPlatform()
    try:
        one_core(url, platform)
        a_class(url, home, size, platform)
    finally:
        platform.close()


# --- One core ---


def bare(url: str, platform: SigningPlatform) -> tuple[Flask, ConnectionPool]:
    """A Flask app that does the same login and launch with the same durable rows; it checks the signature alone."""
    pool = ConnectionPool(plain(url), min_size=1, max_size=2, kwargs={"autocommit": True}, open=True)
    with pool.connection() as connection:
        connection.execute(_TABLES)
    app, public = Flask("bare"), key_named("first-key").public_key()

    def login() -> Response:
        state, browser, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        row = (_hash(state), _hash(browser), nonce, request.form["target_link_uri"])
        with pool.connection() as connection:
            connection.execute(
                _LOGIN,
                row,
            )
        question = {"state": state, "nonce": nonce, "client_id": request.form["client_id"], "response_type": "id_token"}
        answer = Response(status=302, headers={"Location": f"{platform.address}/auth?{urlencode(question)}"})
        answer.set_cookie(f"login-{_hash(state)[:12]}", browser, secure=True, httponly=True, samesite="None")
        return answer

    def launch() -> Response:
        with pool.connection() as connection:
            taken = ("DELETE FROM bare_login WHERE state = %s RETURNING target", (_hash(request.form["state"]),))
            [target] = connection.execute(*taken).fetchone() or [""]
        claims = jwt.decode(request.form["id_token"], public, algorithms=["RS256"], options={"verify_aud": False})
        token = secrets.token_urlsafe(32)
        with pool.connection() as connection, connection.transaction():
            _keep(connection, claims, token, target)
        answer = Response(status=303, headers={"Location": target})
        answer.set_cookie("visit", token, secure=True, httponly=True, samesite="None")
        return answer

    app.add_url_rule("/lti/login", "login", login, methods=["POST"])
    app.add_url_rule("/lti/launch", "launch", launch, methods=["POST"])
    return app, pool


def _keep(connection: Connection[Any], claims: dict[str, Any], token: str, target: str) -> None:
    context, link = claims[f"{LTI}context"], claims[f"{LTI}resource_link"]["id"]
    [person] = connection.execute(_PERSON, (claims["sub"], claims["name"])).fetchone() or [None]
    [cohort] = connection.execute(_COHORT, (context["id"], context["title"])).fetchone() or [None]
    connection.execute(_LINK, (cohort, link, target))
    connection.execute(_MEMBER, (cohort, person))
    connection.execute(_ENROLMENT, (person,))
    connection.execute(_LAUNCHED, (person, link))
    connection.execute(_VISIT, (_hash(token), person, cohort, link))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def one_core(url: str, platform: SigningPlatform) -> None:
    """One after the other, in this process; the bare app and the house take turns: both meet the same machine."""
    house = walking.a_house(url)
    builders.a_platform(house.extensions["database"], platform)
    floor, pool = bare(url, platform)
    bare_known, bare_new = Measured("bare Flask app, somebody known"), Measured("bare Flask app, somebody new")
    known = Measured("login and launch, somebody known", beside=bare_known)
    new = Measured("login and launch, somebody new", beside=bare_new)
    try:

        def in_turn(number: int) -> None:
            _once(floor, platform, bare_known, "known")
            _once(house, platform, known, "known")
            _once(floor, platform, bare_new, f"n-{number}")
            _once(house, platform, new, f"n-{number}")

        repeated(200, in_turn, bare_known, known, bare_new, new)
    finally:
        pool.close()
        house.extensions["database"].close()
    print("launches: one after the other on one core, durable, signing left out", flush=True)
    print(table([bare_known, known, bare_new, new]))
    for each, plainly in ((known, bare_known), (new, bare_new)):
        share, bare_rate = plainly.median / each.median, 1000 / plainly.median
        print(f"{each.name}: {1000 / each.median:.0f} a second, {share:.2f} of the bare app's {bare_rate:.0f}")
    print(flush=True)


def _once(app: Flask, platform: SigningPlatform, measured: Measured, sub: str) -> None:
    browser = app.test_client()
    with measured.once():
        under_way = builders.a_launch(browser, platform, sub=sub)
    token = platform.sign(under_way.claims)
    login = measured.seconds.pop()
    with measured.once():
        answer = under_way.send(token)
    measured.seconds[-1] += login
    if answer.status_code != 303:
        raise RuntimeError(answer.text)


# --- A class at once ---


@dataclass(frozen=True)
class Launched:
    """How one learner's launch went: seconds for login plus launch, and the status of the last answer."""

    seconds: float
    status: int


def a_class(url: str, home: Path, size: Size, platform: SigningPlatform) -> None:
    """A class of learners, none of them known before, has come within ten seconds; how long each waited is printed."""
    settings = replace(size.settings(url, home), allow_private_platforms=True)
    with serving(settings):
        asyncio.run(_learner(settings.port, settings.address, platform, "warm", 0))
        came = asyncio.run(_class(settings.port, settings.address, platform))
    database = Database(url, pool_size=1)
    with database.session() as session:
        known = (
            session.connection().exec_driver_sql("SELECT count(*) FROM lti_user WHERE sub LIKE 'class-%%'").scalar_one()
        )
    database.close()
    waited = sorted(each.seconds for each in came)
    slow = waited[int(0.99 * LEARNERS) - 1]
    lost = sum(each.status != 303 for each in came) + LEARNERS - known
    print(
        f"a class: {LEARNERS} learners within {WITHIN:.0f} s on {size.workers} processes: median "
        f"{statistics.median(waited) * 1000:.0f} ms, 99 of 100 within {slow * 1000:.0f} ms, "
        f"longest {waited[-1] * 1000:.0f} ms, lost {lost}",
        flush=True,
    )


async def _class(port: int, address: str, platform: SigningPlatform) -> list[Launched]:
    coming = (
        _learner(port, address, platform, f"class-{number}", number * WITHIN / LEARNERS) for number in range(LEARNERS)
    )
    return await asyncio.gather(*coming)


async def _learner(port: int, address: str, platform: SigningPlatform, sub: str, after: float) -> Launched:
    await asyncio.sleep(after)
    target = f"{address}/learn/oicf/m1"
    asked = {"iss": platform.address, "login_hint": sub, "target_link_uri": target, "client_id": platform.client_id}
    began = time.perf_counter()
    status, head = await _post(port, "/lti/login", asked, "")
    login = time.perf_counter() - began
    if status != 302:
        return Launched(login, status)
    location, cookie = (re.search(rf"(?im)^{name}: (.*?)\r$", head) for name in ("location", "set-cookie"))
    question = parse_qs(urlsplit(location[1] if location else "").query)
    token = platform.sign(_claims(platform, sub, target, question["nonce"][0]))
    began = time.perf_counter()
    sent = {"state": question["state"][0], "id_token": token}
    status, _ = await _post(port, "/lti/launch", sent, cookie[1].split(";")[0] if cookie else "")
    return Launched(login + time.perf_counter() - began, status)


async def _post(port: int, path: str, form: dict[str, str], cookie: str) -> tuple[int, str]:
    body = urlencode(form)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n"
    kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write((head + kind + body).encode())
        answer = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), timeout=60)).decode()
        writer.close()
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        return 0, ""
    return int(answer[9:12]), answer


def _claims(platform: SigningPlatform, sub: str, target: str, nonce: str) -> dict[str, Any]:
    now = int(time.time())
    return {
        "iss": platform.address,
        "aud": platform.client_id,
        "sub": sub,
        "iat": now,
        "exp": now + 60,
        "nonce": nonce,
        "name": f"Learner {sub}",
        f"{LTI}deployment_id": "1",
        f"{LTI}version": "1.3.0",
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}target_link_uri": target,
        f"{LTI}roles": [walking.LEARNER],
        f"{LTI}context": {"id": "class", "title": "A class"},
        f"{LTI}resource_link": {"id": "1", "title": "A link"},
    }
