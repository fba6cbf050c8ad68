"""What a request says about a document: its place, its content, its conditions (xAPI Communication 2.2, 3.1)."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xapi_store import actors
from xapi_store.api.exchange import Request
from xapi_store.documents.document_content import Content
from xapi_store.documents.preconditions import ANY, Condition
from xapi_store.documents.shelves import Kind, Place, Shelf
from xapi_store.errors import DocumentRefused, FilterRefused, StatementRefused
from xapi_store.form import syntax
from xapi_store.form.received import read
from xapi_store.form.validation import check_actor

SINCE = "since"
_LONGEST_TYPE = 255
_QUOTED = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the three: the name of its ids, what must and may stand beside them, and its scope."""

    kind: Kind
    id_name: str
    required: tuple[str, ...]
    scope: str
    optional: tuple[str, ...] = ()


STATE = Resource(Kind.STATE, "stateId", ("activityId", "agent"), "state", ("registration",))
ACTIVITY_PROFILE = Resource(Kind.ACTIVITY_PROFILE, "profileId", ("activityId",), "profile")
AGENT_PROFILE = Resource(Kind.AGENT_PROFILE, "profileId", ("agent",), "profile")


def shelf_of(resource: Resource, given: dict[str, str], *, further: tuple[str, ...] = ()) -> Shelf:
    """The shelf that the parameters name; FilterRefused for one that is missing, unknown or not of its form."""
    known = {resource.id_name, *resource.required, *resource.optional, *further}
    for name in given:
        if name not in known:
            raise FilterRefused(name, "is not known here")
    for name in resource.required:
        if name not in given:
            raise FilterRefused(name, "is missing")
    return Shelf(
        resource.kind,
        activity=_activity(given["activityId"]) if "activityId" in given else None,
        agent=_agent(given["agent"]) if "agent" in given else None,
        registration=_registration(given["registration"]) if "registration" in given else None,
    )


def place_of(resource: Resource, given: dict[str, str], shelf: Shelf) -> Place:
    """The place on the shelf; FilterRefused where no id is named, or one that is empty or holds a NUL character."""
    doc_id = given.get(resource.id_name)
    if doc_id is None:
        raise FilterRefused(resource.id_name, "is missing")
    return Place(shelf, _text(resource.id_name, doc_id))


def _text(name: str, value: str) -> str:
    if not value or "\0" in value:
        raise FilterRefused(name, "holds a NUL character" if value else "must not be empty")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise FilterRefused(name, "holds half a character (a lone surrogate)") from error
    return value


def _activity(value: str) -> str:
    if not syntax.is_iri(value):
        raise FilterRefused("activityId", "must be an IRI")
    return _text("activityId", value)


def _agent(value: str) -> str:
    try:
        agent = read(value.encode("utf-8", "surrogatepass"), "agent")
        check_actor(agent, path="agent")
    except StatementRefused as error:
        raise FilterRefused("agent", f"is not an agent: {error.path} {error.reason}") from error
    if agent.get("objectType") == "Group":
        # Whoever keeps documents of an identified group sends its identifier as an Agent (Communication 2.6).
        raise FilterRefused("agent", "must be an Agent, not a Group")
    return _text("agent", actors.identity(agent))


def _registration(value: str) -> UUID:
    found = syntax.read_uuid(value)
    if found is None:
        raise FilterRefused("registration", "must be a UUID")
    return found


def since_of(given: dict[str, str]) -> datetime | None:
    """The time after which documents are asked for, judged also where an id makes it idle; None where none is named."""
    if SINCE not in given:
        return None
    found = syntax.read_time(given[SINCE])
    if found is None:
        raise FilterRefused(SINCE, "must be a time")
    return found


def content_of(request: Request) -> Content:
    """The body and its content type; DocumentRefused where that is no media type."""
    kind = (request.header("content-type") or "application/octet-stream").strip()
    # It goes out again as a header: nothing in it may end a line. (In a form it may hold anything.)
    if not (syntax.is_media_type(kind) and kind.isascii() and kind.isprintable()) or len(kind) > _LONGEST_TYPE:
        raise DocumentRefused("the Content-Type is not a media type")
    return Content(request.body, kind)


def condition_of(request: Request) -> Condition:
    """What If-Match and If-None-Match ask for."""
    return Condition(if_match=tags_of(request, "If-Match"), if_none_match=tags_of(request, "If-None-Match"))


def tags_of(request: Request, name: str) -> frozenset[str] | None:
    """The entity tags of this header, with their quotes; None where not sent. FilterRefused where it is empty."""
    value = request.header(name)
    if value is None:
        return None
    if value.strip() == "*":
        return ANY
    # Proxies make tags weak when they compress, and some programs lose the quotes. Ours still names the same bytes.
    found = _QUOTED.findall(value) or [f'"{each.strip()}"' for each in value.split(",") if each.strip()]
    if not found:
        raise FilterRefused(name, "must be * or entity tags")
    return frozenset(found)
