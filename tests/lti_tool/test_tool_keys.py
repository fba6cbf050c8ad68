"""Our own keys: each signs for a week, is known before it signs and after it did, and is then destroyed."""

import threading
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from procrastinate.testing import InMemoryConnector
from sqlalchemy.orm import Session

from lti_tool.lti import tool_keys
from xapi_store import keys, queue, signatures
from xapi_store.database import Database
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

SEAL = Seal("s" * 40)
DAY = timedelta(days=1)


def state(session: Session, at: datetime) -> tuple[str, list[str]]:
    """The key that signs, and the keys that are published."""
    signs = tool_keys.signing_key(session, seal=SEAL, at=at).kid
    return signs, [key.kid for key in tool_keys.shown(session, at=at)]


def test_a_key_is_published_before_it_signs_and_after(session: Session, now: datetime) -> None:
    first = tool_keys.signing_key(session, seal=SEAL, at=now).kid
    assert tool_keys.tend(session, seal=SEAL, at=now + 6.9 * DAY) is None
    made = tool_keys.tend(session, seal=SEAL, at=now + 7 * DAY)
    assert made is not None
    second = made.kid
    assert state(session, now + 7 * DAY) == (first, [first, second])
    assert state(session, now + 7.9 * DAY) == (first, [first, second])
    assert state(session, now + 8 * DAY) == (second, [first, second])
    assert state(session, now + 13.9 * DAY) == (second, [first, second])
    third = tool_keys.tend(session, seal=SEAL, at=now + 14 * DAY)
    assert third is not None
    assert state(session, now + 14.01 * DAY) == (second, [second, third.kid])
    assert len(keys.of_owner(session, owner="tool")) == 3, "destroyed at the next turn"
    tool_keys.tend(session, seal=SEAL, at=now + 14.1 * DAY)
    assert [key.kid for key in keys.of_owner(session, owner="tool")] == [second, third.kid]
    assert state(session, now + 15 * DAY)[0] == third.kid


def test_a_key_that_waits_gets_no_successor(session: Session, now: datetime) -> None:
    first = tool_keys.signing_key(session, seal=SEAL, at=now)
    second = tool_keys.succeed(session, seal=SEAL, at=now)
    assert second is not None
    assert tool_keys.succeed(session, seal=SEAL, at=now + DAY / 2) is None
    assert state(session, now) == (first.kid, [first.kid, second.kid])
    assert tool_keys.succeed(session, seal=SEAL, at=now + DAY) is not None


def test_after_a_month_without_a_worker_the_old_key_still_signs_and_is_followed(
    session: Session, now: datetime
) -> None:
    first = tool_keys.signing_key(session, seal=SEAL, at=now).kid
    later = now + 30 * DAY
    assert state(session, later) == (first, [first])
    made = tool_keys.tend(session, seal=SEAL, at=later)
    assert made is not None
    assert state(session, later) == (first, [first, made.kid])
    assert state(session, later + DAY) == (made.kid, [first, made.kid])


def test_processes_that_rotate_together_make_one_key(database: Database, now: datetime) -> None:
    with transaction(database) as session:
        tool_keys.signing_key(session, seal=SEAL, at=now)
    made: list[object] = []
    together = threading.Barrier(4)

    def work() -> None:
        together.wait()
        with transaction(database) as session:
            made.append(tool_keys.tend(session, seal=SEAL, at=now + 8 * DAY))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each is not None for each in made) == 1
    with database.session() as session:
        assert len(keys.of_owner(session, owner="tool")) == 2


def test_a_compromised_key_is_gone_at_once(database: Database, browser: FlaskClient, now: datetime) -> None:
    old = browser.get("/lti/jwks").json["keys"]  # type: ignore[index]
    with transaction(database) as session:
        new = tool_keys.replace(session, seal=SEAL, at=now)
        token = signatures.sign({"a": 1}, key=new, private=keys.private(new, SEAL))
    shown = browser.get("/lti/jwks").json["keys"]  # type: ignore[index]
    assert [each["kid"] for each in shown] == [new.kid]
    assert new.kid not in {each["kid"] for each in old}
    assert signatures.verify(token, jwk=shown[0], algorithms=["RS256"]) == {"a": 1}


def test_each_published_key_names_its_algorithm_and_no_secret(database: Database, browser: FlaskClient) -> None:
    at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    with transaction(database) as session:
        tool_keys.signing_key(session, seal=SEAL, at=at)
        tool_keys.succeed(session, seal=SEAL, at=datetime.now(at.tzinfo))
    shown = browser.get("/lti/jwks").json["keys"]  # type: ignore[index]
    assert [(key["alg"], key["use"], sorted(key)) for key in shown] == [
        ("RS256", "sig", ["alg", "e", "kid", "kty", "n", "use"])
    ] * 2


def test_a_private_key_is_read_once_per_process(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    reading = keys.load_der_private_key

    def counted(*args: object, **named: object) -> object:
        read.append(1)
        return reading(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(keys, "load_der_private_key", counted)
    seal = Seal("s" * 40)
    for _ in range(5):
        key = tool_keys.signing_key(session, seal=seal, at=now)
        signatures.sign({"a": 1}, key=key, private=keys.private(key, seal))
    assert len(read) == 1


def test_the_worker_tends_the_keys(database: Database, database_url: str) -> None:
    app = queue.queue_app(database_url)
    tool_keys.register(app, database=database, seal=SEAL)
    at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    with transaction(database) as session:
        tool_keys.signing_key(session, seal=SEAL, at=at)
    with app.replace_connector(InMemoryConnector()):
        app.tasks["tend_tool_keys"].func(timestamp=int((at + 7 * DAY).timestamp()))
    with database.session() as session:
        assert len(keys.of_owner(session, owner="tool")) == 2
