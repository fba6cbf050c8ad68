"""Places under the sky: a street, a roof, a country road."""

from __future__ import annotations

from courses.films.drawing.colours import darker, lighter, mixed
from courses.films.drawing.movement import between, scattered, wave
from courses.films.drawing.pen import Pen
from courses.films.drawing.view import View

SKIES = {
    "dawn": ("#1d3f52", "#5b7f8c", "#f2b68a"),
    "day": ("#a9d3de", "#d7ebee", "#f8f1e2"),
    "evening": ("#2b4a63", "#a47c86", "#f0b27a"),
    "night": ("#0b202c", "#12303f", "#274a58"),
    "winter": ("#c3d5de", "#dfe8ec", "#f3f1ec"),
}


def sky(pen: Pen, view: View, light: str, *, low: float = 720) -> None:
    """The sky down to `low`, with a few slow clouds."""
    pen.shade(-40, -40, 1360, low + 40, SKIES[light])
    for index in range(4):
        x = (scattered(index + 3) * 1500 + view.now * (4 + index)) % 1600 - 160 + view.shift(0.1)
        y = 60 + scattered(index + 11) * 150
        for step in range(3):
            pen.oval(
                x + step * 46,
                y + (step % 2) * -10,
                56 - step % 2 * 8,
                15,
                "white",
                strength=0.18 if light in {"dawn", "night", "evening"} else 0.5,
            )


def street(pen: Pen, view: View, *, light: str = "dawn") -> None:
    """A village street: houses in a row, windows that light up one after the other, hills behind."""
    sky(pen, view, light)
    dark = light in {"dawn", "night", "evening"}
    if light == "dawn":
        pen.glow(980 + view.shift(0.1), 470, 420, "#ffd9a0", 0.55)
    with pen.placed(view.shift(0.25)):
        far = "#3b6470" if dark else "#9dbcb3"
        pen.blob(
            [
                (-80, 470),
                (120, 360),
                (340, 420),
                (560, 340),
                (800, 420),
                (1040, 350),
                (1400, 440),
                (1400, 720),
                (-80, 720),
            ],
            far,
        )
    with pen.placed(view.shift(0.6)):
        for index in range(8):
            _house(pen, view, index, dark=dark)
    ground = "#2c4a50" if dark else "#a7b39b"
    pen.rect(-40, 590, 1400, 170, ground)
    pen.rect(-40, 590, 1400, 12, lighter(ground, 0.2))
    pen.poly([(-40, 640), (1360, 620), (1360, 760), (-40, 760)], darker(ground, 0.3))
    for index in range(9):
        x = index * 190 - 120 + view.shift(1)
        pen.poly([(x, 686), (x + 90, 684), (x + 92, 690), (x, 692)], lighter(ground, 0.4), strength=0.6)
    _lamp_post(pen, 1110 + view.shift(0.9), lit=dark)


def _house(pen: Pen, view: View, index: int, *, dark: bool) -> None:
    x, wide = index * 182 - 110, 172
    high = 150 + scattered(index + 1) * 80
    wall = ("#e9d8c0", "#cfe0df", "#e5bfa3", "#d9d3c6", "#c5d2b8")[index % 5]
    wall = mixed(wall, "#1c3d4d", 0.62) if dark else wall
    top = 596 - high
    roof = mixed("#8a5346" if index % 2 else "#5f6d78", "#12303f", 0.5 if dark else 0)
    pen.rect(x, top, wide, high + 4, wall)
    pen.poly([(x - 12, top + 4), (x + wide / 2, top - 74), (x + wide + 12, top + 4)], roof)
    pen.rect(x + wide * 0.68, top - 70, 22, 56, darker(roof, 0.2))
    if index in {1, 4}:
        _smoke(pen, view, x + wide * 0.68 + 11, top - 74)
    for row in range(2 if high > 180 else 1):
        for column in range(2):
            _window(
                pen, view, x + 28 + column * 76, top + 26 + row * 74, number=index * 4 + row * 2 + column, dark=dark
            )
    door = ("accent", "brick", "leaf-dark", "plum")[index % 4]
    pen.rect(x + 68, 596 - 62, 36, 62, mixed(door, "#12303f", 0.35 if dark else 0), rounded=3)


def _window(pen: Pen, view: View, x: float, y: float, *, number: int, dark: bool) -> None:
    glass = "#20404d" if dark else "#8fb3bb"
    if dark:
        lit = between(view.now, 1 + scattered(number) * 22, 2 + scattered(number) * 22) if number % 3 != 1 else 0
        glass = mixed(glass, "#ffd48a", lit)
        if lit > 0.1:
            pen.glow(x + 20, y + 24, 62, "#ffd48a", 0.28 * lit)
    pen.rect(x, y, 40, 48, "#f2ede3" if not dark else "#5b7781", rounded=3)
    pen.rect(x + 4, y + 4, 32, 40, glass)
    pen.line([(x + 20, y + 4), (x + 20, y + 44)], "#f2ede3" if not dark else "#5b7781", thick=3)
    pen.line([(x + 4, y + 22), (x + 36, y + 22)], "#f2ede3" if not dark else "#5b7781", thick=3)


def _smoke(pen: Pen, view: View, x: float, y: float) -> None:
    for step in range(4):
        age = (view.now / 5 + step / 4) % 1
        pen.oval(
            x + 10 * wave(view.now, 6, step / 4) + age * 26,
            y - age * 86,
            7 + age * 14,
            6 + age * 11,
            "white",
            strength=0.26 * (1 - age),
        )


def _lamp_post(pen: Pen, x: float, *, lit: bool) -> None:
    pen.line([(x, 640), (x, 400), (x - 34, 384)], "#17323d", thick=9)
    if lit:
        pen.glow(x - 42, 396, 150, "#ffe0a0", 0.5)
    pen.poly([(x - 60, 394), (x - 26, 394), (x - 34, 374), (x - 52, 374)], "#17323d")
    pen.oval(x - 43, 396, 14, 6, "#fff0c4" if lit else "paper")


def roof(pen: Pen, view: View, *, light: str = "day", stripped: float = 0.0) -> None:
    """On a roof of old clay tiles, a town beyond; `stripped` is the part of the tiles already taken (0 to 1)."""
    sky(pen, view, light)
    with pen.placed(view.shift(0.25)):
        pen.blob([(-60, 420), (200, 350), (500, 400), (860, 330), (1400, 410), (1400, 720), (-60, 720)], "#a9c3b4")
        for index in range(11):
            x, high = index * 130 - 60, 40 + scattered(index + 21) * 50
            pen.rect(x, 430 - high, 84, high + 30, ("#e8dcc9", "#d7dfd9", "#e3c5ad")[index % 3])
            pen.poly(
                [(x - 8, 432 - high), (x + 42, 398 - high), (x + 92, 432 - high)], ("#b4715a", "#8d6a60")[index % 2]
            )
        pen.poly([(930, 420), (930, 300), (946, 258), (962, 300), (962, 420)], "#c9b9a2")
    with pen.placed(view.shift(0.8)):
        pen.poly([(-60, 470), (1400, 400), (1400, 760), (-60, 760)], "#8a4a35")
        _tiles(pen, stripped)
        pen.line([(-60, 466), (1400, 396)], "#7d4433", thick=20)
        pen.line([(-60, 460), (1400, 390)], "#c9795a", thick=9)


def _tiles(pen: Pen, stripped: float) -> None:
    for row in range(5):
        for column in range(20):
            x = column * 78 - 90 + (row % 2) * 39
            y = 470 - (x + 60) * 0.048 + row * 64
            number = row * 20 + column
            if 5 < column < 11 and scattered(number + 40) < stripped:
                pen.rect(x, y, 76, 60, "#4c3428")
                pen.rect(x, y + 18, 76, 10, "wood")
                continue
            tone = mixed("#c4704f", "#9f5540", scattered(number))
            pen.rect(x, y, 75, 70, tone, rounded=16)
            pen.rect(x + 8, y + 6, 12, 54, lighter(tone, 0.16), rounded=6)
            pen.rect(x, y + 58, 75, 12, darker(tone, 0.24), rounded=6)


def road(pen: Pen, view: View, *, light: str = "day", speed: float = 0.0) -> None:
    """A road through birch woods and fields; at a `speed` (pixels a second) the land goes by, near things faster."""
    sky(pen, view, light, low=520)
    gone = view.now * speed
    cold = light == "winter"
    lake = "#8fb9c6" if light != "evening" else "#a58f94"
    pen.rect(-40, 420, 1400, 60, lake)
    for index in range(3):
        _row_of_hills(
            pen,
            400 + index * 34,
            gone * (0.06 + 0.1 * index),
            mixed("#8fae9d", "#5f8a66", index / 2) if not cold else mixed("#c4d3d6", "#a9bdbf", index / 2),
        )
    pen.shade(-40, 486, 1400, 120, ("#eef2f2", "#dfe8e9") if cold else ("#b7c98d", "#93ad74"))
    for index in range(12):
        x = (index * 140 + scattered(index) * 80 - gone * 0.55 + view.shift(0.5)) % 1680 - 200
        _birch(pen, view, x, 548 + scattered(index + 50) * 14, 0.8 + scattered(index + 9) * 0.4, cold=cold)
    pen.rect(-40, 560, 1400, 96, "#67717a")
    pen.rect(-40, 556, 1400, 8, "#dfe3df")
    for index in range(10):
        x = (index * 170 - gone) % 1700 - 200
        pen.rect(x, 604, 86, 7, "#f2efe6", rounded=3)
    pen.rect(-40, 652, 1400, 110, "#f2f5f4" if cold else "#8ba56d")
    for index in range(22):
        x = (index * 80 + scattered(index + 70) * 50 - gone * 1.25) % 1760 - 200
        for blade in (-1, 0, 1):
            pen.line(
                [(x, 700), (x + blade * 9 + 3 * wave(view.now, 3, index * 0.1), 674)],
                "#9fb0a5" if cold else "#5f7f4f",
                thick=4,
            )


def _row_of_hills(pen: Pen, y: float, gone: float, colour: str) -> None:
    points = [(-120.0, 720.0)]
    for index in range(-1, 16):
        x = index * 110 - gone % 110
        points.append((x, y + 28 * scattered(int(index + gone // 110) + round(y)) - 10))
    pen.blob([*points, (1700, 720)], colour)


def _birch(pen: Pen, view: View, x: float, y: float, size: float, *, cold: bool = False) -> None:
    sway = 2 * wave(view.now, 4.4, x * 0.001)
    with pen.placed(x, y, scale=size):
        pen.line([(0, 0), (sway, -150)], "#f3f0ea", thick=11)
        for mark in range(4):
            pen.line([(-5, -24 - mark * 28), (2, -25 - mark * 28)], "#3d3f3c", thick=3)
        for px, py, radius in ((0, -178, 44), (-26, -140, 32), (28, -148, 34), (4, -120, 30)):
            pen.oval(
                px + sway * 1.6,
                py,
                radius * 0.86,
                radius,
                mixed("#e6edec", "#cddad9", scattered(radius + px))
                if cold
                else mixed("#7fa35c", "#5d8a5a", scattered(radius + px)),
            )
