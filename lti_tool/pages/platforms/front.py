"""A platform's own page: how it stands, its deployments, its check, its invitation, and our addresses to copy."""

from typing import Any

from flask import render_template, request

from lti_tool import house, visitor
from lti_tool.lti import our_addresses
from lti_tool.lti.connection_words import Told
from lti_tool.lti.platforms import deployments
from lti_tool.pages.platforms import place, words


@visitor.operator_only
def one(platform_id: int) -> str:
    """How the platform stands."""
    return page(platform_id)


def page(
    platform_id: int,
    *,
    form: dict[str, Any] | None = None,
    invitation: str | None = None,
    told: list[Told] | None = None,
) -> str:
    """The page; `invitation` is a link shown this once, `told` what a check has just found."""
    with house.database().session() as session:
        here = place.of(session, platform_id)
        known = deployments.of_platform(session, platform_id=platform_id)
    names = here.platform.ask_names
    return render_template(
        "platforms/one.html",
        place=here,
        platform=here.platform,
        deployments=known,
        words=words,
        form=form or place.EMPTY_FORM,
        invitation=invitation,
        told=told,
        done=words.DONE.get(request.args.get("done", "")),
        sheet=our_addresses.sheet(house.address(), names=names),
        canvas_json=our_addresses.canvas_json(house.address(), names=names),
    )
