"""The permanent addresses, led on by the rules of deploy/permanent-addresses.md, all end at something that is there."""

import re
from pathlib import Path

import pytest

from lti_tool.pages import vocabulary
from tests.doors.world import World
from xapi_store.vocabulary import PROFILE, PROFILE_VERSION

PAPER = Path(__file__).parents[2] / "deploy" / "permanent-addresses.md"


def led_on(address: str) -> str:
    """Where the first rule that fits leads, below the installation's own address."""
    below = address.removeprefix(PROFILE).lstrip("/")
    for pattern, target in re.findall(r"^RewriteRule (\S+) HOME(\S+) ", PAPER.read_text(encoding="utf-8"), re.M):
        if re.search(pattern, below):
            return re.sub(pattern, target.replace("$", "\\"), below)
    raise AssertionError(f"no rule for {address}")


def everything(world: World) -> list[str]:
    """Every permanent address that our documents name."""
    catalogue = world.house.extensions["catalogue"]
    course, profile = catalogue.course("oicf"), catalogue.profile
    modules = [module.iri for module in course.modules]
    steps = [step.iri for module in course.modules for step in module.steps]
    parts = [part.iri for part in profile.parts().values()]
    return [PROFILE, PROFILE_VERSION, profile.iri, *parts, course.iri, *modules, *steps, *_words()]


def _words() -> list[str]:
    return [f"{PROFILE}/{place}" for place in vocabulary.PLACES]


def test_every_permanent_address_leads_to_something(world: World) -> None:
    nobody = world.people["nobody"].browser
    addresses = everything(world)
    assert len(addresses) > 100
    for address in addresses:
        answer = nobody.get(led_on(address), follow_redirects=True)
        assert answer.status_code == 200, address


def test_an_address_that_was_never_ours_leads_nowhere(world: World) -> None:
    with pytest.raises(AssertionError, match="no rule"):
        led_on(f"{PROFILE}/nothing/of/ours")
    assert world.people["nobody"].browser.get(led_on(f"{PROFILE}/courses/oicf/m1/99")).status_code == 404
