"""`animateur demo`: the tool and a demo LMS on another site, connected as a real LMS would be."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime

from courses import agencies
from courses.errors import NoSuchAgency
from lti_tool.demo import setup
from lti_tool.lti import onboarding
from lti_tool.run.serve import Say, bring_up_database, processes, wait_for, web_command
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import Child, check_port, kept, supervise
from xapi_store.database import Database
from xapi_store.transaction import transaction

AGENCY = ("north-coast", "North Coast Innovation Agency")
LMS_DATABASE = "demo_lms"


def demo(settings: Settings, *, lms_port: int, say: Say) -> None:
    """Tool and LMS have run, connected with each other, until Ctrl-C."""
    check_port(settings.host, settings.port)
    check_port(settings.host, lms_port)
    lms_address = f"http://localhost:{lms_port}"
    settings = replace(settings, demo=lms_address)
    with ExitStack() as house:
        settings, postgres, others = bring_up_database(settings, house, say=say, others=(LMS_DATABASE,))
        lms = _lms(settings, others[0], lms_address, lms_port)
        say("starting the tool, its worker and the demo LMS")
        children = [*postgres, *processes(settings, only=None), lms]
        supervise(children, started=lambda: _connect(settings, lms_address, lms_port, say=say))


def _lms(settings: Settings, database_url: str, address: str, port: int) -> Child:
    # How it misbehaves is known to the process that was told: there is one.
    settings = replace(settings, web_processes=1)
    command = web_command(settings, application="lti_tool.demo.web:lms", port=port)
    environment = settings.environment() | setup.environment(database_url, address)
    return kept("demo LMS", command, environment)


def _connect(settings: Settings, lms_address: str, lms_port: int, *, say: Say) -> None:
    wait_for(f"http://{settings.host}:{settings.port}/readyz")
    wait_for(f"http://{settings.host}:{lms_port}/healthz")
    if not setup.is_connected(lms_address):
        say("connecting the two by dynamic registration, as an LMS administrator would")
        setup.setup_by_invitation(lms_address, _invitation(settings))
    say(_welcome(lms_address, settings.address))
    sys.stdout.flush()


def _invitation(settings: Settings) -> str:
    slug, name = AGENCY
    at = datetime.now(UTC)
    database = Database(settings.database_url, pool_size=1)
    with transaction(database) as session:
        try:
            agency = agencies.by_slug(session, slug)
        except NoSuchAgency:
            home = f"{settings.address}/agencies/{slug}"
            agency = agencies.create(session, slug=slug, name=name, account_home=home, at=at)
        token = onboarding.invite(session, agency_id=agency.id, at=at)
    database.close()
    return f"{settings.address}/lti/register/{token}"


def _welcome(lms: str, tool: str) -> str:
    return f"""
  Open  {lms}  in your browser.
  It is a demo LMS: choose who to be, and walk the whole way.

    Aino, Bram, Chiara   learners: open module 1, learn, join a team, write its charter
    Dana                 trainer: grade what the team made and release it
    Emil                 agency officer: see who qualifies and issue a certificate
    Freya                administrator of the LMS: connect tools, make the LMS fail on purpose
    a stranger           anybody: check a certificate at {tool}/verify

  The tool itself answers at {tool}. Everything you do stays under the data directory; Ctrl-C stops it all."""
