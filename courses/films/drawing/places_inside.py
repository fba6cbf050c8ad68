"""Places under a roof: kitchen, office, laundry, bakery, atelier, meeting room, and a plain wall or table top."""

from __future__ import annotations

from courses.films.drawing.colours import darker, lighter, mixed
from courses.films.drawing.movement import scattered, wave
from courses.films.drawing.pen import Pen
from courses.films.drawing.places_outside import SKIES
from courses.films.drawing.view import View


def _room(pen: Pen, wall: str, floor: str, *, at: float = 580) -> None:
    pen.shade(-40, -40, 1360, at + 40, (lighter(wall, 0.12), wall))
    pen.rect(-40, at, 1360, 200, floor)
    pen.rect(-40, at - 12, 1360, 14, darker(wall, 0.14))


def _window(
    pen: Pen, view: View, x: float, y: float, *, wide: float = 240, high: float = 250, light: str = "day"
) -> None:
    with pen.inside(x, y, wide, high, rounded=6):
        pen.shade(x, y, wide, high, SKIES[light])
        hill = {"night": "#1b3d3f", "dawn": "#3f6a6c", "evening": "#4d5f68"}.get(light, "#9dbb98")
        shift = view.shift(-0.12)
        pen.blob(
            [
                (x - 60, y + high * 0.8),
                (x + wide * 0.3 + shift, y + high * 0.62),
                (x + wide * 0.7 + shift, y + high * 0.76),
                (x + wide + 60, y + high * 0.58),
                (x + wide + 60, y + high + 40),
                (x - 60, y + high + 40),
            ],
            hill,
        )
        pen.blob(
            [
                (x - 60, y + high * 0.9),
                (x + wide * 0.5, y + high * 0.8),
                (x + wide + 60, y + high * 0.92),
                (x + wide, y + high + 40),
                (x, y + high + 40),
            ],
            darker(hill, 0.18),
        )
    pen.frame(x, y, wide, high, "#fbf8f2", thick=14, rounded=6)
    pen.line([(x + wide / 2, y), (x + wide / 2, y + high)], "#fbf8f2", thick=8)
    pen.rect(x - 16, y + high + 2, wide + 32, 16, "#f1ece2", rounded=4)


def _plant(pen: Pen, view: View, x: float, y: float, size: float = 1.0) -> None:
    with pen.placed(x, y, scale=size):
        for index, lean in enumerate((-46, -24, 0, 26, 48)):
            tip = (lean + 3 * wave(view.now, 5, index * 0.2), -118 + abs(lean) * 0.8)
            pen.blob(
                [(0, -20), (lean * 0.35 - 12, -66), tip, (lean * 0.35 + 14, -58)], ("leaf", "leaf-dark")[index % 2]
            )
        pen.poly([(-32, -30), (32, -30), (24, 20), (-24, 20)], "clay")
        pen.rect(-36, -36, 72, 14, "clay-dark", rounded=3)


def _books(pen: Pen, x: float, y: float, count: int, seed: int) -> None:
    for index in range(count):
        high = 54 + scattered(index + seed) * 26
        colour = ("accent", "warm-line", "plum", "paper", "level-3", "brick", "leaf-dark")[(index + seed) % 7]
        pen.rect(x + index * 19, y - high, 17, high, colour, rounded=2)


def office(pen: Pen, view: View, *, light: str = "day", wall: str = "#d9e6e4") -> None:
    """An adviser's office: a window, a shelf with files, a plant."""
    _room(pen, mixed(wall, "#1c3d4d", 0.45 if light in {"night", "evening"} else 0), "#c9a880")
    with pen.placed(view.shift(0.4)):
        _window(pen, view, 90, 110, light=light)
        for row in range(2):
            pen.rect(880, 214 + row * 126, 330, 14, "wood", rounded=3)
            _books(pen, 896, 214 + row * 126, 9 - row * 3, row * 4)
        _plant(pen, view, 1150, 320, 0.5)
        pen.frame(600, 130, 150, 110, "wood-dark", thick=8)
        pen.rect(604, 134, 142, 102, "#f4efe5")
        pen.blob([(604, 226), (650, 180), (690, 210), (746, 172), (746, 236), (604, 236)], "teal-light")


def kitchen(pen: Pen, view: View, *, light: str = "dawn") -> None:
    """A kitchen before the day begins: window, cupboards, a lamp over the table."""
    dark = light in {"dawn", "night"}
    wall = mixed("#f0dcc0", "#1f4150", 0.55 if dark else 0)
    _room(pen, wall, mixed("#b98a5a", "#12303f", 0.4 if dark else 0))
    with pen.placed(view.shift(0.4)):
        _window(pen, view, 130, 120, wide=270, light=light)
        for index in range(3):
            pen.rect(820 + index * 150, 120, 140, 170, mixed("accent-half", "#12303f", 0.4 if dark else 0), rounded=6)
            pen.oval(944 + index * 150, 262, 6, 6, "paper")
        pen.rect(800, 420, 520, 20, "wood", rounded=4)
        pen.rect(810, 440, 500, 150, mixed("accent-half", "#12303f", 0.5 if dark else 0.1))
        pen.rect(900, 372, 58, 48, "steel", rounded=10)
        _plant(pen, view, 1120, 404, 0.55)
    pen.line([(640, -20), (640, 120)], "#17323d", thick=5)
    pen.glow(640, 190, 420, "#ffe0a0", 0.5 if dark else 0.15)
    pen.blob([(570, 176), (600, 124), (680, 124), (710, 176)], "warm-line")
    pen.oval(640, 178, 62, 9, "#fff0c4")


def laundry(pen: Pen, view: View, *, steam: float = 1.0) -> None:
    """An industrial laundry: tiled wall, pipes, three machines whose drums turn, steam."""
    _room(pen, "#d5e5e6", "#8fa6aa", at=600)
    for row in range(7):
        for column in range(17):
            if (row + column) % 2:
                pen.rect(column * 80 - 30 + view.shift(0.35), row * 84 - 6, 78, 82, "#cbdde0", rounded=3)
    pen.line([(-40, 92), (1340, 92)], "#8aa2a8", thick=26)
    pen.line([(-40, 86), (1340, 86)], "#b9cbcf", thick=7)
    for x in (250, 640, 1030):
        pen.rect(x - 26 + view.shift(0.4), 74, 52, 36, "#6f8890", rounded=6)
    with pen.placed(view.shift(0.6)):
        for index in range(3):
            machine(pen, view, x=110 + index * 370, y=238, turning=1.0 + index * 0.2)
    for index in range(round(9 * steam)):
        _steam(pen, view, 90 + index * 140 + view.shift(0.7), 600, index)


def machine(pen: Pen, view: View, *, x: float, y: float, turning: float = 1.0) -> None:
    """One washing machine as high as a man; towels go round in its window."""
    pen.rect(x, y, 300, 366, "#eef3f3", rounded=12)
    pen.rect(x + 264, y, 36, 366, "#d3dfe1", rounded=12)
    pen.rect(x, y, 300, 62, "accent", rounded=12)
    for light in range(3):
        on = wave(view.now, 2.6, light / 3) > 0.2
        pen.oval(x + 36 + light * 30, y + 31, 8, 8, "person-0" if on else "#2f6d78")
    pen.rect(x + 170, y + 18, 100, 26, "#bfe0e2", rounded=4)
    cx, cy = x + 146, y + 214
    pen.oval(cx, cy, 122, 122, "#aebfc4")
    pen.oval(cx, cy, 106, 106, "#5e7d86")
    pen.oval(cx, cy, 94, 94, "#2c4f5a")
    with pen.placed(cx, cy, turn=view.now * 62 * turning % 360):
        for arm in range(3):
            with pen.placed(0, 0, turn=arm * 120):
                pen.blob([(10, -10), (66, -44), (86, 4), (50, 42), (14, 24)], ("#f6f4ef", "#cfe4e8", "#f0dcc0")[arm])
    pen.arc(cx, cy, 80, "white", start=205, sweep=52, thick=9)


def _steam(pen: Pen, view: View, x: float, y: float, index: int) -> None:
    for step in range(5):
        age = (view.now / 7 + step / 5 + scattered(index)) % 1
        pen.oval(
            x + 34 * wave(view.now, 8, index * 0.2 + step * 0.1),
            y - age * 460,
            26 + age * 64,
            20 + age * 44,
            "white",
            strength=0.2 * (1 - age) * min(1, age * 6),
        )


def bakery(pen: Pen, view: View, *, light: str = "day") -> None:
    """A village bakery: a brick oven with a fire that glows, shelves of loaves, a window to the hills."""
    _room(pen, "#f1e1c6", "#b98f66", at=590)
    with pen.placed(view.shift(0.4)):
        _window(pen, view, 70, 120, wide=220, high=220, light=light)
        pen.rect(430, 80, 400, 520, "#b4694c", rounded=18)
        for row in range(12):
            for column in range(6):
                pen.rect(
                    436 + column * 68 - (row % 2) * 30 + 22,
                    92 + row * 42,
                    60,
                    34,
                    mixed("#c47a5b", "#a85f45", scattered(row * 6 + column)),
                    rounded=4,
                )
        pen.rect(500, 260, 260, 170, "#5a3428", rounded=80)
        flicker = 0.55 + 0.12 * wave(view.now, 0.9) + 0.08 * wave(view.now, 0.37)
        pen.rect(518, 280, 224, 150, "#2b1812", rounded=66)
        with pen.inside(518, 280, 224, 150, rounded=66):
            pen.glow(630, 430, 150, "#ff9d3c", flicker + 0.3)
            for index in range(5):
                tall = 40 + 26 * wave(view.now, 1.1, index * 0.21)
                pen.blob(
                    [
                        (550 + index * 40, 432),
                        (540 + index * 40, 412),
                        (552 + index * 40, 396 - tall * 0.5),
                        (566 + index * 40, 412),
                    ],
                    "#ffbf5a",
                )
        for row in range(3):
            pen.rect(890, 190 + row * 120, 350, 14, "wood-dark", rounded=3)
            for loaf in range(4 - row % 2):
                bread(pen, 940 + loaf * 84 + row % 2 * 34, 190 + row * 120, 0.62)


def bread(pen: Pen, x: float, y: float, size: float = 1.0, tone: float = 0.0) -> None:
    """A loaf that stands on y."""
    with pen.placed(x, y, scale=size):
        crust = mixed("#cf9450", "#a86c30", tone)
        pen.blob([(-58, -6), (-52, -44), (-18, -62), (24, -62), (54, -42), (58, -6), (0, 2)], crust)
        for cut in (-26, 2, 30):
            pen.line([(cut - 8, -48), (cut + 10, -24)], "#f0d3a0", thick=8)
        pen.line([(-50, -8), (50, -8)], darker(crust, 0.2), thick=5)


def atelier(pen: Pen, view: View, *, light: str = "day") -> None:
    """A sewing atelier: rolls of cloth, spools on the wall, a window, sewing machines on a long table."""
    _room(pen, "#eadfe2", "#b79c84", at=590)
    with pen.placed(view.shift(0.4)):
        _window(pen, view, 120, 90, wide=300, high=260, light=light)
        for index in range(7):
            pen.rect(
                900 + index * 46,
                130 + (index % 3) * 12,
                40,
                330 - (index % 3) * 12,
                ("accent", "mustard", "plum", "level-2", "brick", "leaf", "rose")[index],
                rounded=16,
            )
            pen.oval(
                920 + index * 46,
                134 + (index % 3) * 12,
                20,
                8,
                lighter(("accent", "mustard", "plum", "level-2", "brick", "leaf", "rose")[index], 0.35),
            )
        pen.rect(880, 452, 350, 16, "wood-dark", rounded=3)
        for row in range(3):
            for column in range(4):
                pen.rect(
                    560 + column * 62,
                    122 + row * 62,
                    30,
                    34,
                    ("red", "teal", "mustard", "surface", "leaf", "plum", "level-3")[(row * 4 + column) % 7],
                    rounded=3,
                )
                pen.line([(554 + column * 62, 158 + row * 62), (596 + column * 62, 158 + row * 62)], "wood", thick=5)


def meeting(pen: Pen, view: View, *, light: str = "day") -> None:
    """A community room with a wide window and a board."""
    _room(pen, "#e3e6da", "#b08f6d", at=560)
    with pen.placed(view.shift(0.4)):
        _window(pen, view, 60, 80, wide=360, high=240, light=light)
        _window(pen, view, 860, 80, wide=360, high=240, light=light)
        pen.rect(500, 84, 280, 190, "surface", rounded=6)
        pen.frame(500, 84, 280, 190, "edge", thick=7, rounded=6)


def wall(pen: Pen, view: View, *, colour: str = "accent-wash", floor: str = "none") -> None:
    """A plain wall in one colour with soft light on it, and a floor if it has a colour."""
    pen.shade(-40, -40, 1360, 800, (lighter(colour, 0.25), darker(colour, 0.06)))
    pen.glow(420 + view.shift(0.2), 200, 620, "white", 0.35)
    if floor != "none":
        pen.rect(-40, 590, 1360, 170, floor)
        pen.rect(-40, 584, 1360, 10, darker(colour, 0.16))


def table(pen: Pen, view: View, *, wood: str = "wood-light", cloth: str = "none") -> None:
    """A table top seen from above: planks, or a cloth on it."""
    pen.rect(-40, -40, 1360, 800, wood)
    for row in range(7):
        y = row * 118 - 30
        pen.line([(-40, y), (1340, y + 4)], darker(wood, 0.2), thick=3)
        for grain in range(5):
            x = scattered(row * 5 + grain) * 1200
            pen.line(
                [(x, y + 30 + grain * 15), (x + 90, y + 26 + grain * 15), (x + 220, y + 32 + grain * 15)],
                darker(wood, 0.1),
                thick=2.5,
                soft=True,
            )
    if cloth != "none":
        pen.rect(90 + view.shift(0.2), -60, 1100, 860, cloth)
        pen.rect(104 + view.shift(0.2), -60, 6, 860, darker(cloth, 0.12))
        pen.rect(1170 + view.shift(0.2), -60, 6, 860, darker(cloth, 0.12))
    pen.glow(260, 80, 620, "white", 0.22)


def night(pen: Pen, view: View) -> None:
    """Dark and quiet: for words and networks."""
    pen.shade(-40, -40, 1360, 800, ("#0f3a46", "#062a33"))
    pen.glow(640, 300, 640, "#2f7f8c", 0.35)
