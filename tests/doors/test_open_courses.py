"""The courses for anybody: listed, credited, read and taken along without an account."""

import html
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from courses.exports import packages
from courses.exports.edition import Edition
from tests import builders
from tests.doors.world import World


@pytest.fixture(scope="module")
def edition(world: World) -> Edition:
    """The course as it is offered."""
    course = world.house.extensions["catalogue"].course("oicf")
    return Edition(course=course, language=course.language, address=builders.TOOL_ADDRESS)


@pytest.fixture
def kept_here(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where packages are kept during this test."""
    settings = replace(world.house.extensions["settings"], data_dir=tmp_path)
    monkeypatch.setitem(world.house.extensions, "settings", settings)
    return tmp_path / "packages"


def test_anybody_finds_a_course_with_its_modules_licence_and_credit(world: World, edition: Edition) -> None:
    nobody = world.people["nobody"].browser
    assert 'href="/courses/oicf"' in nobody.get("/courses").text
    page = html.unescape(nobody.get("/courses/oicf").text)
    for module in edition.course.modules:
        assert module.title in page
        assert f'href="/courses/oicf/read/en/{module.slug}/index.html"' in page
    assert f'value="{edition.credit.text}"' in page
    assert 'rel="license" href="https://creativecommons.org/licenses/by/4.0/"' in page
    assert "No ECTS credits are awarded." in page
    assert 'href="/profile"' in page


def test_the_page_tells_search_engines_what_the_course_is(world: World, edition: Edition) -> None:
    page = world.people["nobody"].get("/courses/oicf").text
    [told] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    about = json.loads(told)
    assert (about["@id"], about["license"]) == (edition.course.iri, "https://creativecommons.org/licenses/by/4.0/")
    assert [part["@id"] for part in about["hasPart"]] == [module.iri for module in edition.course.modules]
    assert about["creditText"] == edition.credit.text
    assert about["educationalLevel"].startswith("Designed to EQF level 6")


def test_a_course_of_an_agency_claims_no_level(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    courses = world.house.extensions["catalogue"].courses
    monkeypatch.setitem(courses, "own", replace(courses["oicf"], slug="own"))
    page = world.people["nobody"].get("/courses/own").text
    assert "own" in page
    assert "EQF" not in page


def test_every_package_is_handed_out_as_it_is_made_and_made_once(
    world: World, edition: Edition, kept_here: Path
) -> None:
    nobody = world.people["nobody"].browser
    page = nobody.get("/courses/oicf").text
    for each in packages.packages(edition):
        assert f"/courses/oicf/packages/{each.name}" in page
        first, again = (nobody.get(f"/courses/oicf/packages/{each.name}", buffered=True) for _ in range(2))
        assert (first.status_code, first.data) == (200, again.data)
        assert first.headers["ETag"] == again.headers["ETag"]
        assert each.name in first.headers["Content-Disposition"]
        with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
            assert archive.testzip() is None
        [kept] = kept_here.rglob(each.name)
        assert kept.read_bytes() == first.data == each.make()


def test_the_whole_course_is_read_in_the_browser_by_its_own_links(world: World, edition: Edition) -> None:
    nobody = world.people["nobody"].browser
    assert nobody.get("/courses/oicf/read/").location == "/courses/oicf/read/en/index.html"
    waiting, seen = ["/courses/oicf/read/en/index.html"], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = nobody.get(path, buffered=True)
        assert answer.status_code == 200, path
        if answer.mimetype == "text/html":
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            for link in re.findall(r'(?:href|src)="([^"#?]+)', answer.text):
                joined = re.sub(r"[^/]+/\.\./", "", f"{path.rpartition('/')[0]}/{link}")
                if "//" not in link and not link.startswith("/") and joined not in seen:
                    waiting.append(joined)
    steps = sum(len(module.steps) for module in edition.course.modules)
    assert len([path for path in seen if path.endswith(".html")]) == steps + len(edition.course.modules) + 1


@pytest.mark.parametrize(
    "path",
    [
        *("/courses/nothing", "/courses/nothing/read/", "/courses/nothing/packages/x.zip"),
        *("/courses/oicf/packages/oicf.zip", "/courses/oicf/packages/..%2f..%2fsecret-key"),
        *(
            "/courses/oicf/read/xx/index.html",
            "/courses/oicf/read/en/course.yaml",
            "/courses/oicf/read/en/../course.yaml",
        ),
    ],
)
def test_what_is_not_offered_is_not_there(path: str, world: World) -> None:
    assert world.people["nobody"].browser.get(path).status_code == 404


def test_every_page_of_a_course_names_author_source_and_licence(world: World, edition: Edition) -> None:
    for path in ("/learn/oicf/m1", "/learn/oicf/m1/1", "/learn/oicf/m1/4"):
        footer = html.unescape(world.people["ada"].get(path).text.partition('<footer class="bottom">')[2])
        assert f"“{edition.credit.title}” · {edition.credit.authors}" in footer, path
        assert 'rel="license" href="https://creativecommons.org/licenses/by/4.0/"' in footer
        assert 'href="/courses/oicf"' in footer


def test_a_drawing_of_an_author_runs_no_script(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "media").mkdir()
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    (tmp_path / "media" / "a.svg").write_text(drawing)
    courses = world.house.extensions["catalogue"].courses
    monkeypatch.setitem(courses, "oicf", replace(courses["oicf"], directory=tmp_path))
    answer = world.people["nobody"].browser.get("/courses/oicf/media/a.svg", buffered=True)
    assert answer.mimetype == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
