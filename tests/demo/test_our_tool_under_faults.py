"""Our own LTI doors, launched from an LMS that does one thing wrong at a time: nobody is let in, and a page says so."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from courses import agencies
from lti_tool import visitor
from lti_tool.demo import browsing, setup
from lti_tool.demo.app import create_lms, lms_of
from lti_tool.demo.faults import Fault, Place
from lti_tool.demo.lms import Lms
from lti_tool.demo.tempers import Temper
from lti_tool.lti import onboarding
from lti_tool.run.postgres import EmbeddedPostgres
from tests import builders
from tests.demo.serving import free_port, served
from tests.demo.small_tool import AINO, Browser
from tests.demo.test_foreign_library import follow
from xapi_store.database import Database
from xapi_store.transaction import transaction

REFUSED = [
    Fault.BAD_SIGNATURE,
    Fault.UNKNOWN_KID,
    Fault.ALG_NONE,
    Fault.HS256,
    Fault.EXPIRED,
    Fault.FUTURE_IAT,
    Fault.SWAPPED_NONCE,
    Fault.WRONG_NONCE,
    Fault.WRONG_AUDIENCE,
    Fault.WRONG_AZP,
    Fault.WRONG_ISSUER,
    Fault.WRONG_DEPLOYMENT,
    Fault.WRONG_VERSION,
    Fault.WRONG_MESSAGE_TYPE,
    Fault.WRONG_TARGET,
    *(each for each in Fault if each.startswith("missing_") and each not in ("missing_context", "missing_custom")),
]
TAKEN = [Fault.CLOCK_AHEAD, Fault.CLOCK_BEHIND, Fault.EMPTY_LINEITEM, Fault.NO_STORAGE, Fault.MISSING_CUSTOM]


@pytest.fixture
def connected(database: Database, postgres: EmbeddedPostgres) -> Iterator[Lms]:
    """An LMS with our tool in its course, which says who is there."""
    port, lms_port = free_port(), free_port()
    address, at = f"http://127.0.0.1:{port}", datetime.now(UTC)
    tool = builders.a_tool(database)
    tool.extensions["settings"] = replace(tool.extensions["settings"], public_url=address)

    @tool.get("/<path:anywhere>")
    def page(anywhere: str) -> str:
        return f"{'+'.join(sorted(visitor.current().roles))} at {anywhere}"

    with transaction(database) as session:
        agency = agencies.create(session, slug="coast", name="Coast", account_home=f"{address}/agencies/coast", at=at)
        token = onboarding.invite(session, agency_id=agency.id, at=at)
    app = create_lms(postgres.url("demo_lms_faulty"), f"http://localhost:{lms_port}")
    with served(tool, port), served(app, lms_port):
        setup.setup_by_invitation(lms_of(app).address, f"{address}/lti/register/{token}")
        yield lms_of(app)
    lms_of(app).close()


def arrived(lms: Lms) -> tuple[int, str]:
    """Status and words of where Aino is after opening module 1, in a browser of her own."""
    aino = Browser(lms.address, AINO)
    page = aino.http.get(f"{lms.address}/start/{link(aino)}")
    return said(follow(aino, follow(aino, page)))


def said(answer: requests.Response) -> tuple[int, str]:
    """Status and words of a page."""
    return answer.status_code, browsing.read(answer.text).words()


def link(browser: Browser) -> str:
    """The number of the newest link to module 1."""
    page = browser.http.get(f"{browser.lms}/course").text
    return page.rpartition('<h2><a href="/open/')[2].partition('"')[0]


def test_our_tool_lets_nobody_in_on_a_spoiled_launch_and_everybody_else(connected: Lms) -> None:
    found: dict[Any, bool] = {}
    broken = []
    for fault in [*REFUSED, *TAKEN]:
        connected.back_to_normal()
        connected.faults.add(fault)
        status, words = arrived(connected)
        found[fault] = (status, words) == (200, "learner at learn/oicf/m1")
        broken += [fault] if status >= 500 else []

    assert broken == []
    assert found == {**dict.fromkeys(REFUSED, False), **dict.fromkeys(TAKEN, True)}


def test_our_tool_takes_a_message_and_a_state_once(connected: Lms) -> None:
    for fault in (Fault.REPLAYED_TOKEN, Fault.REPLAYED_STATE):
        connected.back_to_normal()
        connected.faults.add(fault)

        assert arrived(connected) == (200, "learner at learn/oicf/m1")
        status, words = arrived(connected)
        assert (400 <= status < 500, "learner at" in words) == (True, False)


def test_our_tool_is_launched_by_every_family(connected: Lms) -> None:
    for temper in Temper:
        connected.temper = temper
        assert arrived(connected) == (200, "learner at learn/oicf/m1"), temper


@pytest.mark.parametrize("fault", [Fault.DOWN, Fault.HTML_PAGE, Fault.REDIRECTS])
def test_our_tool_says_so_where_the_keys_cannot_be_had(connected: Lms, fault: Fault) -> None:
    connected.faults.add(fault)
    connected.places.add(Place.JWKS)
    status, words = arrived(connected)

    assert "learner at" not in words
    assert status != 500
