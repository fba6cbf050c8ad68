"""Actors: how xAPI names people and groups, and the one text by which the store recognises them (xAPI Data 2.4.2)."""

from collections.abc import Iterable, Mapping
from typing import Any

IDENTIFIERS = ("account", "mbox", "mbox_sha1sum", "openid")


def account(home_page: str, name: str) -> dict[str, Any]:
    """An Agent known by an account only: no name, no e-mail."""
    return {"objectType": "Agent", "account": {"homePage": home_page, "name": name}}


def team_group(home_page: str, name: str, members: Iterable[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A team as an identified Group; `members` are Agents, left out where nobody is named."""
    group: dict[str, Any] = {"objectType": "Group", "account": {"homePage": home_page, "name": name}}
    if members is not None:
        group["member"] = list(members)
    return group


def identity(actor: Mapping[str, Any]) -> str:
    """The one text of this actor's identifier, the same however the rest of the actor is written.

    An anonymous Group has none: the empty text.
    """
    found = actor.get("account")
    if found is not None:
        # An IRI holds no space, so the two parts can never be confused.
        return f"account {found['homePage']} {found['name']}"
    if "mbox" in actor:
        return f"mbox {actor['mbox']}"
    if "mbox_sha1sum" in actor:
        return f"mbox_sha1sum {actor['mbox_sha1sum'].lower()}"
    if "openid" in actor:
        return f"openid {actor['openid']}"
    return ""
