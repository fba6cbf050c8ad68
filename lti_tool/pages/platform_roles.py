"""What a platform's roles mean here, where that differs from what they mean everywhere: the operator decides."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from lti_tool import house, visitor
from lti_tool.errors import RoleRefused
from lti_tool.lti import roles
from lti_tool.lti.platforms import Platform
from lti_tool.pages import words
from xapi_store.transaction import transaction

LARGEST = 2**63

bp = Blueprint("platform_roles", __name__, url_prefix="/operator/platforms/<int:platform_id>/roles")


@bp.get("")
@visitor.operator_only
def show(platform_id: int) -> ResponseReturnValue:
    """The platform's own meanings of roles, and those that hold everywhere."""
    return _page(platform_id)


@bp.post("")
@visitor.operator_only
def change(platform_id: int) -> ResponseReturnValue:
    """From the next launch on, the role means that on this platform."""
    sent = request.form
    try:
        with transaction(house.database()) as session:
            _platform(session, platform_id)
            role, lis_role = sent.get("role", ""), sent.get("lis_role", "")
            roles.override(session, platform_id=platform_id, lis_role=lis_role, role=role, at=datetime.now(UTC))
    except RoleRefused as refused:
        field = "role" if refused.code == "no_meaning" else "lis_role"
        return _page(platform_id, {"values": sent, "errors": {field: [words.ROLES_REFUSED[refused.code]]}}), 422
    return redirect(url_for("platform_roles.show", platform_id=platform_id), 303)


@bp.post("/forget")
@visitor.operator_only
def forget(platform_id: int) -> ResponseReturnValue:
    """On this platform the role means again what it means everywhere."""
    with transaction(house.database()) as session:
        _platform(session, platform_id)
        roles.forget_override(session, platform_id=platform_id, lis_role=request.form.get("lis_role", ""))
    return redirect(url_for("platform_roles.show", platform_id=platform_id), 303)


def _page(platform_id: int, form: dict[str, Any] | None = None) -> str:
    with house.database().session() as session:
        platform = _platform(session, platform_id)
        own = roles.overrides_of(session, platform_id=platform_id)
    return render_template(
        "platform_roles.html",
        platform=platform,
        own=dict(sorted(own.items())),
        everywhere=roles.ROLES,
        meanings={code: words.ROLES[code] for code in roles.MEANINGS},
        form=form or {"values": {}, "errors": {}},
    )


def _platform(session: Session, platform_id: int) -> Platform:
    found = session.get(Platform, platform_id) if platform_id < LARGEST else None
    if found is None:
        raise NotFound
    return found
