"""The bodies of the store's requests and answers, as JSON Schemas for its OpenAPI document."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """Points at the schema of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def a_list(of: Schema, **more: Any) -> Schema:
    """A JSON array of these."""
    return {"type": "array", "items": of, **more}


def _object(required: str = "", /, **members: Schema) -> Schema:
    found: Schema = {"type": "object", "properties": members, "additionalProperties": False}
    return {**found, "required": required.split()} if required else found


def _one_of(*names: str) -> Schema:
    return {"anyOf": [ref(name) for name in names]}


def _fixed(*words: str) -> Schema:
    return {"const": words[0]} if len(words) == 1 else {"enum": list(words)}


_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_TRUTH: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}

_SMALL: Mapping[str, Schema] = {
    "Iri": {"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\u0000-\u0020]+$"},
    "Uuid": {"type": "string", "format": "uuid"},
    "Time": {"type": "string", "description": "RFC 3339; without a zone it is UTC.", "examples": ["2026-05-18T05:32Z"]},
    "Duration": {"type": "string", "description": "ISO 8601.", "examples": ["PT2M30S"]},
    "Sha2": {"type": "string", "pattern": "^([0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})$"},
    "LanguageMap": {
        "type": "object",
        "description": "Texts by their language (RFC 5646).",
        "additionalProperties": _TEXT,
        "examples": [{"en": "answered"}],
    },
    "Extensions": {
        "type": "object",
        "description": "Any JSON under IRIs; it comes out to the letter as it was sent.",
        "propertyNames": ref("Iri"),
    },
    "Account": _object("homePage name", homePage=ref("Iri"), name=_TEXT),
}
_IDENTIFIERS: Mapping[str, Schema] = {
    "mbox": {"type": "string", "pattern": r"^mailto:[^@\s<>]+@[^@\s<>]+$"},
    "mbox_sha1sum": {"type": "string", "pattern": "^[0-9a-fA-F]{40}$"},
    "openid": ref("Iri"),
    "account": ref("Account"),
}
_ONE_IDENTIFIER = [{"required": [name]} for name in _IDENTIFIERS]
_ACTORS: Mapping[str, Schema] = {
    "Agent": {**_object(objectType=_fixed("Agent"), name=_TEXT, **_IDENTIFIERS), "oneOf": _ONE_IDENTIFIER},
    "Group": {
        **_object("objectType", objectType=_fixed("Group"), name=_TEXT, **_IDENTIFIERS, member=a_list(ref("Agent"))),
        "anyOf": [{"required": ["member"]}, *_ONE_IDENTIFIER],
    },
    "Actor": _one_of("Agent", "Group"),
}
_COMPONENTS = a_list(_object("id", id={"type": "string", "minLength": 1}, description=ref("LanguageMap")))
_INTERACTIONS = (
    "true-false choice fill-in long-fill-in matching performance sequencing likert numeric other".split()  # noqa: SIM905 (one line)
)
_ACTIVITIES: Mapping[str, Schema] = {
    "Activity": _object("id", objectType=_fixed("Activity"), id=ref("Iri"), definition=ref("Definition")),
    "Definition": _object(
        name=ref("LanguageMap"),
        description=ref("LanguageMap"),
        type=ref("Iri"),
        moreInfo=ref("Iri"),
        extensions=ref("Extensions"),
        interactionType=_fixed(*_INTERACTIONS),
        correctResponsesPattern=a_list(_TEXT),
        **dict.fromkeys(("choices", "scale", "source", "target", "steps"), _COMPONENTS),
    ),
}
_AROUND: Mapping[str, Schema] = {
    "Verb": _object("id", id=ref("Iri"), display=ref("LanguageMap")),
    "StatementRef": _object("objectType id", objectType=_fixed("StatementRef"), id=ref("Uuid")),
    "Score": _object(scaled={"type": "number", "minimum": -1, "maximum": 1}, raw=_NUMBER, min=_NUMBER, max=_NUMBER),
    "Result": _object(
        score=ref("Score"),
        success=_TRUTH,
        completion=_TRUTH,
        response=_TEXT,
        duration=ref("Duration"),
        extensions=ref("Extensions"),
    ),
    "ContextActivities": _object(
        **{
            name: {"anyOf": [ref("Activity"), a_list(ref("Activity"))]}
            for name in ("parent", "grouping", "category", "other")
        }
    ),
    "Context": _object(
        registration=ref("Uuid"),
        instructor=ref("Actor"),
        team=ref("Group"),
        contextActivities=ref("ContextActivities"),
        contextAgents=a_list(
            _object(
                "objectType agent",
                objectType=_fixed("contextAgent"),
                agent=ref("Agent"),
                relevantTypes=a_list(ref("Iri"), minItems=1),
            )
        ),
        contextGroups=a_list(
            _object(
                "objectType group",
                objectType=_fixed("contextGroup"),
                group=ref("Group"),
                relevantTypes=a_list(ref("Iri"), minItems=1),
            )
        ),
        revision=_TEXT,
        platform=_TEXT,
        language={"type": "string", "description": "RFC 5646.", "examples": ["en"]},
        statement=ref("StatementRef"),
        extensions=ref("Extensions"),
    ),
    "AttachmentDeclared": _object(
        "usageType display contentType length sha2",
        usageType=ref("Iri"),
        display=ref("LanguageMap"),
        description=ref("LanguageMap"),
        contentType=_TEXT,
        length=_COUNT,
        sha2=ref("Sha2"),
        fileUrl=ref("Iri"),
    ),
}
_SAID: Mapping[str, Schema] = {
    "actor": ref("Actor"),
    "verb": ref("Verb"),
    "result": ref("Result"),
    "context": ref("Context"),
    "timestamp": ref("Time"),
    "attachments": a_list(ref("AttachmentDeclared")),
}
_THINGS = ("Activity", "Agent", "Group", "StatementRef")
_STATEMENTS: Mapping[str, Schema] = {
    "SubStatement": _object(
        "objectType actor verb object", objectType=_fixed("SubStatement"), object=_one_of(*_THINGS), **_SAID
    ),
    "Statement": _object(
        "actor verb object",
        id=ref("Uuid"),
        object=_one_of(*_THINGS, "SubStatement"),
        stored=ref("Time"),
        authority=ref("Actor"),
        version={"type": "string", "pattern": r"^[12]\.0(\.\d+)?$"},
        **_SAID,
    ),
    "Statements": a_list(ref("Statement")),
    "StatementResult": _object("statements more", statements=ref("Statements"), more=_TEXT),
}
_FAULT: Mapping[str, Schema] = {
    "path": {"type": "string", "description": "The member or parameter at fault, such as `statements[3].verb.id`."},
    "reason": {"type": "string", "description": "What is wrong with it."},
    "rule": {"type": "string", "description": "A short code of the rule that is broken; it does not change."},
    "section": {"type": "string", "description": "Where the specification says so, such as `Data 2.4.3`."},
}
_ANSWERS: Mapping[str, Schema] = {
    "About": _object("version extensions", version=a_list(_TEXT), extensions={"type": "object"}),
    "Person": _object(
        "objectType",
        objectType=_fixed("Person"),
        name=a_list(_TEXT),
        **{name: a_list(form) for name, form in _IDENTIFIERS.items()},
    ),
    "Ids": a_list(ref("Uuid")),
    "Imported": _object(
        "stored known conflicts refused",
        stored=_COUNT,
        known=_COUNT,
        conflicts=ref("Ids"),
        refused=a_list(ref("NumberedFault")),
    ),
    "NumberedFault": _object("index path reason", index=_COUNT, **_FAULT),
    "Error": _object(
        "error",
        error={"type": "string", "minLength": 1, "description": "One sentence for people."},
        **_FAULT,
        errors=a_list(ref("NumberedFault"), description="All that is wrong with a batch, by number from 0."),
        more={"type": "boolean", "description": "Further faults are not named."},
        id={"type": "string", "description": "Finds a fault of the store in its log (status 500)."},
    ),
}
SCHEMAS: Mapping[str, Schema] = {**_SMALL, **_ACTORS, **_ACTIVITIES, **_AROUND, **_STATEMENTS, **_ANSWERS}
