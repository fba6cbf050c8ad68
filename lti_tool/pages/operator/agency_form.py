"""What the operator writes of an agency, and what cannot be taken of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessments import texts
from assessments.errors import TextRefused
from courses.agencies import SLUG, Agency
from xapi_store.form import syntax
from xapi_store.stores import Store

LONGEST_NAME, LONGEST_HOME = 200, 300

Faults = dict[str, list[object]]

NAME = _l("Write the name as it should stand on certificates, at most %(most)s characters.", most=LONGEST_NAME)
SHORT = _l("Use small letters, digits and hyphens, at most 63, with a letter or digit at both ends.")
HOME = _l("Write a full web address, such as https://agency.example/people, without spaces.")
TAKEN: Faults = {"slug": [_l("There is an agency or a record store of that short name already.")]}
HOME_TAKEN: Faults = {"account_home": [_l("Another agency has this address already.")]}


class Described(TypedDict):
    """An agency as `agencies.create` takes it."""

    name: str
    slug: str
    account_home: str


@dataclass(frozen=True)
class Given:
    """The form of a new agency, trimmed; without a home for its accounts it gets the usual one."""

    name: str
    slug: str
    account_home: str

    @property
    def described(self) -> Described:
        """The same as arguments."""
        return {"name": self.name, "slug": self.slug, "account_home": self.account_home}

    def faults(self) -> Faults:
        """What is wrong by itself, by field."""
        found: Faults = {"name": faults_of_name(self.name)}
        found["slug"] = [] if SLUG.fullmatch(self.slug) else [SHORT]
        found["account_home"] = [] if not self.slug or _is_home(self.account_home) else [HOME]
        return {name: texts for name, texts in found.items() if texts}

    def taken(self, session: Session) -> Faults:
        """What another agency or store has already, by field."""
        found: Faults = {}
        owners = select(Agency.id).where(Agency.slug == self.slug)
        if session.scalar(owners) is not None or session.scalar(select(Store.id).where(Store.slug == self.slug)):
            found |= TAKEN
        if session.scalar(select(Agency.id).where(Agency.account_home == self.account_home)) is not None:
            found |= HOME_TAKEN
        return found


def read(sent: Mapping[str, str], *, address: str) -> Given:
    """The form as it was sent."""
    name, slug, home = (sent.get(field, "").strip() for field in ("name", "slug", "account_home"))
    return Given(name, slug, home or f"{address}/agencies/{slug}")


def faults_of_name(name: str) -> list[object]:
    """What is wrong with the name of an agency; nothing where it can be printed and signed."""
    try:
        return [] if texts.signable(name, field="name", longest=LONGEST_NAME) else [NAME]
    except TextRefused:
        return [NAME]


def _is_home(value: str) -> bool:
    plain = len(value) <= LONGEST_HOME and value.isprintable()
    return plain and value.startswith(("https://", "http://")) and syntax.is_iri(value)
