"""How far translations are behind their sources: for the check of a course, with file and line."""

from collections.abc import Iterable, Iterator

from courses.errors import Fault
from courses.translating import exchange, translations
from courses.translating.source_files import SourceFile
from courses.translating.translations import Gap

# So many texts of one file are named one by one; of a translation that has only begun nobody reads a list.
NAMED = 20


def warnings(sources: Iterable[SourceFile]) -> Iterator[Fault]:
    """Every text that was changed since it was translated, or has no translation, at its place in the source."""
    for source in sources:
        for language in source.languages():
            found = translations.gaps(source.units, source.earlier(language))
            missing = [gap for gap in found if not gap.stale]
            named = [gap for gap in found if gap.stale or len(missing) <= NAMED]
            yield from (_told(source, language, gap) for gap in named)
            if len(missing) > NAMED:
                what = f"{language}: {len(missing)} of {len(source.units)} texts are not translated"
                yield Fault(source.path, missing[0].unit.line, what)


def faults(sources: Iterable[SourceFile]) -> Iterator[Fault]:
    """Translated files that are not what their texts make: changed by hand, or not written anew after a change."""
    for source in sources:
        for language in source.languages():
            path = source.in_language(language)
            meant = exchange.written(source, source.earlier(language), language)
            there = path.read_text("utf-8") if path.is_file() else ""
            if there != meant:
                lines = zip(there.split("\n"), meant.split("\n"), strict=False)
                line = next((number for number, (a, b) in enumerate(lines, 1) if a != b), 1)
                told = f"not what {source.kept(language).name} makes of it: animateur course texts update"
                yield Fault(path, line, told)


def _told(source: SourceFile, language: str, gap: Gap) -> Fault:
    how = "was changed since it was translated" if gap.stale else "is not translated"
    begins = gap.unit.text if len(gap.unit.text) <= 40 else f"{gap.unit.text[:40].rstrip()} …"
    return Fault(source.path, gap.unit.line, f"{language}: this {how}: {begins}")
