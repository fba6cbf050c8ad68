"""The one seam for outgoing calls: where it does not go, and how much it takes."""

import ipaddress

import pytest

from lti_tool.errors import AddressRefused, PlatformRefused, PlatformUnreachable
from lti_tool.lti.platform_client import Client, _is_public
from lti_tool.lti.platforms import moodle
from lti_tool.lti.services import asking, below
from tests.signing_platform import SigningPlatform


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://0.0.0.0/",
        "https://user:secret@93.184.216.34/",
        "file:///etc/passwd",
        "ftp://93.184.216.34/",
        "https://",
    ],
)
def test_private_and_odd_addresses_are_not_called(url: str) -> None:
    with pytest.raises(AddressRefused):
        Client().get(url)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_public_addresses_are(address: str) -> None:
    assert _is_public(ipaddress.ip_address(address))


def test_a_redirect_is_not_followed(platform: SigningPlatform) -> None:
    platform.instead["/from"] = (302, f"{platform.address}/to".encode())
    assert Client(allow_private=True).get(f"{platform.address}/from").status == 302
    assert platform.asked("/to") == []


def test_an_answer_without_end_is_cut_off(platform: SigningPlatform) -> None:
    platform.instead["/large"] = (200, b"x" * 300_000)
    with pytest.raises(PlatformUnreachable, match="too large"):
        Client(allow_private=True).get(f"{platform.address}/large")


def test_a_platform_that_is_down_is_unreachable() -> None:
    gone = SigningPlatform()
    gone.close()
    with pytest.raises(PlatformUnreachable):
        Client(allow_private=True).get(f"{gone.address}/jwks")


def test_the_host_is_named_to_the_server_although_its_address_is_pinned(platform: SigningPlatform) -> None:
    port = platform.address.rsplit(":", 1)[1]
    assert Client(allow_private=True).get(f"http://localhost:{port}/jwks").status == 200
    assert platform.heard[0].headers["Host"] == f"localhost:{port}"


def test_bytes_are_given_for_a_plain_yes_alone(platform: SigningPlatform) -> None:
    client = Client(allow_private=True)
    assert b"keys" in client.get_bytes(f"{platform.address}/jwks")
    with pytest.raises(PlatformRefused):
        client.get_bytes(f"{platform.address}/nothing")


def test_a_step_below_an_address_stands_before_its_query() -> None:
    url = "http://lms.example/services.php/2/lineitems/7/lineitem?type_id=1"
    assert below(url, "scores") == "http://lms.example/services.php/2/lineitems/7/lineitem/scores?type_id=1"
    assert below(url, "results", user_id="5").endswith("/results?type_id=1&user_id=5")
    assert asking("http://lms.example/items", tag="a b") == "http://lms.example/items?tag=a+b"


@pytest.mark.parametrize(
    "header",
    [
        '<http://lms.example/Items?from=2&limit=1>; rel="next"',
        "<http://lms.example/Items?from=2&amp;limit=1>; rel=“next”".encode().decode("latin-1"),
        '<http://lms.example/Items?from=9>; rel="last", <http://lms.example/Items?from=2&limit=1>; rel=next',
    ],
)
def test_the_next_page_is_found_also_in_moodles_spelling(header: str) -> None:
    assert moodle.next_page(header) == "http://lms.example/Items?from=2&limit=1"
    assert moodle.next_page('<http://lms.example/Items>; rel="last"') is None
