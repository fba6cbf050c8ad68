"""Any program that uses the library `tincan` can talk to the store, over a real connection."""

import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
import tincan
from flask import Flask
from werkzeug.serving import make_server

from tests.xapi_store.conftest import Keys

# The library still uses what Python 3.12 and later advise against.
pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning")


@pytest.fixture
def lrs(app: Flask, a_key: Keys) -> Iterator[tincan.RemoteLRS]:
    """The library's view of our store."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    key, secret = a_key("all")
    yield tincan.RemoteLRS(
        version=tincan.Version.latest, endpoint=f"http://127.0.0.1:{server.port}/xapi/", username=key, password=secret
    )
    server.shutdown()
    thread.join()
    server.server_close()


def foreign_statement(**changed: object) -> tincan.Statement:
    return tincan.Statement(
        {
            "actor": {"account": {"home_page": "https://people.example.org", "name": "anna"}},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}},
            "object": {"id": "https://courses.example.org/m1/1", "definition": {"name": {"en": "Reading"}}},
            "result": {"score": {"raw": 85, "scaled": 0.85}, "duration": "PT5M"},
            **changed,
        }
    )


def test_it_saves_one_and_reads_it_back(lrs: tincan.RemoteLRS) -> None:
    saved = lrs.save_statement(foreign_statement())
    assert saved.success, saved.data
    read = lrs.retrieve_statement(saved.content.id)
    assert read.success
    assert read.content.verb.id == "http://adlnet.gov/expapi/verbs/experienced"
    assert read.content.stored is not None


def test_it_saves_under_an_id_of_its_own_twice(lrs: tincan.RemoteLRS) -> None:
    statement = foreign_statement(id=str(uuid4()))
    assert lrs.save_statement(statement).success
    assert lrs.save_statement(statement).success
    other = foreign_statement(id=str(statement.id), verb={"id": "https://e.org/other"})
    assert lrs.save_statement(other).response.status == 409


def test_it_saves_many_and_queries_page_by_page(lrs: tincan.RemoteLRS) -> None:
    assert lrs.save_statements([foreign_statement() for _ in range(5)]).success
    lrs.save_statement(foreign_statement(actor={"mbox": "mailto:ben@example.org"}))
    anna = tincan.Agent(account=tincan.AgentAccount(home_page="https://people.example.org", name="anna"))
    answer = lrs.query_statements({"agent": anna, "limit": 2})
    sizes = [len(answer.content.statements)]
    while answer.content.more:
        answer = lrs.more_statements(answer.content)
        assert answer.success, answer.data
        sizes.append(len(answer.content.statements))
    assert sizes == [2, 2, 1]


def test_it_voids_and_finds_the_voided(lrs: tincan.RemoteLRS) -> None:
    saved = lrs.save_statement(foreign_statement()).content
    voiding = foreign_statement(
        verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=tincan.StatementRef(id=saved.id), result=None
    )
    assert lrs.save_statement(voiding).success
    assert lrs.retrieve_statement(saved.id).response.status == 404
    assert lrs.retrieve_voided_statement(saved.id).success


def test_it_learns_about_the_store(lrs: tincan.RemoteLRS) -> None:
    about = lrs.about()
    assert about.success, about.data
    assert "1.0.3" in about.content.version
