"""Deep linking: a trainer chooses modules or steps for the platform's course (LTI Deep Linking 2.0)."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from courses.catalogue import Catalogue, Module, Step
from lti_tool import visitor
from lti_tool.errors import LaunchRefused, NobodyHere
from lti_tool.lti import destinations, id_token, tool_keys
from lti_tool.lti.id_token import Message
from lti_tool.lti.platforms import Platform, origin
from lti_tool.visitor import Visit
from xapi_store import keys, signatures
from xapi_store.database import Base
from xapi_store.transaction import transaction

LIFETIME = timedelta(minutes=5)
SCORED = ("quiz", "exercise", "scenario")
MAXIMUM = 100

bp = Blueprint("lti_deep_linking", __name__, url_prefix="/lti")


class DeepLinkingRequest(Base):
    """A platform waits for links: where the answer goes and what must stand in it."""

    __tablename__ = "deep_linking_request"

    visit: Mapped[str] = mapped_column(ForeignKey("visit.token_hash", ondelete="CASCADE"), primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    deployment_id: Mapped[str]
    return_url: Mapped[str]
    data: Mapped[str | None]
    several: Mapped[bool]


def note(session: Session, *, visit: Visit, message: Message, asked: dict[str, Any]) -> None:
    """The visit knows where its answer goes: to the platform's own hosts and nowhere else."""
    platform = session.get_one(Platform, visit.platform_id)
    if not platform.speaks_for(asked["deep_link_return_url"]):
        raise LaunchRefused("foreign_return", f"platform {platform.id}")
    if "ltiResourceLink" not in asked["accept_types"]:
        raise LaunchRefused("nothing_to_link", f"platform {platform.id}")
    row = DeepLinkingRequest(
        visit=visit.token_hash,
        platform_id=platform.id,
        deployment_id=message.deployment_id,
        return_url=asked["deep_link_return_url"],
        data=asked.get("data"),
        several=asked["accept_multiple"],
    )
    session.add(row)


@bp.get("/deep-linking")
@visitor.trainer_only
def choose() -> str:
    """The page on which a trainer chooses what to link."""
    with transaction(current_app.extensions["database"]) as session:
        asked = _asked(session)
    catalogue: Catalogue = current_app.extensions["catalogue"]
    return render_template(
        "deep_linking.html",
        courses=catalogue.courses.values(),
        several=asked.several,
        module_path=destinations.module_path,
        step_path=destinations.step_path,
    )


@bp.post("/deep-linking")
@visitor.trainer_only
def answer() -> Response:
    """The chosen links are on their way to the platform, signed (Deep Linking 2.0, 4.5)."""
    chosen, at = request.form.getlist("item"), datetime.now(UTC)
    catalogue, settings = current_app.extensions["catalogue"], current_app.extensions["settings"]
    items = [item for path, item in _items(catalogue, settings.address).items() if path in chosen]
    with transaction(current_app.extensions["database"]) as session:
        asked = _asked(session)
        platform = session.get_one(Platform, asked.platform_id)
        seal = current_app.extensions["seal"]
        key = tool_keys.signing_key(session, seal=seal, at=at)
        claims = response(asked, platform=platform, items=items if asked.several else items[:1], at=at)
        signed = signatures.sign(claims, key=key, private=keys.private(key, seal))
    page = make_response(render_template("deep_linking_answer.html", return_url=asked.return_url, signed=signed))
    page.headers["Cache-Control"] = "no-store"
    # The one form of ours that goes to another site; the Content-Security-Policy has to let it.
    g.form_action = origin(asked.return_url)
    return page


def response(
    asked: DeepLinkingRequest, *, platform: Platform, items: list[dict[str, Any]], at: datetime
) -> dict[str, Any]:
    """The claims of a deep linking response (Deep Linking 2.0, 4.5)."""
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "iat": int(at.timestamp()),
        "exp": int((at + LIFETIME).timestamp()),
        "nonce": secrets.token_urlsafe(16),
        id_token.DEPLOYMENT_ID: asked.deployment_id,
        id_token.MESSAGE_TYPE: "LtiDeepLinkingResponse",
        id_token.VERSION: id_token.VERSION_1_3,
        id_token.DEEP_LINKING_ITEMS: items,
    }
    return claims | ({id_token.DEEP_LINKING_DATA: asked.data} if asked.data is not None else {})


def _items(catalogue: Catalogue, address: str) -> dict[str, dict[str, Any]]:
    """Every module and step as a content item, by path."""
    found: dict[str, dict[str, Any]] = {}
    for course in catalogue.courses.values():
        for module in course.modules:
            path = destinations.module_path(course, module)
            found[path] = _item(module, url=address + path, text=module.result, scored=True)
            for step in module.steps:
                path = destinations.step_path(step)
                found[path] = _item(step, url=address + path, text=step.lead, scored=step.kind in SCORED)
    return found


def _item(thing: Module | Step, *, url: str, text: str, scored: bool) -> dict[str, Any]:
    title = f"{thing.code} {thing.title}"
    # `custom` names the activity too: it survives when a platform copies its course.
    item = {"type": "ltiResourceLink", "title": title, "text": text, "url": url, "custom": {"activity": thing.iri}}
    column = {"label": title, "scoreMaximum": MAXIMUM, "resourceId": thing.iri}
    return item | ({"lineItem": column} if scored else {})


def _asked(session: Session) -> DeepLinkingRequest:
    asked = session.get(DeepLinkingRequest, visitor.current().visit)
    if asked is None:
        raise NobodyHere
    return asked
