"""A question to a store as people write it: shorthand for actors and days, else as GET /statements has it."""

import json
import re
from collections.abc import Mapping

from xapi_store import actors
from xapi_store.api import parameters
from xapi_store.filters import Filters
from xapi_store.form import syntax

NAMES = ("agent", "verb", "activity", "registration", "since", "until")
SWITCHES = ("related_agents", "related_activities", "ascending")
_MAIL = re.compile(r"[^\s@:/]+@[^\s@]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def filters(given: Mapping[str, str], *, limit: int) -> Filters:
    """What is asked for; what is empty is left out. FilterRefused names what cannot be understood.

    `given` has the names of xAPI's parameters, and `from` where a page is continued.
    """
    asked = {name: given[name].strip() for name in NAMES if given.get(name, "").strip()}
    asked |= {name: "true" for name in SWITCHES if given.get(name) == "true"}
    if "agent" in asked:
        asked["agent"] = agent_json(asked["agent"])
    # A day begins at midnight in UTC, and as an end it is meant whole.
    for name, time in (("since", "00:00:00Z"), ("until", "23:59:59.999999Z")):
        if _DAY.fullmatch(asked.get(name, "")):
            asked[name] += f"T{time}"
    if given.get(parameters.CURSOR):
        asked[parameters.CURSOR] = given[parameters.CURSOR]
    return parameters.filters(parameters.load(parameters.GET, {**asked, "limit": str(limit)}), authority=None)


def identity(line: str) -> str:
    """The identifier (`actors.identity`) of whom the line names; FilterRefused where it names nobody."""
    found: str = parameters.load(parameters.GET, {"agent": agent_json(line)})["agent"]
    return found


def agent_json(line: str) -> str:
    """The xAPI Agent, as JSON, that the line names: JSON itself, a mail address, the SHA-1 sum of one, an account as
    `home page, space, name`, or an OpenID. What is none of these comes back as it is, for the validation to refuse."""
    line = line.strip()
    home, _, name = line.partition(" ")
    if line.startswith("{"):
        return line
    if syntax.is_sha1(line):
        return json.dumps({"mbox_sha1sum": line})
    if _MAIL.fullmatch(line.removeprefix("mailto:")):
        return json.dumps({"mbox": f"mailto:{line.removeprefix('mailto:')}"})
    if syntax.is_iri(home):
        return json.dumps(actors.account(home, name.strip()) if name.strip() else {"openid": line})
    return line
