"""Every file says by REUSE.toml whose it is and under which licence, and the licences' texts are there (REUSE 3.3)."""

import re
import tomllib
from pathlib import Path
from typing import Any

from courses.licences import KNOWN

HOME = Path(__file__).parents[1]


def annotations() -> list[dict[str, Any]]:
    """What REUSE.toml says, its paths as patterns."""
    told = tomllib.loads((HOME / "REUSE.toml").read_text(encoding="utf-8"))
    assert told["version"] == 1
    for each in told["annotations"]:
        paths = each["path"] if isinstance(each["path"], list) else [each["path"]]
        each["pattern"] = re.compile("|".join(re.escape(path).replace(r"\*\*", ".*") for path in paths))
    return list(told["annotations"])


def licence_of(path: str) -> str:
    """The licence of the file at this path: the last annotation that fits it counts."""
    return str([each for each in annotations() if each["pattern"].fullmatch(path)][-1]["SPDX-License-Identifier"])


def test_the_program_and_what_is_taught_have_their_own_licence() -> None:
    for path in ("courses/profile.py", "lti_tool/templates/base.html", "tests/conftest.py", "README.md"):
        assert licence_of(path) == "Apache-2.0"
    for path in (HOME / "courses" / "content").rglob("*"):
        if path.is_file():
            assert licence_of(path.relative_to(HOME).as_posix()) == "CC-BY-4.0"


def test_the_text_of_each_licence_is_there_and_of_no_other() -> None:
    used = {each["SPDX-License-Identifier"] for each in annotations()}
    assert {path.stem for path in (HOME / "LICENSES").iterdir()} == used
    assert all(each["SPDX-FileCopyrightText"].startswith("2026 The animateur") for each in annotations())
    assert (HOME / "LICENSES" / "Apache-2.0.txt").read_bytes() == (HOME / "LICENSE").read_bytes()


def test_every_course_of_ours_names_a_licence_that_we_know_the_address_of() -> None:
    for path in (HOME / "courses" / "content").rglob("*.yaml"):
        for name in re.findall(r"^licence: *(\S+)", path.read_text(encoding="utf-8"), re.M):
            assert name in KNOWN, path
