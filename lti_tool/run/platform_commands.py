"""`animateur platform`: the platforms of this installation, checked, named, blocked, and their deployments let in."""

import sys
from datetime import UTC, datetime

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from courses.agencies import Agency
from lti_tool.errors import NoSuchPlatform
from lti_tool.lti import connection, connection_words, invitations, our_addresses
from lti_tool.lti.platform_client import Client
from lti_tool.lti.platforms import Deployment, Platform, deployments
from lti_tool.lti.platforms.platform import ACTIVE, BLOCKED
from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows
from lti_tool.run.settings import Settings
from xapi_store.keys import Seal
from xapi_store.transaction import transaction


@click.group()
def platform() -> None:
    """Learning platforms that are connected."""


@platform.command("list")
@json_option
def listed(as_json: bool) -> None:
    """Print every platform with its id."""
    query = select(Platform, Agency.slug).join(Agency, Agency.id == Platform.agency_id).order_by(Platform.id)
    with database_at_hand() as database, database.session() as session:
        rows = [
            {
                "id": each.id,
                "agency": slug,
                "name": each.name,
                "kind": each.family,
                "status": each.status,
                "issuer": each.issuer,
                "client_id": each.client_id,
                "waiting": len(_waiting(session, each)),
            }
            for each, slug in session.execute(query)
        ]
    show_rows(rows, as_json, none="No platform is connected.")


@platform.command()
@click.argument("platform_id", type=int)
@json_option
def check(platform_id: int, as_json: bool) -> None:
    """Find out whether the connection works, and what to do where it does not. Exit code 1 if something is wrong."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database:
        with database.session() as session:
            found = _platform(session, platform_id)
        findings = connection.check(
            connection.Check(
                database=database,
                client=Client(allow_private=settings.allow_private_platforms),
                seal=Seal(settings.secret_key),
                platform=found,
                address=settings.address,
                at=datetime.now(UTC),
            )
        )
    told = [connection_words.told(each) for each in findings]
    if as_json:
        rows = [{"grade": each.grade, "what": each.what, "code": each.why, "detail": each.detail} for each in findings]
        show_rows(rows, True, none="")
    else:
        for each in told:
            click.echo(f"{each.grade:<8} {each.what}: {each.happened}")
            if each.advice:
                click.echo(f"         -> {each.advice}")
    sys.exit(0 if connection.works(findings) else 1)


@platform.command()
@click.argument("platform_id", type=int)
@click.option("--names/--without-names", default=None, help="Ask for people's names, or not. Default: as before.")
@json_option
def invite(platform_id: int, names: bool | None, as_json: bool) -> None:
    """Print a one-time link by which this platform can register anew, also from another address."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database, transaction(database) as session:
        found = _platform(session, platform_id)
        token = invitations.invite_again(session, platform=found, at=datetime.now(UTC), ask_names=names)
    show({"register": f"{settings.address}/lti/register/{token}"}, as_json)


@platform.command()
@click.argument("platform_id", type=int)
@click.argument("name")
@json_option
def rename(platform_id: int, name: str, as_json: bool) -> None:
    """Give the platform a name."""
    if not name.strip() or not name.isprintable() or len(name) > 200:
        raise click.BadParameter("1 to 200 characters, without control characters", param_hint="NAME")
    with database_at_hand() as database, transaction(database) as session:
        _platform(session, platform_id).name = name.strip()
    show({"platform": platform_id, "name": name.strip()}, as_json)


@platform.command()
@click.argument("platform_id", type=int)
@json_option
def block(platform_id: int, as_json: bool) -> None:
    """Nobody can come from the platform until it is unblocked."""
    _gate(platform_id, BLOCKED, as_json)


@platform.command()
@click.argument("platform_id", type=int)
@json_option
def unblock(platform_id: int, as_json: bool) -> None:
    """People can come from the platform again."""
    _gate(platform_id, ACTIVE, as_json)


@platform.command("deployments")
@click.argument("platform_id", type=int)
@json_option
def deployments_of(platform_id: int, as_json: bool) -> None:
    """Print the platform's deployments, those that wait first."""
    with database_at_hand() as database, database.session() as session:
        _platform(session, platform_id)
        rows = [
            {"deployment": each.deployment_id, "name": each.name, "status": each.status, "since": each.created_at}
            for each in deployments.of_platform(session, platform_id=platform_id)
        ]
    show_rows(rows, as_json, none="No deployment is known yet; the first launch will bring one.")


@platform.command()
@click.argument("platform_id", type=int)
@click.argument("deployment_id")
@click.option("--name", help="What you call it.")
@json_option
def accept(platform_id: int, deployment_id: str, name: str | None, as_json: bool) -> None:
    """Let a deployment launch us."""
    _change(platform_id, deployment_id, deployments.ACTIVE, name, as_json)


@platform.command()
@click.argument("platform_id", type=int)
@click.argument("deployment_id")
@json_option
def disable(platform_id: int, deployment_id: str, as_json: bool) -> None:
    """Keep a deployment out."""
    _change(platform_id, deployment_id, deployments.DISABLED, None, as_json)


@platform.command()
@click.option("--without-names", is_flag=True, help="For a platform that is not asked for people's names.")
@json_option
def sheet(without_names: bool, as_json: bool) -> None:
    """Print our own addresses, to type into a platform."""
    address = Settings.from_environment().address
    lines = our_addresses.sheet(address, names=not without_names)
    show({each.id if as_json else str(each.label): each.value or None for each in lines}, as_json)


def _platform(session: Session, platform_id: int) -> Platform:
    found = session.get(Platform, platform_id)
    if found is None:
        raise NoSuchPlatform(f"there is no platform {platform_id}")
    return found


def _waiting(session: Session, found: Platform) -> list[Deployment]:
    known = deployments.of_platform(session, platform_id=found.id)
    return [each for each in known if each.status == deployments.PENDING]


def _gate(platform_id: int, status: str, as_json: bool) -> None:
    with database_at_hand() as database, transaction(database) as session:
        _platform(session, platform_id).status = status
    show({"platform": platform_id, "status": status}, as_json)


def _change(platform_id: int, deployment_id: str, status: str, name: str | None, as_json: bool) -> None:
    with database_at_hand() as database, transaction(database) as session:
        _platform(session, platform_id)
        row = session.get(Deployment, (platform_id, deployment_id))
        if row is None:
            raise NoSuchPlatform(f"platform {platform_id} has no deployment {deployment_id!r}")
        deployments.change(session, deployment=row, name=row.name if name is None else name, status=status)
    show({"deployment": deployment_id, "status": status}, as_json)
