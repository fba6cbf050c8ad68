"""A course that comes as an archive: taken as a whole or not at all, and never more than a course."""

import io
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from courses import packed_course
from courses.authoring import new_course
from courses.errors import ContentRefused, PackageRefused
from lti_tool.run import own_courses
from lti_tool.run.cli import animateur
from lti_tool.run.settings import Settings


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small course that works, as an author begins one."""
    home = tmp_path_factory.mktemp("author") / "small"
    new_course.begin(home, slug="small", title="A small course", authors="Somebody")
    return home


def packed(files: dict[str, bytes | str]) -> bytes:
    """An archive with these files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def files_of(directory: Path, within: str = "") -> dict[str, bytes | str]:
    """The files of a course."""
    there = [path for path in directory.rglob("*") if path.is_file()]
    return {within + path.relative_to(directory).as_posix(): path.read_bytes() for path in there}


@pytest.fixture
def add(tmp_path: Path) -> Callable[..., Result]:
    """`animateur course add`, with the files that the archive is to have."""

    def run(files: dict[str, bytes | str] | bytes) -> Result:
        archive = tmp_path / "course.zip"
        archive.write_bytes(files if isinstance(files, bytes) else packed(files))
        environment = {"ANIMATEUR_COURSES_DIR": str(tmp_path / "own"), "ANIMATEUR_DATA_DIR": str(tmp_path / "data")}
        return CliRunner().invoke(animateur, ["course", "add", str(archive)], env=environment)

    return run


def versions(tmp_path: Path) -> list[str]:
    """What lies in the agency's directory, but for the way to it."""
    own = tmp_path / "own"
    return sorted(path.relative_to(own).as_posix() for path in own.glob(".versions/*/*"))


@pytest.mark.parametrize("within", ["", "small/"])
def test_a_good_course_is_added_from_the_top_or_from_one_directory(
    within: str, add: Callable[..., Result], written: Path, tmp_path: Path
) -> None:
    answer = add(files_of(written, within))
    assert (answer.exit_code, "small 0.1.0 is there" in answer.output) == (0, True), answer.output
    assert (tmp_path / "own" / "small" / "course.yaml").is_file()
    assert versions(tmp_path) == [".versions/small/0.1.0"]
    assert add(files_of(written, within)).exit_code == 0, "the same once more changes nothing"
    found = own_courses.load(Settings(courses_dir=str(tmp_path / "own"), data_dir=tmp_path / "data"))
    assert (found.refused, found.course("small").title) == ((), "A small course")


def test_a_new_version_takes_over_and_the_old_one_stays(
    add: Callable[..., Result], written: Path, tmp_path: Path
) -> None:
    files = files_of(written)
    add(files)
    raised = str(files["course.yaml"], "utf-8").replace("version: 0.1.0", "version: 0.2.0")  # type: ignore[arg-type]  # bytes
    answer = add({**files, "course.yaml": raised})
    assert "it takes over from 0.1.0" in answer.output
    assert "0.2.0" in (tmp_path / "own" / "small" / "course.yaml").read_text()
    assert versions(tmp_path) == [".versions/small/0.1.0", ".versions/small/0.2.0"]


def test_a_version_never_changes(add: Callable[..., Result], written: Path, tmp_path: Path) -> None:
    files = files_of(written)
    add(files)
    answer = add({**files, "m9.en.md.txt": "more"})
    assert answer.exit_code == 1
    assert "raise the version" in str(answer.exception)
    assert not (tmp_path / "own" / "small" / "m9.en.md.txt").exists()


def test_a_broken_course_replaces_nothing_and_tells_every_fault(
    add: Callable[..., Result], written: Path, tmp_path: Path
) -> None:
    files = files_of(written)
    add(files)
    before = files_of(tmp_path / "own" / "small")
    broken = {name: text for name, text in files.items() if not name.endswith(".md")} | {"m1.en.md": "no course\n"}
    broken["course.yaml"] = str(files["course.yaml"], "utf-8").replace("0.1.0", "0.3.0")  # type: ignore[arg-type]  # bytes
    answer = add(broken)
    assert answer.exit_code == 1
    assert "m1.en.md:1:" in str(answer.exception)
    assert files_of(tmp_path / "own" / "small") == before
    assert versions(tmp_path) == [".versions/small/0.1.0"]
    assert not list((tmp_path / "own").glob(".incoming-*"))


def test_a_course_of_the_tool_is_not_replaced(add: Callable[..., Result], written: Path, tmp_path: Path) -> None:
    files = files_of(written)
    files["course.yaml"] = str(files["course.yaml"], "utf-8").replace("slug: small", "slug: oicf")  # type: ignore[arg-type]  # bytes
    answer = add(files)
    assert answer.exit_code == 1
    assert versions(tmp_path) == []


def odd(name: str, mode: int) -> bytes:
    """An archive with an entry of this kind."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, mode << 16
        archive.writestr(entry, "/etc/passwd")
    return held.getvalue()


ODD = {
    "a way up": packed({"../course.yaml": "x"}),
    "a way up inside": packed({"media/../../course.yaml": "x"}),
    "an absolute path": packed({"/etc/cron.d/x.txt": "x"}),
    "a drive": packed({"C:\\x.txt": "x"}),
    "backslashes": packed({"..\\x.txt": "x"}),
    "something hidden": packed({".git/config.txt": "x"}),
    "a program": packed({"course.yaml": "x", "setup.py": "x"}),
    "a page": packed({"course.yaml": "x", "media/index.html": "x"}),
    "too deep": packed({"a/b/c/d/e/f.md": "x"}),
    "a bomb": packed({"media/a.csv": b"0" * 40 * 1024**2}),
    "too many": packed({f"media/{number}.md": "" for number in range(packed_course.MOST_FILES + 1)}),
    "twice": packed({"course.yaml": "x", "Course.yaml": "y"}),
    "a link": odd("media/a.txt", stat.S_IFLNK | 0o777),
    "a device": odd("media/a.txt", stat.S_IFCHR | 0o666),
    "no course": packed({"media/a.txt": "x"}),
    "nothing": packed({}),
    "no archive": b"%PDF-1.7",
    "half an archive": packed({"course.yaml": "x" * 999})[:-40],
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_no_course_is_refused_and_leaves_nothing(what: str, tmp_path: Path) -> None:
    archive, home = tmp_path / "course.zip", tmp_path / "own"
    archive.write_bytes(ODD[what])

    def nobody_reads(_directory: Path) -> object:
        raise AssertionError("it was read")

    with pytest.raises(PackageRefused):
        packed_course.add(archive, home, read=nobody_reads)  # type: ignore[arg-type]  # never called
    assert list(home.iterdir()) == []
    assert sorted(each.name for each in tmp_path.iterdir()) == ["course.zip", "own"]


def test_an_entry_that_lies_about_its_size_is_not_believed(tmp_path: Path) -> None:
    data = bytearray(packed({"media/a.csv": bytes(range(256)) * 4096}))
    size = (256 * 4096).to_bytes(4, "little")
    while size in data:
        data[data.index(size) : data.index(size) + 4] = (10).to_bytes(4, "little")
    (tmp_path / "course.zip").write_bytes(data)
    with pytest.raises(PackageRefused):
        packed_course.unpack(tmp_path / "course.zip", tmp_path / "own")


def test_a_fault_of_the_reader_leaves_all_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "course.zip").write_bytes(packed({"course.yaml": "x"}))

    def refuse(_directory: Path) -> object:
        raise ContentRefused([])

    with pytest.raises(ContentRefused):
        packed_course.add(tmp_path / "course.zip", tmp_path / "own", read=refuse)  # type: ignore[arg-type]  # never returns
    assert list((tmp_path / "own").iterdir()) == []
