"""The faults of an author's files: collected while reading, so that all of them are told at once."""

from dataclasses import dataclass
from pathlib import Path

from courses.errors import ContentRefused, Fault


class Faults:
    """What has been found wrong so far, in all files."""

    def __init__(self) -> None:
        self._told: set[Fault] = set()

    def of_file(self, path: Path) -> "FileFaults":
        """The same collection, for telling what is wrong in this file."""
        return FileFaults(path, self)

    def tell(self, path: Path, line: int, what: str) -> None:
        """The fault is among those that will be told."""
        self._told.add(Fault(path, line, what))

    def all(self) -> tuple[Fault, ...]:
        """Every fault, by file and line."""
        return tuple(sorted(self._told))

    def refuse(self) -> None:
        """ContentRefused with every fault, if there is one."""
        if self._told:
            raise ContentRefused(self._told)


@dataclass(frozen=True)
class FileFaults:
    """The faults of one file."""

    path: Path
    faults: Faults

    def tell(self, line: int, what: str) -> None:
        """The fault at this line is among those that will be told."""
        self.faults.tell(self.path, line, what)
