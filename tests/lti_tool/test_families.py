"""Kinds of platforms: which one it is, where such a one answers, and in which domains its addresses may lie."""

import pytest

from lti_tool.errors import OnboardingRefused
from lti_tool.lti import personal_data, registration
from lti_tool.lti.platforms import families
from lti_tool.lti.platforms.ways import Ways
from lti_tool.lti.scopes import WANTED


@pytest.mark.parametrize(
    ("said", "family"),
    [
        ("moodle", "moodle"),
        ("Moodle", "moodle"),
        ("canvas", "canvas"),
        ("desire2learn", "brightspace"),
        ("BlackboardLearn", "blackboard"),
        ("Open edX", "openedx"),
        (None, "other"),
        ("", "other"),
        ("something new", "other"),
    ],
)
def test_a_platform_is_known_by_what_it_says_of_itself(said: str | None, family: str) -> None:
    assert families.of(said).family == family


@pytest.mark.parametrize("ways", families.ALL, ids=lambda each: each.family)
def test_each_kind_says_what_its_administrator_has_to_do(ways: Ways) -> None:
    assert ways.by_hand
    assert ways.afterwards
    assert bool(ways.where) == ways.registers_itself
    assert set(ways.addresses.at("", client_id="")) == {
        "issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "token_audience",
    }  # fmt: skip


def test_moodles_addresses_follow_from_its_own() -> None:
    assert families.of("moodle").addresses.at("https://moodle.example/", client_id="") == {
        "issuer": "https://moodle.example",
        "authorization_endpoint": "https://moodle.example/mod/lti/auth.php",
        "token_endpoint": "https://moodle.example/mod/lti/token.php",
        "jwks_uri": "https://moodle.example/mod/lti/certs.php",
        "token_audience": "",
    }


def test_blackboards_keys_lie_under_the_client_id() -> None:
    ways = families.of("blackboard")
    assert ways.addresses.at("https://bb.example", client_id="abc")["jwks_uri"].endswith("/applications/abc/jwks.json")
    assert ways.addresses.at("https://bb.example")["jwks_uri"] == ""


def test_everything_we_ask_for_has_its_reason() -> None:
    assert set(WANTED) <= set(personal_data.SCOPES)
    for each in (*personal_data.about_people(names=True), *personal_data.rights()):
        assert str(each.what)
        assert str(each.why)


def test_names_are_left_out_where_they_are_not_asked_for() -> None:
    asked = registration.tool_configuration("https://tool.example", names=False)[registration.TOOL]["claims"]
    assert asked == ["iss", "sub", "locale"]
    assert "name" in registration.tool_configuration("https://tool.example")[registration.TOOL]["claims"]


def described(issuer: str, *, elsewhere: str) -> dict[str, str]:
    """A platform's description, whose addresses lie on another host."""
    return {"issuer": issuer} | dict.fromkeys(registration.ENDPOINTS, f"{elsewhere}/x")


@pytest.mark.parametrize(
    ("url", "issuer", "elsewhere"),
    [
        ("https://sso.canvaslms.com/c", "https://canvas.instructure.com", "https://sso.canvaslms.com"),
        ("https://canvas.instructure.com/c", "https://canvas.instructure.com", "https://school.instructure.com"),
        ("https://school.brightspace.com/c", "https://school.brightspace.com", "https://auth.brightspace.com"),
        ("https://lms.example/c", "https://lms.example", "https://login.lms.example"),
    ],
)
def test_a_makers_domains_belong_together(url: str, issuer: str, elsewhere: str) -> None:
    registration.check_addresses(url, described(issuer, elsewhere=elsewhere))


@pytest.mark.parametrize(
    ("url", "issuer", "elsewhere"),
    [
        ("https://evil.example/c", "https://canvas.instructure.com", "https://sso.canvaslms.com"),
        ("https://canvas.instructure.com/c", "https://canvas.instructure.com", "https://evil.example"),
        ("https://evil.example/c", "https://evil.example", "https://sso.canvaslms.com"),
        ("https://eviLinstructure.com/c", "https://eviLinstructure.com", "https://sso.canvaslms.com"),
        ("https://school.brightspace.com/c", "https://school.brightspace.com", "https://sso.canvaslms.com"),
        ("https://canvas.instructure.com/c", "https://canvas.instructure.com", "http://sso.canvaslms.com"),
        ("https://lms.example/c", "https://lms.example", "https://notlms.example"),
    ],
)
def test_nobody_borrows_a_makers_domains(url: str, issuer: str, elsewhere: str) -> None:
    with pytest.raises(OnboardingRefused, match="foreign_endpoint"):
        registration.check_addresses(url, described(issuer, elsewhere=elsewhere))
