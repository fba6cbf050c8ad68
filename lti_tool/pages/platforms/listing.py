"""Every platform at a glance: whose it is, how it stands, and whether something waits for the operator."""

from dataclasses import dataclass

from flask import render_template
from sqlalchemy import func, select

from courses.agencies import Agency
from lti_tool import house, visitor
from lti_tool.lti.platforms import Deployment, Platform, deployments, families
from lti_tool.pages.platforms import words


@dataclass(frozen=True)
class Row:
    """A platform as it stands in the table; `waiting` counts deployments that wait for the operator."""

    platform: Platform
    agency: Agency
    kind: str
    waiting: int


@visitor.operator_only
def every() -> str:
    """Every platform; those where something waits come first."""
    waits = (Deployment.platform_id == Platform.id) & (Deployment.status == deployments.PENDING)
    query = (
        select(Platform, Agency, func.count(Deployment.deployment_id))
        .join(Agency, Agency.id == Platform.agency_id)
        .outerjoin(Deployment, waits)
        .group_by(Platform.id, Agency.id)
        .order_by(func.count(Deployment.deployment_id).desc(), Agency.name, Platform.name, Platform.id)
    )
    with house.database().session() as session:
        rows = [Row(platform, agency, _kind(platform), waiting) for platform, agency, waiting in session.execute(query)]
    return render_template("platforms/every.html", rows=rows, words=words)


def _kind(platform: Platform) -> str:
    ways = families.of(platform.family)
    return str(ways.name) if ways.family != families.OTHER.family else platform.family or ""
