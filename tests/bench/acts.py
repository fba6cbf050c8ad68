"""The acts that are measured, each through the doors of the whole house in this process, each beside a bare thing."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jwt
import orjson
import psycopg
from flask import Flask

from courses import teams
from courses.sandbox import document
from tests import builders
from tests.bench.timing import Measured, repeated
from tests.signing_platform import SigningPlatform, key_named
from xapi_store import api_keys, stores
from xapi_store.database import Database
from xapi_store.transaction import transaction

BATCH = 50
LINES = 50


def statements(house: Flask, database: Database) -> list[Measured]:
    """Statements stored by POST /xapi/statements, beside the same bytes in a table with one index, committed."""
    post = _poster(house, database)
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    bare = Measured("plain INSERT of one row, committed")
    one = Measured("one statement by POST", beside=bare)
    bare_batch = Measured(f"plain INSERT of {BATCH} rows, committed")
    batch = Measured(f"{BATCH} statements by one POST", beside=bare_batch)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE bare (id uuid PRIMARY KEY, raw bytea NOT NULL)")
        connection.commit()

        def plainly(measured: Measured, made: list[dict[str, Any]]) -> None:
            rows = [(each["id"], orjson.dumps(each)) for each in made]
            with measured.once(), connection.cursor() as cursor:
                cursor.executemany("INSERT INTO bare VALUES (%s, %s)", rows)
                connection.commit()

        def both(measured: Measured, plain: Measured, count: int) -> None:
            made = [builders.a_statement(id=str(uuid4()), actor=builders.an_agent(f"l-{n % 40}")) for n in range(count)]
            plainly(plain, made)
            body = orjson.dumps(made if count > 1 else made[0])
            with measured.once():
                post(body)

        repeated(200, lambda _: both(one, bare, 1), one, bare)
        repeated(40, lambda _: both(batch, bare_batch, BATCH), batch, bare_batch)
    return [bare, one, bare_batch, batch]


def _poster(house: Flask, database: Database) -> Callable[[bytes], None]:
    """Sends a body to the store with a key that may write."""
    with transaction(database) as session:
        store = stores.only(session, "north")
        key, secret = api_keys.create(session, store_id=store.id, label="b", scopes=["all"], at=datetime.now(UTC))
    credentials = base64.b64encode(f"{key.key}:{secret}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "X-Experience-API-Version": "1.0.3"}
    browser = house.test_client()

    def post(body: bytes) -> None:
        answer = browser.post("/xapi/statements", data=body, headers=headers, content_type="application/json")
        if answer.status_code != 200:
            raise RuntimeError(answer.text)

    return post


def launches(house: Flask, platform: SigningPlatform) -> list[Measured]:
    """Login and launch, signing left out, beside the bare check of the same token's signature and claims."""
    bare = Measured("bare RS256 verification (PyJWT)")
    known = Measured("login and launch, somebody known", beside=bare)
    new = Measured("login and launch, somebody new", beside=bare)
    public = key_named("first-key").public_key()

    def launch(measured: Measured, sub: str) -> None:
        browser = house.test_client()
        with measured.once():
            under_way = builders.a_launch(browser, platform, sub=sub)
        token = platform.sign(under_way.claims)
        with bare.once():
            jwt.decode(token, public, algorithms=["RS256"], audience=platform.client_id, issuer=platform.address)
        login = measured.seconds.pop()
        with measured.once():
            answer = under_way.send(token)
        measured.seconds[-1] += login
        if answer.status_code != 303:
            raise RuntimeError(answer.text)

    repeated(100, lambda _: launch(known, "known"), known, bare)
    repeated(100, lambda _: launch(new, str(uuid4())), new)
    return [bare, known, new]


def documents(house: Flask, database: Database) -> list[Measured]:
    """A member's save on top of what stands, and one of an older state that has to be merged with it."""
    alone = Measured(f"saving {LINES} lines that nobody else changed")
    merged = Measured(f"saving {LINES} lines with a merge", beside=alone)
    catalogue = house.extensions["catalogue"]
    course, exercise = catalogue.course("oicf"), catalogue.exercise("oicf/m1/5")
    with transaction(database) as session:
        ana, ben = builders.a_team(session, course, exercise, at=datetime.now(UTC))
    standing, lines = _saved(database, ana, 0, [f"Line {number} of the charter." for number in range(LINES)])

    def save(number: int) -> None:
        nonlocal standing, lines
        seen, texts = standing, list(lines)
        with alone.once():
            _saved(database, ana, seen, [*texts[:4], f"Ana's line, version {number}", *texts[5:]])
        with merged.once():
            standing, lines = _saved(database, ben, seen, [*texts[:-5], f"Ben's line, version {number}", *texts[-4:]])

    repeated(100, save, alone, merged)
    return [alone, merged]


def _saved(database: Database, seat: teams.Seat, based_on: int, texts: list[str]) -> tuple[int, list[str]]:
    """The text is saved and committed; the number of the state that now stands, and its lines."""
    with transaction(database) as session:
        team = session.get_one(teams.Team, seat.team.id)
        here = teams.seat(session, team=team, enrolment_id=seat.member.enrolment_id, exercise=seat.exercise)
        saved = document.save(session, seat=here, based_on=based_on, body="\n".join(texts), at=datetime.now(UTC))
        if saved.conflicts or not saved.changed:
            raise RuntimeError("not what was to be measured")
        return saved.number, document.numbered(session, team=team, number=saved.number).body.split("\n")
