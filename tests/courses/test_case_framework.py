"""The qualification profile in the words of CASE 1.1."""

import re
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from courses.case_framework import PLACES, Framework
from courses.catalogue import Catalogue

ADDRESS = "https://tool.example"
# What the specification's binding wants of each object inside of a package; each may have no members but these.
MUST = {
    "CFItems": {"identifier", "fullStatement", "uri", "lastChangeDateTime"},
    "CFAssociations": {
        *("identifier", "associationType", "uri", "originNodeURI", "destinationNodeURI", "lastChangeDateTime")
    },
}
MAY = {
    "CFItems": {
        *("alternativeLabel", "CFItemType", "humanCodingScheme", "listEnumeration", "abbreviatedStatement", "notes"),
        *("conceptKeywords", "conceptKeywordsURI", "subject", "subjectURI", "language", "educationLevel"),
        *("CFItemTypeURI", "licenseURI", "statusStartDate", "statusEndDate", "extensions"),
    },
    "CFAssociations": {"sequenceNumber", "CFAssociationGroupingURI", "notes", "extensions"},
}


@pytest.fixture(scope="module")
def framework(catalogue: Catalogue) -> Framework:
    """The profile, published at an address."""
    return Framework(profile=catalogue.profile, address=ADDRESS)


@pytest.fixture(scope="module")
def package(framework: Framework) -> dict[str, Any]:
    """The whole framework."""
    return framework.package()


@pytest.mark.parametrize("place", ["CFItems", "CFAssociations"])
def test_every_object_has_what_it_must_and_nothing_strange(place: str, package: dict[str, Any]) -> None:
    assert len(package[place]) > 60
    for each in package[place]:
        assert MUST[place] <= each.keys() <= MUST[place] | MAY[place]
        assert each["uri"] == f"{ADDRESS}/ims/case/v1p1/{place}/{UUID(each['identifier'])}"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each["lastChangeDateTime"])


def test_all_units_outcomes_and_criteria_are_there_once(catalogue: Catalogue, package: dict[str, Any]) -> None:
    codes = [item["humanCodingScheme"] for item in package["CFItems"]]
    assert codes == list(dict.fromkeys(codes))
    assert set(codes) == catalogue.profile.parts().keys()
    kinds = Counter(item["CFItemType"] for item in package["CFItems"])
    assert (kinds["Competence unit"], kinds["Performance criterion"], len(codes)) == (6, 28, 63)


def test_the_same_profile_has_the_same_identifiers_everywhere(framework: Framework, package: dict[str, Any]) -> None:
    elsewhere = Framework(profile=framework.profile, address="http://localhost:9000").package()
    for place in ("CFItems", "CFAssociations"):
        named = [each["identifier"] for each in package[place]]
        assert named == [each["identifier"] for each in elsewhere[place]]
        assert len(named) == len(set(named))
        assert {UUID(each).version for each in named} == {5}
    assert package["CFDocument"]["identifier"] == "5cc2c375-ff86-50e1-99b6-0b5e2ba7621b"


def test_everything_hangs_below_the_document(package: dict[str, Any]) -> None:
    above = {
        each["originNodeURI"]["identifier"]: each["destinationNodeURI"]["identifier"]
        for each in package["CFAssociations"]
        if each["associationType"] == "isChildOf"
    }
    top = package["CFDocument"]["identifier"]
    for item in package["CFItems"]:
        over = above[item["identifier"]]
        assert over == top if item["CFItemType"] == "Competence unit" else above[over] == top


def test_esco_is_near_and_never_the_same(package: dict[str, Any]) -> None:
    abroad = [each for each in package["CFAssociations"] if "data.europa.eu" in each["destinationNodeURI"]["uri"]]
    assert len(abroad) == 33
    assert {each["associationType"] for each in abroad} == {"isRelatedTo"}
    assert all(each["notes"].startswith("ESCO; reference: verified") for each in abroad)


def test_no_alignment_to_a_level_is_claimed(package: dict[str, Any]) -> None:
    assert package["CFDocument"]["notes"].startswith("Designed to EQF level 6:")
    assert not [item for item in package["CFItems"] if "educationLevel" in item]


def test_each_object_is_found_by_its_identifier_and_no_other(framework: Framework, package: dict[str, Any]) -> None:
    item, association = package["CFItems"][3], package["CFAssociations"][9]
    assert framework.found("CFItems", item["identifier"]) == {
        **item,
        "CFDocumentURI": package["CFAssociations"][0]["destinationNodeURI"],
    }
    assert (framework.found("CFAssociations", association["identifier"]) or {})["uri"] == association["uri"]
    assert framework.found("CFPackages", framework.identifier()) == package
    for place in PLACES:
        assert framework.found(place, "00000000-0000-5000-8000-000000000000") is None
