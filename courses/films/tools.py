"""The programs that building films needs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from courses.films.errors import FilmError, ToolMissing

PACKAGES = {"ffmpeg": "ffmpeg", "ffprobe": "ffmpeg", "espeak-ng": "espeak-ng"}


def program(name: str) -> str:
    """Where the program is; raises ToolMissing with what to install when it is not there."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed: apt install {PACKAGES[name]}")
    return found


def run(name: str, arguments: Sequence[str], *, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """What the program said, once it has ended well; FilmError with its last words where it did not."""
    done = subprocess.run([program(name), *arguments], input=given, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise FilmError(f"{name} failed: {done.stderr.decode(errors='replace').strip()[-400:]}")
    return done
