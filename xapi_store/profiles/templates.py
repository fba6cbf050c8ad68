"""Statement templates of xAPI profiles: which of them a statement matches, and which rules it breaks (Profiles 3, 2.1).

Everything is compiled when a profile is loaded; a statement then looks only at the templates of its own verb.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xapi_store.profiles.locations import Location

Statement = Mapping[str, Any]
FindStatement = Callable[[str], Statement | None]
"""A statement of the same store by its id; None where it is not at hand, and then it is not judged."""

Presence = Literal["included", "excluded", "recommended"]
Values = frozenset[Any]

NO_TEMPLATE = "the templates of the claimed profile"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a statement that a profile does not foresee.

    `profile` is the IRI of the profile's version, `template` that of the template or concept (empty where none is
    concerned). `rule` names the rule in the profile's own words, the same for every statement that breaks it; `path`
    is the place in the statement. Only what is `binding` makes a store refuse; the rest is advice.
    """

    profile: str
    template: str
    rule: str
    path: str
    reason: str
    binding: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a template: the values at `location` (or what `selector` finds in each of them), and what they may be.

    `any`, `all` and `none` hold values as `comparable` gives them; None where the rule does not say.
    """

    location: str
    find: Location
    selector: str | None
    select: Location | None
    presence: Presence | None
    any: Values | None
    all: Values | None
    none: Values | None

    def broken(self, statement: Statement) -> tuple[str, str] | None:
        """What the statement breaks of this rule (presence, any, all or none) and how; None where it keeps it."""
        found, unmatched = self._values(statement)
        if self.presence == "excluded":
            return ("presence", "must not be there") if found else None
        if self.presence == "included" and (unmatched or not found):
            return "presence", "must be there" if not found else "must be there in each of them"
        if not found and self.presence == "recommended":
            return None
        return self._disagreement({comparable(value) for value in found}, unmatched)

    def _values(self, statement: Statement) -> tuple[list[Any], bool]:
        """The values in question, and whether the selector found nothing in one of the places."""
        places = self.find(statement)
        if self.select is None:
            return places, False
        selected = [self.select(place) for place in places]
        return [value for each in selected for value in each], not all(selected)

    def _disagreement(self, values: set[Any], unmatched: bool) -> tuple[str, str] | None:
        if self.any is not None and self.any.isdisjoint(values):
            return "any", f"must have one of {_listed(self.any)}"
        if self.all is not None and (unmatched or not values <= self.all):
            return "all", f"must have nothing but {_listed(self.all)}"
        if self.none is not None and not self.none.isdisjoint(values):
            return "none", f"must not have {_listed(self.none)}"
        return None


@dataclass(frozen=True, slots=True)
class Template:
    """A statement template: its determining properties, what it refers to, and its rules.

    `around` holds the activity types it asks for, by the kind of context activities (parent, grouping, category,
    other). The references are ids of templates of the same profile.
    """

    id: str
    verb: str | None
    object_type: str | None
    around: tuple[tuple[str, frozenset[str]], ...]
    usages: frozenset[str]
    object_refs: frozenset[str]
    context_refs: frozenset[str]
    rules: tuple[Rule, ...]
    deprecated: bool = False

    def matches(self, statement: Statement) -> bool:
        """Whether the statement has every determining property of this template."""
        if self.verb is not None and statement["verb"]["id"] != self.verb:
            return False
        if self.object_type is not None and activity_type(statement["object"]) != self.object_type:
            return False
        if self.usages and not self.usages <= {each.get("usageType") for each in statement.get("attachments", ())}:
            return False
        return all(wanted <= {activity_type(each) for each in nearby(statement, kind)} for kind, wanted in self.around)


class Templates:
    """The templates of one profile's version, by verb."""

    def __init__(self, profile: str, templates: Iterable[Template]) -> None:
        self._profile = profile
        self._by_id = {template.id: template for template in templates}
        for_any = tuple(each for each in self._by_id.values() if each.verb is None)
        by_verb: dict[str, list[Template]] = {}
        for each in self._by_id.values():
            if each.verb is not None:
                by_verb.setdefault(each.verb, []).append(each)
        self._for_any = for_any
        self._by_verb = {verb: (*those, *for_any) for verb, those in by_verb.items()}

    def __len__(self) -> int:
        return len(self._by_id)

    def matching(self, statement: Statement) -> list[Template]:
        """The templates whose determining properties the statement has."""
        candidates = self._by_verb.get(statement["verb"]["id"], self._for_any)
        return [template for template in candidates if template.matches(statement)]

    def findings(self, statement: Statement, find: FindStatement, *, claimed: bool) -> Iterator[Finding]:
        """Each rule that the statement breaks, of every template that it matches.

        A statement that matches none is at fault only where it claims the profile. Its context activities are lists
        (see `normalised`).
        """
        matching = self.matching(statement)
        for template in matching:
            if template.deprecated:
                reason = "this template is deprecated"
                yield Finding(self._profile, template.id, "deprecated", "", reason, binding=False)
            yield from self._broken(template, statement, find)
        if claimed and not matching and self._by_id:
            place, reason = "context.contextActivities.category", "matches no template of the profile it claims"
            yield Finding(self._profile, "", NO_TEMPLATE, place, reason)

    def _broken(self, template: Template, statement: Statement, find: FindStatement) -> Iterator[Finding]:
        for place, refs in (("object", template.object_refs), ("context.statement", template.context_refs)):
            if refs and (reason := self._misreferred(_at(statement, place), refs, find)):
                yield Finding(self._profile, template.id, f"{place} (StatementRef)", place, reason)
        for rule in template.rules:
            if (fault := rule.broken(statement)) is not None:
                kind, reason = fault
                described = f"{rule.location} » {rule.selector}" if rule.selector else rule.location
                path = rule.location.removeprefix("$").removeprefix(".")
                yield Finding(self._profile, template.id, f"{kind}: {described}", path, reason)

    def _misreferred(self, reference: Any, refs: frozenset[str], find: FindStatement) -> str | None:
        if not isinstance(reference, dict) or reference.get("objectType") != "StatementRef":
            return "must be a StatementRef"
        found = find(reference["id"])
        if found is None:
            return None
        other = normalised(found)
        wanted = (self._by_id[each] for each in refs)
        if any(each.matches(other) and next(self._broken(each, other, find), None) is None for each in wanted):
            return None
        return f"must refer to a statement of {_listed(refs)}"


def normalised(statement: Statement) -> Statement:
    """The statement with a list for each kind of context activities, however it was sent (xAPI Data 2.4.6.2)."""
    around = statement.get("context", {}).get("contextActivities")
    if not around or all(isinstance(each, list) for each in around.values()):
        return statement
    lists = {kind: each if isinstance(each, list) else [each] for kind, each in around.items()}
    return {**statement, "context": {**statement["context"], "contextActivities": lists}}


def activity_type(thing: Mapping[str, Any]) -> str | None:
    """The type of an activity; None where it has none, and for what is no activity."""
    found: str | None = thing.get("definition", {}).get("type")
    return found


def nearby(statement: Statement, kind: str) -> Sequence[Mapping[str, Any]]:
    """The context activities of that kind."""
    found: Sequence[Mapping[str, Any]] = statement.get("context", {}).get("contextActivities", {}).get(kind, ())
    return found


def comparable(value: Any) -> Any:
    """Something to be compared in the value's place: equal where JSON's values are equal (1 and 1.0, but not true)."""
    if isinstance(value, bool) or value is None:
        return "literal", str(value)
    if isinstance(value, list):
        return "list", tuple(comparable(each) for each in value)
    if isinstance(value, dict):
        return "object", frozenset((name, comparable(each)) for name, each in value.items())
    return value


def _at(statement: Statement, place: str) -> Any:
    found: Any = statement
    for name in place.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _listed(values: Values) -> str:
    """A few of the values, in words."""
    shown = sorted(str(each[1]).lower() if isinstance(each, tuple) else str(each) for each in values)
    return ", ".join(each[:80] for each in shown[:5]) + (" or others" if len(shown) > 5 else "")
