"""Statements held against the templates and concepts of a profile."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import orjson
import pytest

from tests.builders import a_statement
from tests.xapi_store.sports import (
    CONCEPTS,
    EVENT,
    MEDALED,
    PLACE,
    PLACED,
    PLACING,
    SPORTS,
    STARTED,
    VERSION,
    WORDS,
    a_concept,
    a_placing,
    a_profile,
    a_template,
)
from xapi_store.errors import ProfileRefused
from xapi_store.profiles import profile_documents
from xapi_store.profiles.extension_schemas import compile_schema
from xapi_store.profiles.locations import compile_location
from xapi_store.profiles.templates import Finding, Statement


def claiming(iri: str = VERSION) -> dict[str, Any]:
    """A context that claims the profile."""
    return {"contextActivities": {"category": [{"id": iri}]}}


def found(statement: dict[str, Any], stored: Mapping[str, Statement] | None = None, **profile: Any) -> list[Finding]:
    """What this profile finds in the statement; `stored` are others, by their ids."""
    read = profile_documents.read(orjson.dumps(a_profile(**{"concepts": CONCEPTS, **profile})))
    return read.findings(statement, (stored or {}).get)


def broken(rule: dict[str, Any], statement: dict[str, Any] | None = None) -> list[str]:
    """The kinds of fault (presence, any, all, none) that a template with this one rule finds."""
    findings = found(statement or a_placing(), templates=[a_template(verb=PLACED, rules=[rule])])
    return [each.rule.partition(":")[0] for each in findings if each.template == PLACING]


# --- Places ---

THING = {"id": "i", "a": {"b": [{"id": "x"}, {"id": "y"}], "c-d": 1, "https://e.org/a|b": [5], "*": 7}, "n": None}


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.a.b[*].id", ["x", "y"]),
        ("a.b[1].id", ["y"]),
        ("$.a.b[0,1].id", ["x", "y"]),
        ("$.a['https://e.org/a|b'][*]", [5]),
        ('$["a"]["c-d"] | $.id', [1, "i"]),
        ("$.a['*']", [7]),
        ("$.a['c-d','*']", [1, 7]),
        ("""$.a['c-d',"c-d"]""", [1]),
        ("$.a.b[*,0].id", ["x", "y"]),
        ("$..id", ["i", "x", "y"]),
        ("$.n", [None]),
        ("$.a.b", [[{"id": "x"}, {"id": "y"}]]),
        ("$.b | $.a.missing | $.id.deeper", []),
    ],
)
def test_a_place_gives_what_stands_there(path: str, values: list[Any]) -> None:
    assert compile_location(path)(THING) == values


@pytest.mark.parametrize(
    "path", ["", "|", "$.", "$.a..", "a b", "$.a|", "@.a", "$.a[-1]", "$.a[0:1]", "$.a[?(@.b)]", "$.a[(1)]", "$...a"]
)
def test_a_place_with_anything_else_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|without a step"):
        compile_location(path)


def test_a_place_that_would_find_the_same_values_over_and_over_is_refused() -> None:
    with pytest.raises(ValueError, match="more than one"):
        compile_location("$..*..*")
    with pytest.raises(ValueError, match="longer than"):
        compile_location("$" + ".a" * 1_000)


# --- Rules (Profiles 2, 8.1, and 3, 2.1) ---

RANK = f"$.result.extensions['{PLACE}'].rank"


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        ({"location": RANK, "presence": "included"}, []),
        ({"location": "$.result.score", "presence": "included"}, ["presence"]),
        ({"location": "$.result.score", "presence": "recommended"}, []),
        ({"location": RANK, "presence": "excluded"}, ["presence"]),
        ({"location": "$.result.score", "presence": "excluded"}, []),
        ({"location": RANK, "any": [1, 2.0]}, []),
        ({"location": RANK, "any": [1, 3]}, ["any"]),
        ({"location": "$.result.score", "any": [1]}, ["any"]),
        ({"location": "$.result.score", "presence": "recommended", "any": [1]}, []),
        ({"location": "$.result.success", "all": [1]}, ["all"]),
        ({"location": "$.result.success", "all": [True]}, []),
        ({"location": "$.result.score", "all": [1]}, []),
        ({"location": RANK, "none": [2]}, ["none"]),
        ({"location": "$.result.score", "none": [2]}, []),
        ({"location": f"$.result.extensions['{PLACE}']", "any": [{"rank": 2}]}, []),
        ({"location": "$.result.extensions.*", "selector": "$.rank", "presence": "included", "all": [2]}, []),
        ({"location": "$.result.*", "selector": "$.rank", "presence": "included"}, ["presence"]),
        ({"location": "$.result.extensions.*", "selector": "$.medal", "all": ["gold"]}, ["all"]),
        ({"location": "$.result.extensions.*", "selector": "$.medal", "presence": "excluded"}, []),
    ],
)
def test_a_rule_is_broken_as_the_specification_says(rule: dict[str, Any], faults: list[str]) -> None:
    assert broken(rule) == faults


def test_one_context_activity_sent_without_a_list_is_judged_as_a_list_of_one() -> None:
    rule = {"location": "$.context.contextActivities.parent[*].id", "any": ["https://sports.example/games"]}
    around = {"contextActivities": {"parent": {"id": "https://sports.example/games"}}}
    assert broken(rule, a_placing(context=around)) == []


def test_a_finding_names_profile_template_rule_place_and_reason() -> None:
    rule = {"location": "$.result.score.scaled", "presence": "included"}
    [finding] = found(a_placing(result=None), templates=[a_template(verb=PLACED, rules=[rule])])
    assert finding == Finding(
        VERSION, PLACING, "presence: $.result.score.scaled", "result.score.scaled", "must be there", binding=True
    )


# --- Which templates a statement matches ---

NEVER = [{"location": "$.result.never", "presence": "included"}]


@pytest.mark.parametrize(
    ("determining", "matches"),
    [
        ({"verb": PLACED}, True),
        ({"verb": MEDALED}, False),
        ({"objectActivityType": EVENT}, True),
        ({"verb": PLACED, "objectActivityType": f"{EVENT}/other"}, False),
        ({"contextGroupingActivityType": [EVENT]}, True),
        ({"contextGroupingActivityType": [EVENT, f"{EVENT}/other"]}, False),
        ({"contextParentActivityType": [EVENT]}, False),
        ({"contextCategoryActivityType": [EVENT]}, False),
        ({"contextOtherActivityType": [EVENT]}, False),
        ({"attachmentUsageType": ["https://sports.example/photo"]}, True),
        ({"attachmentUsageType": ["https://sports.example/film"]}, False),
    ],
)
def test_a_template_is_for_statements_with_all_its_determining_properties(
    determining: dict[str, Any], matches: bool
) -> None:
    around = {"contextActivities": {"grouping": [{"id": "https://e.org/1", "definition": {"type": EVENT}}]}}
    statement = a_placing(context=around, attachments=[{"usageType": "https://sports.example/photo"}])
    assert bool(found(statement, templates=[a_template(rules=NEVER, **determining)])) == matches


def test_a_statement_that_no_template_is_for_is_at_fault_only_if_it_claims_the_profile() -> None:
    templates = [a_template(verb=PLACED)]
    other = a_statement(context=None)
    assert found(other, templates=templates) == []
    for claimed in (VERSION, SPORTS):
        [finding] = found({**other, "context": claiming(claimed)}, templates=templates)
        assert finding.binding
        assert finding.reason == "matches no template of the profile it claims"
    assert found({**other, "context": claiming(f"{SPORTS}/v1")}, templates=templates) == []
    assert found(a_placing(context=claiming()), templates=templates) == []


# --- References to other statements ---


def test_a_reference_leads_to_a_statement_of_one_of_the_named_templates() -> None:
    templates = [
        a_template(verb=PLACED, contextStatementRefTemplate=[STARTED]),
        a_template(STARTED, verb=MEDALED, rules=[{"location": "$.result.success", "all": [True]}]),
    ]
    target = str(uuid4())
    statement = a_placing(context={"statement": {"objectType": "StatementRef", "id": target}})

    def reasons(stored: dict[str, Statement]) -> list[str]:
        return [each.reason for each in found(statement, stored, templates=templates)]

    assert reasons({}) == []
    assert reasons({target: a_placing(verb={"id": MEDALED})}) == []
    assert reasons({target: a_placing(verb={"id": MEDALED}, result={"success": False})}) == [
        f"must refer to a statement of {STARTED}"
    ]
    assert reasons({target: a_placing()}) == [f"must refer to a statement of {STARTED}"]
    [missing] = found(a_placing(), templates=templates)
    assert (missing.path, missing.reason) == ("context.statement", "must be a StatementRef")


# --- Concepts ---


def test_words_that_are_deprecated_or_unknown_are_advice() -> None:
    concepts = [a_concept(PLACED, "Verb", deprecated=True)]
    findings = found(a_placing(result=None), concepts=concepts)
    assert [(each.template, each.rule, each.binding) for each in findings] == [
        (PLACED, "deprecated", False),
        ("", "activity type of this profile", False),
    ]


def test_an_extension_belongs_in_its_part_of_the_statement() -> None:
    concepts = [*WORDS, a_concept(PLACE, "ContextExtension")]
    [finding] = found(a_placing(), concepts=concepts)
    assert finding.binding
    assert finding.path == f"result.extensions['{PLACE}']"
    assert finding.reason == "belongs in context, not in result"


def test_an_extension_is_recommended_with_verbs_and_with_narrower_ones() -> None:
    concepts = [*WORDS, a_concept(PLACE, "ResultExtension", recommendedVerbs=[PLACED])]
    assert found(a_placing(verb={"id": MEDALED}), concepts=concepts) == []
    [finding] = found(a_placing(verb={"id": "https://e.org/verbs/won"}), concepts=concepts)
    assert not finding.binding


def test_an_extensions_value_keeps_the_schema_of_the_profile() -> None:
    schema = {"type": "object", "required": ["rank"], "properties": {"rank": {"type": "integer", "minimum": 1}}}
    concepts = [*WORDS, a_concept(PLACE, "ResultExtension", inlineSchema=orjson.dumps(schema).decode())]
    assert found(a_placing(), concepts=concepts) == []
    [finding] = found(a_placing(result={"extensions": {PLACE: {"rank": 0}}}), concepts=concepts)
    assert finding.binding
    assert finding.reason == "breaks its schema at ['rank'] (minimum)"


def test_a_schema_that_cannot_be_used_is_told_and_leaves_the_rest_of_the_profile_in_force() -> None:
    document = a_profile(
        concepts=[
            a_concept(PLACE, "ResultExtension", inlineSchema='{"properties": {"rank": {"required": true}}}'),
            a_concept(f"{PLACE}/2", "ResultExtension", schema="https://sports.example/schema.json"),
        ]
    )
    first, second = profile_documents.read(orjson.dumps(document)).remarks
    assert first.startswith("concepts[0].inlineSchema: is not a Draft-07 schema")
    assert second.startswith("concepts[1].schema: https://sports.example/schema.json is not fetched")


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"$ref": "https://elsewhere.example/schema.json"}, "not within it"),
        ({"$ref": "file:///etc/passwd"}, "not within it"),
        ({"items": {"$ref": "#"}}, "refers to itself"),
        ({"$ref": "#/definitions/none"}, "not there"),
        ({"items": {"$id": "https://elsewhere.example/", "$ref": "#"}}, "an \\$id within"),
        ({"pattern": "(?<=a)b"}, "Draft-07"),
        (
            {
                "allOf": [{"$ref": "#/definitions/0"}],
                "definitions": {
                    str(n): {"allOf": [{"$ref": f"#/definitions/{n + 1}"}] * 2} if n < 18 else {} for n in range(19)
                },
            },
            "too large or too deep",
        ),
    ],
)
def test_a_schema_that_could_fetch_or_run_on_is_not_used(schema: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        compile_schema(orjson.dumps(schema).decode())


def test_a_value_nested_beyond_measure_does_not_reach_the_validator() -> None:
    value: Any = 1
    for _ in range(100_000):
        value = [value]
    check = compile_schema('{"items": {"items": {}}}')
    assert check(value) == "is nested too deeply to be judged"
    assert check([[1]]) is None


# --- Documents ---


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"@context": "https://schema.org"}, "@context: must name"),
        ({"type": "Pattern"}, "type: must be Profile"),
        ({"conformsTo": "https://w3id.org/xapi/profiles#2.0"}, "conformsTo"),
        ({"versions": []}, "versions: must not be empty"),
        ({"author": {"type": "Robot", "name": "x"}}, "author.type"),
        ({"concepts": [a_concept("no iri", "Verb")]}, r"concepts\[0\].id: must be an IRI"),
        ({"concepts": [a_concept(PLACED, "Verbs")]}, r"concepts\[0\].type"),
        ({"concepts": [a_concept(PLACED, "Verb")] * 2}, "twice"),
        ({"templates": [a_template(rules=[{"location": "$.a[?(@.b)]", "any": [1]}])]}, r"rules\[0\].location: cannot"),
        ({"templates": [a_template(rules=[{"location": "$.a", "selector": "$.["}])]}, r"rules\[0\].selector: cannot"),
        ({"templates": [a_template(rules=[{"location": "$.a"}])]}, "none of presence, any, all and none"),
        ({"templates": [a_template(rules=[{"location": "$.a", "any": []}])]}, r"any: must not be empty"),
        ({"templates": [a_template(objectStatementRefTemplate=[STARTED])]}, "is not in the profile"),
        ({"templates": [a_template(objectStatementRefTemplate=[PLACING])]}, "refers to itself"),
        (
            {
                "templates": [
                    a_template(objectStatementRefTemplate=[STARTED], objectActivityType=EVENT),
                    a_template(STARTED),
                ]
            },
            "both objectActivityType",
        ),
        (
            {
                "templates": [
                    a_template(contextStatementRefTemplate=[STARTED]),
                    a_template(STARTED, objectStatementRefTemplate=[PLACING]),
                ]
            },
            "refers to itself, by way of",
        ),
    ],
)
def test_a_document_that_is_no_usable_profile_is_refused_with_the_place(changed: dict[str, Any], reason: str) -> None:
    with pytest.raises(ProfileRefused, match=reason):
        profile_documents.read(orjson.dumps(a_profile(**changed)))


def test_a_document_with_a_character_that_cannot_be_stored_is_refused() -> None:
    with pytest.raises(ProfileRefused, match="NUL"):
        profile_documents.read(orjson.dumps(a_profile(prefLabel={"en": "a\0b"})))


def test_a_document_nested_beyond_measure_is_refused() -> None:
    rule = {"location": "$.a", "any": [orjson.loads("[" * 500 + "]" * 500)]}
    document = json.dumps(a_profile(templates=[a_template(rules=[rule])])).encode()
    with pytest.raises(ProfileRefused, match="nested too deeply"):
        profile_documents.read(document)


@pytest.mark.parametrize("document", [b"", b"[]", b'"x"', b"{}", b"[" * 100_000, b"\xff"])
def test_what_is_not_json_ld_is_refused(document: bytes) -> None:
    with pytest.raises(ProfileRefused, match="not JSON"):
        profile_documents.read(document)


def test_the_newest_version_is_the_one_described() -> None:
    read = profile_documents.read(orjson.dumps(a_profile()))
    assert (read.iri, read.version, read.title) == (SPORTS, VERSION, "Sports")
