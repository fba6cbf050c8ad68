"""Courses as packages for other platforms: whole, the same each time, and working without us."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from courses.errors import NoSuchPackage
from courses.exports import packages, static_pages, zips
from courses.exports.edition import Edition
from courses.syllabus import Course, Reading, Video

ADDRESS = "https://tool.example"
FETCHED = re.compile(
    r'<(?:script|img|video|source|track|audio|iframe|link rel="stylesheet")[^>]*(?:src|href|poster)="([^"]*)"'
)
LINKED = re.compile(r'(?:src|href|poster)="([^"#?]+)')


def edition_of(course: Course) -> Edition:
    """The course in its own language."""
    return Edition(course=course, language=course.language, address=ADDRESS)


def opened(package: bytes) -> Mapping[str, bytes]:
    """The files of a package."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def edition(catalogue: object) -> Edition:
    """The shipped course, to be packed."""
    return edition_of(catalogue.courses["oicf"])  # type: ignore[attr-defined]  # the session's catalogue


@pytest.fixture(scope="module")
def made(edition: Edition) -> Mapping[str, Mapping[str, bytes]]:
    """Every package of the shipped course, opened, by its kind (of SCORM the first module's)."""
    found: dict[str, Mapping[str, bytes]] = {}
    for each in packages.packages(edition):
        found.setdefault(each.kind, opened(each.make()))
    return found


# --- All of them ---


def test_the_same_course_makes_the_same_bytes(edition: Edition) -> None:
    for each in packages.packages(edition):
        assert each.make() == each.make(), each.name


def test_each_package_has_a_name_of_its_own_and_no_other_is_found(edition: Edition) -> None:
    names = [each.name for each in packages.packages(edition)]
    assert len(set(names)) == len(names)
    assert packages.named(edition, names[-1]).kind == "scorm"
    with pytest.raises(NoSuchPackage):
        packages.named(edition, "../secret-key")


def test_archives_have_one_date_and_sorted_names(tmp_path: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(b"film" * 100)
    with zipfile.ZipFile(io.BytesIO(zips.packed({"b": "é", "a": b"1", "c.mp4": tmp_path / "film.mp4"}))) as archive:
        entries = archive.infolist()
        assert archive.read("b").decode() == "é"
    assert [each.filename for each in entries] == ["a", "b", "c.mp4"]
    assert {each.date_time for each in entries} == {zips.DATE}
    assert entries[2].compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("kind", ["html", "pages", "cmi5", "scorm", "cartridge"])
def test_every_page_names_its_licence_and_whom_to_credit(kind: str, made: Mapping[str, Mapping[str, bytes]]) -> None:
    pages = {name: text.decode() for name, text in made[kind].items() if name.endswith(".html")}
    assert pages
    for name, text in pages.items():
        assert 'rel="license" href="https://creativecommons.org/licenses/by/4.0/"' in text, name
        assert "The animateur course authors" in text, name


@pytest.mark.parametrize("kind", ["html", "pages", "cmi5", "scorm"])
def test_nothing_is_fetched_from_elsewhere_and_no_link_is_dead(
    kind: str, made: Mapping[str, Mapping[str, bytes]]
) -> None:
    files = made[kind]
    for name in (each for each in files if each.endswith(".html")):
        text = files[name].decode()
        assert not [each for each in FETCHED.findall(text) if "//" in each], name
        for link in LINKED.findall(text):
            if "//" not in link and not link.startswith(("mailto:", "data:")):
                assert Path("/" + name).parent.joinpath(link).resolve().relative_to("/").as_posix() in files, (
                    name,
                    link,
                )


def test_no_text_of_an_author_ends_the_data_of_a_page(edition: Edition) -> None:
    sly = "</script><script>alert(1)</script><!-- \u2028"
    modules = tuple(
        replace(module, steps=tuple(replace(step, title=sly, lead=sly) for step in module.steps))
        for module in edition.course.modules
    )
    course = replace(edition.course, title=sly, titles={}, modules=modules)
    for name, page in static_pages.pages(edition_of(course), record="alone").items():
        if isinstance(page, str):
            assert "<script>alert" not in page, name
            for data in re.findall(r'<script type="application/[a-z+]*json"[^>]*>(.*?)</script>', page, re.S):
                assert sly in json.dumps(json.loads(data), ensure_ascii=False).replace('\\"', '"')


# --- Films ---


@pytest.fixture
def with_film(course: Course, tmp_path: Path) -> Course:
    """The course with one film built and one file that nothing names."""
    [film, *_] = [step for module in course.modules for step in module.steps if isinstance(step, Video)]
    media = tmp_path / "media" / film.name
    media.mkdir(parents=True)
    for part in ("en.mp4", "en.vtt", "poster.jpg", "en.webm"):
        (media / part).write_bytes(part.encode())
    return replace(course, directory=tmp_path)


def test_films_go_along_or_are_linked_as_one_chooses(with_film: Course) -> None:
    files = {each.kind: opened(each.make()) for each in packages.packages(edition_of(with_film)) if each.module is None}
    for kind in ("html", "cmi5"):
        there = sorted(name.rpartition("/")[2] for name in files[kind] if name.startswith("media/"))
        assert there == ["en.mp4", "en.vtt", "poster.jpg"]
    assert not [name for name in files["pages"] if name.startswith("media/")]
    linked = [text for name, text in files["pages"].items() if b"/en.mp4" in text]
    assert len(linked) == 1
    assert f'href="{ADDRESS}/courses/{with_film.slug}/media/'.encode() in linked[0]


def test_a_file_that_a_text_links_goes_along_and_none_from_outside(course: Course, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "cases.csv").write_text("a,b")
    (tmp_path / "secret.txt").write_text("secret")
    [module, *_] = course.modules
    [reading, *_] = [step for step in module.steps if isinstance(step, Reading)]
    text = '<p><a href="media/cases.csv">a</a> <a href="media/../secret.txt">b</a></p>'
    section = replace(reading.sections[0], parts=(replace(reading.sections[0].parts[0], html=text),))
    only = replace(module, steps=(replace(reading, sections=(section,)),))
    small = replace(course, modules=(only,), translations={}, directory=tmp_path)
    files = opened(packages.named(edition_of(small), f"{small.slug}-{small.version}-en.html.zip").make())
    assert files["media/cases.csv"] == b"a,b"
    assert "secret" not in b"".join(files.values()).decode().replace("secret.txt", "")
    assert b'href="../media/cases.csv"' in files[f"{module.slug}/{reading.key}.html"]


# --- cmi5 ---

CMI5 = "{https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd}"


def test_each_self_study_step_is_a_unit_of_the_cmi5_course(
    edition: Edition, made: Mapping[str, Mapping[str, bytes]]
) -> None:
    root = ElementTree.fromstring(made["cmi5"]["cmi5.xml"])
    assert next(child.tag for child in root) == f"{CMI5}course"
    units = {unit.get("id"): unit for unit in root.iter(f"{CMI5}au")}
    steps = {step.iri: step for _, found in edition.self_study() for step in found}
    assert list(units) == list(steps)
    for iri, unit in units.items():
        assert [child.tag.removeprefix(CMI5) for child in unit] == ["title", "description", "url"]
        assert unit.findtext(f"{CMI5}url") in made["cmi5"]
        judged = steps[iri].kind in ("quiz", "lab", "scenario")
        assert (unit.get("masteryScore") is not None) == judged
        expected = "CompletedOrPassed" if steps[iri].kind == "scenario" else "Passed" if judged else "Completed"
        assert unit.get("moveOn") == expected


# --- SCORM ---


def test_a_scorm_manifest_lists_every_file_and_leads_each_item_to_a_page(
    edition: Edition, made: Mapping[str, Mapping[str, bytes]]
) -> None:
    root = ElementTree.fromstring(made["scorm"]["imsmanifest.xml"])
    space = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
    listed = {file.get("href") for file in root.iter(f"{space}file")}
    assert listed == made["scorm"].keys() - {"imsmanifest.xml"}
    pages = {each.get("identifier"): each.get("href") for each in root.iter(f"{space}resource")}
    module, steps = next(edition.self_study())
    items = [pages[item.get("identifierref")] for item in root.iter(f"{space}item")]
    assert items == [f"{module.slug}/{step.key}.html" for step in steps]
    assert root.findtext(f".//{space}schemaversion") == "1.2"


# --- Common Cartridge ---


def test_a_cartridge_has_a_link_for_each_module_at_an_address_of_its_own(
    edition: Edition, made: Mapping[str, Mapping[str, bytes]]
) -> None:
    manifest = made["cartridge"]["imsmanifest.xml"]
    assert b"imsccv1p1" in manifest[:1024]
    root = ElementTree.fromstring(manifest)
    space = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
    assert {file.get("href") for file in root.iter(f"{space}file")} == made["cartridge"].keys() - {"imsmanifest.xml"}
    launch = "{http://www.imsglobal.org/xsd/imsbasiclti_v1p0}launch_url"
    links = [
        ElementTree.fromstring(made["cartridge"][str(each.get("href"))]).findtext(launch)
        for each in root.iter(f"{space}resource")
        if each.get("type") == "imsbasiclti_xmlv1p0"
    ]
    assert links == [f"{ADDRESS}/learn/oicf/{module.slug}" for module in edition.course.modules]
    sections = root.findall(f".//{space}item[@identifier='root']/{space}item")
    assert len(sections) == len(links) + 1
    assert b"CC BY 4.0" in manifest
    assert ADDRESS.encode() in made["cartridge"]["about/index.html"]
