"""The alternate request syntax of xAPI 1.0.3 (Communication 1.3): everything in a form, for old browsers.

`POST …?method=PUT` with a form that holds the parameters, some headers, and the body as `content`.
"""

from dataclasses import replace

from xapi_store.api.exchange import Request, read_parameters
from xapi_store.errors import FilterRefused

_HEADERS = {
    name.lower()
    for name in (
        "Authorization",
        "X-Experience-API-Version",
        "Content-Type",
        "Content-Length",
        "If-Match",
        "If-None-Match",
        "Accept-Language",
    )
}
_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE"})
_FORM = "application/x-www-form-urlencoded"


def used(request: Request) -> bool:
    """True where the request is another one in disguise."""
    return request.method == "POST" and "method" in request.parameters


def unfold(request: Request) -> Request:
    """The request that was meant; FilterRefused where the form is not what the specification allows."""
    method = request.parameters["method"]
    if method not in _METHODS:
        raise FilterRefused("method", f"must be one of {', '.join(sorted(_METHODS))}")
    if len(request.parameters) > 1:
        others = sorted(request.parameters.keys() - {"method"})
        raise FilterRefused(others[0], "must stand in the form, beside nothing but method in the address")
    if request.media_type != _FORM:
        raise FilterRefused("method", f"needs a form ({_FORM})")
    try:
        form = read_parameters(request.body.decode("ascii"), where="form")
    except UnicodeDecodeError as error:
        raise FilterRefused("form", "is not well-formed") from error
    headers = {name: value for name, value in request.headers.items() if not name.startswith("content-")}
    headers |= {name.lower(): value for name, value in form.items() if name.lower() in _HEADERS}
    version = headers.get("x-experience-api-version", "")
    if version.startswith("2"):
        raise FilterRefused("method", "belongs to xAPI 1.0; in 2.0 there is no alternate request syntax")
    if "content" in form:
        headers.setdefault("content-type", "application/json")
    content = form.get("content")
    body = b"" if content is None else content.encode()
    parameters = {name: value for name, value in form.items() if name != "content" and name.lower() not in _HEADERS}
    return replace(
        request,
        method=method,
        parameters=parameters,
        headers=headers,
        read_body=lambda: body,
        version="1.0.3",
        _body=body,
    )
