"""When two statements are the same (xAPI Data 2.3.1): what may differ between two reports of one event is set aside."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from xapi_store.syntax import read_time

_ASSIGNED = ("id", "authority", "stored", "timestamp", "version")
_HUNDREDTHS = re.compile(r"([.,]\d\d)\d+(?=S)")
_PARTIES = ("actor", "instructor", "team")


def same(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """True where both say the same.

    Set aside: what the store assigns, how verbs are displayed, definitions of activities, time zones, the order of
    group members, implied object types, single activities without a list, and durations below 0.01 s.
    """
    if "timestamp" in ours and "timestamp" in theirs and read_time(ours["timestamp"]) != read_time(theirs["timestamp"]):
        return False
    return _equal(_essence(ours), _essence(theirs))


def _essence(statement: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in statement.items() if name not in _ASSIGNED}
    kept["actor"] = _party(kept["actor"])
    kept["verb"] = kept["verb"]["id"]
    kept["object"] = _object(kept["object"])
    if "context" in kept:
        kept["context"] = _context(kept["context"])
    if "duration" in kept.get("result", ()):
        kept["result"] = {**kept["result"], "duration": _HUNDREDTHS.sub(r"\1", kept["result"]["duration"])}
    return kept


def _object(target: Mapping[str, Any]) -> Any:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return target["id"]
    if kind == "SubStatement":
        inner = _essence(target)
        moment = target.get("timestamp")
        return {**inner, "timestamp": read_time(moment).isoformat() if moment else None}  # type: ignore[union-attr]  # valid
    if kind == "StatementRef":
        return {"statement": target["id"].lower()}
    return _party(target)


def _party(actor: Mapping[str, Any]) -> dict[str, Any]:
    party = {"objectType": "Agent", **actor}
    if "member" in party:
        members = [_party(each) for each in party["member"]]
        party["member"] = sorted(members, key=lambda each: orjson.dumps(each, option=orjson.OPT_SORT_KEYS))
    return party


def _context(context: Mapping[str, Any]) -> dict[str, Any]:
    kept = dict(context)
    for name in _PARTIES:
        if name in kept:
            kept[name] = _party(kept[name])
    if "registration" in kept:
        kept["registration"] = kept["registration"].lower()
    if "statement" in kept:
        kept["statement"] = _object(kept["statement"])
    if "contextActivities" in kept:
        kept["contextActivities"] = {
            name: [each["id"] for each in (activities if isinstance(activities, list) else [activities])]
            for name, activities in kept["contextActivities"].items()
        }
    return kept


def _equal(ours: Any, theirs: Any) -> bool:
    # Python takes True for 1; JSON does not. It takes 85 for 85.0, and so does JSON.
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_equal(value, theirs[name]) for name, value in ours.items())
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_equal, ours, theirs))
    return bool(ours == theirs)
