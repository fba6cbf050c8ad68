"""Persons: what a store knows of an agent, under the one identifier it was asked for (xAPI Communication 2.4)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from xapi_store import query
from xapi_store.actors import IDENTIFIERS, identity
from xapi_store.filters import Filters
from xapi_store.form.received import read_stored

MOST = 50


def find(session: Session, *, store_id: int, agent: Mapping[str, Any], authority: str | None = None) -> dict[str, Any]:
    """The Person of this Agent, with the names by which the newest statements call it.

    An agent that no statement names has the name and the identifier it was asked for with. `authority` (an
    `actors.identity` text) limits what is looked at to the statements of that authority.
    """
    known_as = identity(agent)
    filters = Filters(agent=known_as, related_agents=True, authority=authority, limit=MOST)
    newest = query.find(session, store_id=store_id, filters=filters).statements
    return person(agent, names_in(map(read_stored, newest), known_as))


def person(agent: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The Person object of this Agent: every property is a list, and a name that is given several times stands once."""
    own = [agent["name"]] if "name" in agent else []
    all_names = list(dict.fromkeys([*names, *own]))
    described: dict[str, Any] = {"objectType": "Person"}
    if all_names:
        described["name"] = all_names
    return described | {name: [agent[name]] for name in IDENTIFIERS if name in agent}


def names_in(statements: Iterable[Mapping[str, Any]], known_as: str) -> list[str]:
    """The names that these statements give to the agent of this `actors.identity`, in their order, each once."""
    parties = (each for statement in statements for each in _parties(statement))
    return list(dict.fromkeys(each["name"] for each in parties if "name" in each and identity(each) == known_as))


def _parties(statement: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every actor that the statement names, in any place, and the members of every group."""
    context, target = statement.get("context", {}), statement["object"]
    for holder, names in ((statement, ("actor", "authority")), (context, ("instructor", "team"))):
        for name in names:
            if name in holder:
                yield from _with_members(holder[name])
    for name, party in (("contextAgents", "agent"), ("contextGroups", "group")):
        for each in context.get(name, ()):
            yield from _with_members(each[party])
    kind = target.get("objectType")
    if kind == "SubStatement":
        yield from _parties(target)
    elif kind in ("Agent", "Group"):
        yield from _with_members(target)


def _with_members(actor: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield actor
    yield from actor.get("member", ())
