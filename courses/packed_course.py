"""A course that comes as a zip archive: looked at before anything is written, then put beside the others.

Every version that was ever added stays below `.versions`; the course's own name leads to the newest one. A version
never changes, and a course that cannot be read replaces nothing.
"""

import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from courses.errors import PackageRefused
from courses.syllabus import Course

MOST_FILES, MOST_BYTES, MOST_IN_ONE, DEEPEST = 2_000, 512 * 1024**2, 128 * 1024**2, 5
# What text can be packed to; beyond it an archive was made to fill a disk.
MOST_PACKED = 200
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
KINDS = frozenset(
    {
        *("md", "yaml", "csv", "txt", "pdf", "json", "svg", "png", "jpg", "jpeg", "webp"),
        *("mp4", "webm", "m4a", "vtt"),
    }
)
COURSE, VERSIONS, CHUNK = "course.yaml", ".versions", 1024 * 1024


@dataclass(frozen=True)
class Added:
    """A course that was added: where it lies, and the version that it takes over from (None: there was none)."""

    course: Course
    directory: Path
    before: str | None


def add(archive: Path, home: Path, *, read: Callable[[Path], Course]) -> Added:
    """The archive's course is one of those in `home`, and its newest version.

    PackageRefused says what is wrong with the archive; what `read` raises, what is wrong with the course. In both cases
    all is as it was before.
    """
    home.mkdir(parents=True, exist_ok=True)
    with _aside(home) as aside:
        unpack(archive, aside)
        course = read(_root(aside))
        kept = home / VERSIONS / course.slug / course.version
        here = home / course.slug
        if here.exists() and not here.is_symlink():
            raise PackageRefused(f"{here} is a directory that was put there by hand; move it away first")
        before = here.resolve().name if here.is_symlink() else None
        if kept.exists():
            if _digest(kept) != _digest(_root(aside)):
                raise PackageRefused(f"version {course.version} is there already and differs; raise the version")
        else:
            kept.parent.mkdir(parents=True, exist_ok=True)
            _root(aside).rename(kept)
        _lead(here, kept)
    return Added(read(here), here, before)


def unpack(archive: Path, directory: Path) -> None:
    """The archive's files lie in the directory. PackageRefused where one of them is not what a course is made of."""
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = [each for each in opened.infolist() if not each.is_dir()]
            _look(entries)
            left = MOST_BYTES
            for entry in entries:
                left -= _write(opened, entry, directory / entry.filename, min(left, MOST_IN_ONE))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as fault:
        raise PackageRefused(f"this is no zip archive that can be read: {fault}") from fault


def _look(entries: list[zipfile.ZipInfo]) -> None:
    """Names, kinds, number and sizes are in order, as far as the archive's own list tells."""
    if len(entries) > MOST_FILES:
        raise PackageRefused(f"it holds {len(entries)} files; {MOST_FILES} are the most")
    seen: set[str] = set()
    for entry in entries:
        wrong = _wrong(entry)
        if wrong:
            raise PackageRefused(f"{entry.filename!r}: {wrong}")
        folded = entry.filename.casefold()
        if folded in seen:
            raise PackageRefused(f"{entry.filename!r}: this name is there twice")
        seen.add(folded)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise PackageRefused(f"unpacked it has more than {MOST_BYTES // 1024**2} MB")


def _wrong(entry: zipfile.ZipInfo) -> str:
    """What is wrong with an entry; empty where nothing is."""
    parts = PurePosixPath(entry.filename).parts
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "only plain files are taken, no links or devices"
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    if "/".join(parts) != entry.filename or len(parts) > DEEPEST or not all(NAME.fullmatch(part) for part in parts):
        return "the name or its path cannot be used (letters, digits, dots, hyphens; nothing hidden; not too deep)"
    if parts[-1].rpartition(".")[2].lower() not in KINDS:
        return "files of this kind are no part of a course"
    if entry.file_size > MOST_IN_ONE or entry.file_size > MOST_PACKED * max(entry.compress_size, CHUNK // MOST_PACKED):
        return "it is too large, or packed too tightly"
    return ""


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, most: int) -> int:
    """The file is there; gives its true size, whatever the archive said of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with opened.open(entry) as source, path.open("xb") as target:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise PackageRefused(f"{entry.filename!r}: it is larger than the archive says")
            target.write(chunk)
    return size


def _root(directory: Path) -> Path:
    """Where the course's files lie: at the archive's top, or in the one directory there."""
    if (directory / COURSE).is_file():
        return directory
    inside = list(directory.iterdir())
    if len(inside) == 1 and (inside[0] / COURSE).is_file():
        return inside[0]
    raise PackageRefused(f"there is no {COURSE} at its top, nor in a single directory there")


@contextmanager
def _aside(home: Path) -> Iterator[Path]:
    """A directory on the same disk that is gone afterwards."""
    within = Path(tempfile.mkdtemp(prefix=".incoming-", dir=home))
    try:
        (within / "course").mkdir()
        yield within / "course"
    finally:
        shutil.rmtree(within, ignore_errors=True)


def _lead(here: Path, kept: Path) -> None:
    """The name leads to this version, from one moment to the next."""
    fresh = here.with_name(f".{here.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(kept, here.parent), target_is_directory=True)
    fresh.replace(here)


def _digest(directory: Path) -> str:
    """What tells one content from another: all names and bytes."""
    told = sha256()
    for path in sorted(each for each in directory.rglob("*") if each.is_file()):
        told.update(f"{path.relative_to(directory).as_posix()} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()
