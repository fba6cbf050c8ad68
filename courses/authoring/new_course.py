"""A new course: a directory with everything in it that a small course needs, to be changed by its author."""

import re
from pathlib import Path

SLUG = re.compile(r"[a-z][a-z0-9-]{0,62}")
BEGINNING = Path(__file__).with_name("beginning")


def begin(directory: Path, *, slug: str, title: str, authors: str) -> list[Path]:
    """The directory holds a course that works; gives its files. FileExistsError where a course lies there already."""
    if (directory / "course.yaml").exists():
        raise FileExistsError(directory / "course.yaml")
    (directory / "media").mkdir(parents=True, exist_ok=True)
    written = []
    for model in sorted(BEGINNING.iterdir()):
        text = model.read_text("utf-8")
        for name, value in (("SLUG", slug), ("TITLE", _quoted(title)), ("AUTHORS", _quoted(authors))):
            text = text.replace(name, value)
        path = directory / model.name
        path.write_text(text, "utf-8")
        written.append(path)
    return written


def _quoted(text: str) -> str:
    """The text as a value that YAML takes literally."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
