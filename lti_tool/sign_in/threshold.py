"""The threshold: what a page that anybody may open needs, so that its form is sent by whoever saw it."""

import ipaddress
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import ParamSpec

from flask import Response, after_this_request, g, make_response, request
from flask.typing import ResponseReturnValue

from lti_tool import visitor
from lti_tool.errors import FormRefused

COOKIE, LIFETIME = "__Host-threshold", timedelta(hours=1)

P = ParamSpec("P")


def anybody(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """The view answers anybody, forms only with the token of a page that this browser was shown; nobody frames it.

    A cookie of its own carries the token's key, since nobody is here yet: without it another site could sign this
    browser in as somebody else.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        g.frame_ancestors, g.at_threshold = [], True
        shown = request.cookies.get(COOKIE, "")
        if request.method not in visitor.SAFE_METHODS:
            if not shown:
                raise FormRefused
            g.form_key = _key(shown)
            visitor.check_form()
            return view(*args, **kwargs)
        key = shown or secrets.token_urlsafe(32)
        g.form_key = _key(key)
        answer = make_response(view(*args, **kwargs))
        if not shown:
            _hand_over(answer, key)
        return answer

    return guarded


def browser() -> str:
    """A hash of what ties this request to the browser that was shown the page."""
    return sha256(f"browser {request.cookies.get(COOKIE, '')}".encode()).hexdigest()


def address() -> str:
    """Where the request comes from; told by the nearest proxy, where one on this machine or network handed it on."""
    near = request.remote_addr or ""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return told if told and not ipaddress.ip_address(near).is_global else near
    except ValueError:
        return near


def leave() -> None:
    """The browser gets another key with the next page: it is somebody's now."""

    @after_this_request
    def forget(answer: Response) -> Response:
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
        return answer


def _hand_over(answer: Response, key: str) -> None:
    answer.set_cookie(COOKIE, key, max_age=LIFETIME, path="/", secure=True, httponly=True, samesite="Lax")


def _key(shown: str) -> str:
    return f"threshold {shown}"
