"""`animateur xapi ping`: an endpoint's self-test with a client that is not ours (tincan)."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from uuid import uuid4

from tincan import Activity, Agent, AgentAccount, LanguageMap, RemoteLRS, Statement, Verb

PROBE = "https://w3id.org/xapi/oicf/activities/ping"


@dataclass(frozen=True)
class Answer:
    """What one step of the self-test gave."""

    step: str
    good: bool
    detail: str


def ping(endpoint: str, key: str, secret: str) -> Iterator[Answer]:
    """Each step in turn: the store tells its versions, takes a statement, and gives the same one back."""
    try:
        yield from _steps(RemoteLRS(endpoint=endpoint, version="1.0.3", username=key, password=secret))
    except (OSError, HTTPException) as error:
        yield Answer("reach it", False, f"{endpoint} does not answer: {error}")


def _steps(store: RemoteLRS) -> Iterator[Answer]:
    about = store.about()
    yield Answer("about", about.success, ", ".join(about.content.version) if about.success else _said(about.data))
    statement = _statement()
    saved = store.save_statement(statement)
    yield Answer("write a statement", saved.success, str(statement.id) if saved.success else _said(saved.data))
    if not saved.success:
        return
    found = store.retrieve_statement(statement.id)
    same = found.success and str(found.content.id) == str(statement.id)
    yield Answer("read it back", same, "the same statement" if same else _said(found.data))


def _said(data: bytes | str) -> str:
    """What the store answered, on one line."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
    return " ".join(text.split())[:300]


def _statement() -> Statement:
    name = f"ping-{uuid4()}"
    return Statement(
        id=str(uuid4()),
        actor=Agent(account=AgentAccount(home_page="https://w3id.org/xapi/oicf", name=name)),
        verb=Verb(id="http://adlnet.gov/expapi/verbs/interacted", display=LanguageMap({"en": "interacted"})),
        object=Activity(id=PROBE),
    )
