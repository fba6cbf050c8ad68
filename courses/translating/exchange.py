"""Texts go out to translators as a PO file and come back; a translated file is written from what came back."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib

from courses.authoring.markdown import has_raw_html
from courses.errors import ContentRefused, Fault
from courses.translating import translations
from courses.translating.pieces import Unit, join, units
from courses.translating.source_files import SourceFile

TARGET = re.compile(r"\]\(([^)\s]+)")


@dataclass(frozen=True)
class Progress:
    """What came of an import for one file: how many of its texts are translated, and what was written."""

    source: SourceFile
    done: int
    whole: int
    written: tuple[Path, ...]


def export(sources: Sequence[SourceFile], language: str, *, held: polib.POFile | None = None) -> polib.POFile:
    """A PO file of all texts of these files, with what is translated already: as `held` has it, else as kept."""
    made: polib.POFile | None = None
    for source in sources:
        part = _merged(source, language, held)
        if made is None:
            made = part
        else:
            made.extend(part)
    return made if made is not None else polib.POFile()


def take(sources: Sequence[SourceFile], language: str, given: polib.POFile) -> list[Progress]:
    """The translations are kept beside their sources, and the translated files are written.

    A file of which `given` holds nothing is left alone. ContentRefused tells every translation that would break its
    file, with its line in the PO file; then nothing was written.
    """
    made = [
        (source, _merged(source, language, given), _text(source, language, given))
        for source in sources
        if _concerns(source, given)
    ]
    found = []
    for source, kept, text in made:
        paths = (source.kept(language), source.in_language(language))
        paths[0].write_text(f"{kept}\n", "utf-8", newline="\n")
        paths[1].write_text(text, "utf-8", newline="\n")
        whole = {unit.key for unit in source.units}
        found.append(Progress(source, len(whole & translations.said(kept).keys()), len(whole), paths))
    return found


def written(source: SourceFile, kept: polib.POFile, language: str) -> str:
    """The translated file. A text without a translation that fits stands there in the source language.

    An outdated translation is not used: these texts are learned and judged by, and what they said before may be what
    had to be corrected.
    """
    return source.noted(join(source.pieces, _speaking(kept)), language)


def _speaking(kept: polib.POFile) -> Callable[[Unit], str]:
    said = translations.said(kept)
    return lambda unit: said.get(unit.key, unit.text).strip()


def _concerns(source: SourceFile, given: polib.POFile) -> bool:
    """Whether the PO file holds a translation of one of this file's texts."""
    held = translations.said(given)
    return any(unit.key in held for unit in source.units)


def _merged(source: SourceFile, language: str, given: polib.POFile | None) -> polib.POFile:
    """The file's texts with what `given` says of them, and what was kept where it says nothing."""
    earlier = source.earlier(language)
    own = f"{source.name}/", f"{source.name} "
    new = [entry for entry in given or () if entry.msgstr and (entry.msgctxt or "").startswith(own)]
    told = {(entry.msgctxt, entry.msgid) for entry in new}
    both = polib.POFile()
    both.extend([*new, *(entry for entry in earlier if (entry.msgctxt, entry.msgid) not in told)])
    path = source.path.name
    return translations.merged(source.units, both, language=language, source=source.language, path=path)


def _text(source: SourceFile, language: str, given: polib.POFile) -> str:
    """The translated file, which has the form of its source; ContentRefused where a translation would break it."""
    kept = _merged(source, language, given)
    own = {unit.key for unit in source.units}
    entries = {key: entry for entry in given if (key := (entry.msgctxt or "", entry.msgid)) in own}
    faults = [
        Fault(Path(given.fpath or source.kept(language)), entry.linenum or 1, fault)
        for entry in entries.values()
        if (fault := _fault(entry))
    ]
    text = join(source.pieces, _speaking(kept))
    broken = None if faults else _first_difference(source, kept, text)
    if broken:
        entry = entries.get(broken.key)
        line = (entry.linenum if entry else 0) or 1
        told = (
            "this translation would change the form of the file: it holds a mark at a place where the format reads it"
        )
        faults.append(Fault(Path(given.fpath or source.kept(language)), line, f"{told} ({broken.text[:40]} …)"))
    if faults:
        raise ContentRefused(faults)
    return source.noted(text, language)


def _fault(entry: polib.POEntry) -> str:
    """What is wrong with one translation by itself; empty where nothing is."""
    if not entry.msgstr or entry.obsolete or "fuzzy" in entry.flags:
        return ""
    if sorted(TARGET.findall(entry.msgid)) != sorted(TARGET.findall(entry.msgstr)):
        return "the links of the text are not those of its translation: what stands in (…) after […] stays as it is"
    if any(has_raw_html(line) for line in entry.msgstr.split("\n")) and not has_raw_html(entry.msgid):
        return "HTML is not allowed here; Markdown does it"
    if entry.msgstr.strip().count("\n") != entry.msgid.count("\n"):
        return "the translation has another number of lines than the text"
    return ""


def _first_difference(source: SourceFile, kept: polib.POFile, text: str) -> Unit | None:
    """The first text after which the written file would be read in another way than was meant."""
    say = _speaking(kept)
    found: Iterator[Unit] = units(source.taken_apart(text))
    for unit in units(source.pieces):
        again = next(found, None)
        if again is None or again.context != unit.context or again.text != say(unit):
            return unit
    return next(found, None)
