"""The qualification profile as a competency framework in the words of CASE 1.1, for catalogues and learning platforms.

The identifiers are made from the permanent addresses (UUID version 5): every installation gives the same ones, and the
same text always makes the same document. Relations to ESCO are `isRelatedTo`: a unit is wider than any one skill there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

from courses.profile import Alignment, Outcome, PerformanceCriterion, Profile, Unit

Json = dict[str, Any]
Part: TypeAlias = Unit | Outcome | PerformanceCriterion

CREATOR = "The animateur course authors"
LICENCE_ADDRESSES = {"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/"}
LICENCE_TEXT = (
    "You may share and adapt this for any purpose, also commercially, if you name the authors and the licence."
)
ITEM_TYPES = {
    "unit": ("Competence unit", "One competence of the profile, with the hours it is taught."),
    "K": ("Knowledge", "A learning outcome: what somebody understands."),
    "S": ("Skill", "A learning outcome: what somebody is able to do."),
    "RA": ("Responsibility and autonomy", "A learning outcome: what somebody decides and answers for."),
    "criterion": ("Performance criterion", "What a judge can see a competent person do."),
}
# What each object of the framework lies below at the address of an installation (CASE 1.1 REST binding).
PLACES = ("CFPackages", "CFDocuments", "CFItems", "CFAssociations", "CFItemTypes", "CFLicenses")


@dataclass(frozen=True)
class Framework:
    """The profile as CASE speaks of it, at the address (scheme and host) of one installation."""

    profile: Profile
    address: str

    def package(self) -> Json:
        """The whole of it: a CFPackage."""
        return {
            "CFDocument": self.document(),
            "CFItems": list(self.items()),
            "CFAssociations": list(self.associations()),
            "CFDefinitions": {
                "CFItemTypes": [self._item_type(key) for key in ITEM_TYPES],
                "CFLicenses": [self._licence()],
            },
        }

    def document(self) -> Json:
        """The profile itself: a CFDocument. It is designed to an EQF level and says so; it is aligned to none."""
        profile = self.profile
        return {
            **self._face("CFDocuments", profile.iri),
            "creator": CREATOR,
            "title": profile.title,
            "caseVersion": "1.1",
            "officialSourceURL": f"{self.address}/profile/{profile.id}/{profile.version}",
            "description": profile.role,
            "subject": ["Innovation support", "Open innovation", "Facilitation"],
            "language": "en",
            "version": profile.version,
            "adoptionStatus": "Draft",
            "statusStartDate": profile.published.isoformat(),
            "licenseURI": self._link("CFLicenses", profile.licence, profile.licence),
            "notes": profile.level_note,
        }

    def items(self) -> Iterator[Json]:
        """Every unit, its outcomes and its criteria, in the order of the profile: CFItems."""
        for unit in self.profile.units:
            yield self._item(unit, "unit", f"{unit.title}. {unit.purpose}", abbreviatedStatement=unit.title)
            for outcome in unit.outcomes:
                yield self._item(outcome, outcome.kind, outcome.text)
            for criterion in unit.criteria:
                critical = (
                    {"notes": "Critical: a certificate needs stronger evidence of it."} if criterion.critical else {}
                )
                yield self._item(criterion, "criterion", criterion.text, **critical)

    def associations(self) -> Iterator[Json]:
        """What belongs below what, which criterion shows which outcome, and what ESCO has that is near."""
        for place, unit in enumerate(self.profile.units, 1):
            yield self._association(unit, "isChildOf", self._document_node(), sequenceNumber=place)
            parts: list[Part] = [*unit.outcomes, *unit.criteria]
            for below, part in enumerate(parts, 1):
                yield self._association(part, "isChildOf", self._node(unit), sequenceNumber=below)
            for criterion in unit.criteria:
                for outcome in unit.outcomes:
                    if outcome.code in criterion.outcomes:
                        yield self._association(criterion, "isRelatedTo", self._node(outcome))
            for alignment in unit.alignments:
                if alignment.uri is not None:
                    yield self._association(unit, "isRelatedTo", _abroad(alignment), notes=_checked(alignment))

    def found(self, place: str, identifier: str) -> Json | None:
        """The object of that identifier in that collection (one of `PLACES`) as it stands alone, or None."""
        if place == "CFPackages":
            return self.package() if identifier == self.identifier() else None
        package = self.package()
        within = {"CFDocuments": [package["CFDocument"]], **package["CFDefinitions"], **package}[place]
        one = next((each for each in within if each["identifier"] == identifier), None)
        return None if one is None else self._alone(place, one)

    def documents(self) -> Json:
        """All framework documents that there are here: this one."""
        return {"CFDocuments": [self._alone("CFDocuments", self.document())]}

    def item(self, code: str) -> Json:
        """The unit, outcome or criterion of that code (`U4.PC1`), as it stands alone."""
        [one] = [each for each in self.items() if each["humanCodingScheme"] == code]
        return self._alone("CFItems", one)

    def linked_data(self) -> Json:
        """What a page about the profile says to search engines, in the words of schema.org."""
        profile = self.profile
        here = f"{self.address}/profile/{profile.id}/{profile.version}"
        return {
            "@context": "https://schema.org",
            "@type": "DefinedTermSet",
            "@id": profile.iri,
            "name": profile.title,
            "description": profile.role,
            "url": here,
            "version": profile.version,
            "license": LICENCE_ADDRESSES.get(profile.licence, profile.licence),
            "creator": {"@type": "Organization", "name": CREATOR},
            "hasDefinedTerm": [
                {
                    "@type": "DefinedTerm",
                    "@id": unit.iri,
                    "termCode": unit.code,
                    "name": unit.title,
                    "url": f"{here}#{unit.code}",
                }
                for unit in profile.units
            ],
        }

    def identifier(self) -> str:
        """The identifier of the document, and of the package that holds all of it."""
        return self._id("CFDocuments", self.profile.iri)

    def _alone(self, place: str, one: Json) -> Json:
        """What stands outside of its package says where it belongs."""
        identifier, title = self.identifier(), self.profile.title
        if place == "CFDocuments":
            package = {"title": title, "identifier": identifier, "uri": self._uri("CFPackages", identifier)}
            return {**one, "CFPackageURI": package}
        if place == "CFItemTypes":
            return {"CFItemTypes": [one]}
        return one if place == "CFLicenses" else {**one, "CFDocumentURI": self._document_node()}

    def _item(self, part: Part, kind: str, statement: str, **more: str) -> Json:
        title, _ = ITEM_TYPES[kind]
        return {
            **self._face("CFItems", part.iri),
            "fullStatement": statement,
            "CFItemType": title,
            "CFItemTypeURI": self._link("CFItemTypes", kind, title),
            "humanCodingScheme": part.code,
            "language": "en",
            "licenseURI": self._link("CFLicenses", self.profile.licence, self.profile.licence),
            **more,
        }

    def _association(self, origin: Part, kind: str, destination: Json, **more: Any) -> Json:
        named = f"{origin.iri} {kind} {destination['uri'].removeprefix(self.address)}"
        return {
            **self._face("CFAssociations", named),
            "associationType": kind,
            "originNodeURI": self._node(origin),
            "destinationNodeURI": destination,
            **more,
        }

    def _item_type(self, key: str) -> Json:
        title, description = ITEM_TYPES[key]
        named = {"title": title, "description": description, "hierarchyCode": key}
        return {**self._face("CFItemTypes", key), **named}

    def _licence(self) -> Json:
        name = self.profile.licence
        text = f"{LICENCE_TEXT} {LICENCE_ADDRESSES.get(name, '')}".strip()
        return {**self._face("CFLicenses", name), "title": name, "licenseText": text}

    def _face(self, place: str, named: str) -> Json:
        """What every object begins with. It changed when this version was published, and never since."""
        identifier = self._id(place, named)
        changed = datetime.combine(self.profile.published, time(), UTC).isoformat().replace("+00:00", "Z")
        return {"identifier": identifier, "uri": self._uri(place, identifier), "lastChangeDateTime": changed}

    def _link(self, place: str, named: str, title: str) -> Json:
        identifier = self._id(place, named)
        return {"title": title, "identifier": identifier, "uri": self._uri(place, identifier)}

    def _node(self, part: Part) -> Json:
        return self._link("CFItems", part.iri, part.code)

    def _document_node(self) -> Json:
        return self._link("CFDocuments", self.profile.iri, self.profile.title)

    def _uri(self, place: str, identifier: str) -> str:
        return f"{self.address}/ims/case/v1p1/{place}/{identifier}"

    def _id(self, place: str, named: str) -> str:
        return str(uuid5(NAMESPACE_URL, f"{self.profile.iri} {place} {named}"))


def _abroad(alignment: Alignment) -> Json:
    """A node of another framework: its own identifier is the last part of its address."""
    uri = str(alignment.uri)
    return {"title": alignment.code, "identifier": uri.rstrip("/").rsplit("/", 1)[-1], "uri": uri}


def _checked(alignment: Alignment) -> str:
    return f"{alignment.framework}; reference: {alignment.status}"
