"""Screens: phones with messages, a share button, windows with people in a call, a network of dots."""

from __future__ import annotations

import math

from courses.films.drawing.colours import darker, lighter, mixed
from courses.films.drawing.movement import between, eased, scattered, settled, wave
from courses.films.drawing.pen import Pen, Point
from courses.films.drawing.view import View


def phone(
    pen: Pen,
    view: View,
    *,
    messages: int = 5,
    every: float = 0.9,
    dark: bool = False,
    tilt: float = 0.0,
    alone: bool = False,
) -> None:
    """A telephone as high as the picture; messages come in from below and push the older ones up."""
    with pen.placed(turn=tilt):
        buzz = 1.5 * wave(view.now, 0.09) if 0 < (view.seen % every) < 0.18 and view.seen < messages * every else 0
        with pen.placed(buzz, 0):
            pen.shadow(-150, -290, 300, 580, rounded=40, blur=22)
            pen.rect(-150, -290, 300, 580, "ink", rounded=40)
            pen.rect(-136, -276, 272, 552, "deep" if dark else "accent-wash", rounded=30)
            pen.rect(-40, -268, 80, 18, "ink", rounded=9)
            with pen.inside(-136, -240, 272, 510, rounded=20):
                _messages(pen, view, messages, every, alone=alone)


def _messages(pen: Pen, view: View, messages: int, every: float, *, alone: bool) -> None:
    come = [eased((view.seen - 0.4 - number * every) / 0.5) for number in range(messages)]
    above = sum(come[5:]) * 98
    for number in range(messages):
        y = -222 + number * 98 - above
        if come[number] <= 0.01 or y < -320:
            continue
        mine = alone and number % 2 == 1
        x = -26 if mine else -118
        with pen.faded(come[number]), pen.placed(0, 60 * (1 - come[number])):
            pen.rect(x, y, 146 if mine else 200, 82, "accent" if mine else "surface", rounded=16)
            if not mine:
                pen.oval(
                    x + 28,
                    y + 28,
                    16,
                    16,
                    ("person-0", "person-1", "person-3", "person-5", "person-2", "teal-light")[number % 6],
                )
            left = x + 20 if mine else x + 56
            pen.line(
                [(left, y + 28), (left + 66 + 40 * scattered(number) - mine * 10, y + 28)],
                "surface" if mine else "soft",
                thick=8,
            )
            pen.line(
                [(x + 20, y + 56), (x + 96 + 46 * scattered(number + 4) - mine * 20, y + 56)],
                "accent-half" if mine else "edge",
                thick=8,
            )


def share(pen: Pen, view: View, *, skin: str = "skin-light", sleeve: str = "red", stops: float = 3.0) -> None:
    """A telephone that shows a film of the roof, and a thumb that hovers over its share button and draws back."""
    pen.shadow(-170, -310, 340, 620, rounded=44, blur=22)
    pen.rect(-170, -310, 340, 620, "ink", rounded=44)
    pen.rect(-154, -294, 308, 588, "surface", rounded=32)
    with pen.inside(-154, -294, 308, 350, rounded=32):
        pen.shade(-154, -294, 308, 350, ("#a9d3de", "#f8f1e2"))
        for row in range(4):
            for column in range(7):
                pen.rect(
                    -170 + column * 52 - row % 2 * 26,
                    -120 + row * 46,
                    50,
                    50,
                    mixed("#c4704f", "#9f5540", scattered(row * 7 + column)),
                    rounded=10,
                )
    pen.oval(0, -120, 46, 46, "black", strength=0.5)
    pen.poly([(-14, -146), (-14, -94), (30, -120)], "white")
    pen.line([(-120, 92), (120, 92)], "line", thick=10)
    pulse = 1 + 0.06 * wave(view.now, 1.4)
    with pen.placed(0, 190, scale=pulse):
        pen.rect(-118, -42, 236, 84, "accent", rounded=42)
        for point in ((-24, 0), (24, -20), (24, 20)):
            pen.line([(-24, 0), point], "surface", thick=6)
            pen.oval(*point, 11, 11, "surface")
    near = between(view.seen, 0.6, 2.2) - between(view.seen, stops, stops + 1.6)
    hover = 5 * wave(view.now, 2.3)
    with pen.placed(210 - 130 * near, 330 - 110 * near + hover):
        pen.line([(170, 210), (54, 60)], darker(sleeve, 0.1), thick=110)
        pen.line([(64, 74), (20, 24)], skin, thick=76)
        pen.line([(24, 30), (-34, -14)], skin, thick=48)
        pen.oval(-40, -20, 13, 11, lighter(skin, 0.35))


def reach_of_film(pen: Pen, view: View, *, count: int = 60) -> None:
    """From one point eyes spread over the picture: as many people would see it."""
    for number in range(count):
        angle, far = number * 2.39996, 46 + 30 * math.sqrt(number)
        shown = settled(eased((view.seen - number * 0.035) / 0.5))
        if shown > 0.02:
            x, y = math.cos(angle) * far, math.sin(angle) * far * 0.9
            with pen.placed(x, y, scale=shown * 0.9):
                pen.blob([(-16, 0), (0, -10), (16, 0), (0, 10)], "surface")
                pen.oval(0, 0, 6, 6, "accent")


def network(pen: Pen, view: View, *, blank: bool = False, new: int = 0) -> None:
    """Everyone a firm knows as dots in one heap; `blank` rings the empty place; `new` dots come from far away."""
    _heap(pen, view)
    if blank:
        ringed = between(view.seen, 3.2, 5)
        pen.arc(300, -10, 128, "person-0", start=-90, sweep=359.9 * ringed, thick=9)
    for number in range(new):
        shown = eased((view.seen - 5 - number * 0.7) / 0.9)
        if shown > 0:
            x, y = 300 + (number % 2 * 2 - 1) * (22 + number * 10), -50 + number * 42
            pen.oval(x + (1 - shown) * 260, y, 22, 22, ("teal-light", "person-3", "person-5")[number % 3])


def _heap(pen: Pen, view: View) -> None:
    """Seventeen dots, each joined to one that came before it, all with the sign of a loaf."""
    dots: list[Point] = []
    for number in range(17):
        angle, far = number * 2.39996, 34 * math.sqrt(number)
        swing = 3 * wave(view.now, 5, number * 0.13)
        dots.append((math.cos(angle) * far * 1.25 - 190, math.sin(angle) * far * 0.95 + swing))
    for number, dot in enumerate(dots):
        other = dots[number // 2]
        shown = eased((view.seen - 0.15 * number) / 0.6)
        tip = (other[0] + (dot[0] - other[0]) * shown, other[1] + (dot[1] - other[1]) * shown)
        pen.line([other, tip], "teal-light", thick=4, strength=0.7 * min(1, shown * 9))
    for number, dot in enumerate(dots):
        shown = settled(eased((view.seen - 0.15 * number) / 0.6))
        pen.oval(*dot, 21 * shown, 21 * shown, "person-4" if number else "warm-line")
        if shown > 0.9:
            with pen.placed(*dot, scale=0.2):
                pen.blob([(-58, 18), (-50, -20), (0, -36), (50, -20), (58, 18)], "bread-dark")


def bubble(
    pen: Pen,
    view: View,
    *,
    wide: float = 360,
    rows: int = 3,
    colour: str = "surface",
    side: str = "left",
    badge: str = "none",
) -> None:
    """A message that is being written and then stands there, with the tail to the left or the right."""
    high = 44 + rows * 34
    shown = settled(eased(view.seen / 0.6))
    with pen.placed(0, 0, scale=max(0.01, shown)):
        pen.shadow(-wide / 2, -high / 2, wide, high, rounded=26, blur=10)
        tail = -1 if side == "left" else 1
        pen.poly(
            [
                (tail * (wide / 2 - 60), high / 2 - 8),
                (tail * (wide / 2 - 22), high / 2 + 34),
                (tail * (wide / 2 - 110), high / 2 - 8),
            ],
            colour,
        )
        pen.rect(-wide / 2, -high / 2, wide, high, colour, rounded=26)
        light = colour in {"accent", "deep", "level-3"}
        if view.seen < 1.6:
            for dot in range(3):
                pen.oval(-26 + dot * 26, 4 * wave(view.now, 0.8, dot * 0.2), 8, 8, "accent-half" if light else "edge")
            return
        indent = 56 if badge != "none" else 0
        if badge != "none":
            pen.oval(-wide / 2 + 48, -high / 2 + 46, 24, 24, badge)
        for row in range(rows):
            grown = eased((view.seen - 1.6 - row * 0.35) / 0.7)
            left = -wide / 2 + 34 + (indent if row < 2 else 0)
            if grown > 0.02:
                reach = (wide - 70 - (indent if row < 2 else 0)) * (1 - 0.4 * scattered(row + rows)) * grown
                pen.line(
                    [(left, -high / 2 + 40 + row * 34), (left + reach, -high / 2 + 40 + row * 34)],
                    ("accent-wash" if row == 0 else "accent-half") if light else ("soft" if row == 0 else "edge"),
                    thick=9,
                )


def laptop(pen: Pen, view: View, *, rows: int = 4) -> None:
    """An open laptop seen from behind the one who works at it, its screen to us, rows of a list on it."""
    pen.rect(-190, -250, 380, 250, "ink", rounded=14)
    pen.rect(-176, -236, 352, 222, "accent-wash", rounded=8)
    pen.rect(-150, -212, 150, 22, "accent", rounded=6)
    for row in range(rows):
        shown = eased((view.seen - row * 0.4) / 0.6)
        if shown > 0.02:
            pen.rect(-150, -172 + row * 38, 30, 26, "accent-half", rounded=5)
            pen.line(
                [(-106, -159 + row * 38), (-106 + (220 - scattered(row) * 80) * shown, -159 + row * 38)],
                "soft",
                thick=8,
            )
    pen.poly([(-214, 0), (214, 0), (236, 18), (-236, 18)], "edge")


def back_of_laptop(pen: Pen, view: View) -> None:
    """A laptop between us and somebody who works at it; light of the screen falls on its owner."""
    pen.glow(0, -140, 190, "white", 0.2)
    pen.rect(-120, -150, 240, 150, "#3f4a50", rounded=12)
    pen.oval(0, -76, 12, 12, "steel")
    pen.rect(-150, -6, 300, 14, "#2f383d", rounded=6)
