"""Three texts become one, line by line, and every line keeps the name of whoever last wrote it. Pure.

Attribution is by line: who changes a word of a line takes the line over. A line that is only moved stays with
its writer.
"""

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from merge3 import Merge3

# Signs that no keyboard writes by accident, mean nothing in Markdown and need no translation.
OPENING = "┌──"
BETWEEN = "├──"
CLOSING = "└──"


@dataclass(frozen=True)
class Line:
    """A line and who last wrote it: an enrolment's id, or None for the seed and for the frames around conflicts."""

    text: str
    author: str | None


@dataclass(frozen=True)
class Conflict:
    """A place where two versions stand side by side. `line` counts from 1, at the frame's first line.

    `standing` and `arriving` are the authors of the version that was there and of the one that came.
    """

    line: int
    standing: tuple[str, ...]
    arriving: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """The text that came out, and the places where both versions were kept."""

    lines: tuple[Line, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class Change:
    """A line of a comparison: `same`, `added` or `removed`, with its number in the old and the new text, from 1."""

    kind: str
    text: str
    old: int | None
    new: int | None


@dataclass(frozen=True)
class _Piece:
    """A part of the result: settled lines, or two versions of which neither may be dropped."""

    lines: tuple[Line, ...] = ()
    versions: tuple[tuple[Line, ...], tuple[Line, ...]] | None = None


class _Matcher(SequenceMatcher[str]):
    """Compares by what is written: a blank line is the same line only beside another one that is.

    difflib's own short cut, to leave out what is frequent in long texts, is switched off: it would lose sight of lines.
    """

    def __init__(
        self,
        isjunk: Callable[[str], bool] | None = None,
        a: Sequence[str] = (),
        b: Sequence[str] = (),
        autojunk: bool = False,
    ) -> None:
        super().__init__(isjunk or operator.not_, a, b, autojunk)


def carried(base: Sequence[Line], texts: Sequence[str], *, author: str) -> list[Line]:
    """These texts as lines: what stands in the base keeps its author, also where it was moved; the rest is new."""
    opcodes = _Matcher(None, [line.text for line in base], texts).get_opcodes()
    moved: dict[str, list[Line]] = defaultdict(list)
    for kind, start, end, _, _ in opcodes:
        for line in base[start:end] if kind in ("replace", "delete") else ():
            moved[line.text].append(line)
    written: list[Line] = []
    for kind, start, end, new_start, new_end in opcodes:
        if kind == "equal":
            written += base[start:end]
            continue
        for text in texts[new_start:new_end]:
            known = moved[text] if text.strip() else []
            written.append(known.pop(0) if known else Line(text, author))
    return written


def merge(
    base: Sequence[Line], standing: Sequence[Line], arriving: Sequence[Line], *, label: Callable[[str], str]
) -> Merged:
    """Both changes of the base in one text, what stood there first. No line that either side wrote is lost.

    Where both only added lines, all of them stand. Where one took away what the other changed, the change stays.
    Where both changed the same lines, both versions are kept in a frame, each under the labels of its authors.
    """
    return _framed(_joined(_pieces(base, standing, arriving)), label)


def difference(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The new text line by line, with the lines of the old one that are gone where they stood."""
    changes: list[Change] = []
    for kind, start, end, new_start, new_end in _Matcher(None, old, new).get_opcodes():
        if kind == "equal":
            numbers = zip(range(start, end), range(new_start, new_end), strict=True)
            changes += [Change("same", old[before], before + 1, after + 1) for before, after in numbers]
            continue
        changes += [Change("removed", old[before], before + 1, None) for before in range(start, end)]
        changes += [Change("added", new[after], None, after + 1) for after in range(new_start, new_end)]
    return changes


def open_conflicts(texts: Iterable[str]) -> int:
    """How many frames with two versions stand in the text."""
    return sum(text.startswith(OPENING) for text in texts)


def _pieces(base: Sequence[Line], standing: Sequence[Line], arriving: Sequence[Line]) -> Iterator[_Piece]:
    """The result from top to bottom: what changed between two untouched places, then the untouched lines."""
    compared = Merge3(
        _texts(base),
        _texts(standing),
        _texts(arriving),
        sequence_matcher=_Matcher,  # type: ignore[arg-type]  # difflib's matches are the tuples asked for
    )
    at_base = at_standing = at_arriving = 0
    for synced in compared.find_sync_regions():
        base_from, base_to, standing_from, standing_to, arriving_from, arriving_to = synced
        yield from _settled(
            base[at_base:base_from], standing[at_standing:standing_from], arriving[at_arriving:arriving_from]
        )
        yield _Piece(tuple(standing[standing_from:standing_to]))
        at_base, at_standing, at_arriving = base_to, standing_to, arriving_to


def _settled(base: Sequence[Line], standing: Sequence[Line], arriving: Sequence[Line]) -> Iterator[_Piece]:
    """What becomes of a place that somebody changed."""
    before, here, there = _texts(base), _texts(standing), _texts(arriving)
    if there in (before, here):
        yield _Piece(tuple(standing))
    elif here == before:
        yield _Piece(tuple(arriving))
    elif any(before) and len(before) == len(here) == len(there) > 1:
        # Neighbours changed neighbouring lines: what looks like one place is several.
        for each in zip(base, standing, arriving, strict=True):
            yield from _settled(*((line,) for line in each))
    else:
        yield from _both(standing, arriving, only_added=not any(before))


def _both(standing: Sequence[Line], arriving: Sequence[Line], *, only_added: bool) -> Iterator[_Piece]:
    """Both versions of a place, what they have in common at its edges only once."""
    head = _common(standing, arriving)
    tail = _common(standing[head:][::-1], arriving[head:][::-1])
    here, there = tuple(standing[head : len(standing) - tail]), tuple(arriving[head : len(arriving) - tail])
    yield _Piece(tuple(standing[:head]))
    if only_added or not any(_texts(here)) or not any(_texts(there)):
        yield _Piece(here + there)
    else:
        yield _Piece(versions=(here, there))
    yield _Piece(tuple(standing[len(standing) - tail :]))


def _common(one: Sequence[Line], other: Sequence[Line]) -> int:
    """How many lines the two have in common at their beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left.text != right.text:
            break
        count += 1
    return count


def _joined(pieces: Iterable[_Piece]) -> list[_Piece]:
    """The pieces, where several conflicts in a row are one."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1].versions if joined else None
        if piece.versions and last:
            joined[-1] = _Piece(versions=(last[0] + piece.versions[0], last[1] + piece.versions[1]))
        elif piece.versions or piece.lines:
            joined.append(piece)
    return joined


def _framed(pieces: Iterable[_Piece], label: Callable[[str], str]) -> Merged:
    """The lines of the result, each conflict in its frame."""
    lines: list[Line] = []
    conflicts: list[Conflict] = []
    for piece in pieces:
        lines += piece.lines
        if piece.versions is None:
            continue
        here, there = piece.versions
        conflicts.append(Conflict(len(lines) + 1, _authors(here), _authors(there)))
        lines += [_frame(OPENING, here, label), *here, _frame(BETWEEN, there, label), *there, Line(CLOSING, None)]
    return Merged(tuple(lines), tuple(conflicts))


def _frame(sign: str, version: Iterable[Line], label: Callable[[str], str]) -> Line:
    return Line(f"{sign} {', '.join(label(author) for author in _authors(version))}".rstrip(), None)


def _authors(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.author for line in lines if line.author is not None))


def _texts(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines]
