"""`animateur pilot`: open a pilot of a course, close it, and print what came out of it."""

import json
from datetime import UTC, datetime, time
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from courses import agencies
from courses.errors import ContentRefused, NoSuchCourse, NoSuchPilot
from courses.pilot import pilots, report
from courses.pilot.pilots import Pilot
from lti_tool.pages.pilot import twins
from lti_tool.run import own_courses
from lti_tool.run.command_line import database_at_hand, json_option, show, show_rows
from lti_tool.run.settings import Settings
from lti_tool.run.supervisor import CannotStart
from xapi_store.transaction import transaction


@click.group()
def pilot() -> None:
    """Pilots: people of the field try a course before it is relied upon."""


@pilot.command("open")
@click.option("--course", "slug", default="oicf", show_default=True, help="Short name of the course.")
@click.option("--agency", "agency", help="Short name of the agency; without it, for all agencies.")
@click.option("--purpose", required=True, help="What it is for; everybody who takes part reads it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@json_option
def open_(slug: str, agency: str | None, purpose: str, until: datetime | None, as_json: bool) -> None:
    """Open a pilot of a course as it is now. What it asks is frozen."""
    settings, at = Settings.from_environment(), datetime.now(UTC)
    ends_at = datetime.combine(until.date(), time.max, UTC) if until else None
    if not 0 < len(purpose.strip()) <= pilots.LONGEST_PURPOSE or (ends_at and ends_at <= at):
        raise click.UsageError("a purpose of 1 to 2000 characters, and a last day that is still to come")
    try:
        catalogue = own_courses.load(settings)
        course = catalogue.course(slug)
    except (ContentRefused, NoSuchCourse) as error:
        raise CannotStart(f"the course {slug!r} cannot be read: {error}") from error
    with database_at_hand(settings) as database, transaction(database) as session:
        opened = pilots.open_pilot(
            session,
            course=course,
            profile=catalogue.profile,
            agency_id=agencies.by_slug(session, agency).id if agency else None,
            purpose=purpose.strip(),
            ends_at=ends_at,
            at=at,
        )
    desk = "agency" if agency else "operator"
    show({"pilot": opened.id, "desk": f"{settings.address}/{desk}/pilots/{opened.id}"}, as_json)


@pilot.command("list")
@json_option
def listed(as_json: bool) -> None:
    """Print every pilot, the newest first."""
    at = datetime.now(UTC)
    with database_at_hand() as database, database.session() as session:
        rows = [
            {
                "pilot": each.id,
                "course": each.course,
                "version": each.course_version,
                "opened": each.opened_at,
                "state": "open" if each.is_open(at) else "closed",
            }
            for each in pilots.of_agency(session, None)
        ]
    show_rows(rows, as_json, none="No pilot yet.")


@pilot.command()
@click.argument("pilot_id", type=click.UUID)
@json_option
def close(pilot_id: UUID, as_json: bool) -> None:
    """Close a pilot for good: it takes no more answers."""
    with database_at_hand() as database, transaction(database) as session:
        found = _found(session, pilot_id)
        pilots.close(session, pilot=found, at=datetime.now(UTC))
    show({"pilot": found.id, "closed": found.closed_at}, as_json)


@pilot.command("report")
@click.argument("pilot_id", type=click.UUID)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it to this file.")
def report_(pilot_id: UUID, as_csv: bool, out: Path | None) -> None:
    """Print what came out of a pilot so far, as JSON or CSV."""
    with database_at_hand() as database, database.session() as session:
        found = report.of_pilot(session, pilot=_found(session, pilot_id), at=datetime.now(UTC))
    written = twins.as_csv(found) if as_csv else json.dumps(twins.as_json(found), indent=2, ensure_ascii=False)
    if out is None:
        click.echo(written)
    else:
        out.write_text(written, encoding="utf-8")


def _found(session: Session, pilot_id: UUID) -> Pilot:
    try:
        return pilots.by_id(session, pilot_id)
    except NoSuchPilot as error:
        raise CannotStart(f"there is no pilot {pilot_id}") from error
