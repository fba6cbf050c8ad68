"""The store over HTTP, for any program that holds an access key: xAPI below /xapi, and what xAPI lacks below /store."""

from collections.abc import Mapping
from wsgiref.types import WSGIApplication

from xapi_store.api import about, activities, agents, documents, imports, statements
from xapi_store.api.door import Door
from xapi_store.api.exchange import Method
from xapi_store.database import Database

RESOURCES: Mapping[str, Mapping[str, Method]] = {
    "/xapi/about": about.METHODS,
    "/xapi/statements": statements.METHODS,
    "/xapi/activities": activities.METHODS,
    "/xapi/activities/state": documents.METHODS_STATE,
    "/xapi/activities/profile": documents.METHODS_ACTIVITY_PROFILE,
    "/xapi/agents": agents.METHODS,
    "/xapi/agents/profile": documents.METHODS_AGENT_PROFILE,
    "/store/import": imports.METHODS,
}


def in_front_of(inner: WSGIApplication, database: Database, *, reading: Database | None = None) -> Door:
    """That application with the store's door before it; `reading` is a replica for queries, if there is one."""
    return Door(inner, resources=RESOURCES, database=database, reading=reading)
