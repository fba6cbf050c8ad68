"""The Activities resource: all that the store knows of an activity (xAPI Communication 2.5)."""

from xapi_store.api.exchange import Answer, House, Method, Request
from xapi_store.api.lookups import sought, tagged
from xapi_store.definitions import activities
from xapi_store.definitions.activities import Kind
from xapi_store.errors import FilterRefused
from xapi_store.form import syntax
from xapi_store.presentation import described


def get(request: Request, house: House) -> Answer:
    """The Activity object with its merged definition in all languages; an unknown activity has none."""
    iri = sought(request, "activityId")
    if not syntax.is_iri(iri):
        raise FilterRefused("activityId", "must be an IRI")
    name = (Kind.ACTIVITY, iri)
    # Not from a copy that may lag behind: a program finds what it has just described.
    with house.database.session() as session:
        known = activities.fetch(session, store_id=request.bearer.store_id, names=[name])
    return tagged(request, described(iri, known.get(name)))


METHODS: dict[str, Method] = {"GET": get}
