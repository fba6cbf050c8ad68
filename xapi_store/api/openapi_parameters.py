"""The parameters and headers that the store's resources take, for its OpenAPI document."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from xapi_store.api.exchange import VERSION
from xapi_store.api.openapi_bodies import Schema, ref
from xapi_store.api.parameters import CURSOR, THROUGH

# Each parameter of an address: what it does, and its form. An agent is JSON.
_IN_THE_ADDRESS: Mapping[str, tuple[str, Schema]] = {
    "statementId": ("The statement of this id, and nothing else.", ref("Uuid")),
    "voidedStatementId": ("The voided statement of this id, and nothing else.", ref("Uuid")),
    "agent": ("An Agent or identified Group, as JSON.", ref("Actor")),
    "verb": ("The verb's IRI.", ref("Iri")),
    "activity": ("The IRI of the activity that is the object.", ref("Iri")),
    "activityId": ("The activity's IRI.", ref("Iri")),
    "registration": ("One enrolment's run.", ref("Uuid")),
    "related_activities": ("Looks at every place where an activity may stand.", {"enum": ["true", "false"]}),
    "related_agents": ("Looks at every place where an agent may stand.", {"enum": ["true", "false"]}),
    "since": ("Stored after this time.", ref("Time")),
    "until": ("Stored at this time or before.", ref("Time")),
    "limit": ("At most so many; 0 leaves it to the store.", {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}),
    "ascending": ("Oldest first.", {"enum": ["true", "false"]}),
    "format": ("How much of each statement.", {"enum": ["ids", "exact", "canonical"]}),
    "attachments": ("With the bytes of attachments, as multipart/mixed.", {"enum": ["true", "false"]}),
    CURSOR: ("Where a page goes on; stands in the addresses that `more` gives.", {"type": "integer"}),
    THROUGH: (
        "Up to when the first page was consistent; stands in the addresses that `more` gives.",
        {"type": "integer"},
    ),
    "stateId": ("The state's id.", {"type": "string", "minLength": 1}),
    "profileId": ("The profile's id.", {"type": "string", "minLength": 1}),
}
_IN_HEADERS: Mapping[str, str] = {
    "If-Match": "Only if the document is the one with this ETag; * for any.",
    "If-None-Match": "Only if no document stands there (*), or for GET, if it is not this one.",
    "Accept-Language": "The languages wanted in the canonical format, as in HTTP.",
}


def in_the_address(names: Collection[str], required: Collection[str]) -> Iterator[dict[str, Any]]:
    """Each of these parameters of an address; KeyError for one that is not described here."""
    for name in names:
        text, schema = _IN_THE_ADDRESS[name]
        form: Schema = {"content": {"application/json": {"schema": schema}}} if name == "agent" else {"schema": schema}
        yield {"name": name, "in": "query", "required": name in required, "description": text, **form}


def in_headers(names: Collection[str], *, keyed: bool) -> Iterator[dict[str, Any]]:
    """The version, which only a resource without a key can do without, and each of these headers."""
    spoken: Schema = {"type": "string", "pattern": r"^[12]\.0(\.\d+)?$", "examples": ["1.0.3", "2.0.0"]}
    text = "The version of xAPI that is spoken."
    yield {"name": VERSION, "in": "header", "required": keyed, "description": text, "schema": spoken}
    for name in names:
        yield {"name": name, "in": "header", "description": _IN_HEADERS[name], "schema": {"type": "string"}}
