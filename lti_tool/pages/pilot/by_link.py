"""The door of a pilot's participants: a personal link, without an account."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import ParamSpec

from flask import g, make_response, request
from flask.typing import ResponseReturnValue

from courses.pilot import participants
from lti_tool import house, visitor

P = ParamSpec("P")


def by_link(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """The view answers whoever brings the code of a personal link; forms with the token that belongs to the code.

    Nobody else is here meanwhile: the page shows no visit of this browser. The token needs no cookie, as nobody can
    make a form for a link that they do not know; so the pages work in frames, and for as long as they stay open.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        code = str((request.view_args or {})["code"])
        g.visitor, g.form_key = None, f"pilot {sha256(code.encode()).hexdigest()}"
        with house.database().session() as session:
            participants.by_code(session, code)
        if request.method not in visitor.SAFE_METHODS:
            visitor.check_form()
        answer = make_response(view(*args, **kwargs))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return guarded
