"""The tool behind its front, with marks by which a test sees the way that a request took and what came of it."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from lti_tool.run.app import create_app
from lti_tool.run.front import Front
from lti_tool.run.settings import Settings
from xapi_store.api.door import Door

LONG = "x-long"
BARE = {"/bare/204": "204 No Content", "/bare/304": "304 Not Modified"}


def web() -> Front:
    """As `lti_tool.run.front.web`: what took the long path says so, and /echo shows what WSGI programs see."""
    settings = Settings.from_environment()
    door = create_app(settings).wsgi_app
    if not isinstance(door, Door):
        raise TypeError("the store's door does not stand in front")

    def marked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path in BARE:
            start_response(BARE[path], [])
            return [b""]
        if path.startswith("/echo"):
            seen = {name: value for name, value in environ.items() if isinstance(value, str)}
            body = json.dumps({**seen, "body": len(environ["wsgi.input"].read())}).encode()
            start_response("200 OK", [("Set-Cookie", "a=1"), ("Content-Type", "text/plain"), ("Set-Cookie", "b=2")])
            return [body[:10], body[10:]]
        return door(environ, lambda status, headers, *rest: start_response(status, [*headers, (LONG, "1")], *rest))

    return Front(marked, door, threads=settings.web_threads)
