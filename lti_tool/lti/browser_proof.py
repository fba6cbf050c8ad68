"""How the browser that began a login proves itself at the launch: by its cookie, or by what it kept elsewhere.

A cookie comes with the launch by itself. Where the browser keeps none inside another site's frame, a page of ours puts
the same secret into our own storage in that frame and into the platform's (LTI postMessage Storage 0.1), and fetches it
from there when the launch comes. What a script posts could be posted by anybody: it counts from our own pages alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, current_app, g, make_response, render_template, request

from lti_tool import visitor
from lti_tool.errors import LaunchRefused
from lti_tool.lti import platforms
from lti_tool.lti.platforms import Platform

LOGIN_COOKIE = "__Host-login-"
# The name of a frame of the platform's page, or the page itself (`_parent`).
STORAGE_TARGET = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
REPEATED = ("iss", "login_hint", "target_link_uri", "client_id", "lti_deployment_id", "lti_message_hint")


@dataclass(frozen=True)
class Proof:
    """What the browser shows for a login. `stored`: a script had kept it, since no cookie came with the launch."""

    secret: str
    stored: bool


def cookie_will_do() -> bool:
    """True where the browser certainly keeps our cookies: in a window of its own, or where it has shown us one.

    What is no browser (it does not call itself Mozilla) is taken at its word and given the cookie alone.
    """
    place = request.headers.get("Sec-Fetch-Dest")
    if place == "document" or any(name.startswith((LOGIN_COOKIE, visitor.COOKIE)) for name in request.cookies):
        return True
    return place is None and not request.headers.get("User-Agent", "").startswith("Mozilla/")


def keeping_page(*, name: str, secret: str, onward: str, platform: Platform, sent: Mapping[str, str]) -> Response:
    """The page that keeps the secret under that name and goes on to the platform, or else offers a new window.

    `sent` is the login as the platform asked for it: the new window repeats it before the platform has used it up.
    """
    home = platforms.origin(platform.authorization_endpoint)
    g.form_action = home  # the repeated login is answered by a redirect to there, and the policy follows it
    again = {each: sent[each] for each in REPEATED if each in sent}
    target = storage_target(sent)
    return page(
        "lti/keep.html", name=name, secret=secret, onward=onward, platform=home, target=target, again=again
    )  # fmt: skip


def shown(name: str) -> Proof | None:
    """What this request shows for the login of that name, or None. LaunchRefused for a proof posted from elsewhere."""
    cookie = request.cookies.get(name)
    if cookie is not None:
        return Proof(cookie, stored=False)
    secret = request.form.get("proof")
    if not secret:
        return None
    if not from_our_page():
        raise LaunchRefused("foreign_proof", "not posted by a page of ours")
    return Proof(secret, stored=True)


def asking_page(*, name: str, platform: Platform, brought: Mapping[str, str]) -> Response:
    """The page that looks for the secret where it was kept and posts it with the launch.

    Its status is 400: a launch without a proof is refused, and whoever runs no script gets no further.
    """
    home = platforms.origin(platform.authorization_endpoint)
    target = storage_target(brought) or "_parent"
    answer = page("lti/prove.html", name=name, platform=home, target=target, brought=brought)
    answer.status_code = 400
    return answer


def from_our_page() -> bool:
    """True where the request was sent by a page of our own origin in this very browser: so says the browser itself."""
    own = platforms.origin(current_app.extensions["settings"].address).lower()
    near = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return near and request.headers.get("Origin", "").lower() == own


def storage_target(sent: Mapping[str, str]) -> str:
    """The frame that holds the platform's storage, as it was named to us; empty where none was, or an odd one."""
    named = sent.get("lti_storage_target", "")
    return named if STORAGE_TARGET.fullmatch(named) else ""


def page(template: str, **values: object) -> Response:
    """A page on the way, kept by nobody; its forms tell us, and only us, that they come from it."""
    answer = make_response(render_template(template, **values))
    answer.headers["Cache-Control"] = "no-store"
    # With no-referrer a form would be sent with the origin `null`.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
