"""When two statements are the same (xAPI Data 2.3.1): what may differ between two reports of one event is set aside."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from xapi_store.form.syntax import read_time

_ASSIGNED = ("id", "authority", "stored", "timestamp", "version")
_FRACTION = re.compile(r"[.,](\d+)(?=S)")


def same(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """True where both say the same; both are valid, and read with their numbers exact.

    Set aside: what the store assigns, how verbs are displayed, definitions of activities, time zones, the order of
    group members, implied object types, single activities without a list, the case of hexadecimal digits, and
    durations below 0.01 s.
    """
    if "timestamp" in ours and "timestamp" in theirs and read_time(ours["timestamp"]) != read_time(theirs["timestamp"]):
        return False
    return _equal(_essence(ours), _essence(theirs))


def _essence(statement: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in statement.items() if name not in _ASSIGNED}
    kept["verb"] = kept["verb"]["id"]
    return _each(kept, _IN_STATEMENTS)


def _each(whole: Mapping[str, Any], essences: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {name: essences[name](value) if name in essences else value for name, value in whole.items()}


def _object(target: Mapping[str, Any]) -> Any:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return target["id"]
    if kind == "SubStatement":
        moment = target.get("timestamp")
        return {**_essence(target), "timestamp": moment and str(read_time(moment))}
    if kind == "StatementRef":
        return {"statement": target["id"].lower()}
    return _party(target)


def _party(actor: Mapping[str, Any]) -> dict[str, Any]:
    party = {"objectType": "Agent", **actor}
    if "mbox_sha1sum" in party:
        party["mbox_sha1sum"] = party["mbox_sha1sum"].lower()
    if "member" in party:
        members = [_party(each) for each in party["member"]]
        party["member"] = sorted(members, key=lambda each: orjson.dumps(each, option=orjson.OPT_SORT_KEYS))
    return party


def _in_role(entries: list[Mapping[str, Any]]) -> list[Any]:
    return [_each(each, {"agent": _party, "group": _party}) for each in entries]


def _activities(around: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        name: [each["id"] for each in (activities if isinstance(activities, list) else [activities])]
        for name, activities in around.items()
    }


def _attachments(entries: list[Mapping[str, Any]]) -> list[Any]:
    return [_each(each, {"sha2": str.lower}) for each in entries]


def _duration(text: str) -> str:
    def hundredths(found: re.Match[str]) -> str:
        kept = found[1][:2].rstrip("0")
        return f".{kept}" if kept else ""

    return _FRACTION.sub(hundredths, text)


_IN_CONTEXTS: Mapping[str, Callable[[Any], Any]] = {
    "registration": str.lower,
    "instructor": _party,
    "team": _party,
    "statement": _object,
    "contextActivities": _activities,
    "contextAgents": _in_role,
    "contextGroups": _in_role,
}
_IN_STATEMENTS: Mapping[str, Callable[[Any], Any]] = {
    "actor": _party,
    "object": _object,
    "context": lambda context: _each(context, _IN_CONTEXTS),
    "result": lambda result: _each(result, {"duration": _duration}),
    "attachments": _attachments,
}


def _equal(ours: Any, theirs: Any) -> bool:
    # Python takes True for 1; JSON does not. It takes 85 for 85.0, and so does JSON.
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_equal(value, theirs[name]) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_equal, ours, theirs))
    return bool(ours == theirs)
