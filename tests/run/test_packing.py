"""Packages are made ahead, once, and anew when something changes."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from courses.catalogue import Catalogue
from courses.exports import packages, shelf
from courses.exports.edition import Edition
from lti_tool.run import packing
from lti_tool.run.settings import Settings
from tests.builders import the_catalogue
from tests.courses import every_kind


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """A small course of its own, with a step of every kind."""
    every_kind.written(tmp_path / "own")
    found = every_kind.catalogue(tmp_path / "own")
    return replace(found, courses={"try": found.course("try")})


def settings(tmp_path: Path) -> Settings:
    """Settings of a worker that keeps its files here."""
    return Settings(data_dir=tmp_path / "data", public_url="https://tool.example", secret_key="x" * 40)


def test_every_package_lies_there_before_anybody_asks(catalogue: Catalogue, tmp_path: Path) -> None:
    packing.stock(settings(tmp_path), catalogue)
    edition = Edition(course=catalogue.course("try"), language="en", address="https://tool.example")
    for each in packages.packages(edition):
        [path] = (tmp_path / "data").rglob(each.name)
        assert path.read_bytes() == each.make()
        written = path.stat().st_mtime_ns
        assert shelf.kept(edition, each, tmp_path / "data" / "packages") == path
        assert path.stat().st_mtime_ns == written


def test_a_changed_file_of_the_course_makes_new_packages(catalogue: Catalogue, tmp_path: Path) -> None:
    edition = Edition(course=catalogue.course("try"), language="en", address="https://tool.example")
    before = shelf.fingerprint(edition)
    assert shelf.fingerprint(edition) == before
    module = tmp_path / "own" / "try" / "m1.en.md"
    module.write_text(module.read_text() + "\n")
    changed = shelf.fingerprint(edition)
    assert changed != before
    assert shelf.fingerprint(replace(edition, address="https://other.example")) not in (before, changed)


def test_of_many_states_of_a_course_only_the_last_are_kept(catalogue: Catalogue, tmp_path: Path) -> None:
    course, shelves = catalogue.course("try"), tmp_path / "shelves"
    for number in range(shelf.KEPT + 3):
        edition = Edition(course=course, language="en", address=f"https://{number}.example")
        path = shelf.kept(edition, packages.packages(edition)[2], shelves)
        os.utime(path.parent, (number, number))
    assert path.is_file()
    assert len(list((shelves / "try").iterdir())) == shelf.KEPT


def test_where_nothing_can_be_kept_the_worker_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "packages").write_text("in the way")
    packing.stock(settings(tmp_path), the_catalogue())
    assert "were not made ahead" in caplog.text
