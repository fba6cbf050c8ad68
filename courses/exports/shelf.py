"""Packages that were made once and are handed out from then on, until the course or what makes them changes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import fasteners

from courses.exports.edition import Edition
from courses.exports.packages import MAKERS, Package, packages

# How many states of a course are kept, in each of its languages about one.
KEPT = 8


def kept(edition: Edition, package: Package, directory: Path) -> Path:
    """The package lies there, made now if it did not; two who ask at once wait for one making."""
    home = directory / edition.course.slug / fingerprint(edition)
    path = home / package.name
    if path.is_file():
        return path
    home.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(home / f".{package.name}.lock"):
        if not path.is_file():
            _written(path, package.make())
            _forget_older(home)
    return path


def stock(edition: Edition, directory: Path) -> list[Path]:
    """Every package of the edition lies there."""
    return [kept(edition, package, directory) for package in packages(edition)]


def fingerprint(edition: Edition) -> str:
    """What tells this edition's packages from others: the course's files, the renderer's, and where the tool is."""
    told = sha256(f"{edition.language} {edition.address} {edition.course.version}".encode())
    for path, size, changed in _files(edition):
        told.update(f"{path.name} {size} {_digest(path, changed)}".encode())
    return told.hexdigest()[:32]


def _files(edition: Edition) -> Iterator[tuple[Path, int, int]]:
    """Every file that the packages depend on, with its size and the moment of its last change."""
    homes = [MAKERS] if edition.course.directory is None else [MAKERS, edition.course.directory]
    for home in homes:
        for path in sorted(home.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                there = path.stat()
                yield path, there.st_size, there.st_mtime_ns


@lru_cache(maxsize=4096)
def _digest(path: Path, _changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _written(path: Path, content: bytes) -> None:
    """The file is there whole or not at all."""
    descriptor, half = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(half).replace(path)


def _forget_older(home: Path) -> None:
    """Of packages that nobody asks for any more, the last few are left."""
    others = sorted((each for each in home.parent.iterdir() if each != home), key=lambda each: -each.stat().st_mtime)
    for each in others[KEPT - 1 :]:
        shutil.rmtree(each, ignore_errors=True)
