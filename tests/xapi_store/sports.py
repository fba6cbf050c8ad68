"""A small xAPI profile of competitions, and a statement that follows it."""

from typing import Any
from uuid import uuid4

from tests.builders import a_statement

SPORTS = "https://sports.example/profile"
VERSION = f"{SPORTS}/v2"
PLACED = f"{SPORTS}/verbs/placed"
MEDALED = f"{SPORTS}/verbs/medaled"
EVENT = f"{SPORTS}/types/event"
PLACE = f"{SPORTS}/extensions/place"
PLACING = f"{SPORTS}/templates/placing"
STARTED = f"{SPORTS}/templates/started"


def a_concept(iri: str, kind: str, **more: Any) -> dict[str, Any]:
    """A concept of the sports profile."""
    return {"id": iri, "type": kind, "inScheme": VERSION, "prefLabel": {"en": "x"}, "definition": {"en": "x"}, **more}


def a_template(iri: str = PLACING, **more: Any) -> dict[str, Any]:
    """A template of the sports profile."""
    return a_concept(iri, "StatementTemplate", **more)


def a_profile(**changed: Any) -> dict[str, Any]:
    """A profile with nothing in it but what is required."""
    return {
        "@context": "https://w3id.org/xapi/profiles/context",
        "id": SPORTS,
        "type": "Profile",
        "conformsTo": "https://w3id.org/xapi/profiles#1.0",
        "prefLabel": {"en": "Sports"},
        "definition": {"en": "Competitions"},
        "author": {"type": "Organization", "name": "A club"},
        "versions": [
            {"id": f"{SPORTS}/v1", "generatedAtTime": "2025-02-20T20:20:20Z"},
            {"id": VERSION, "wasRevisionOf": [f"{SPORTS}/v1"], "generatedAtTime": "2026-02-20T20:20:20Z"},
        ],
        **changed,
    }


def a_placing(**changed: Any) -> dict[str, Any]:
    """Somebody was placed second in an event."""
    return a_statement(
        **{
            "verb": {"id": PLACED},
            "object": {"id": "https://sports.example/events/1", "definition": {"type": EVENT}},
            "result": {"extensions": {PLACE: {"rank": 2}}, "success": True},
            "context": {"registration": str(uuid4())},
            **changed,
        }
    )


WORDS = [a_concept(PLACED, "Verb"), a_concept(MEDALED, "Verb", broader=[PLACED]), a_concept(EVENT, "ActivityType")]
CONCEPTS = [*WORDS, a_concept(PLACE, "ResultExtension")]
