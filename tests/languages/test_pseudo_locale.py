"""In the pseudo-locale no page has a word that was not translated."""

import re

import pytest

from tests.doors.test_who_may_enter import DOORS, VISITORS, address, who_enters
from tests.doors.world import World
from tests.languages import pseudo, reading

# Names that are the same in every language: of the product, people, agencies, platforms, licences and standards.
NAMES = (
    "The animateur course authors",
    "animateur", "Ada Example", "Bo Example", "Cy Example", "Dee Example", "Eve Example", "Tove Staff", "Olga Staff",
    "Mo Staff", "Vic Staff", "Chi Staff", "Tell Staff", "North", "South", "north", "south", "A platform",
    "A course of the platform", "Another course of the platform", "English (Pseudo-Accents)", "CC BY 4.0",
    "Moodle", "Canvas", "Brightspace", "Blackboard", "Sakai", "Open edX", "ILIAS", "OpenOlat", "https:",
    "INF", "BRO", "OPP", "ANI", "PRJ", "LRN", "ADM",
)  # fmt: skip
# What people of this world wrote, and the initials that stand for them.
WRITTEN = ("Are we right?", "We answer within a day.", "Here is what I think.", "AE", "BE", "CE", "DE", "EE")
# Pages of samples, of statements as they are kept, and of the xAPI profile, which is published in English.
DATA = ("/design", "/vocabulary", "/operator/stores/<slug>/statements")
PAGES = sorted(door for door in DOORS if door.startswith("GET") and not door[4:].startswith(DATA))


@pytest.fixture(scope="module")
def given(world: World) -> tuple[str, ...]:
    """Everything that is rightly not in the pseudo-locale: names, and the texts of courses and rules not translated."""
    catalogue = world.house.extensions["catalogue"]
    found = {*NAMES, *WRITTEN, catalogue.course("oicf").title}
    for module in catalogue.course("oicf").modules:
        found |= {module.title, module.result}
        found |= {text for step in module.steps for text in (step.title, step.lead)}
    for rule in world.house.extensions["rules"].of_course("oicf"):
        found |= {rule.title, rule.description}
        found |= {text for clause in rule.clauses for text in (clause.text, clause.competence)}
    exercise = catalogue.exercise("oicf/m1/5")
    found |= {exercise.document_title, *(line.strip("# ") for line in exercise.seed.split("\n") if line.strip("# "))}
    found |= {criterion.text for criterion in catalogue.profile.criteria().values()}
    found |= {unit.title for unit in catalogue.profile.units}
    return tuple(found)


def shown(world: World, door: str) -> list[tuple[str, str]]:
    """Who can open that door, and the page they see."""
    roles = [role for role in DOORS[door] if role in VISITORS]
    names = [who_enters(world, door, role) for role in roles] or ["nobody"]
    pages = []
    for name in names:
        answer = world.people[name].get(address(world, door))
        if answer.mimetype == "text/html" and answer.status_code == 200:
            pages.append((name, answer.text))
    return pages


@pytest.mark.parametrize("door", PAGES)
def test_no_page_has_a_hard_coded_word(door: str, world: World, given: tuple[str, ...]) -> None:
    for name, page in shown(world, door):
        assert reading.strange(page, given) == [], f"{door} as {name}"


STEPS = [f"/learn/oicf/m1/{key}" for key in range(1, 7)]


@pytest.mark.parametrize("path", ["/learn/oicf", "/learn/oicf/m1", *STEPS])
def test_a_learner_reads_a_translated_module_without_a_word_of_its_source(path: str, world: World) -> None:
    """Here no text of the course is taken as given: what is not translated has to say so by its `lang`."""
    page = world.people["bo"].get(path).text
    assert reading.strange(page, (*NAMES, *WRITTEN)) == []
    assert 'lang="en-XA"' in page


def test_refusals_speak_the_language_too(world: World) -> None:
    for name, path in (("ada", "/teach"), ("ada", "/learn/oicf/m9"), ("nobody", "/learn/oicf/m1"), ("ada", "/nowhere")):
        page = world.people[name].get(path)
        assert page.status_code >= 400
        assert reading.strange(page.text, NAMES) == [], path


def test_scripts_hold_no_words_of_their_own() -> None:
    """What a script says comes from the page."""
    words = re.compile(r"""(["'`])(?=[^"'`]*[A-Za-z]{2,} [a-z]{2,} )[A-Z][^"'`<>=;{}]*\1""")
    for path in sorted((pseudo.ROOT / "lti_tool/static/js").glob("*.js")):
        code = re.sub(r"^\s*(//|\*).*$", "", path.read_text(), flags=re.MULTILINE)
        assert [found.group() for found in words.finditer(code)] == [], path.name


def test_numbers_and_shares_are_written_as_the_language_writes_them(world: World) -> None:
    page = world.people["ada"].get(f"/team/{world.teams['ada']}").text
    assert f"100{pseudo.NARROW}%" in page
    assert "100%" not in page
