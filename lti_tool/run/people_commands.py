"""`animateur person`: who may sign in without a learning platform."""

from datetime import UTC, datetime

import click

from courses import agencies
from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart
from lti_tool.sign_in import accounts, invitations
from lti_tool.sign_in.accounts import OPERATOR, STAFF
from xapi_store.transaction import transaction

# As people say it; the role word of an assessor is `trainer`.
ROLES = {"officer": "officer", "assessor": "trainer", "operator": "operator"}


@click.group()
def person() -> None:
    """People who sign in without a learning platform."""


@person.command()
@click.option("--role", required=True, type=click.Choice(sorted(ROLES)), help="What the person will be.")
@click.option("--agency", "slug", help="Short name of the agency; not for an operator.")
@json_option
def invite(role: str, slug: str | None, as_json: bool) -> None:
    """Print a one-time link, good for seven days, by which somebody gets a sign-in."""
    if (ROLES[role] == OPERATOR) == (slug is not None):
        raise click.UsageError("an operator belongs to no agency, everybody else to one: --agency")
    settings = Settings.from_environment()
    with database_at_hand(settings) as database, transaction(database) as session:
        agency_id = agencies.by_slug(session, slug).id if slug else None
        token = invitations.invite(session, role=ROLES[role], agency_id=agency_id, at=datetime.now(UTC))
    show({"accept": f"{settings.address}/invitation/{token}"}, as_json)


@person.command()
@click.option("--email", required=True, help="The address of the sign-in.")
@click.option("--agency", "slug", help="Short name of the agency, where the address is used in several.")
@json_option
def renew(email: str, slug: str | None, as_json: bool) -> None:
    """Print a one-time link back into a sign-in whose owner cannot get in any more."""
    settings = Settings.from_environment()
    with database_at_hand(settings) as database, transaction(database) as session:
        found = accounts.candidates(session, accounts.normalised(email) or "")
        agency_id = agencies.by_slug(session, slug).id if slug else None
        found = [each for each in found if slug is None or each.agency_id == agency_id]
        if len(found) != 1:
            raise CannotStart(f"{len(found)} sign-ins have this address" + (": name the --agency" if found else ""))
        token = invitations.renew(session, account=found[0], at=datetime.now(UTC))
    show({"accept": f"{settings.address}/invitation/{token}"}, as_json)


@person.command("list")
@click.option("--agency", "slug", help="Short name of the agency; without it, the operators.")
@json_option
def listed(slug: str | None, as_json: bool) -> None:
    """Print an agency's staff with a sign-in, or the operators. Learners are not listed: theirs are private."""
    with database_at_hand() as database, database.session() as session:
        found = accounts.staff_of(session, agencies.by_slug(session, slug).id) if slug else accounts.operators(session)
        rows = [
            {
                "account": each.id,
                "roles": [role for role in each.roles if role in (*STAFF, OPERATOR)],
                "email": each.email,
                "made": each.created_at,
                "last_in": each.last_in_at,
            }
            for each in found
        ]
    show_rows(rows, as_json, none="Nobody yet.")
