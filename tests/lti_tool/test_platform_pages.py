"""The operator's pages of one platform do what they say: connect by hand, check, let in, block, move."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from courses.agencies import Agency
from lti_tool.lti.counterparts import LmsContext, LtiUser, ResourceLink
from lti_tool.lti.platforms import Deployment, Platform
from tests import builders, walking
from tests.lti_tool.operator_desk import Desk, desk, house, operator
from tests.signing_platform import SigningPlatform
from xapi_store.database import Database

__all__ = ["desk", "house", "operator"]


@dataclass
class PlatformDesk:
    """The operator before the page of a platform that is connected to an agency."""

    desk: Desk
    signing: SigningPlatform
    id: int
    agency: str

    @property
    def path(self) -> str:
        """Where its pages are."""
        return f"/operator/platforms/{self.id}"

    @property
    def database(self) -> Database:
        return self.desk.database

    def get(self, path: str = "") -> TestResponse:
        return self.desk.operator.get(self.path + path)

    def send(self, path: str, **sent: Any) -> TestResponse:
        return self.desk.operator.send(self.path + path, self.path, **sent)

    def row(self) -> Platform:
        with self.database.session() as session:
            return session.get_one(Platform, self.id)

    def deployments(self) -> dict[str, str]:
        with self.database.session() as session:
            found = session.scalars(select(Deployment).where(Deployment.platform_id == self.id))
            return {each.deployment_id: each.status for each in found}

    def launch(self, signing: SigningPlatform | None = None, **claims: Any) -> TestResponse:
        """A learner's launch."""
        login = {"target_link_uri": f"{builders.TOOL_ADDRESS}/learn/oicf/m1"}
        return builders.a_launch(self.desk.house.test_client(), signing or self.signing, login=login, **claims).send()


@pytest.fixture
def listening() -> Iterator[SigningPlatform]:
    signing = SigningPlatform(client_id=uuid4().hex)
    yield signing
    signing.close()


@pytest.fixture
def at(desk: Desk, listening: SigningPlatform) -> PlatformDesk:
    agency = f"agency-{uuid4().hex[:8]}"
    made = builders.a_platform(desk.database, listening, agency=agency, family="moodle")
    return PlatformDesk(desk, listening, made.id, agency)


def typed(signing: SigningPlatform, **changes: str) -> dict[str, str]:
    """The addresses of that platform, as somebody types them."""
    return {
        "issuer": signing.address,
        "client_id": signing.client_id,
        "authorization_endpoint": f"{signing.address}/auth",
        "token_endpoint": f"{signing.address}/token",
        "jwks_uri": f"{signing.address}/jwks",
        **changes,
    }


# --- By hand ---


def test_a_platform_typed_in_can_launch(desk: Desk, listening: SigningPlatform) -> None:
    path = f"/operator/platforms/new?agency={desk.slug}&family=sakai"
    sent = typed(listening, deployment_id=" 7 ", name="Our Sakai", ask_names="yes")
    made = desk.operator.send(path, path, **sent)
    assert made.status_code == 303
    page = desk.operator.get(made.location)
    assert "Our Sakai" in page.text
    assert "Sakai" in page.text
    with desk.database.session() as session:
        platform = session.scalars(select(Platform).where(Platform.issuer == listening.address)).one()
        assert session.get_one(Agency, platform.agency_id).slug == desk.slug
    launched = builders.a_launch(desk.house.test_client(), listening, deployment_id="7").send()
    assert launched.status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", ""),
        ("issuer", "our moodle"),
        ("client_id", ""),
        ("client_id", "x" * 256),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("token_endpoint", "ftp://lms.example/token"),
        ("token_endpoint", "https://x@lms.example/token"),
        ("jwks_uri", "https://lms.example;script-src *"),
        ("jwks_uri", "https://lms.example/a b"),
        ("home", "lms.example"),
        ("name", "x" * 201),
        ("deployment_id", "\x01"),
    ],
)
def test_what_cannot_be_an_address_is_said_beside_its_field(
    field: str, value: str, desk: Desk, listening: SigningPlatform
) -> None:
    path = f"/operator/platforms/new?agency={desk.slug}&family=other"
    answer = desk.operator.send(path, path, **typed(listening, **{field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert f'href="#{field}"' in answer.text
    assert answer.text.count('class="fault"') == 1
    with desk.database.session() as session:
        assert session.scalar(select(func.count()).where(Platform.client_id == listening.client_id)) == 0


def test_a_platform_is_not_connected_twice(at: PlatformDesk) -> None:
    path = f"/operator/platforms/new?agency={at.desk.slug}&family=moodle"
    answer = at.desk.operator.send(path, path, **typed(at.signing))
    assert (answer.status_code, "connected already" in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("family", "home", "expected"),
    [
        ("moodle", "https://moodle.example/", {"issuer": "https://moodle.example"}),
        (
            "canvas",
            "https://school.example",
            {"issuer": "https://canvas.instructure.com", "home": "https://school.example"},
        ),
        ("brightspace", "https://d2l.example", {"token_audience": "https://api.brightspace.com/auth/token"}),
        ("openolat", "https://olat.example", {"authorization_endpoint": "https://olat.example/lti/auth"}),
        ("other", "https://lms.example", {"issuer": "https://lms.example", "token_endpoint": ""}),
        ("moodle", "", {"issuer": "", "token_endpoint": ""}),
        ("no-such-kind", '"><script>', {"issuer": '"><script>'}),
    ],
)
def test_the_form_is_filled_in_as_such_platforms_have_it(
    family: str, home: str, expected: dict[str, str], desk: Desk
) -> None:
    page = desk.operator.browser.get(
        "/operator/platforms/new", query_string={"agency": desk.slug, "family": family, "home": home}
    )
    for name, value in expected.items():
        found = re.search(rf'id="{name}" name="{name}" value="([^"]*)"', page.text)
        assert found is not None
        assert unescape(found.group(1)) == value


def test_our_own_addresses_can_be_copied(desk: Desk) -> None:
    page = desk.operator.get(f"/operator/platforms/new?agency={desk.slug}&family=canvas").text
    for path in ("/learn", "/lti/login", "/lti/launch", "/lti/jwks", "/lti/deep-linking", "/static/img/icon.svg"):
        assert f'value="{builders.TOOL_ADDRESS}{path}"' in page
    pasted = re.search(r'<textarea id="our-json"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert pasted is not None
    key = json.loads(unescape(pasted.group(1)))
    assert key["redirect_uris"] == [f"{builders.TOOL_ADDRESS}/lti/launch"]
    assert key["extensions"][0]["privacy_level"] == "name_only"


def test_without_an_agency_the_operator_chooses_one(desk: Desk) -> None:
    page = desk.operator.get("/operator/platforms/new?family=moodle").text
    assert f'<option value="{desk.slug}">' in page
    assert 'name="client_id"' not in page
    assert desk.operator.get("/operator/platforms/new?agency=nobody").status_code == 404


# --- One platform ---


def test_the_list_says_where_something_waits(at: PlatformDesk) -> None:
    at.launch(deployment_id="2")
    at.send("/block")
    row = at.desk.operator.get("/operator/platforms").text.split(f'href="{at.path}"')[1].split("</tr>")[0]
    assert ("Blocked" in row, "1 deployment waits" in row, "Moodle" in row) == (True, True, True)


@pytest.mark.parametrize("path", ["999999999", "99999999999999999999999999", "999999999/addresses"])
def test_a_platform_that_is_not_there_is_not_there(path: str, desk: Desk) -> None:
    assert desk.operator.get(f"/operator/platforms/{path}").status_code == 404


def test_a_platform_can_be_renamed_and_not_asked_for_names(at: PlatformDesk) -> None:
    assert at.send("/name", name="The <b>North</b>").status_code == 303
    assert (at.row().name, at.row().ask_names) == ("The <b>North</b>", False)
    assert "The &lt;b&gt;North&lt;/b&gt;" in at.get().text
    assert at.send("/name", name="  ").status_code == 422
    assert at.send("/name", name="North", ask_names="yes").status_code == 303
    assert at.row().ask_names


def test_a_blocked_platform_launches_nobody_until_it_is_unblocked(at: PlatformDesk) -> None:
    assert at.launch().status_code == 303
    at.send("/block")
    assert "Blocked" in at.get().text
    answer = builders.a_launch(at.desk.house.test_client(), at.signing)
    assert answer.question == {}
    at.send("/unblock")
    assert at.launch().status_code == 303


def test_an_unknown_deployment_waits_until_the_operator_lets_it_in(at: PlatformDesk) -> None:
    refused = at.launch(deployment_id="faculty-2")
    assert 'data-code="unknown_deployment"' in refused.text
    assert at.deployments() == {"1": "active", "faculty-2": "pending"}
    assert "Waits for you" in at.get().text
    at.send("/deployments", deployment_id="faculty-2", name="Faculty 2", status="active")
    assert at.launch(deployment_id="faculty-2").status_code == 303
    assert "Faculty 2" in at.get().text


def test_a_disabled_deployment_stays_out_and_says_so(at: PlatformDesk) -> None:
    at.send("/deployments", deployment_id="1", name="", status="disabled")
    refused = at.launch()
    assert 'data-code="disabled_deployment"' in refused.text
    assert at.deployments() == {"1": "disabled"}
    at.send("/deployments", deployment_id="1", name="", status="active")
    assert at.launch().status_code == 303


def test_a_platform_that_makes_up_deployments_fills_no_page(at: PlatformDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.lti.platforms.deployments.MOST_PENDING", 2)
    for number in range(4):
        assert at.launch(deployment_id=f"made-up-{number}").status_code == 400
    assert list(at.deployments().values()).count("pending") == 2


def test_no_deployment_of_another_platform_is_changed(at: PlatformDesk) -> None:
    assert at.send("/deployments", deployment_id="2", name="", status="active").status_code == 404
    assert at.send("/deployments", deployment_id="1", name="", status="other").status_code == 422
    assert at.send("/deployments", deployment_id="1", name="x" * 201, status="active").status_code == 422
    assert at.deployments() == {"1": "active"}


# --- A new home ---


def learners(database: Database, platform_id: int) -> set[tuple[str, Any]]:
    with database.session() as session:
        return {
            (row.sub, row.person_id)
            for row in session.scalars(select(LtiUser).where(LtiUser.platform_id == platform_id))
        }


@pytest.fixture
def elsewhere() -> Iterator[SigningPlatform]:
    """The same platform at its new address; its keys are others."""
    signing = SigningPlatform(client_id=uuid4().hex, published=["second-key"])
    yield signing
    signing.close()


def test_a_platform_that_moved_keeps_its_learners_by_the_form(at: PlatformDesk, elsewhere: SigningPlatform) -> None:
    at.launch()
    before = learners(at.database, at.id)
    page = at.get("/addresses").text
    assert f'value="{at.signing.address}/jwks"' in page
    assert at.send("/addresses", **typed(elsewhere, deployment_id="1")).status_code == 303
    under_way = builders.a_launch(at.desk.house.test_client(), elsewhere)
    assert under_way.send(elsewhere.sign(under_way.claims, key="second-key")).status_code == 303
    assert learners(at.database, at.id) == before
    assert builders.a_launch(at.desk.house.test_client(), at.signing).question == {}


def test_a_login_begun_at_the_old_home_ends(at: PlatformDesk, elsewhere: SigningPlatform) -> None:
    under_way = builders.a_launch(at.desk.house.test_client(), at.signing)
    at.send("/addresses", **typed(elsewhere))
    assert 'data-code="unknown_state"' in under_way.send().text


def test_a_platform_that_moved_keeps_its_learners_by_an_invitation(
    at: PlatformDesk, elsewhere: SigningPlatform
) -> None:
    at.launch()
    before = learners(at.database, at.id)
    shown = re.search(rf'value="{builders.TOOL_ADDRESS}(/lti/register/[^"]+)"', at.send("/invite").text)
    assert shown is not None
    browser = at.desk.house.test_client()
    page = browser.get(shown.group(1), query_string={"openid_configuration": f"{elsewhere.address}/openid"})
    assert "takes the place of “A platform”" in page.text
    form = {
        "form_token": re.findall(r'name="form_token" value="([^"]*)"', page.text)[0],
        "openid_configuration": f"{elsewhere.address}/openid",
        "registration_token": "",
    }
    assert "came along" in browser.post(shown.group(1), data=form).text
    assert (at.row().issuer, at.row().client_id) == (elsewhere.address, elsewhere.client_id)
    assert learners(at.database, at.id) == before
    assert "Authorization" not in elsewhere.asked("/register")[0].headers


def test_a_platform_does_not_move_into_anothers_home(at: PlatformDesk, elsewhere: SigningPlatform) -> None:
    builders.a_platform(at.database, elsewhere, agency=f"other-{uuid4().hex[:8]}")
    answer = at.send("/addresses", **typed(elsewhere))
    assert (answer.status_code, "connected already" in answer.text) == (422, True)
    assert at.row().issuer == at.signing.address


def test_the_only_deployment_and_its_courses_take_the_new_name(at: PlatformDesk, elsewhere: SigningPlatform) -> None:
    first = walking.launch(at.desk.house, at.signing, "5")
    at.send("/addresses", **typed(elsewhere, deployment_id="new"))
    assert at.deployments() == {"new": "active"}
    under_way = builders.a_launch(at.desk.house.test_client(), elsewhere, deployment_id="new")
    assert under_way.send(elsewhere.sign(under_way.claims, key="second-key")).status_code == 303
    with at.database.session() as session:
        contexts = session.scalars(select(LmsContext).where(LmsContext.platform_id == at.id)).all()
    assert [each.deployment_id for each in contexts] == ["new"]
    assert first.get("/learn/oicf/m1").status_code == 200


# --- The check, as the page shows it ---


def test_the_page_says_what_works(at: PlatformDesk) -> None:
    page = at.send("/check")
    assert page.status_code == 200
    assert "They can be fetched. Keys: 1." in page.text
    assert "The platform knows us and lets us in." in page.text
    assert f"{builders.TOOL_ADDRESS}/lti/launch" in page.text


def test_the_page_says_what_moodle_has_to_change(at: PlatformDesk) -> None:
    at.signing.instead["/token"] = (404, b"<!DOCTYPE html><p>Not found")
    page = at.send("/check").text
    assert "Moodle cannot fetch our keys from localhost" in page
    assert "cURL blocked hosts" in page


def test_scores_that_wait_find_their_column_at_the_new_home(at: PlatformDesk, elsewhere: SigningPlatform) -> None:
    ags = {"lineitem": f"{at.signing.address}/items/1?type_id=1", "lineitems": f"{at.signing.address}/lineitems"}
    claim = {"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"scope": [], **ags}}
    assert at.launch(**claim).status_code == 303
    at.send("/addresses", **typed(elsewhere, deployment_id="1"))
    with at.database.session() as session:
        contexts = select(LmsContext.id).where(LmsContext.platform_id == at.id)
        link = session.scalars(select(ResourceLink).where(ResourceLink.lms_context_id.in_(contexts))).one()
    assert (link.lineitem, link.lineitems) == (
        f"{elsewhere.address}/items/1?type_id=1",
        f"{elsewhere.address}/lineitems",
    )
