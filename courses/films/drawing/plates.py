"""Words on the picture: the plate of a scene, the title at the beginning, the credits at the end."""

from __future__ import annotations

from courses.films.drawing.lettering import lines, width, write
from courses.films.drawing.movement import between, eased
from courses.films.drawing.pen import Pen
from courses.films.drawing.view import HIGH, WIDE


def draw_words(pen: Pen, words: str, seen: float, *, right: bool = False) -> None:
    """A plate at the top with the scene's words, large enough for a telephone; it comes in softly."""
    shown = eased(seen / 0.7)
    if shown <= 0:
        return
    rows = lines(words, size=46, room=620, weight=600)
    wide = max(width(row, size=46, weight=600) for row in rows) + 62
    high = 34 + 56 * len(rows)
    x = WIDE - 56 - wide if right else 56
    with pen.faded(shown), pen.placed(0, 14 * (1 - shown)):
        pen.shadow(x, 48, wide, high, rounded=10, blur=10)
        pen.rect(x, 48, wide, high, "deep", rounded=10)
        pen.rect(x, 48, 12, high, "warm-line", rounded=5)
        for number, row in enumerate(rows):
            write(pen, row, x + 36, 48 + 60 + number * 56, size=46, colour="surface", weight=600)


def draw_title(pen: Pen, title: str, firm: str, *, now: float, length: float) -> None:
    """The film's name over its first picture; it goes before the first word is spoken."""
    shown = between(now, 0.2, 1.0) * (1 - between(now, length - 0.7, length - 0.1))
    if shown <= 0:
        return
    name = lines(title, size=88, room=1060, face="serif", weight=600)
    below = lines(firm, size=36, room=1060, weight=400)
    high = 70 + 96 * len(name) + 48 * len(below)
    top = HIGH - 40 - high
    with pen.faded(shown):
        pen.rect(0, top, WIDE, high, "deep", strength=0.93)
        pen.rect(0, top, 22, high, "warm-line")
        for number, row in enumerate(name):
            write(pen, row, 96, top + 104 + number * 96, size=88, colour="surface", face="serif", weight=600)
        for number, row in enumerate(below):
            write(pen, row, 98, top + 62 + 96 * len(name) + number * 48, size=36, colour="accent-half")


def draw_credits(pen: Pen, rows: tuple[tuple[str, str], ...], *, now: float) -> None:
    """The end card: rows of (what, who or how)."""
    pen.shade(-10, -10, WIDE + 20, HIGH + 20, ("#0f3a46", "#062a33"))
    pen.rect(96, 92, 90, 8, "warm-line", rounded=4)
    y = 168.0
    for number, (what, how) in enumerate(rows):
        with pen.faded(between(now, 0.2 + number * 0.25, 1.0 + number * 0.25)):
            write(pen, what, 96, y, size=27, colour="person-0", weight=600)
            told = lines(how, size=32, room=840)
            for step, row in enumerate(told):
                write(pen, row, 330, y + step * 42, size=32, colour="surface")
        y += 42 * max(1, len(told)) + 27
