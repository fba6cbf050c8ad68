"""Statements of every legal shape are accepted; with one thing spoiled they are refused, and the place is named."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xapi_store.errors import StatementRefused
from xapi_store.form import received
from xapi_store.form.comparison import same
from xapi_store.form.validation import check

ORDINARY = settings(derandomize=True, max_examples=100, deadline=None, database=None)
Step = str | int

# --- Legal statements ---

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
iris = st.sampled_from(
    ["http://e.org/a", "https://é.org/ä?q=1#f", "urn:uuid:x", "tag:e.org,2026:a", "mailto:a@e.org", "x:y"]
)
uuids = st.uuids().map(str) | st.uuids().map(lambda each: str(each).upper())
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers()
maps = st.dictionaries(
    st.sampled_from(["en", "de-CH-1996", "zh-Hant", "sr-Latn-RS", "x-private", "es-419"]), words, max_size=2
)
values = st.recursive(
    st.none() | st.booleans() | words | st.integers(), lambda each: st.lists(each, max_size=2), max_leaves=3
)
extensions = st.dictionaries(iris, values | st.dictionaries(words, values, max_size=2), max_size=2)
times = st.sampled_from(
    [
        "2026-05-18T05:32:34.804Z",
        "2026-05-18T05:32:34+02:00",
        "2026-05-18 05:32:34.1-0530",
        "2024-02-29T23:59:59",
        "2026-05-18T05:32Z",
    ]
)
durations = st.sampled_from(["PT0S", "P4W", "P1Y2M3DT4H5M6.789S", "PT16559.14S", "P0.5D", "PT1,5H"])
hex_digits = st.sampled_from("0123456789abcdefABCDEF")


def texts(of: st.SearchStrategy[str], length: int) -> st.SearchStrategy[str]:
    return st.lists(of, min_size=length, max_size=length).map("".join)


def some(required: dict[str, Any] | None = None, **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required or {}, optional=optional)


accounts = some({"homePage": iris, "name": words})
identifiers: list[dict[str, Any]] = [
    {"account": accounts},
    {"mbox": st.sampled_from(["mailto:a@e.org", "mailto:a.b+c@x"])},
    {"mbox_sha1sum": texts(hex_digits, 40)},
    {"openid": iris},
]
agents = st.one_of(
    *(some(each, name=words) for each in identifiers),
    *(some({"objectType": st.just("Agent"), **each}) for each in identifiers),
)
groups = st.one_of(
    some({"objectType": st.just("Group"), "member": st.lists(agents, min_size=1, max_size=2)}, name=words),
    *(some({"objectType": st.just("Group"), **each}, member=st.lists(agents, max_size=2)) for each in identifiers),
)
actors = agents | groups
components = st.lists(some({"id": words}, description=maps), max_size=2, unique_by=lambda each: each["id"])
described: dict[str, Any] = {
    "name": maps,
    "description": maps,
    "type": iris,
    "moreInfo": iris,
    "extensions": extensions,
}
answers = st.lists(words, max_size=2)


def question(kinds: list[str], *lists: str) -> st.SearchStrategy[dict[str, Any]]:
    carried = dict.fromkeys(lists, components)
    return some({"interactionType": st.sampled_from(kinds)}, correctResponsesPattern=answers, **carried, **described)


definitions = st.one_of(
    some(**described),
    question(["true-false", "fill-in", "long-fill-in", "numeric", "other"]),
    question(["choice", "sequencing"], "choices"),
    question(["matching"], "source", "target"),
    question(["performance"], "steps"),
    question(["likert"], "scale"),
)
activities = some({"id": iris}, definition=definitions) | some({"objectType": st.just("Activity"), "id": iris})
references = some({"objectType": st.just("StatementRef"), "id": uuids})
scores = st.one_of(
    some(scaled=st.floats(-1, 1), raw=numbers),
    st.lists(numbers, min_size=3, max_size=3)
    .map(sorted)
    .filter(lambda each: each[0] < each[2])
    .map(lambda each: dict(zip(("min", "raw", "max"), each, strict=True))),
)
results = some(
    score=scores,
    success=st.booleans(),
    completion=st.booleans(),
    response=words,
    duration=durations,
    extensions=extensions,
)
beside = activities | st.lists(activities, max_size=2)
around: dict[str, Any] = {
    "registration": uuids,
    "instructor": actors,
    "team": groups,
    "contextActivities": some(parent=beside, grouping=beside, category=beside, other=beside),
    "language": st.sampled_from(["en", "de-CH"]),
    "statement": references,
    "extensions": extensions,
}
only_of_2: dict[str, Any] = {
    f"context{kind.title()}s": st.lists(
        some({"objectType": st.just(f"context{kind.title()}"), kind: party}, relevantTypes=st.lists(iris, min_size=1)),
        max_size=2,
    )
    for kind, party in (("agent", agents), ("group", groups))
}
attachments = st.lists(
    some(
        {
            "usageType": iris,
            "display": maps,
            "contentType": st.sampled_from(["text/plain", "application/vnd.x+json; charset=utf-8"]),
            "length": st.integers(0, 10**12),
            "sha2": texts(hex_digits, 64),
        },
        description=maps,
        fileUrl=iris,
    ),
    max_size=2,
)
verbs = some({"id": iris}, display=maps)


@st.composite
def statements(draw: st.DrawFn, version: str, *, inner: bool = False) -> dict[str, Any]:
    """A legal statement of this version, or a legal SubStatement."""
    context = {**around, **(only_of_2 if version == "2.0.0" else {})}
    targets = [activities, actors.filter(lambda each: "objectType" in each), references]
    target = draw(st.one_of(*targets) if inner else st.one_of(*targets, statements(version, inner=True)))
    if target.get("objectType", "Activity") == "Activity":
        context |= {"platform": words, "revision": words}
    optional: dict[str, Any] = {
        "result": results,
        "context": some(**context),
        "timestamp": times,
        "attachments": attachments,
    }
    kind = {"objectType": "SubStatement"} if inner else {}
    if not inner:
        versions = st.sampled_from(["1.0", "1.0.0", "1.0.9"] + (["2.0.0"] if version == "2.0.0" else []))
        optional |= {"id": uuids, "stored": times, "authority": agents, "version": versions}
    return {**kind, **draw(some({"actor": actors, "verb": verbs, "object": st.just(target)}, **optional))}


VERSIONS = st.sampled_from(["1.0.3", "2.0.0"])


@ORDINARY
@given(st.data(), VERSIONS)
def test_every_legal_statement_is_accepted_and_the_same_as_itself(data: st.DataObject, version: str) -> None:
    statement = data.draw(statements(version))
    check(statement, version=version)
    raw = json.dumps(statement).encode()
    content = received.read(raw, "statement")
    assert content == statement
    assert same(content, received.read_stored(raw))
    listed = received.read(received.listed(raw, content), "statement")
    check(listed, version=version)
    assert same(content, listed)


# --- Spoiled ones ---

MAPS = ("display", "description", "name", "extensions")
FORMS = (
    "homePage",
    "openid",
    "mbox",
    "mbox_sha1sum",
    "type",
    "moreInfo",
    "registration",
    "timestamp",
    "duration",
    "language",
)
FORMS += ("usageType", "fileUrl", "sha2", "contentType", "version", "objectType", "interactionType", "stored")
NEEDED = {(): ("actor", "verb", "object"), ("verb",): ("id",), ("account",): ("homePage", "name"), ("agent",): ()}
OF_ATTACHMENTS = ("usageType", "display", "contentType", "length", "sha2")


def places(value: Any, *steps: Step) -> Iterator[tuple[Step, ...]]:
    """Where everything in the statement stands, but for what extensions hold."""
    if steps:
        yield steps
    if steps[-1:] == ("extensions",):
        return
    for step, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(each, *steps, step)


def at(value: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        value = value[step]
    return value


def written(steps: tuple[Step, ...]) -> str:
    return "statement" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def is_map(steps: tuple[Step, ...]) -> bool:
    return bool(steps) and steps[-1] in MAPS


@st.composite
def spoiled(draw: st.DrawFn, version: str, spoil: Any) -> tuple[dict[str, Any], str]:
    """A statement with one fault, and its place; the statement is legal where this fault has no place in it."""
    statement = draw(statements(version))
    found = [steps for steps in places(statement) if spoil(copy.deepcopy(at(statement, steps[:-1])), steps)]
    if not found:
        return statement, ""
    steps = draw(st.sampled_from(found))
    return statement, written(spoil(at(statement, steps[:-1]), steps))


def null(holder: Any, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    holder[steps[-1]] = None
    return steps


def other_type(holder: Any, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    holder[steps[-1]] = 5 if isinstance(holder[steps[-1]], str) else "5"
    return steps


def unknown_member(holder: Any, steps: tuple[Step, ...]) -> tuple[Step, ...] | None:
    if not isinstance(holder, dict) or is_map(steps[:-1]):
        return None
    holder["extra"] = "x"
    return (*steps[:-1], "extra")


def wrong_case(holder: Any, steps: tuple[Step, ...]) -> tuple[Step, ...] | None:
    # Without its objectType a thing is judged as another one.
    if not isinstance(holder, dict) or is_map(steps[:-1]) or steps[-1] == "objectType":
        return None
    swapped = {name.swapcase() if name == steps[-1] else name: value for name, value in holder.items()}
    holder.clear()
    holder.update(swapped)
    return (*steps[:-1], str(steps[-1]).swapcase())


def bad_form(holder: Any, steps: tuple[Step, ...]) -> tuple[Step, ...] | None:
    named = steps[-1] == "id" and not isinstance(steps[-2:-1] and steps[-2], int)
    if is_map(steps[:-1]) or not (named or steps[-1] in FORMS):
        return None
    holder[steps[-1]] = "no form!"
    return steps


def bad_name(holder: Any, steps: tuple[Step, ...]) -> tuple[Step, ...] | None:
    if not isinstance(holder[steps[-1]], dict) or not is_map(steps):
        return None
    holder[steps[-1]]["not a name"] = "x"
    return (*steps, "not a name")


def missing(holder: Any, steps: tuple[Step, ...]) -> tuple[Step, ...] | None:
    around = tuple(step for step in steps[-2:-1] if isinstance(step, str))
    if steps[-3:-2] == ("attachments",):
        needed = OF_ATTACHMENTS
    else:
        needed = NEEDED.get(around, ()) if around or len(steps) == 1 else ()
    if steps[-1] not in needed:
        return None
    del holder[steps[-1]]
    return steps


@pytest.mark.parametrize(
    ("spoil", "rules"),
    [
        (null, {"null"}),
        (other_type, {"type", "object-type"}),
        (unknown_member, {"unknown-member"}),
        (wrong_case, {"unknown-member"}),
        (missing, {"missing"}),
        (bad_name, {"iri", "language"}),
        (bad_form, None),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_one_fault_is_refused_at_its_place(spoil: Any, rules: set[str] | None) -> None:
    seen = set()

    @settings(ORDINARY, max_examples=40)
    @given(st.data(), VERSIONS)
    def refuse(data: st.DataObject, version: str) -> None:
        statement, place = data.draw(spoiled(version, spoil))
        if not place:
            return
        with pytest.raises(StatementRefused) as refused:
            check(statement, version=version)
        assert refused.value.path == place
        assert rules is None or refused.value.rule in rules
        assert refused.value.section
        seen.add(place)

    refuse()
    assert len(seen) > 3
