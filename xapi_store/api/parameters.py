"""The parameters of the statement resource, read once and strictly (xAPI Communication 2.1.3)."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from xapi_store import actors
from xapi_store.errors import FilterRefused, StatementRefused
from xapi_store.filters import Filters
from xapi_store.form import syntax
from xapi_store.form.received import read
from xapi_store.form.validation import check_actor

# In `more` only: where the next page begins, and through when the first page was consistent.
CURSOR, THROUGH = "from", "through"
_ALONE = {"statementId", "voidedStatementId"}
_FORMS = {"format", "attachments"}
_LARGEST = 2**63 - 1


class _Form(fields.Field[Any]):
    """A parameter of one form; `read` gives None for what is not of it."""

    def __init__(self, read: Callable[[str], Any], reason: str, **options: Any) -> None:
        super().__init__(**options)
        self._read = read
        self._reason = reason

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = self._read(value)
        if found is None:
            raise ValidationError(self._reason)
        return found


def _agent(value: str) -> str:
    try:
        agent = read(value.encode("utf-8", "surrogatepass"), "agent")
        check_actor(agent, path="agent")
    except StatementRefused as error:
        raise ValidationError(f"is not an agent: {error.path} {error.reason}") from error
    named = actors.identity(agent)
    if not named:
        raise ValidationError("must have an identifier")
    return named


def _iri(value: str) -> str | None:
    return value if syntax.is_iri(value) else None


def _truth() -> _Form:
    return _Form({"true": True, "false": False}.get, "must be true or false", load_default=False)


class PutParameters(Schema):
    """The parameters of PUT /statements."""

    statement_id = _Form(syntax.read_uuid, "must be a UUID", data_key="statementId", required=True)


class PostParameters(Schema):
    """POST /statements has none."""


class GetParameters(Schema):
    """The parameters of GET /statements."""

    statement_id = _Form(syntax.read_uuid, "must be a UUID", data_key="statementId")
    voided_statement_id = _Form(syntax.read_uuid, "must be a UUID", data_key="voidedStatementId")
    agent = _Form(_agent, "is not an agent")
    verb = _Form(_iri, "must be an IRI")
    activity = _Form(_iri, "must be an IRI")
    registration = _Form(syntax.read_uuid, "must be a UUID")
    related_activities = _truth()
    related_agents = _truth()
    since = _Form(syntax.read_time, "must be a time")
    until = _Form(syntax.read_time, "must be a time")
    limit = fields.Integer(validate=validate.Range(min=0, max=_LARGEST), load_default=0)
    ascending = _truth()
    format = fields.String(validate=validate.OneOf(["ids", "exact", "canonical"]), load_default="exact")
    attachments = _truth()
    cursor = fields.Integer(data_key=CURSOR, validate=validate.Range(min=0, max=_LARGEST))
    through = fields.Integer(data_key=THROUGH, validate=validate.Range(min=0, max=_LARGEST))

    @pre_load
    def _one_statement_stands_alone(self, data: dict[str, str], **kwargs: Any) -> dict[str, str]:
        if _ALONE & data.keys():
            others = sorted(data.keys() - _FORMS)
            if len(others) > 1:
                raise ValidationError("cannot go together with the others", others[0])
        return data


PUT, POST, GET = PutParameters(), PostParameters(), GetParameters()


def load(schema: Schema, given: Mapping[str, str]) -> dict[str, Any]:
    """The parameters, typed; FilterRefused for one that is unknown or not of its form."""
    try:
        found: dict[str, Any] = schema.load(given, unknown=RAISE)
    except ValidationError as error:
        messages = error.normalized_messages()  # type: ignore[no-untyped-call]  # marshmallow leaves it untyped
        name = next(iter(messages))
        raise FilterRefused(str(name), _sentence(messages[name])) from error
    return found


def filters(parameters: dict[str, Any], *, authority: str | None) -> Filters:
    """The question these parameters ask, within what may be seen."""
    asked = {name: value for name, value in parameters.items() if name not in ("format", "attachments", "through")}
    return Filters(**asked, authority=authority)


def _sentence(messages: Any) -> str:
    first = str(messages[0] if isinstance(messages, list) else messages)
    return {"Unknown field.": "is not known here", "Missing data for required field.": "is missing"}.get(
        first, first[:1].lower() + first[1:].rstrip(".")
    )
