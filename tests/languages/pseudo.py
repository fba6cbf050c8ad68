"""A language that nobody speaks: every text of the product, accented, longer, and in brackets. What is not
is hard-coded.

Course texts are made pseudo as a translator would do it, through the PO file; their letters are others again.
"""

import re
from functools import cache
from pathlib import Path

import yaml
from babel import localedata
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import parse_pattern

from courses.translating import exchange, source_files

ROOT = Path(__file__).resolve().parents[2]
TAG = "en-XA"
OPEN, CLOSE = "⟦", "⟧"
# Before a percent sign, as in French.
NARROW = "\u202f"
ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "àƀçďéƒğĥîĵķļɱñôþɋřšţûṽŵẋýžÀƁÇĎÉƑĞĤÎĴĶĻṀÑÔÞɊŘŠŢÛṼŴẊÝŽ"
)
KEPT = re.compile(r"%\([a-z_]+\)s|%[sd]|\{[^}]*\}|<[^>]*>|&[a-z]+;|\]\([^)]*\)")
# "in" and "min" alone would not tell a page that is 320 pixels wide anything.
LONGER = 0.4


def pseudo(text: str) -> str:
    """The text as this language says it."""
    padding = "·" * max(1, round(len(text) * LONGER))
    return f"{OPEN}{_outside(text)} {padding}{CLOSE}"


def pseudo_content(text: str) -> str:
    """A text of a course as this language says it: without brackets, in which the format would read marks."""
    return _outside(text)


def _outside(text: str) -> str:
    """The letters accented, but for what stands for something else."""
    pieces, at = [], 0
    for kept in KEPT.finditer(text):
        pieces += [text[at : kept.start()].translate(ACCENTED), kept.group()]
        at = kept.end()
    return "".join([*pieces, text[at:].translate(ACCENTED)])


@cache
def messages() -> Catalog:
    """Every text of the product, as `make texts` collects them, in this language."""
    configuration = (ROOT / "lti_tool/translations/babel.cfg").open()
    with configuration:
        methods, options = parse_mapping_cfg(configuration, "babel.cfg")
    catalog = Catalog(locale="en", domain="messages")
    keywords = {
        "_": None,
        "_l": None,
        "gettext": None,
        "lazy_gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
    }
    for name in ("lti_tool", "assessments"):
        for _path, _line, said, _comments, context in extract_from_dir(
            str(ROOT / name), methods, options, keywords=keywords
        ):
            made = tuple(map(pseudo, said)) if isinstance(said, tuple) else pseudo(said)
            catalog.add(said, made, context=context)
    return catalog


def template() -> set[str]:
    """The texts that stand in the committed messages.pot."""
    with (ROOT / "lti_tool/translations/messages.pot").open("rb") as file:
        return {_first(message.id) for message in read_po(file) if message.id}


def collected() -> set[str]:
    """The texts that stand in the sources."""
    return {_first(message.id) for message in messages() if message.id}


def _first(said: object) -> str:
    return str(said[0]) if isinstance(said, list | tuple) else str(said)


def install(directory: Path) -> None:
    """Babel knows the language, and finds its texts below this directory."""
    known = localedata.load("en")
    symbols = {**known["number_symbols"]["latn"], "decimal": "‚", "group": "’"}
    localedata._cache["en_XA"] = {
        **known,
        "number_symbols": {**known["number_symbols"], "latn": symbols},
        "percent_formats": {None: parse_pattern(f"#,##0{NARROW}%")},
    }
    home = directory / "en_XA/LC_MESSAGES"
    home.mkdir(parents=True)
    with (home / "messages.mo").open("wb") as file:
        write_mo(file, messages())


def translate(content: Path, *, course: str, module: str) -> None:
    """That module, its course's title, the profile and the strands of conduct are there in this language."""
    modules = source_files.of_course(content / course, "en")
    _translate([each for each in modules if each.name == module])
    _translate(source_files.of_profile(content, "en"))
    path = content / course / "course.yaml"
    settings = yaml.safe_load(path.read_text("utf-8"))
    for name in ("title", "summary"):
        settings[name][TAG] = pseudo_content(settings[name]["en"])
    path.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), "utf-8")


def _translate(sources: list[source_files.SourceFile]) -> None:
    held = exchange.export(sources, TAG)
    for entry in held:
        entry.msgstr = pseudo_content(entry.msgid)
    exchange.take(sources, TAG, held)
