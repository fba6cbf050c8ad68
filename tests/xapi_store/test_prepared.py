"""Statements made beforehand, and the objects made of their rows."""

from datetime import UTC, datetime

from sqlalchemy import bindparam, event, select

from courses import agencies
from courses.agencies import Agency
from xapi_store.database import Database, driver
from xapi_store.prepared import Prepared, entity
from xapi_store.transaction import transaction

NAMED = Prepared(select(*Agency.__table__.c).where(Agency.slug == bindparam("slug"), Agency.name != "nobody"))


def test_an_object_made_of_a_row_counts_as_read_and_what_changes_is_written(database: Database) -> None:
    with transaction(database) as session:
        agencies.create(session, slug="lone", name="Lone", account_home="https://lone.example", at=datetime.now(UTC))
    written: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: written.append(told[2].split(" ")[0]))
    with transaction(database) as session:
        found = entity(Agency, iter(NAMED.row(driver(session), {"slug": "lone"})))
        assert found is not None
        session.add(found)
        session.flush()
        assert (found.name, written) == ("Lone", [])
        found.name = "Lone and Far"
    assert written == ["UPDATE"]
    with database.session() as session:
        assert session.scalar(select(Agency.name).where(Agency.slug == "lone")) == "Lone and Far"


def test_no_row_and_a_row_of_nulls_make_no_object(database: Database) -> None:
    with database.alone() as connection:
        assert entity(Agency, iter(NAMED.row(connection, {"slug": "missing"}))) is None
    assert entity(Agency, iter([None] * 6)) is None


def test_an_object_takes_its_own_columns_and_leaves_the_next_ones() -> None:
    at = datetime.now(UTC)
    row = iter([1, 2, "a", "A", "https://a.example", at, "next"])
    found = entity(Agency, row)
    assert found is not None
    assert (found.id, found.created_at, next(row)) == (1, at, "next")
