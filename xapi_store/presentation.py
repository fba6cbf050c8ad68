"""The forms in which statements are given out: exactly as stored, as bare identifiers, or in one language.

(xAPI Communication 2.1.3, `format`.) The digits of numbers stay as they were sent in every form.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xapi_store.actors import IDENTIFIERS

_NUMBER = re.compile(r'"\\u0000([^"]*)\\u0000"')
_LANGUAGE_MAPS = ("name", "description")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")
_PARTIES = ("actor", "authority", "instructor", "team", "agent", "group")

Shape = Callable[[dict[str, Any]], dict[str, Any]]


def ids_only(raw: bytes) -> bytes:
    """The statement with no more of its actors, verb and activities than identifies them."""
    return _reshape(raw, _bare)


def canonical(raw: bytes, languages: Sequence[str]) -> bytes:
    """The statement with one language in each text: the first of `languages` there is, else the first there is."""
    return _reshape(raw, lambda statement: _worded(statement, languages))


def _reshape(raw: bytes, shape: Shape) -> bytes:
    # A number becomes a text between two NULs, which no stored text holds, and comes back with the same digits.
    content = json.loads(raw, parse_float=_keep, parse_int=_keep)
    text = json.dumps(shape(content), ensure_ascii=True, separators=(",", ":"))
    return _NUMBER.sub(r"\1", text).encode()


def _keep(digits: str) -> str:
    return f"\0{digits}\0"


def _bare(statement: dict[str, Any]) -> dict[str, Any]:
    slim = dict(statement)
    for name in _PARTIES:
        if name in slim:
            slim[name] = _bare_party(slim[name])
    if "verb" in slim:
        slim["verb"] = {"id": slim["verb"]["id"]}
    if "object" in slim:
        slim["object"] = _bare_object(slim["object"])
    if "context" in slim:
        slim["context"] = _bare_context(slim["context"])
    return slim


def _bare_party(actor: dict[str, Any]) -> dict[str, Any]:
    slim = {name: value for name, value in actor.items() if name == "objectType" or name in IDENTIFIERS}
    if len(slim) == ("objectType" in slim) and "member" in actor:
        slim["member"] = [_bare_party(each) for each in actor["member"]]
    return slim


def _bare_object(target: dict[str, Any]) -> dict[str, Any]:
    kind = target.get("objectType", "Activity")
    if kind == "SubStatement":
        return _bare(target)
    if kind in ("Agent", "Group"):
        return _bare_party(target)
    return {name: value for name, value in target.items() if name in ("objectType", "id")}


def _bare_context(context: dict[str, Any]) -> dict[str, Any]:
    slim = _bare(context)
    for name in ("contextAgents", "contextGroups"):
        if name in slim:
            slim[name] = [_bare(each) for each in slim[name]]
    if "contextActivities" in slim:
        slim["contextActivities"] = {
            name: [_bare_object(each) for each in _listed(activities)]
            for name, activities in slim["contextActivities"].items()
        }
    return slim


def _worded(statement: dict[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    chosen = dict(statement)
    if "display" in chosen["verb"]:
        chosen["verb"] = {**chosen["verb"], "display": _one_language(chosen["verb"]["display"], languages)}
    chosen["object"] = _worded_object(chosen["object"], languages)
    activities = chosen.get("context", {}).get("contextActivities")
    if activities is not None:
        worded = {
            name: [_worded_object(each, languages) for each in _listed(value)] for name, value in activities.items()
        }
        chosen["context"] = {**chosen["context"], "contextActivities": worded}
    if "attachments" in chosen:
        chosen["attachments"] = [
            _worded_texts(each, ("display", "description"), languages) for each in chosen["attachments"]
        ]
    return chosen


def _worded_object(target: dict[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    if target.get("objectType") == "SubStatement":
        return _worded(target, languages)
    if "definition" not in target:
        return target
    definition = _worded_texts(target["definition"], _LANGUAGE_MAPS, languages)
    for name in _COMPONENTS:
        if name in definition:
            definition[name] = [_worded_texts(each, ("description",), languages) for each in definition[name]]
    return {**target, "definition": definition}


def _worded_texts(holder: Mapping[str, Any], names: Sequence[str], languages: Sequence[str]) -> dict[str, Any]:
    return {name: _one_language(value, languages) if name in names else value for name, value in holder.items()}


def _one_language(texts: dict[str, str], languages: Sequence[str]) -> dict[str, str]:
    for wanted in languages:
        for tag, text in texts.items():
            if wanted == "*" or f"{tag.lower()}-".startswith(f"{wanted.lower()}-"):
                return {tag: text}
    return dict(list(texts.items())[:1])


def _listed(activities: Any) -> list[dict[str, Any]]:
    return activities if isinstance(activities, list) else [activities]
