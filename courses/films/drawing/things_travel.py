"""Things on the road: a bus, a van, a parcel, falling snow."""

from __future__ import annotations

from courses.films.drawing.colours import darker
from courses.films.drawing.movement import scattered, wave
from courses.films.drawing.pen import Pen
from courses.films.drawing.view import View


def bus(
    pen: Pen, view: View, *, colour: str = "person-0", full: bool = False, box: bool = False, rolls: bool = True
) -> None:
    """A bus that drives to the right and stands on y = 0; `box` shows a blue parcel box at its side."""
    jog = 2 * wave(view.now, 0.7) if rolls else 0
    with pen.placed(0, jog):
        pen.rect(-270, -230, 540, 190, colour, rounded=26)
        pen.rect(-270, -110, 540, 26, "surface")
        pen.rect(-270, -84, 540, 44, darker(colour, 0.1), rounded=10)
        for number in range(5):
            x = -248 + number * 82
            pen.rect(x, -206, 70, 78, "#bfdde3", rounded=9)
            pen.poly([(x + 10, -130), (x + 34, -204), (x + 48, -204), (x + 24, -130)], "white", strength=0.4)
            if full and number in {0, 1, 3}:
                _rider(pen, x + 35, -128, number)
        pen.rect(168, -206, 88, 130, "#bfdde3", rounded=12)
        _rider(pen, 206, -112, 4)
        pen.oval(262, -66, 9, 13, "#fff0c4")
        pen.oval(-266, -66, 7, 13, "red")
        if box:
            pen.rect(-120, -98, 118, 66, "level-3", rounded=8)
            pen.rect(-120, -98, 118, 14, "level-4", rounded=6)
            pen.rect(-92, -66, 62, 8, "surface", rounded=4)
    for x in (-168, 172):
        _wheel(pen, view, x, -32, 42, rolls=rolls)


def _rider(pen: Pen, x: float, y: float, number: int) -> None:
    pen.oval(x, y - 42, 19, 21, ("skin-fair", "skin-brown", "skin-olive", "skin-dark")[number % 4])
    pen.blob(
        [(x - 19, y - 44), (x, y - 66), (x + 19, y - 44), (x, y - 54)],
        ("hair-blond", "hair-black", "hair-brown", "ink")[number % 4],
    )
    pen.blob(
        [(x - 28, y), (x - 22, y - 18), (x, y - 24), (x + 22, y - 18), (x + 28, y)],
        ("red", "teal", "plum", "level-4")[number % 4],
    )


def _wheel(pen: Pen, view: View, x: float, y: float, radius: float, *, rolls: bool = True) -> None:
    pen.oval(x, y, radius, radius, "ink")
    with pen.placed(x, y, turn=view.now * 220 % 360 if rolls else 0):
        pen.oval(0, 0, radius * 0.56, radius * 0.56, "steel")
        for spoke in range(3):
            with pen.placed(turn=spoke * 60):
                pen.line([(0, -radius * 0.46), (0, radius * 0.46)], "slate", thick=5)


def van(pen: Pen, view: View, *, colour: str = "surface", rolls: bool = True) -> None:
    """A delivery van, full of parcels up to its window."""
    with pen.placed(0, 2 * wave(view.now, 0.6) if rolls else 0):
        pen.rect(-190, -200, 260, 168, colour, rounded=16)
        pen.blob([(60, -196), (130, -186), (176, -110), (188, -90), (188, -34), (60, -32)], darker(colour, 0.06))
        pen.poly([(86, -170), (124, -166), (158, -108), (86, -108)], "#bfdde3")
        _rider(pen, 112, -106, 1)
        pen.rect(-172, -182, 214, 96, "#40545c", rounded=8)
        for number in range(7):
            pen.rect(
                -168 + number % 4 * 52,
                -134 + number // 4 * -44 + (number % 3) * 2,
                48,
                46,
                ("wood", "wood-light", "bread", "wood-dark")[number % 4],
                rounded=3,
            )
            pen.rect(-148 + number % 4 * 52, -134 + number // 4 * -44, 8, 46, "warm-wash")
        pen.rect(-190, -62, 378, 12, "red")
    for x in (-116, 112):
        _wheel(pen, view, x, -30, 36, rolls=rolls)


def parcel(pen: Pen, view: View) -> None:
    """A small box with a letter on it, on y = 0."""
    pen.rect(-60, -84, 120, 84, "wood-light", rounded=4)
    pen.rect(-10, -84, 20, 84, "warm-wash")
    with pen.placed(10, -96, turn=-8):
        pen.rect(-50, -30, 84, 52, "surface", rounded=3)
        pen.line([(-50, -28), (-8, 2), (34, -28)], "edge", thick=4)


def snow(pen: Pen, view: View) -> None:
    """Snow falls over the whole picture."""
    for flake in range(70):
        fall = (scattered(flake) * 760 + view.now * (34 + 26 * scattered(flake + 80))) % 760 - 20
        x = scattered(flake + 160) * 1320 - 20 + 18 * wave(view.now, 5 + flake % 4, flake * 0.1)
        pen.oval(x, fall, 3 + 3 * scattered(flake + 7), 3 + 3 * scattered(flake + 7), "white", strength=0.85)
