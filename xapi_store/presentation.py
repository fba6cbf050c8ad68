"""The forms in which statements are given out: exactly as stored, as bare identifiers, or in one language.

(xAPI Communication 2.1.3, `format`.) The digits of numbers stay as they were sent in every form.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from xapi_store.actors import IDENTIFIERS
from xapi_store.definitions.activities import Kind, Name
from xapi_store.definitions.definition_merging import COMPONENT_LISTS
from xapi_store.form import digits
from xapi_store.form.languages import Wanted, one_of

_PARTIES = ("actor", "authority", "instructor", "team", "agent", "group")

Definitions = Mapping[Name, Mapping[str, Any]]


def ids_only(raw: bytes) -> bytes:
    """The statement with no more of its actors, verb and activities than identifies them."""
    return digits.write(_bare(digits.read(raw)))


def canonical(raw: bytes, languages: Wanted, definitions: Definitions) -> bytes:
    """The statement as the store knows its activities and verbs, with one language in each text.

    `definitions` (see `activities.fetch`) stand in place of what the statement says itself; the rest stays as it is.
    """
    return digits.write(_Wording(languages, definitions).statement(digits.read(raw)))


def described(iri: str, definition: Mapping[str, Any] | None) -> dict[str, Any]:
    """The whole Activity object in all its languages (xAPI Communication 2.5), with its definition if one is known."""
    bare = {"objectType": "Activity", "id": iri}
    return bare if definition is None else {**bare, "definition": definition}


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
    # That it is an Activity is understood where nothing else is said.
    return {name: target[name] for name in ("objectType", "id") if name in target and target[name] != "Activity"}


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


class _Wording:
    """How one answer is worded: in these languages, with these definitions."""

    def __init__(self, languages: Wanted, definitions: Definitions) -> None:
        self._languages = languages
        self._definitions = definitions

    def statement(self, statement: dict[str, Any]) -> dict[str, Any]:
        """The statement, worded so, and the one inside it."""
        worded = {**statement, "verb": self._verb(statement["verb"]), "object": self._object(statement["object"])}
        around = statement.get("context", {}).get("contextActivities")
        if around is not None:
            activities = {name: [self._activity(each) for each in _listed(value)] for name, value in around.items()}
            worded["context"] = {**statement["context"], "contextActivities": activities}
        if "attachments" in statement:
            worded["attachments"] = [self._texts(each, ("display", "description")) for each in statement["attachments"]]
        return worded

    def _verb(self, verb: dict[str, Any]) -> dict[str, Any]:
        display = self._definitions.get((Kind.VERB, verb["id"]), verb).get("display")
        return verb if display is None else {**verb, "display": one_of(display, self._languages)}

    def _object(self, target: dict[str, Any]) -> dict[str, Any]:
        kind = target.get("objectType", "Activity")
        if kind == "SubStatement":
            return self.statement(target)
        return self._activity(target) if kind == "Activity" else target

    def _activity(self, activity: dict[str, Any]) -> dict[str, Any]:
        definition = self._definitions.get((Kind.ACTIVITY, activity["id"]), activity.get("definition"))
        return activity if definition is None else {**activity, "definition": self._definition(definition)}

    def _definition(self, definition: Mapping[str, Any]) -> dict[str, Any]:
        worded = self._texts(definition, ("name", "description"))
        for name in COMPONENT_LISTS & worded.keys():
            worded[name] = [self._texts(each, ("description",)) for each in worded[name]]
        return worded

    def _texts(self, holder: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
        return {name: one_of(value, self._languages) if name in names else value for name, value in holder.items()}


def _listed(activities: Any) -> list[dict[str, Any]]:
    return activities if isinstance(activities, list) else [activities]
