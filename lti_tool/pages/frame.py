"""What stands around every page: whose agency and cohort this is, and who is here."""

from dataclasses import dataclass

from flask import g
from sqlalchemy import select

from courses.agencies import Agency
from courses.licences import credit
from courses.people import Cohort, Person
from lti_tool import house, visitor


@dataclass(frozen=True)
class Frame:
    """The texts around a page; empty where nobody is here."""

    agency: str = ""
    cohort: str = ""
    name: str = ""
    module_url: str = ""


def in_templates() -> dict[str, object]:
    """What `base.html` needs on every page."""
    if "frame" not in g:
        g.frame = _frame()
    return {"frame": g.frame, "credit_of": credit}


def _frame() -> Frame:
    here = visitor.shown()
    if here is None:
        return Frame()
    asked = (
        select(Agency.name, Person.name, Cohort.title, Cohort.course)
        .select_from(Person)
        .join(Agency, Agency.id == Person.agency_id)
        .outerjoin(Cohort, Cohort.id == here.cohort_id)
        .where(Person.id == here.person_id)
    )
    with house.database().session() as session:
        agency, name, cohort, slug = session.execute(asked).one()
    course = house.catalogue().courses.get(slug) if slug else None
    module_url = f"/learn/{course.slug}" if course else ""
    return Frame(agency, cohort or "", name or "", module_url)
