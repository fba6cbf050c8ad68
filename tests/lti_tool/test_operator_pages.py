"""The operator's wing does what it says: agencies, recent launches, keys, and one search over all of it."""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from courses import agencies
from courses.errors import NoSuchAgency
from courses.people import Enrolment
from lti_tool import lti
from lti_tool.lti import launch_log
from lti_tool.lti.counterparts import LtiUser
from lti_tool.lti.platforms import Platform
from lti_tool.lti.under_way import UnderWay
from lti_tool.pages.operator import launch_words
from tests import builders, walking
from tests.lti_tool.operator_desk import Desk, desk, house, operator
from tests.signing_platform import SigningPlatform
from xapi_store import api_keys, keys
from xapi_store.keys import Seal
from xapi_store.transaction import transaction

__all__ = ["desk", "house", "operator"]


@pytest.fixture
def platform() -> Iterator[SigningPlatform]:
    listening = SigningPlatform(client_id=secrets.token_hex(4))
    yield listening
    listening.close()


def connected(desk: Desk, platform: SigningPlatform) -> Platform:
    """The platform belongs to an agency of its own; its name is its client id."""
    agency = f"coast-{secrets.token_hex(4)}"
    return builders.a_platform(desk.database, platform, agency=agency, name=f"Moodle {platform.client_id}")


def get(desk: Desk, path: str, **asked: str) -> str:
    """The operator's page at that path, as it came."""
    answer = desk.operator.browser.get(f"/operator{path}", query_string=asked)
    assert answer.status_code == 200
    return answer.text


def read(page: str) -> str:
    """What a person reads there."""
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1]).split()))


def rows(page: str) -> list[str]:
    """The rows of the last table, as a person reads them."""
    return [read(f"<main{row}") for row in page.split("<tbody>")[-1].split("</tbody>")[0].split("<tr>")[1:]]


# --- Agencies ---


def test_an_agency_is_made_with_a_store_and_is_ready_to_invite(desk: Desk) -> None:
    slug = f"new-{secrets.token_hex(4)}"
    sent = {"name": "  A new agency ", "slug": slug, "account_home": ""}
    answer = desk.operator.send("/operator/agencies", "/operator", **sent)
    assert answer.status_code == 303
    page = desk.operator.get(answer.location).text
    assert "A new agency" in page
    assert f"{builders.TOOL_ADDRESS}/agencies/{slug}" in page
    assert f"/operator/stores/{slug}" in page
    assert desk.operator.get(f"/operator/stores/{slug}").status_code == 200
    invited = desk.operator.send("/operator/invite", "/operator", agency=slug)
    assert "/lti/register/" in invited.text
    assert "1 invitation is open" in read(get(desk, f"/agencies/{slug}"))


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"name": ""}, "name", "as it should stand on certificates"),
        ({"name": "A\u202egency"}, "name", "as it should stand on certificates"),
        ({"slug": "No Way"}, "slug", "small letters, digits and hyphens"),
        ({"slug": "-x"}, "slug", "small letters, digits and hyphens"),
        ({"account_home": "people"}, "account_home", "a full web address"),
        ({"account_home": "javascript:alert(1)"}, "account_home", "a full web address"),
        ({"slug": "TAKEN"}, "slug", "of that short name already"),
        ({"account_home": "TAKEN"}, "account_home", "has this address already"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_is_made(
    desk: Desk, changed: dict[str, str], field: str, said: str
) -> None:
    slug = f"new-{secrets.token_hex(4)}"
    taken = {"slug": desk.slug, "account_home": f"https://{desk.slug}.example"}
    changed = {name: taken[name] if value == "TAKEN" else value for name, value in changed.items()}
    sent = {"name": "Typed name", "slug": slug, "account_home": "", **changed}
    answer = desk.operator.send("/operator/agencies", "/operator", **sent)
    assert answer.status_code == 422
    assert said in answer.text.split(f'id="{field}-fault"')[1].split("</p>")[0].lower()
    assert "name" in changed or 'value="Typed name"' in answer.text
    with desk.database.session() as session, pytest.raises(NoSuchAgency):
        agencies.by_slug(session, slug)


def test_an_agency_gets_another_name_and_keeps_its_short_one(desk: Desk) -> None:
    path = f"/operator/agencies/{desk.slug}"
    answer = desk.operator.send(f"{path}/name", path, name="North & Sons")
    assert (answer.status_code, "North &amp; Sons" in desk.operator.get(answer.location).text) == (303, True)
    assert desk.operator.send(f"{path}/name", path, name="\x07").status_code == 422
    assert "North &amp; Sons" in get(desk, f"/agencies/{desk.slug}")
    assert desk.operator.get("/operator/agencies/none").status_code == 404


def test_every_page_of_the_wing_has_the_same_line_of_rooms(desk: Desk) -> None:
    pages = ("", "/agencies/new", "/launches", "/grades", "/keys", "/search", "/stores", f"/stores/{desk.slug}/erasure")
    lines = set()
    for page in pages:
        nav = get(desk, page).split('aria-label="Operator"')[1].split("</nav>")[0]
        assert nav.count('aria-current="page"') == 1, page
        lines.add(nav.replace(' aria-current="page"', ""))
    assert len(lines) == 1
    assert 'aria-label="Operator"' not in desk.operator.browser.get("/operator/sign-in/x").text


# --- Launches ---


def test_launches_stand_newest_first_with_what_happened_and_what_to_do(desk: Desk, platform: SigningPlatform) -> None:
    here = connected(desk, platform)
    walking.launch(desk.house, platform, "ada", name="Ada Example")
    refused = builders.a_launch(desk.house.test_client(), platform, deployment_id="other").send()
    number = re.search(r"[0-9a-f]{8}", refused.text.split("launch_refused")[-1])
    assert number is not None
    page = get(desk, "/launches", platform=str(here.id))
    newest, before = rows(page)
    assert ("Refused" in newest, "The deployment is not one of this platform's" in newest) == (True, True)
    assert ("Came in" in before, "Open content" in before) == (True, True)
    assert "accept the deployment" in read(page)
    assert "Launches by day: at most 2 on one" in page
    assert "Ada" not in page
    assert len(rows(get(desk, "/launches", platform=str(here.id), outcome="ok"))) == 1
    assert len(rows(get(desk, "/launches", platform=str(here.id), outcome="unknown_deployment"))) == 1
    assert "No launch fits" in get(desk, "/launches", platform=str(here.id), outcome="no_cookie")


def test_older_launches_are_a_page_further(desk: Desk) -> None:
    number = secrets.randbelow(10**9) + 10**6
    with transaction(desk.database) as session:
        for _ in range(51):
            launch, at = UnderWay(platform_id=number), datetime.now(UTC)
            launch_log.refused(session, launch=launch, code="no_cookie", detail="", support_id="00", at=at)
    page = get(desk, "/launches", platform=str(number))
    further = re.search(r'href="(/operator/launches\?[^"]*before=[^"]*)"', page)
    assert further is not None
    assert (len(rows(page)), len(rows(desk.operator.get(unescape(further.group(1))).text))) == (50, 1)


def test_every_refusal_of_a_launch_is_put_into_words_for_the_operator() -> None:
    folder = Path(str(lti.__file__)).parent
    written = "\n".join(each.read_text(encoding="utf-8") for each in folder.glob("*.py"))
    codes = set(re.findall(r'LaunchRefused\("([a-z_]+)"', written))
    assert len(codes) > 15
    assert codes <= launch_words.OUTCOMES.keys()


@pytest.mark.parametrize(
    "asked", [{"platform": "x"}, {"platform": "9" * 30}, {"before": "-1"}, {"person": "x"}, {"outcome": "\x00"}]
)
def test_an_odd_question_is_answered_as_if_it_had_not_been_put(desk: Desk, asked: dict[str, str]) -> None:
    assert "Launches" in get(desk, "/launches", **asked)


# --- Keys ---


def test_keys_stand_with_their_state_and_never_with_their_private_half(desk: Desk) -> None:
    at, seal = datetime.now(UTC), Seal(walking.SECRET)
    owner = f"agency:{desk.slug}"
    with transaction(desk.database) as session:
        old = keys.ensure(session, owner=owner, algorithm="ES256", seal=seal, at=at)
        keys.retire(session, key=old, at=at)
        new = keys.ensure(session, owner=owner, algorithm="ES256", seal=seal, at=at)
    page = get(desk, "/keys")
    own = read("<main" + page.split(f'id="keys-{desk.slug}"')[1].split("</table>")[0])
    assert re.search(rf"{new.kid} ES256 .* In use", own)
    assert re.search(rf"{old.kid} ES256 .* Retired, still published", own)
    assert "/lti/jwks" in page
    assert "2 keys" in read(get(desk, f"/agencies/{desk.slug}"))


# --- Search ---


def test_one_box_finds_everything_and_each_hit_leads_somewhere(desk: Desk, platform: SigningPlatform) -> None:
    here = connected(desk, platform)
    walking.launch(desk.house, platform, "ada")
    label = f"Simulation {secrets.token_hex(4)}"
    with transaction(desk.database) as session:
        at = datetime.now(UTC)
        key, _ = api_keys.create(session, store_id=desk.store_id, label=label, scopes=["all"], at=at)
        query = select(Enrolment).join(LtiUser, LtiUser.person_id == Enrolment.person_id)
        enrolment = session.scalars(query.where(LtiUser.platform_id == here.id)).one()
    expected = {
        desk.slug.upper(): ("agencies", f"/operator/agencies/{desk.slug}"),
        f"of-{desk.slug}": ("stores", f"/operator/stores/south-of-{desk.slug}"),
        platform.client_id: ("platforms", f"/operator/launches?platform={here.id}"),
        platform.address: ("platforms", f"/operator/launches?platform={here.id}"),
        label.lower(): ("keys", f"/operator/stores/{desk.slug}#keys"),
        key.key: ("keys", f"/operator/stores/{desk.slug}#keys"),
        str(enrolment.person_id): ("launches", f"/operator/launches?person={enrolment.person_id}"),
        str(enrolment.id): ("launches", f"/operator/launches?person={enrolment.person_id}"),
    }
    for asked, (group, link) in expected.items():
        page = get(desk, "/search", q=asked)
        assert f'href="{link}"' in page.split(f'id="g-{group}"')[1].split("</section>")[0], asked
        assert desk.operator.get(link).status_code == 200


@pytest.mark.parametrize(
    "asked", ["nothing of the kind", "%", "_", "100%", "\\", "'; DROP TABLE agency", "\x00", "a" * 900]
)
def test_a_search_takes_every_sign_for_itself(desk: Desk, asked: str) -> None:
    assert 'id="g-' not in get(desk, "/search", q=asked)


def test_a_deployment_leads_to_its_platform(desk: Desk, platform: SigningPlatform) -> None:
    here = connected(desk, platform)
    assert f"platform={here.id}" in get(desk, "/search", q="1").split('id="g-platforms"')[1]
