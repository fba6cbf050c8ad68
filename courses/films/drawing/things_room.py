"""Things that stand in a room: tables, chairs, a wheelchair, drawers, doors, a board, a clock."""

from __future__ import annotations

from courses.films.drawing.colours import darker, lighter, mixed
from courses.films.drawing.movement import between, eased, settled, wave
from courses.films.drawing.pen import Pen
from courses.films.drawing.places_outside import SKIES
from courses.films.drawing.things_paper import tick
from courses.films.drawing.view import View


def desk(pen: Pen, view: View, *, wide: float = 760, colour: str = "wood", high: float = 260) -> None:
    """A table in front of people: its edge is at y = 0 and it goes down from there."""
    pen.rect(-wide / 2, 0, wide, 26, lighter(colour, 0.12), rounded=6)
    pen.rect(-wide / 2 + 20, 26, wide - 40, high, darker(colour, 0.12))
    pen.rect(-wide / 2 + 20, 26, wide - 40, 16, darker(colour, 0.26))


def mug(pen: Pen, view: View, *, colour: str = "warm-wash") -> None:
    """A cup that stands on y = 0 and steams."""
    for step in range(3):
        age = (view.now / 3.6 + step / 3) % 1
        pen.oval(
            2 + 7 * wave(view.now, 4, step / 3),
            -60 - age * 66,
            6 + age * 9,
            9 + age * 10,
            "white",
            strength=0.5 * (1 - age),
        )
    pen.rect(-24, -54, 48, 54, colour, rounded=8)
    pen.arc(26, -28, 14, colour, start=-90, sweep=180, thick=7)
    pen.rect(-24, -54, 48, 10, darker(colour, 0.2), rounded=4)


def drawers(pen: Pen, view: View, *, every: float = 4.0) -> None:
    """Four drawers that open one after the other: a globe, a group, a signed sheet, a lock."""
    pen.shadow(-470, -230, 940, 450, rounded=14)
    pen.rect(-470, -230, 940, 450, "wood", rounded=14)
    for number in range(4):
        opened = eased((view.seen - 0.5 - number * every) / 1.2)
        x = -446 + (number % 2) * 456
        y = -206 + (number // 2) * 212
        pen.rect(x, y, 436, 190, darker("wood", 0.45), rounded=8)
        if opened > 0:
            with pen.faded(opened), pen.placed(x + 218, y + 66 - 4 * opened, scale=0.9):
                _IN_DRAWERS[number](pen)
        front = 22 + 150 * (1 - opened)
        pen.rect(
            x - 6 * opened,
            y + 190 - front,
            436 + 12 * opened,
            front + 10 * opened,
            lighter("wood", 0.14 + 0.1 * opened),
            rounded=8,
        )
        pen.rect(x + 178, y + 190 - front * 0.62, 80, 14, ("good", "accent", "warm", "bad")[number], rounded=7)


def _globe(pen: Pen) -> None:
    pen.oval(0, 0, 58, 58, "teal-light")
    pen.blob([(-40, -20), (-10, -42), (6, -16), (-14, 10), (-38, 8)], "leaf")
    pen.blob([(10, 6), (40, -6), (44, 26), (18, 40)], "leaf")
    pen.ring(0, 0, 58, "accent", thick=5)


def _group(pen: Pen) -> None:
    for x, colour in ((-70, "person-1"), (0, "person-0"), (70, "person-5")):
        pen.oval(x, -22, 26, 26, colour)
        pen.blob([(x - 42, 54), (x - 32, 16), (x, 6), (x + 32, 16), (x + 42, 54)], colour)


def _signed(pen: Pen) -> None:
    pen.rect(-58, -64, 116, 130, "surface", rounded=5)
    for row in range(3):
        pen.line([(-38, -40 + row * 24), (36 - row * 12, -40 + row * 24)], "edge", thick=7)
    pen.line([(-36, 42), (-16, 26), (0, 46), (22, 28), (38, 40)], "accent", thick=6, soft=True)


def _lock(pen: Pen) -> None:
    pen.arc(0, -20, 30, "steel", start=180, sweep=180, thick=14)
    pen.rect(-48, -20, 96, 80, "bad", rounded=10)
    pen.oval(0, 14, 11, 11, "surface")
    pen.line([(0, 16), (0, 36)], "surface", thick=9)


_IN_DRAWERS = (_globe, _group, _signed, _lock)


def doors(pen: Pen, view: View, *, crossed: float = 6.0) -> None:
    """Twelve doors in two rows; they light up one by one, and two are crossed out after checking."""
    for number in range(12):
        x, y = (number % 6) * 168 - 420, (number // 6) * 236 - 190
        colour = (
            "accent",
            "plum",
            "leaf-dark",
            "level-3",
            "brick",
            "warm-line",
            "teal",
            "slate",
            "rose",
            "mustard",
            "leaf",
            "blue",
        )[number]
        lit = eased((view.seen - 0.3 - number * 0.32) / 0.6)
        gone = (
            between(view.seen, crossed + (number == 9) * 1.3, crossed + 0.9 + (number == 9) * 1.3)
            if number in {4, 9}
            else 0
        )
        pen.rect(x - 60, y, 120, 206, "#f3ede2", rounded=8)
        pen.rect(x - 50, y + 10, 100, 196, mixed("#c9c4bb", mixed(colour, "#b9b4ab", gone), lit), rounded=5)
        for panel in range(2):
            pen.rect(
                x - 34,
                y + 28 + panel * 84,
                68,
                66,
                mixed("#b9b4ab", darker(mixed(colour, "#b9b4ab", gone), 0.16), lit),
                rounded=4,
            )
        pen.oval(x + 36, y + 112, 6, 6, "person-0")
        if lit > 0.3:
            with pen.placed(x, y + 60, scale=0.9 * lit):
                _door_sign(pen, number)
        if gone > 0:
            pen.line([(x - 52, y + 16), (x - 52 + 104 * gone, y + 16 + 180 * gone)], "bad", thick=13)
            pen.line([(x + 52, y + 16), (x + 52 - 104 * gone, y + 16 + 180 * gone)], "bad", thick=13)


def _door_sign(pen: Pen, number: int) -> None:
    """What kind of trade is behind the door: a mushroom, torn paper, a kettle, and again."""
    pen.oval(0, 0, 31, 31, "surface")
    if number % 3 == 0:
        pen.rect(-5, -2, 10, 20, "person-4", rounded=4)
        pen.blob([(-20, 0), (-12, -15), (0, -19), (12, -15), (20, 0)], ("brick", "warm", "plum", "slate")[number // 3])
    elif number % 3 == 1:
        pen.poly(
            [(-15, -18), (15, -18), (15, 8), (8, 16), (2, 9), (-5, 18), (-15, 10)],
            ("level-2", "accent-half", "edge", "teal")[number // 3],
        )
        pen.line([(-8, -8), (8, -8)], "surface", thick=4)
    else:
        pen.blob(
            [(-15, 14), (-17, -4), (0, -15), (17, -4), (15, 14)], ("warm-line", "slate", "leaf", "level-3")[number // 3]
        )
        pen.line([(0, -15), (0, -22)], "ink", thick=5)


def bin(pen: Pen, view: View) -> None:  # noqa: A001
    """A waste-paper basket that stands on y = 0."""
    pen.poly([(-84, -170), (84, -170), (66, 0), (-66, 0)], "slate")
    pen.rect(-92, -184, 184, 22, darker("slate", 0.2), rounded=8)
    for bar in (-40, 0, 40):
        pen.line([(bar, -150), (bar * 0.8, -16)], darker("slate", 0.22), thick=7)


def chair(pen: Pen, view: View, *, colour: str = "wood-dark", jacket: str = "none") -> None:
    """A chair that stands on y = 0; a new jacket may hang over its back."""
    for x in (-62, 62):
        pen.line([(x, -300), (x, 0)], colour, thick=17)
    pen.rect(-70, -306, 140, 34, colour, rounded=12)
    pen.rect(-70, -236, 140, 22, colour, rounded=8)
    pen.rect(-84, -142, 168, 26, lighter(colour, 0.12), rounded=8)
    if jacket != "none":
        pen.blob(
            [
                (-30, -322),
                (-92, -300),
                (-116, -190),
                (-86, -176),
                (-84, -110),
                (0, -104),
                (84, -110),
                (86, -176),
                (116, -190),
                (92, -300),
                (30, -322),
            ],
            jacket,
        )
        pen.line([(0, -312), (0, -108)], lighter(jacket, 0.5), thick=6)
        pen.line([(-58, -262), (-70, -130)], "warm-line", thick=8)
        pen.line([(58, -262), (70, -130)], "warm-line", thick=8)
        pen.rect(-58, -168, 42, 32, darker(jacket, 0.2), rounded=5)
        pen.rect(20, -214, 40, 28, darker(jacket, 0.2), rounded=5)


def wheelchair(pen: Pen, view: View, *, front: bool = True) -> None:
    """A wheelchair seen from the front and a little aside. Draw it with `front: false` before its user (the back) and
    with `front: true` after (wheels and footrest); its user's feet are at (0, 0) with legs: none."""
    if not front:
        pen.rect(-66, -262, 132, 130, "#2c3a42", rounded=16)
        for way in (-1, 1):
            pen.line([(way * 64, -258), (way * 78, -286)], "steel", thick=10)
        return
    for way in (-1, 1):
        pen.line([(way * 26, -138), (way * 34, -70)], "level-4", thick=44)
        pen.line([(way * 34, -70), (way * 30, 0)], darker("level-4", 0.15), thick=32)
        pen.rect(way * 31 - 21, 0, 42, 18, "ink", rounded=8)
    pen.rect(-62, 18, 124, 10, "steel", rounded=5)
    for way in (-1, 1):
        with pen.placed(way * 92, -66):
            pen.canvas.scale(0.34, 1)
            pen.ring(0, 0, 92, "ink", thick=17)
            pen.ring(0, 0, 74, "steel", thick=7)
        pen.line([(way * 92, -66), (way * 60, -120)], "steel", thick=10)
        pen.line([(way * 58, -176), (way * 62, -120)], "steel", thick=11)
        pen.rect(way * 66 - 26, -186, 52, 14, "#2c3a42", rounded=7)
        pen.oval(way * 62, 14, 9, 17, "ink")


def board(pen: Pen, view: View, *, rows: int = 3, every: float = 2.6, dots: bool = False) -> None:
    """A board on which rows with a sign in front come up one after the other: a child, a clock, a coin."""
    pen.shadow(-330, -210, 660, 420, rounded=12)
    pen.rect(-330, -210, 660, 420, "surface", rounded=12)
    pen.frame(-330, -210, 660, 420, "edge", thick=7, rounded=12)
    for row in range(rows):
        shown = settled(eased((view.seen - 0.4 - row * every) / 0.7))
        if shown <= 0.01:
            continue
        with pen.placed(-250, -124 + row * 124, scale=shown):
            _SIGNS[row % 3](pen)
        grown = eased((view.seen - 0.7 - row * every) / 1.2)
        pen.line(
            [(-170, -134 + row * 124), (-170 + (300 - row * 46) * max(0.01, grown), -134 + row * 124)], "soft", thick=14
        )
        pen.line(
            [(-170, -104 + row * 124), (-170 + (190 + row * 26) * max(0.01, grown), -104 + row * 124)], "line", thick=12
        )
        ticked = eased((view.seen - rows * every - row * 0.8) / 0.6) if dots else 0
        if ticked > 0:
            with pen.placed(266, -118 + row * 124, scale=settled(ticked) * 1.2):
                tick(pen)


def _child_sign(pen: Pen) -> None:
    pen.oval(0, 0, 50, 50, "good-wash")
    pen.oval(0, -16, 15, 15, "good")
    pen.blob([(-24, 30), (-16, 6), (0, 0), (16, 6), (24, 30)], "good")


def _clock_sign(pen: Pen) -> None:
    pen.oval(0, 0, 50, 50, "accent-wash")
    pen.ring(0, 0, 30, "accent", thick=8)
    pen.line([(0, -18), (0, 0), (14, 8)], "accent", thick=7)


def _coin_sign(pen: Pen) -> None:
    pen.oval(0, 0, 50, 50, "warm-wash")
    for step in range(3):
        pen.rect(-26, 12 - step * 15, 52, 13, "warm-line", rounded=6)
        pen.rect(-26, 21 - step * 15, 52, 4, "warm", rounded=2)


_SIGNS = (_child_sign, _clock_sign, _coin_sign)


def panel(pen: Pen, view: View, *, wide: float = 420, light: str = "night", wall: str = "#31505c") -> None:
    """The other half of a split picture, from (0, 0) to the right: another wall with a window in another light."""
    pen.rect(0, -40, wide + 60, 800, wall)
    pen.rect(0, 560, wide + 60, 200, darker(wall, 0.3))
    with pen.inside(70, 110, 190, 210, rounded=5):
        pen.shade(70, 110, 190, 210, SKIES[light])
        pen.blob(
            [(40, 280), (140, 250), (300, 290), (300, 360), (40, 360)], "#1b3d3f" if light == "night" else "#9dbb98"
        )
    pen.frame(70, 110, 190, 210, "#fbf8f2", thick=11, rounded=5)
    pen.line([(165, 112), (165, 318)], "#fbf8f2", thick=7)
    pen.rect(-9, -40, 18, 800, "surface")


def clock(pen: Pen, view: View, *, minutes: float = 42) -> None:
    """A round clock on the wall; its long hand goes slowly."""
    pen.oval(0, 5, 74, 74, "black", strength=0.15)
    pen.oval(0, 0, 74, 74, "deep")
    pen.oval(0, 0, 64, 64, "surface")
    for hour in range(12):
        with pen.placed(turn=hour * 30):
            pen.line([(0, -54), (0, -47 if hour % 3 else -42)], "soft", thick=4)
    with pen.placed(turn=minutes * 6 + view.now * 3):
        pen.line([(0, 8), (0, -48)], "ink", thick=5)
    with pen.placed(turn=140):
        pen.line([(0, 6), (0, -32)], "ink", thick=7)
    pen.oval(0, 0, 6, 6, "warm-line")
