"""Brands: no step needs a named platform, for a function that several platforms offer outlives each of them."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from courses.checks.place import in_module
from courses.checks.wording import texts
from courses.errors import Fault
from courses.syllabus import Module

NAMES = Path(__file__).with_name("brands.txt")


def find(module: Module) -> Iterator[Fault]:
    """The brands that this module names, each once a step."""
    for step in module.steps:
        named = {brand for text in texts(step) for brand in _pattern().findall(text)}
        for brand in sorted(named):
            yield in_module(module, step.line, f"{step.code}: {brand} is one platform's name; say what it is for")


def brands() -> list[str]:
    """The names in the list, everyday words with a ~ before them."""
    lines = NAMES.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@cache
def _pattern() -> re.Pattern[str]:
    """Any of the names as a word of its own, everyday words only after other words of the sentence."""
    names = brands()
    plain = "|".join(re.escape(name) for name in names if not name.startswith("~"))
    everyday = "|".join(re.escape(name[1:]) for name in names if name.startswith("~"))
    return re.compile(rf"\b(?:{plain})\b|(?<=[a-z,;:(] )(?:{everyday})\b(?!-)")
