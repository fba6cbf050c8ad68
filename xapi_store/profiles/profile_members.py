"""What must stand in the document of an xAPI profile, and in which form (Profiles 2, 6 to 8).

Labels and definitions of concepts and templates are for people and are not asked for here: profiles that are in use
leave them out, and checking does not need them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from xapi_store.errors import ProfileRefused
from xapi_store.form import syntax
from xapi_store.profiles.locations import compile_location

CONTEXT = "https://w3id.org/xapi/profiles/context"
WORDS = ("Verb", "ActivityType", "AttachmentUsageType")
EXTENSIONS = ("ContextExtension", "ResultExtension", "ActivityExtension")
RESOURCES = ("StateResource", "AgentProfileResource", "ActivityProfileResource")
AROUND = {
    "contextParentActivityType": "parent",
    "contextGroupingActivityType": "grouping",
    "contextCategoryActivityType": "category",
    "contextOtherActivityType": "other",
}
_FEW = validate.Length(max=500, error="more than 500 of them")
_CHOICES = validate.Length(min=1, error="must not be empty")


def checked(content: Any) -> dict[str, Any]:
    """The members of the profile; ProfileRefused names the first that is missing or wrong, and its place."""
    if not isinstance(content, dict) or "@context" not in content:
        raise ProfileRefused("the document is not JSON-LD: it has no @context")
    contexts = content["@context"]
    if CONTEXT not in (contexts if isinstance(contexts, list) else [contexts]):
        raise ProfileRefused(f"@context: must name {CONTEXT}")
    if content.get("type") != "Profile":
        raise ProfileRefused("type: must be Profile")
    try:
        return dict(_Profile().load(content))
    except ValidationError as error:
        raise ProfileRefused(_first(error.messages)) from error


def _first(messages: Any) -> str:
    """The first of the messages, behind the place it is about."""
    path = ""
    while isinstance(messages, dict):
        name, messages = next(iter(messages.items()))
        path += f"[{name}]" if isinstance(name, int) else f".{name}"
    return f"{path.lstrip('.')}: {messages[0] if isinstance(messages, list) else messages}"


class _Iri(fields.String):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str) or not syntax.is_iri(value):
            raise ValidationError("must be an IRI")
        return value


class _Moment(fields.Field[datetime]):
    """A time, or a day only, as some profiles have it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValidationError("must be a time (RFC 3339)") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _is_location(text: str) -> None:
    try:
        compile_location(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _language_map() -> fields.Dict:
    return fields.Dict(fields.String(), fields.String(), required=True, validate=_CHOICES)


def _iris(**more: Any) -> fields.List[str]:
    return fields.List(_Iri(), load_default=list, **more)


class _Open(Schema):
    """JSON-LD lets authors add what the specification does not name."""

    class Meta:
        """What marshmallow is told."""

        unknown = EXCLUDE


class _Version(_Open):
    id = _Iri(required=True)
    generatedAtTime = _Moment(required=True)  # noqa: N815 (the specification's name, like those below)


class _Author(_Open):
    type = fields.String(required=True, validate=validate.OneOf(["Organization", "Person"]))
    name = fields.String(required=True)


class _Concept(_Open):
    id = _Iri(required=True)
    type = fields.String(required=True, validate=validate.OneOf([*WORDS, *EXTENSIONS, *RESOURCES, "Activity"]))
    deprecated = fields.Boolean(truthy={True}, falsy={False}, load_default=False)
    inlineSchema = fields.Raw()  # noqa: N815
    schema = fields.Raw()
    narrower = _iris()
    broader = _iris()
    recommendedVerbs = _iris()  # noqa: N815
    recommendedActivityTypes = _iris()  # noqa: N815


class _Rule(_Open):
    location = fields.String(required=True, validate=_is_location)
    selector = fields.String(load_default=None, validate=_is_location)
    presence = fields.String(load_default=None, validate=validate.OneOf(["included", "excluded", "recommended"]))
    any = fields.List(fields.Raw(allow_none=True), validate=_CHOICES)
    all = fields.List(fields.Raw(allow_none=True), validate=_CHOICES)
    none = fields.List(fields.Raw(allow_none=True), validate=_CHOICES)


_Template = _Open.from_dict(
    {
        "id": _Iri(required=True),
        "type": fields.String(required=True, validate=validate.Equal("StatementTemplate")),
        "deprecated": fields.Boolean(truthy={True}, falsy={False}, load_default=False),
        "verb": _Iri(load_default=None),
        "objectActivityType": _Iri(load_default=None),
        **{name: _iris(validate=_CHOICES) for name in (*AROUND, "attachmentUsageType")},
        **{name: _iris(validate=_CHOICES) for name in ("objectStatementRefTemplate", "contextStatementRefTemplate")},
        "rules": fields.List(fields.Nested(_Rule), load_default=list, validate=_FEW),
    },
    name="StatementTemplate",
)


class _Profile(_Open):
    id = _Iri(required=True)
    conformsTo = fields.String(  # noqa: N815
        required=True, validate=validate.Regexp(r"https://w3id\.org/xapi/profiles#1\.", error="must be a version 1")
    )
    prefLabel = _language_map()  # noqa: N815
    definition = _language_map()
    author = fields.Nested(_Author, required=True)
    versions = fields.List(fields.Nested(_Version), required=True, validate=_CHOICES)
    concepts = fields.List(fields.Nested(_Concept), load_default=list)
    templates = fields.List(fields.Nested(_Template), load_default=list)
