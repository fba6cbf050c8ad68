"""The last good version of an agency's own courses: their texts, kept below the data directory.

A version is a directory that is named after its content and never changed; a file beside it, exchanged in one stroke,
says which one is the last. So several processes may keep the same course at the same time.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

TEXTS = (".yaml", ".md")


@dataclass(frozen=True)
class Kept:
    """Where the versions lie."""

    home: Path

    def keep(self, directory: Path) -> None:
        """The texts of the course in this directory, which can be read, are its last good version."""
        texts = {path.name: path.read_bytes() for path in sorted(directory.iterdir()) if path.suffix in TEXTS}
        name = hashlib.sha256(b"".join(part for item in texts.items() for part in _framed(*item))).hexdigest()
        own = self._own(directory)
        if self._last(own) == name:
            return
        own.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=own))
        for each, content in texts.items():
            (made / each).write_bytes(content)
        try:
            made.rename(own / name)
        except OSError:  # another process was first, with the same texts
            shutil.rmtree(made)
        _exchange(own / "last", name)

    def of(self, directory: Path) -> Path | None:
        """Where the last good version of this course lies; None where there was none."""
        own = self._own(directory)
        name = self._last(own)
        return own / name if name and (own / name / "course.yaml").is_file() else None

    def _own(self, directory: Path) -> Path:
        """The place of one course's versions: by the name of its directory."""
        return self.home / directory.name

    @staticmethod
    def _last(own: Path) -> str:
        last = own / "last"
        return last.read_text("ascii").strip() if last.is_file() else ""


def _framed(name: str, content: bytes) -> tuple[bytes, bytes, bytes]:
    """A file's name and content, so that no two sets of files look alike."""
    return name.encode(), len(content).to_bytes(8, "big"), content


def _exchange(path: Path, text: str) -> None:
    """The file holds the text, from one moment to the next."""
    handle, new = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.replace(new, path)
