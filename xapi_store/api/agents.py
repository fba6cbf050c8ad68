"""The Agents resource: all that the store knows of an agent (xAPI Communication 2.4)."""

from typing import Any

from xapi_store import persons
from xapi_store.actors import identity
from xapi_store.api.exchange import Answer, House, Method, Request
from xapi_store.api.lookups import sought, tagged
from xapi_store.errors import FilterRefused, StatementRefused
from xapi_store.form.received import read
from xapi_store.form.validation import check_actor


def get(request: Request, house: House) -> Answer:
    """The Person of the agent, whether or not a statement names it; keys that read only their own see only these."""
    agent = _agent(sought(request, "agent"))
    access = request.bearer
    authority = None if access.may_read_all else identity(access.authority)
    with house.reading.session() as session:
        person = persons.find(session, store_id=access.store_id, agent=agent, authority=authority)
    return tagged(request, person)


def _agent(value: str) -> dict[str, Any]:
    try:
        agent = read(value.encode(), "agent")
        check_actor(agent, path="agent")
    except StatementRefused as error:
        raise FilterRefused("agent", f"is not an agent: {error.path} {error.reason}") from error
    if agent.get("objectType") == "Group":
        raise FilterRefused("agent", "must be an Agent, not a Group")
    named: dict[str, Any] = agent
    return named


METHODS: dict[str, Method] = {"GET": get}
