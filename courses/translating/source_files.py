"""The files of a course, and of the profile, whose texts translators get; and where each translation is kept."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polib

from courses.authoring.course_files import LANGUAGE, MODULE_FILE, NOT_MODULES
from courses.translating import module_pieces, translations, yaml_pieces
from courses.translating.pieces import Piece, Unit, units

NOTE = "# Written from {po} by `animateur course texts`: change it there.\n"
PROFILE_TEXTS = {
    *((name,) for name in ("title", "level_note", "role", "target_group", "entry")),
    *(("units", name) for name in ("title", "purpose")),
    ("units", "outcomes", "text"),
    ("units", "criteria", "text"),
}


@dataclass(frozen=True)
class SourceFile:
    """A file in the source language: `m1.en.md`, `conduct.en.md` or `profile.yaml`."""

    path: Path
    name: str
    language: str

    @cached_property
    def pieces(self) -> list[Piece]:
        """The file in pieces."""
        return self.taken_apart(self.path.read_text("utf-8"))

    @cached_property
    def units(self) -> list[Unit]:
        """The texts of the file."""
        return list(units(self.pieces))

    def taken_apart(self, text: str) -> list[Piece]:
        """A text that is written as this file is, in pieces."""
        if self.path.suffix == ".yaml":
            return yaml_pieces.read(text, self.name, PROFILE_TEXTS.__contains__)
        return module_pieces.read(text, self.name)

    def in_language(self, language: str) -> Path:
        """Where its translation lies: `m1.fr.md`."""
        return self.path.with_name(f"{self.name}.{language}{self.path.suffix}")

    def kept(self, language: str) -> Path:
        """Where the texts of its translation are kept: `m1.fr.po`."""
        return self.path.with_name(f"{self.name}.{language}.po")

    def languages(self) -> list[str]:
        """Into which languages its texts are being translated."""
        found = self.path.parent.glob(f"{self.name}.*.po")
        return sorted(path.name.removeprefix(f"{self.name}.").removesuffix(".po") for path in found)

    def noted(self, text: str, language: str) -> str:
        """The translation with the line that says where it comes from; a file without a head has no place for it."""
        note = NOTE.format(po=self.kept(language).name)
        if self.path.suffix == ".yaml":
            return note + text
        return text.replace("---\n", f"---\n{note}", 1) if text.startswith("---\n") else text

    def earlier(self, language: str) -> polib.POFile:
        """What is translated already: as kept, or else as somebody wrote it into the translated file by hand."""
        if self.kept(language).is_file():
            return translations.read(self.kept(language))
        found = polib.POFile()
        if self.in_language(language).is_file():
            there = list(units(self.taken_apart(self.in_language(language).read_text("utf-8"))))
            if [unit.context for unit in there] == [unit.context for unit in self.units]:
                for own, other in zip(self.units, there, strict=True):
                    if own.text != other.text:
                        found.append(polib.POEntry(msgctxt=own.context, msgid=own.text, msgstr=other.text))
        return found


def of_course(directory: Path, language: str) -> list[SourceFile]:
    """The modules of the course in this directory, whose source language is given."""
    named = ((path, MODULE_FILE.fullmatch(path.name)) for path in sorted(directory.glob("*.md")))
    return [
        SourceFile(path, found[1], language)
        for path, found in named
        if found and found[2] == language and found[1] not in NOT_MODULES
    ]


def of_profile(content: Path, language: str) -> list[SourceFile]:
    """The profile and the strands of conduct, which all courses have in common."""
    return [
        SourceFile(content / "profile.yaml", "profile", language),
        SourceFile(content / f"conduct.{language}.md", "conduct", language),
    ]


__all__ = ["LANGUAGE", "SourceFile", "of_course", "of_profile"]
