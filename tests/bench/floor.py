"""The naive floor: a Flask view that parses and inserts into one table with five indexes, and checks nothing."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import orjson
import psycopg
from flask import Flask, Response, request
from psycopg_pool import ConnectionPool

from lti_tool.run.settings import Settings

KEY = "floor"
PATH = "/statements"
_TABLE = """
DROP TABLE IF EXISTS st;
CREATE TABLE st (
    id uuid PRIMARY KEY, seq bigint GENERATED ALWAYS AS IDENTITY, agent text, verb text, activity text,
    registration uuid, stored timestamptz DEFAULT clock_timestamp(), ts timestamptz, doc jsonb
);
CREATE INDEX ON st (agent, verb, seq);
CREATE INDEX ON st (activity, seq);
CREATE INDEX ON st (registration, seq);
CREATE INDEX ON st (seq);
"""
_ONE = """
INSERT INTO st (id, agent, verb, activity, registration, ts, doc)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb) ON CONFLICT DO NOTHING
"""
_MANY = """
INSERT INTO st (id, agent, verb, activity, registration, ts, doc)
SELECT (each ->> 'id')::uuid, each #>> '{actor,account,name}', each #>> '{verb,id}', each #>> '{object,id}',
       (each #>> '{context,registration}')::uuid, (each ->> 'timestamp')::timestamptz, each
FROM jsonb_array_elements(%s::jsonb) AS each ON CONFLICT DO NOTHING
"""


def create_table(url: str) -> None:
    """The table and its five indexes exist, and are empty."""
    with psycopg.connect(plain(url)) as connection:
        connection.execute(_TABLE)


def plain(url: str) -> str:
    """The address as psycopg itself reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def application() -> Flask:
    """The floor as a web process serves it, set up from the same settings as the product."""
    settings = Settings.from_environment()
    pool = ConnectionPool(
        plain(settings.database_url), min_size=1, max_size=settings.web_threads, kwargs={"autocommit": True}, open=True
    )
    app = Flask("floor")
    app.add_url_rule(PATH, "post", _post(pool, _guard(settings.secret_key)), methods=["POST"])
    app.add_url_rule("/readyz", "ready", lambda: "ready")
    return app


def _guard(secret: str) -> Callable[[], bool]:
    """Basic authentication whose outcome is kept for each header that was right once."""
    right: set[str] = set()
    expected = hashlib.sha256(base64.b64encode(f"{KEY}:{secret}".encode())).digest()

    def let_in() -> bool:
        given = request.headers.get("Authorization", "")
        if given not in right and hmac.compare_digest(hashlib.sha256(given[6:].encode()).digest(), expected):
            right.add(given)
        return given in right

    return let_in


def _post(pool: ConnectionPool, let_in: Callable[[], bool]) -> Callable[[], Response]:
    def post() -> Response:
        if not let_in():
            return Response(status=401)
        body = request.get_data()
        given = orjson.loads(body)
        with pool.connection() as connection:
            if isinstance(given, list):
                connection.execute(_MANY, (body.decode(),))
            else:
                connection.execute(_ONE, (*_columns(given), body.decode()))
        ids = [each["id"] for each in (given if isinstance(given, list) else [given])]
        return Response(orjson.dumps(ids), content_type="application/json")

    return post


def _columns(statement: dict[str, Any]) -> tuple[str, ...]:
    return (
        statement["id"],
        statement["actor"]["account"]["name"],
        statement["verb"]["id"],
        statement["object"]["id"],
        statement["context"]["registration"],
        statement["timestamp"],
    )
