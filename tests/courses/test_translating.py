"""Texts of a course go out to translators and come back, and nothing but words can change on the way."""

import re
from pathlib import Path

import polib
import pytest

from courses.authoring import new_course
from courses.authoring.profile_file import read_profile
from courses.catalogue import Catalogue
from courses.errors import ContentRefused
from courses.translating import exchange, module_pieces, source_files, translations
from courses.translating.pieces import join, units

CONTENT = Path(__file__).resolve().parents[2] / "courses/content"
MODULES = [*sorted(CONTENT.glob("*/*.en.md")), CONTENT / "conduct.en.md"]


def lengthened(text: str) -> str:
    """Every word longer by a letter that English has not, so that every line breaks elsewhere; addresses stay."""
    return re.sub(r"(\]\([^)]*\))|([A-Za-z]{3,})", lambda found: found[1] or f"{found[2]}ŋ", text)


def translated(held: polib.POFile, *, but: int = -1) -> polib.POFile:
    """The PO file with everything translated except one text."""
    for index, entry in enumerate(held):
        entry.msgstr = "" if index == but else lengthened(entry.msgid)
    return held


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A small course, as `animateur course new` makes it."""
    new_course.begin(tmp_path / "small", slug="small", title="Small", authors="We")
    return tmp_path / "small"


def sources(course: Path) -> list[source_files.SourceFile]:
    return source_files.of_course(course, "en")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_file_put_together_again_is_the_same_to_the_byte(path: Path) -> None:
    text = path.read_text("utf-8")
    pieces = module_pieces.read(text, "m")
    assert len(list(units(pieces))) > 20
    assert join(pieces, lambda unit: unit.text) == text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_text_can_become_longer_and_is_found_again_in_its_place(path: Path) -> None:
    pieces = module_pieces.read(path.read_text("utf-8"), "m")
    written = join(pieces, lambda unit: lengthened(unit.text))
    found = [(unit.context, unit.text) for unit in units(module_pieces.read(written, "m"))]
    assert found == [(unit.context, lengthened(unit.text)) for unit in units(pieces)]


def test_no_key_number_or_way_is_among_the_texts() -> None:
    text = (CONTENT / "oicf/m1.en.md").read_text("utf-8")
    said = [unit.text for unit in units(module_pieces.read(text, "m1"))]
    marks = re.compile(r"^:::|\{[^}]*->|^(minutes|draw|pass|criterion|evidence|gate|for|first|score|at): |^- \[|^\d+$")
    assert [each for each in said if marks.search(each)] == []
    assert "Progress at the joinery. How far Sallow Lane and its contact group have come" in "\n".join(said)


def test_a_translation_written_from_its_texts_has_the_steps_and_keys_of_its_source(course: Path) -> None:
    held = translated(exchange.export(sources(course), "fr"))
    progress = exchange.take(sources(course), "fr", held)
    assert [(each.done, each.whole) for each in progress] == [(len(held), len(held))]
    catalogue = Catalogue.load(CONTENT, added=course.parent)
    own, source = catalogue.module("small", "m1", language="fr"), catalogue.module("small", "m1")
    assert catalogue.refused == ()
    assert own.title == lengthened(source.title)
    assert [(step.key, step.kind, step.minutes) for step in own.steps] == [
        (step.key, step.kind, step.minutes) for step in source.steps
    ]


def test_export_import_and_export_again_give_the_same_files(course: Path) -> None:
    exchange.take(sources(course), "fr", translated(exchange.export(sources(course), "fr"), but=4))
    first = {path.name: path.read_bytes() for path in course.glob("*.fr.*")}
    exchange.take(sources(course), "fr", exchange.export(sources(course), "fr"))
    assert {path.name: path.read_bytes() for path in course.glob("*.fr.*")} == first
    assert sorted(first) == ["m1.fr.md", "m1.fr.po"]


def test_a_text_without_translation_stands_there_in_the_source_language(course: Path) -> None:
    held = translated(exchange.export(sources(course), "fr"))
    next(entry for entry in held if entry.msgid.startswith("Keep sentences short")).msgstr = ""
    exchange.take(sources(course), "fr", held)
    assert "\nKeep sentences short. Many of your readers" in (course / "m1.fr.md").read_text()


def test_a_text_changed_at_the_source_is_stale_and_its_old_translation_waits(course: Path) -> None:
    exchange.take(sources(course), "fr", translated(exchange.export(sources(course), "fr")))
    replace(course / "m1.en.md", "Keep sentences short.", "Keep every sentence short.")
    replace(course / "m1.en.md", "## Stop and ask", "## Ask in between\n\nThis paragraph is new.\n")
    source = sources(course)[0]
    gaps = translations.gaps(source.units, source.earlier("fr"))
    assert [(gap.unit.text[:18], gap.stale, gap.unit.line) for gap in gaps] == [
        ("Keep every sentenc", True, 22),
        ("Ask in between", False, 26),
        ("This paragraph is ", False, 28),
    ]
    exchange.take([source], "fr", source.earlier("fr"))
    assert "\nKeep every sentence short. Many of your readers" in (course / "m1.fr.md").read_text()
    waiting = next(entry for entry in source.earlier("fr") if "fuzzy" in entry.flags)
    assert waiting.previous_msgid is not None
    assert waiting.previous_msgid.startswith("Keep sentences short.")
    assert waiting.msgstr.startswith("Keepŋ sentencesŋ shortŋ")


def test_wrapping_a_paragraph_anew_makes_nothing_stale(course: Path) -> None:
    exchange.take(sources(course), "fr", translated(exchange.export(sources(course), "fr")))
    replace(course / "m1.en.md", "Keep sentences short. Many of", "Keep sentences short.\nMany of")
    source = sources(course)[0]
    assert translations.gaps(source.units, source.earlier("fr")) == []


def test_work_begun_in_a_file_is_kept_when_the_texts_are_exported_again(course: Path) -> None:
    begun = exchange.export(sources(course), "fr")
    begun[2].msgstr = "Pourquoi ce cours"
    again = exchange.export(sources(course), "fr", held=begun)
    assert (again[2].msgid, again[2].msgstr) == ("Why this course", "Pourquoi ce cours")


def test_a_translation_made_by_hand_is_taken_into_the_po_file(course: Path) -> None:
    text = (course / "m1.en.md").read_text().replace("# Why this course", "# Pourquoi ce cours")
    (course / "m1.fr.md").write_text(text)
    held = exchange.export(sources(course), "fr")
    assert [(entry.msgid, entry.msgstr) for entry in held if entry.msgstr] == [("Why this course", "Pourquoi ce cours")]


@pytest.mark.parametrize(
    ("msgid", "msgstr", "why"),
    [
        ("Begin with somebody", "A\n# B", "another number of lines"),
        ("Begin with somebody", "<b>A</b>", "HTML is not allowed"),
        ("End with something to do today.", "::: question Q-R1", "would change the form"),
    ],
)
def test_a_translation_that_would_break_the_file_is_refused_with_its_line(
    course: Path, tmp_path: Path, msgid: str, msgstr: str, why: str
) -> None:
    held = translated(exchange.export(sources(course), "fr"))
    next(entry for entry in held if entry.msgid.startswith(msgid)).msgstr = msgstr
    held.save(str(tmp_path / "fr.po"))
    with pytest.raises(ContentRefused) as refused:
        exchange.take(sources(course), "fr", translations.read(tmp_path / "fr.po"))
    (fault,) = refused.value.faults
    assert why in fault.what
    lines = (tmp_path / "fr.po").read_text().splitlines()
    assert any(msgid in line for line in lines[fault.line - 1 : fault.line + 4])
    assert not (course / "m1.fr.md").exists()


def test_the_profile_has_every_text_translated_and_every_code_kept(tmp_path: Path) -> None:
    for name in ("profile.yaml", "conduct.en.md"):
        (tmp_path / name).write_bytes((CONTENT / name).read_bytes())
    found = source_files.of_profile(tmp_path, "en")
    exchange.take(found, "de", translated(exchange.export(found, "de")))
    own, source = read_profile(tmp_path / "profile.de.yaml"), read_profile(tmp_path / "profile.yaml")
    assert list(own.parts()) == list(source.parts())
    assert own.iri == source.iri
    for code, part in own.parts().items():
        original = source.parts()[code]
        words = {"text": getattr(original, "text", None), "title": getattr(original, "title", None)}
        for name, word in words.items():
            assert getattr(part, name, None) == (lengthened(word) if word else None), code
