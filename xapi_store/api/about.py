"""What this store is and offers (xAPI Communication 2.8)."""

from xapi_store.api.exchange import Answer, House, Method, Request, json_answer
from xapi_store.vocabulary import PROFILE

_VERSIONS_1 = ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]
_RESOURCES = ["about", "activities", "activities/profile", "activities/state", "agents", "agents/profile", "statements"]


def get(request: Request, house: House) -> Answer:
    """The versions of xAPI spoken here and what is offered; to a client of xAPI 1.0 those of 1.0."""
    # Older clients fail on versions they have never heard of, so they are told of their own.
    old = (request.header("x-experience-api-version") or "").startswith("1.")
    versions = _VERSIONS_1 if old else [*_VERSIONS_1, "2.0.0"]
    return json_answer({"version": versions, "extensions": {f"{PROFILE}/ext/resources": _RESOURCES}})


METHODS: dict[str, Method] = {"GET": get}
