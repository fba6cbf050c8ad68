"""One box over the installation: agencies, platforms, stores, keys of programs, and launches."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from courses.agencies import Agency
from courses.people import Enrolment
from lti_tool import house, visitor
from lti_tool.lti.launch_log import LaunchAttempt
from lti_tool.lti.platforms import Deployment, Platform
from lti_tool.pages.operator.door import bp
from xapi_store.api_keys import ApiKey
from xapi_store.form import syntax
from xapi_store.stores import Store

MOST, LONGEST = 20, 200


@dataclass(frozen=True)
class Hit:
    """Something found: its name, what tells it apart, and where it stands."""

    title: str
    more: object
    link: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `cut` where there is more than is shown."""

    code: str
    title: object
    hits: list[Hit]
    cut: bool


KINDS = {
    "agencies": _l("Agencies"),
    "platforms": _l("Platforms"),
    "stores": _l("Record stores"),
    "keys": _l("Keys of programs"),
    "launches": _l("Launches"),
}


@bp.get("/search")
@visitor.operator_only
def search() -> ResponseReturnValue:
    """What has the words in its name, address or number, by kind."""
    asked = request.args.get("q", "").strip()[:LONGEST]
    groups: list[Group] = []
    if asked and asked.isprintable():
        with house.database().session() as session:
            finders = (_agencies, _platforms, _stores, _keys, _launches)
            found = zip(KINDS, (finder(session, asked) for finder in finders), strict=True)
            groups = [Group(code, KINDS[code], hits[:MOST], len(hits) > MOST) for code, hits in found if hits]
    return render_template("operator/search.html", asked=asked, groups=groups)


def _holds(asked: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """True where one of the columns holds the words, whatever their case."""
    return or_(*(func.lower(column).contains(asked.lower(), autoescape=True) for column in columns))


def _agencies(session: Session, asked: str) -> list[Hit]:
    query = select(Agency).where(_holds(asked, Agency.name, Agency.slug, Agency.account_home))
    found = session.scalars(query.order_by(Agency.name).limit(MOST + 1))
    return [Hit(each.name, each.slug, url_for("operator.agency", slug=each.slug)) for each in found]


def _platforms(session: Session, asked: str) -> list[Hit]:
    deployed = select(Deployment.platform_id).where(Deployment.deployment_id == asked)
    fits = or_(_holds(asked, Platform.name, Platform.issuer, Platform.client_id), Platform.id.in_(deployed))
    query = select(Platform, Agency.name).join(Agency, Agency.id == Platform.agency_id).where(fits)
    return [
        Hit(each.name, f"{owner} · {each.issuer} · {each.client_id}", _platform_link(each))
        for each, owner in session.execute(query.order_by(Platform.name).limit(MOST + 1))
    ]


def _platform_link(platform: Platform) -> str:
    return url_for("platforms.one", platform_id=platform.id)


def _stores(session: Session, asked: str) -> list[Hit]:
    query = select(Store.slug, Agency.name).outerjoin(Agency, Agency.store_id == Store.id)
    query = query.where(_holds(asked, Store.slug, Agency.name)).order_by(Store.slug).limit(MOST + 1)
    found = session.execute(query)
    return [Hit(slug, owner or "", url_for("stores.overview.store", slug=slug)) for slug, owner in found]


def _keys(session: Session, asked: str) -> list[Hit]:
    query = select(ApiKey.label, ApiKey.key, Store.slug).join(Store, Store.id == ApiKey.store_id)
    query = query.where(or_(_holds(asked, ApiKey.label), ApiKey.key == asked)).order_by(ApiKey.label).limit(MOST + 1)
    return [
        Hit(label, f"{slug} · {key}", url_for("stores.overview.store", slug=slug, _anchor="keys"))
        for label, key, slug in session.execute(query)
    ]


def _launches(session: Session, asked: str) -> list[Hit]:
    """By the number on a refused page, by our own id of a person, or by a registration."""
    number = func.count()
    named = session.scalar(select(number).where(LaunchAttempt.support_id == asked)) or 0
    hits = [Hit(asked, _l("the number on a page"), url_for("operator.launches", number=asked))] if named else []
    read = syntax.read_uuid(asked)
    if read is None:
        return hits
    person_id = session.scalar(select(Enrolment.person_id).where(Enrolment.id == read)) or read
    if session.scalar(select(number).where(LaunchAttempt.person_id == person_id)):
        hits.append(Hit(str(person_id), _l("launches of this person"), url_for(".launches", person=person_id)))
    return hits
