"""Deep linking: a trainer chooses a course, modules or steps for the platform's course (LTI Deep Linking 2.0)."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import MultiDict

from lti_tool import house, visitor
from lti_tool.errors import LaunchRefused, NobodyHere, WishesRefused
from lti_tool.lti import content_items, id_token, link_wishes, shelf, tool_keys
from lti_tool.lti.content_items import Terms
from lti_tool.lti.id_token import Message
from lti_tool.lti.platforms import Platform, origin
from lti_tool.visitor import Visit
from xapi_store import keys, signatures
from xapi_store.database import Base
from xapi_store.transaction import transaction

LIFETIME = timedelta(minutes=5)
NO_LIST = text("'[]'::jsonb")

bp = Blueprint("lti_deep_linking", __name__, url_prefix="/lti")


class DeepLinkingRequest(Base):
    """A platform waits for links: where the answer goes, what may and must stand in it, and whether it went already.

    It belongs to the visit that the request opened, and is good for one answer.
    """

    __tablename__ = "deep_linking_request"

    visit: Mapped[str] = mapped_column(ForeignKey("visit.token_hash", ondelete="CASCADE"), primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    deployment_id: Mapped[str]
    return_url: Mapped[str]
    data: Mapped[str | None]
    several: Mapped[bool]
    types: Mapped[list[str]] = mapped_column(default=list, server_default=NO_LIST)
    targets: Mapped[list[str]] = mapped_column(default=list, server_default=NO_LIST)
    line_items: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    auto_create: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    title: Mapped[str | None]
    text: Mapped[str | None]
    answered_at: Mapped[datetime | None]

    def terms(self) -> Terms:
        """What the platform takes."""
        return Terms(self.types, self.targets, self.several, self.line_items)


def note(session: Session, *, visit: Visit, message: Message, asked: dict[str, Any]) -> None:
    """The visit knows where its answer goes: to the platform's own hosts and nowhere else."""
    platform = session.get_one(Platform, visit.platform_id)
    target = asked["deep_link_return_url"]
    schemes = {"https", urlsplit(platform.authorization_endpoint).scheme}
    if not platform.speaks_for(target) or urlsplit(target).scheme not in schemes:
        raise LaunchRefused("foreign_return", f"platform {platform.id}")
    row = DeepLinkingRequest(
        visit=visit.token_hash,
        platform_id=platform.id,
        deployment_id=message.deployment_id,
        return_url=target,
        data=asked.get("data"),
        several=asked["accept_multiple"],
        types=asked["accept_types"],
        targets=asked["accept_presentation_document_targets"],
        line_items=asked["accept_lineitem"],
        auto_create=asked["auto_create"],
        title=asked.get("title"),
        text=asked.get("text"),
    )
    session.add(row)


@bp.get("/deep-linking")
@visitor.trainer_only
def choose() -> ResponseReturnValue:
    """The page on which a trainer chooses what to link."""
    with transaction(house.database()) as session:
        asked = _asked(session)
    presets = {"title": asked.title or "", "text": asked.text or "", "q": request.args.get("q", "")}
    return _page(asked, MultiDict(presets))


@bp.post("/deep-linking")
@visitor.trainer_only
def answer() -> ResponseReturnValue:
    """What was chosen is on its way to the platform, signed (4.5); or the search goes on, with what was ticked."""
    sent, do = request.form, request.form.get("do", "add")
    wishes, errors = link_wishes.Wishes(), {}
    try:
        wishes = link_wishes.read(sent) if do == "add" else wishes
    except WishesRefused as refused:
        errors = refused.errors
    if do == "search" or errors:
        with transaction(house.database()) as session:
            return _page(_asked(session), sent, errors), 422 if errors else 200
    with transaction(house.database()) as session:
        asked = _spend(session, at=datetime.now(UTC))
        items = _items(asked, sent, wishes) if do == "add" else []
        return _send(session, asked, items, cancelled=do == "cancel")


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


def _page(asked: DeepLinkingRequest, sent: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> str:
    ticked = sent.getlist("item") if isinstance(sent, MultiDict) else []
    words = str(sent.get("q", "")).strip()
    return render_template(
        "deep_linking.html",
        shelves=shelf.shelves(house.catalogue(), words=words, ticked=ticked),
        asked=asked,
        terms=asked.terms(),
        sent=sent,
        ticked=ticked,
        words=words,
        errors=errors or {},
    )


def _items(asked: DeepLinkingRequest, sent: MultiDict[str, str], wishes: link_wishes.Wishes) -> list[dict[str, Any]]:
    """The chosen things as the platform takes them; none where it takes nothing of ours."""
    terms = asked.terms()
    if terms.kind() is None:
        return []
    found = content_items.offers(house.catalogue())
    picked = content_items.chosen(found, sent.getlist("item"), several=asked.several)
    return content_items.written(picked, address=house.address(), terms=terms, wishes=wishes)


def _send(session: Session, asked: DeepLinkingRequest, items: list[dict[str, Any]], *, cancelled: bool) -> Response:
    at, platform = datetime.now(UTC), session.get_one(Platform, asked.platform_id)
    if platform.status != "active":
        raise LaunchRefused("unknown_platform", "blocked")
    claims = response(asked, platform=platform, items=items, at=at) | _said(asked, items, cancelled)
    key = tool_keys.signing_key(session, seal=house.seal(), at=at)
    signed = signatures.sign(claims, key=key, private=keys.private(key, house.seal()))
    page = make_response(render_template("deep_linking_answer.html", return_url=asked.return_url, signed=signed))
    page.headers["Cache-Control"] = "no-store"
    # The one form of ours that goes to another site; the Content-Security-Policy has to let it.
    g.form_action = origin(asked.return_url)
    return page


def _said(asked: DeepLinkingRequest, items: list[dict[str, Any]], cancelled: bool) -> dict[str, str]:
    """What the platform may show to the trainer: a message, or an error where it takes nothing that we have (4.5)."""
    if asked.terms().kind() is None:
        wrong = gettext("animateur has links only, and your platform did not ask for one. Nothing was added.")
        return {id_token.DEEP_LINKING_ERROR: wrong}
    if cancelled or not items:
        return {id_token.DEEP_LINKING_MESSAGE: gettext("Nothing was chosen in animateur.")}
    said = ngettext("%(num)s link from animateur.", "%(num)s links from animateur.", len(items))
    return {id_token.DEEP_LINKING_MESSAGE: said}


def _asked(session: Session, *, alone: bool = False) -> DeepLinkingRequest:
    """The request that this visit was opened for, if it still waits."""
    asked = session.get(DeepLinkingRequest, visitor.current().visit, with_for_update=alone or None)
    if asked is None:
        raise NobodyHere
    if asked.answered_at is not None:
        raise LaunchRefused("already_answered")
    return asked


def _spend(session: Session, *, at: datetime) -> DeepLinkingRequest:
    """The request, which nobody can answer again."""
    asked = _asked(session, alone=True)
    asked.answered_at = at
    return asked
