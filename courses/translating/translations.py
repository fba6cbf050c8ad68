"""Translations of the texts of one file, as a PO file keeps them: `.po`, the format that translators' editors know."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import polib

from courses.translating.pieces import Unit

# From here on two texts in the same place count as one text that was changed.
ALIKE = 0.5
FUZZY = "fuzzy"
Key = tuple[str, str]


@dataclass(frozen=True)
class Gap:
    """A text without a translation that fits: it was changed since (`stale`), or never translated."""

    unit: Unit
    stale: bool


def read(path: Path) -> polib.POFile:
    """The PO file; OSError or ValueError where it cannot be read as one."""
    try:
        return polib.pofile(str(path), wrapwidth=0, encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text") from error
    except OSError as error:
        # polib tells a fault of the syntax in the same way as a file that is not there.
        if path.is_file():
            raise ValueError(str(error)) from error
        raise


def said(held: polib.POFile) -> dict[Key, str]:
    """The translations that fit: what is marked as fuzzy waits until a translator has looked at it."""
    return {(entry.msgctxt or "", entry.msgid): entry.msgstr for entry in held if _is_done(entry)}


def _is_done(entry: polib.POEntry) -> bool:
    return bool(entry.msgstr.strip()) and not entry.obsolete and FUZZY not in entry.flags


def gaps(units: Iterable[Unit], held: polib.POFile) -> list[Gap]:
    """Every text of the file that has no translation that fits, each once."""
    found = {unit.key: unit for unit in units}
    done = said(held)
    open_units = [unit for key, unit in found.items() if key not in done]
    changed = _changed(open_units, held, set(found))
    fuzzy = {(entry.msgctxt or "", entry.msgid) for entry in held if entry.msgstr and FUZZY in entry.flags}
    return [Gap(unit, stale=unit.key in changed or unit.key in fuzzy) for unit in open_units]


def merged(units: Iterable[Unit], earlier: polib.POFile, *, language: str, source: str, path: str) -> polib.POFile:
    """A PO file of exactly these texts (of the file at `path`), with what `earlier` holds for them.

    A text that was changed since gets its old translation, marked as fuzzy, with the old text above it. Translations
    whose text is gone stay at the end, as PO files keep them.
    """
    made = _empty(language, source)
    entries: dict[Key, polib.POEntry] = {}
    held = {(entry.msgctxt or "", entry.msgid): entry for entry in earlier}
    listed = list(units)
    places = defaultdict(list)
    for unit in listed:
        places[unit.key].append((path, str(unit.line)))
    changed = _changed([unit for unit in listed if unit.key not in held], earlier, set(places))
    for unit in listed:
        if unit.key not in entries:
            entry = _entry(unit, held.get(unit.key), changed.get(unit.key))
            entry.occurrences = places[unit.key]
            entries[unit.key] = entry
            made.append(entry)
    used = {id(entry) for entry in changed.values()}
    for key, entry in held.items():
        if key not in entries and entry.msgstr and id(entry) not in used:
            made.append(polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=entry.msgstr, obsolete=True))
    return made


def _entry(unit: Unit, same: polib.POEntry | None, before: polib.POEntry | None) -> polib.POEntry:
    """The entry of a text: as it is held, or with the translation of its former words."""
    entry = polib.POEntry(msgctxt=unit.context, msgid=unit.text, comment=unit.note)
    if same is not None:
        entry.msgstr, entry.tcomment = same.msgstr, same.tcomment
        entry.flags = [flag for flag in same.flags if flag == FUZZY]
        entry.previous_msgid = same.previous_msgid
    elif before is not None:
        entry.msgstr, entry.tcomment, entry.flags = before.msgstr, before.tcomment, [FUZZY]
        entry.previous_msgid = before.previous_msgid or before.msgid
    return entry


def _changed(open_units: list[Unit], held: polib.POFile, current: set[Key]) -> dict[Key, polib.POEntry]:
    """For each text without an entry the entry of its former words: in the same place, and most like it."""
    left: dict[str, list[polib.POEntry]] = defaultdict(list)
    for entry in held:
        if entry.msgstr and (entry.msgctxt or "", entry.msgid) not in current:
            left[entry.msgctxt or ""].append(entry)
    found: dict[Key, polib.POEntry] = {}
    for unit in open_units:
        likeness, entry = max(
            ((_likeness(unit.text, each.msgid), each) for each in left[unit.context]),
            key=lambda pair: pair[0],
            default=(0.0, polib.POEntry()),
        )
        if likeness >= ALIKE:
            found[unit.key] = entry
            left[unit.context].remove(entry)
    return found


def _likeness(one: str, other: str) -> float:
    """How much two texts have in common, from 0 to 1."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _empty(language: str, source: str) -> polib.POFile:
    """A PO file with its head. It names no date and no person: the version history knows both."""
    made = polib.POFile(wrapwidth=0)
    made.metadata = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "X-Source-Language": source,
    }
    return made
