"""Things people work with: crates, towels, tools, machines, what grows and what is stacked."""

from __future__ import annotations

from courses.films.drawing.colours import darker, mixed
from courses.films.drawing.movement import between, eased, scattered, settled, wave
from courses.films.drawing.pen import Pen
from courses.films.drawing.places_inside import bread, machine
from courses.films.drawing.places_outside import SKIES
from courses.films.drawing.view import View


def crates(pen: Pen, view: View, *, count: int = 3, loaves: bool = True) -> None:
    """Crates of bread that come back, one set upon the other; the lowest stands on y = 0."""
    for number in range(count):
        come = settled(eased((view.seen - number * 0.9) / 0.6))
        if come <= 0.01:
            continue
        with pen.placed(6 * (scattered(number) - 0.5), -number * 96 - 130 * (1 - min(1, come))):
            if loaves:
                for loaf in range(4):
                    bread(pen, -108 + loaf * 72, -54, 0.66, 0.3 + 0.5 * scattered(number * 4 + loaf))
            pen.rect(-160, -70, 320, 70, "wood", rounded=5)
            pen.rect(-160, -70, 320, 14, "wood-light", rounded=5)
            pen.rect(-160, -34, 320, 8, "wood-dark")
            pen.rect(-40, -56, 80, 16, "wood-dark", rounded=8)


def loaf(pen: Pen, view: View, *, tone: float = 0.0) -> None:
    """One loaf on y = 0."""
    bread(pen, 0, 0, 1.0, tone)


def towel(pen: Pen, view: View, *, colour: str = "#f7f5f0", drips: bool = True) -> None:
    """A thick wet hotel towel that hangs from two hands and drips."""
    sway = 5 * wave(view.now, 3.4)
    pen.blob(
        [
            (-120, -100),
            (0, -84),
            (120, -100),
            (128 + sway, 60),
            (112 + sway, 152),
            (0 + sway, 140),
            (-112 + sway, 156),
            (-128 + sway, 50),
        ],
        darker(colour, 0.1),
    )
    pen.blob(
        [
            (-120, -100),
            (0, -86),
            (120, -100),
            (122 + sway, 60),
            (104 + sway, 144),
            (0 + sway, 128),
            (-112 + sway, 146),
            (-124 + sway, 50),
        ],
        colour,
    )
    for y in (66, 90):
        pen.line(
            [(-118 + sway * 0.7, y), (0 + sway * 0.7, y + 8), (118 + sway * 0.7, y)], "accent-half", thick=10, soft=True
        )
    for fold in (-56, 8, 66):
        pen.line([(fold, -78), (fold + sway * 0.5 + 6, 20)], darker(colour, 0.13), thick=5, soft=True)
    if drips:
        for drop in range(5):
            age = (view.now / 1.7 + scattered(drop)) % 1
            x = -92 + drop * 46 + sway
            pen.blob(
                [
                    (x, 150 + age * age * 210),
                    (x - 7, 166 + age * age * 210),
                    (x, 176 + age * age * 210),
                    (x + 7, 166 + age * age * 210),
                ],
                "#6fb0c4",
                strength=1 - age * 0.4,
            )


def hands(pen: Pen, view: View, *, skin: str = "skin-olive", sleeve: str = "level-2", apart: float = 240) -> None:
    """Two forearms from below that hold something at y = 0."""
    for way in (-1, 1):
        x = way * apart / 2
        pen.line([(x + way * 210, 480), (x + way * 38, 70)], sleeve, thick=84)
        pen.line([(x + way * 34, 66), (x + way * 10, 14)], skin, thick=58)
        pen.oval(x, 0, 40, 36, skin)
        for finger in range(3):
            pen.line(
                [(x - way * 6, -22 + finger * 20), (x - way * 34, -20 + finger * 20)], darker(skin, 0.08), thick=19
            )


def tool(pen: Pen, view: View, *, skin: str = "skin-fair") -> None:
    """A gloved hand lifts one old tile whole with a flat tool; it rises and comes down again slowly."""
    up = 60 * between(view.seen, 0.8, 2.6)
    with pen.placed(0, -up, turn=-up * 0.12):
        pen.rect(-76, -50, 152, 120, "#c4704f", rounded=26)
        pen.rect(-56, -40, 20, 92, "#d48866", rounded=10)
        pen.rect(-76, 48, 152, 20, "#934a35", rounded=9)
    pen.line([(-30, 84 - up * 0.9), (190, 120)], "#5f6d78", thick=20)
    pen.line([(-96, 80 - up), (-30, 84 - up * 0.9)], "#8d9aa2", thick=14)
    pen.line([(180, 118), (420, 300)], "#4b5a66", thick=100)
    pen.blob([(120, 84), (176, 66), (226, 96), (232, 150), (180, 170), (132, 146)], "mustard")
    for finger in range(3):
        pen.line([(140 + finger * 26, 92), (134 + finger * 27, 136)], darker("mustard", 0.14), thick=22)


def sewing(pen: Pen, view: View, *, runs: bool = True) -> None:
    """A sewing machine on y = 0 with cloth under its needle."""
    jump = 7 * wave(view.now, 0.28) if runs else 0
    pen.blob([(-190, -16), (-80, -34), (60, -30), (190, -14), (200, 2), (-200, 2)], "teal")
    pen.rect(-130, -26, 270, 26, "#e9e6e0", rounded=8)
    pen.rect(74, -150, 64, 128, "#f4f1eb", rounded=12)
    pen.rect(-122, -174, 262, 60, "#f4f1eb", rounded=24)
    pen.rect(-122, -132, 54, 58, "#f4f1eb", rounded=10)
    pen.line([(-95, -76 + jump), (-95, -34 + jump)], "slate", thick=7)
    with pen.placed(140, -144, turn=view.now * 150 % 360 if runs else 0):
        pen.oval(0, 0, 34, 34, "slate")
        pen.rect(-5, -28, 10, 24, "steel", rounded=4)
    pen.rect(-36, -206, 24, 34, "red", rounded=4)
    pen.line([(-24, -204), (-88, -178), (-95, -100 + jump)], "red", thick=3)
    pen.rect(-70, -158, 110, 16, "accent", rounded=8)


def mushrooms(pen: Pen, view: View) -> None:
    """A box of crumbs on y = 0 out of which oyster mushrooms grow while one looks."""
    for number in range(13):
        grown = eased((view.seen - 0.4 - scattered(number) * 3) / 3.4)
        x, lean = -190 + number * 32, (scattered(number + 5) - 0.5) * 34
        tall = (60 + 76 * scattered(number + 2)) * grown
        if grown > 0.03:
            pen.line([(x, -84), (x + lean * grown, -88 - tall)], "#efe6d6", thick=20)
            cap = 44 * grown
            pen.blob(
                [
                    (x + lean - cap, -84 - tall),
                    (x + lean - cap * 0.6, -100 - tall - cap * 0.3),
                    (x + lean, -106 - tall - cap * 0.34),
                    (x + lean + cap * 0.7, -98 - tall - cap * 0.2),
                    (x + lean + cap, -82 - tall),
                    (x + lean, -76 - tall),
                ],
                ("#b9aa9a", "#a39485", "#cbbdad")[number % 3],
            )
    for crumb in range(40):
        pen.oval(
            -226 + scattered(crumb) * 452,
            -82 - scattered(crumb + 60) * 12,
            12,
            9,
            mixed("#cf9450", "#8a5a2c", scattered(crumb + 9)),
        )
    pen.rect(-246, -84, 492, 84, "wood", rounded=6)
    pen.rect(-246, -84, 492, 16, "wood-light", rounded=6)
    pen.rect(-246, -40, 492, 8, "wood-dark")


def bucket(pen: Pen, view: View) -> None:
    """A bucket of crumbs on y = 0."""
    pen.arc(0, -110, 66, "steel", start=180, sweep=180, thick=7)
    for crumb in range(16):
        pen.oval(
            -54 + scattered(crumb) * 108,
            -112 - scattered(crumb + 6) * 16,
            13,
            10,
            mixed("#cf9450", "#8a5a2c", scattered(crumb + 9)),
        )
    pen.poly([(-72, -112), (72, -112), (54, 0), (-54, 0)], "teal")
    pen.rect(-76, -118, 152, 16, darker("teal", 0.2), rounded=6)


def dryer(pen: Pen, view: View) -> None:
    """One of the laundry's machines."""
    machine(pen, view, x=-150, y=-366)


def tiles(pen: Pen, view: View, *, rows: int = 4) -> None:
    """Old tiles stacked whole on a pallet that stands on y = 0."""
    pen.rect(-150, -22, 300, 22, "wood-dark", rounded=3)
    for row in range(rows):
        for column in range(5):
            pen.rect(
                -146 + column * 58,
                -22 - (row + 1) * 40,
                54,
                38,
                mixed("#c4704f", "#9f5540", scattered(row * 5 + column)),
                rounded=8,
            )


def towels(pen: Pen, view: View) -> None:
    """Forty towels in three piles of different height, on y = 0."""
    for pile, count in enumerate((5, 8, 4)):
        for number in range(count):
            come = settled(eased((view.seen - pile * 0.9 - number * 0.16) / 0.5))
            if come > 0.01:
                colour = ("#f6f4ef", "accent-half", "warm-wash")[pile]
                with pen.placed(-140 + pile * 140, -number * 25 - 40 * (1 - min(1, come))):
                    pen.rect(-58, -25, 116, 23, colour, rounded=11)
                    pen.line([(-46, -8), (46, -8)], darker(colour, 0.14), thick=3)


def card(pen: Pen, view: View) -> None:
    """A public card: a picture of a finished roof, and a few rows."""
    with pen.placed(turn=-2):
        pen.shadow(-180, -220, 360, 440, rounded=12)
        pen.rect(-180, -220, 360, 440, "surface", rounded=12)
        with pen.inside(-156, -196, 312, 210, rounded=8):
            pen.shade(-156, -196, 312, 210, SKIES["day"])
            pen.poly([(-190, 20), (0, -150), (190, 20)], "clay")
            for row in range(4):
                for column in range(row * 2 + 2):
                    pen.rect(
                        (column - row - 1) * 40 + 2,
                        -118 + row * 34,
                        36,
                        30,
                        mixed("#d07d5b", "#a85c45", scattered(row * 9 + column)),
                        rounded=7,
                    )
        for nine in range(10):
            pen.rect(-150 + nine * 30, 44, 22, 30, "clay" if nine < 9 else "line", rounded=5)
        for row in range(3):
            pen.line(
                [(-150, 112 + row * 36), (130 - row * 60, 112 + row * 36)], ("soft", "edge", "edge")[row], thick=10
            )
