"""Hair and hats, by name; each is drawn around the middle of the head."""

from __future__ import annotations

from collections.abc import Callable

from courses.films.drawing.colours import darker, lighter
from courses.films.drawing.pen import Pen


def nothing(pen: Pen, colour: str) -> None:
    """Nothing hangs behind."""


def _back_bob(pen: Pen, colour: str) -> None:
    pen.blob([(0, -60), (42, -44), (53, 0), (50, 42), (34, 54), (-34, 54), (-50, 42), (-53, 0), (-42, -44)], colour)


def _back_long(pen: Pen, colour: str) -> None:
    pen.blob(
        [
            (0, -60),
            (42, -44),
            (52, 0),
            (58, 60),
            (50, 118),
            (20, 124),
            (-20, 124),
            (-50, 118),
            (-58, 60),
            (-52, 0),
            (-42, -44),
        ],
        colour,
    )


def _back_bun(pen: Pen, colour: str) -> None:
    pen.oval(0, -66, 23, 21, colour)


def _back_tail(pen: Pen, colour: str) -> None:
    pen.blob([(30, -44), (62, -36), (68, 10), (56, 62), (46, 30), (44, -10)], colour)


def _back_afro(pen: Pen, colour: str) -> None:
    pen.oval(0, -22, 66, 62, colour)
    for index in range(12):
        with pen.placed(0, -22, turn=index * 30):
            pen.oval(0, -54, 16, 14, colour)


def _back_curls(pen: Pen, colour: str) -> None:
    for x, y in ((-44, -10), (44, -10), (-50, 18), (50, 18), (-44, 42), (44, 42)):
        pen.oval(x, y, 17, 19, colour)


def _back_veil(pen: Pen, colour: str) -> None:
    pen.blob(
        [(0, -64), (46, -46), (56, 4), (52, 58), (70, 92), (0, 104), (-70, 92), (-52, 58), (-56, 4), (-46, -46)],
        lighter(colour, 0.08),
    )


BACKS: dict[str, Callable[[Pen, str], None]] = {
    "bob": _back_bob, "long": _back_long, "bun": _back_bun, "tail": _back_tail,
    "afro": _back_afro, "curls": _back_curls, "veil": _back_veil,
}  # fmt: skip


def _cap_of_hair(pen: Pen, colour: str, *, side: float = 4, fringe: float = -24) -> None:
    pen.blob(
        [
            (-43, side),
            (-46, -18),
            (-34, -48),
            (0, -62),
            (34, -48),
            (46, -18),
            (43, side),
            (37, -12),
            (24, fringe - 6),
            (-6, fringe - 2),
            (-30, fringe + 6),
            (-38, -10),
        ],
        colour,
    )
    pen.line([(-24, -47), (-2, -54), (22, -48)], lighter(colour, 0.14), thick=3.5, soft=True)


def _short(pen: Pen, colour: str) -> None:
    _cap_of_hair(pen, colour, side=-2)


def _bob(pen: Pen, colour: str) -> None:
    _cap_of_hair(pen, colour, side=6, fringe=-26)
    for way in (-1, 1):
        pen.blob([(way * 36, -30), (way * 51, -4), (way * 50, 40), (way * 38, 46), (way * 39, 10)], colour)


def _long(pen: Pen, colour: str) -> None:
    _cap_of_hair(pen, colour, side=8, fringe=-30)
    for way in (-1, 1):
        pen.blob(
            [(way * 36, -30), (way * 50, 0), (way * 56, 66), (way * 48, 104), (way * 38, 60), (way * 40, 12)], colour
        )


def _bun(pen: Pen, colour: str) -> None:
    _cap_of_hair(pen, colour, side=0, fringe=-30)


def _curls(pen: Pen, colour: str) -> None:
    for x, y in ((-38, -22), (-28, -42), (-10, -52), (10, -53), (28, -43), (38, -22), (-20, -36), (4, -40), (24, -32)):
        pen.oval(x, y, 16, 15, colour)


def _afro(pen: Pen, colour: str) -> None:
    pen.blob(
        [
            (-42, -4),
            (-44, -30),
            (-22, -52),
            (0, -56),
            (22, -52),
            (44, -30),
            (42, -4),
            (34, -22),
            (14, -32),
            (-14, -32),
            (-34, -22),
        ],
        colour,
    )


def _bald(pen: Pen, colour: str) -> None:
    for way in (-1, 1):
        pen.blob([(way * 37, -26), (way * 46, -8), (way * 42, 8), (way * 37, 2)], colour)
    pen.arc(0, -14, 28, "white", start=225, sweep=35, thick=4)


def _crop(pen: Pen, colour: str) -> None:
    pen.blob(
        [
            (-41, -6),
            (-42, -28),
            (-26, -50),
            (0, -56),
            (26, -50),
            (42, -28),
            (41, -6),
            (35, -24),
            (18, -35),
            (-18, -35),
            (-35, -24),
        ],
        colour,
    )


CUTS: dict[str, Callable[[Pen, str], None]] = {
    "short": _short, "bob": _bob, "long": _long, "bun": _bun, "tail": _bun, "curls": _curls,
    "afro": _afro, "bald": _bald, "crop": _crop, "veil": nothing,
}  # fmt: skip


def _peaked(pen: Pen, colour: str, turn: float) -> None:
    pen.blob([(-46, -24), (-48, -50), (-20, -72), (22, -72), (48, -50), (46, -24)], colour)
    pen.blob(
        [(-38 + turn, -26), (turn, -34), (38 + turn, -26), (44 + turn, -16), (turn, -22), (-44 + turn, -16)],
        darker(colour, 0.35),
    )
    pen.oval(turn, -46, 7, 7, "warm-line")


def _helmet(pen: Pen, colour: str, turn: float) -> None:
    pen.blob([(-46, -22), (-46, -46), (-24, -72), (24, -72), (46, -46), (46, -22)], colour)
    pen.rect(-52 + turn * 0.4, -30, 104, 11, darker(colour, 0.12), rounded=5)
    pen.rect(-8 + turn * 0.6, -74, 16, 46, lighter(colour, 0.25), rounded=7)


def _baker(pen: Pen, colour: str, turn: float) -> None:
    for x, y in ((-30, -62), (30, -62), (-10, -74), (14, -74)):
        pen.oval(x, y, 24, 20, colour)
    pen.rect(-42, -54, 84, 28, darker(colour, 0.08), rounded=6)


def _scarf(pen: Pen, colour: str, turn: float) -> None:
    pen.blob(
        [(-45, 2), (-47, -24), (-32, -54), (0, -65), (32, -54), (47, -24), (45, 2), (34, -22), (0, -34), (-34, -22)],
        colour,
    )
    for x, y in ((-24, -44), (2, -52), (26, -42), (-36, -20), (36, -20)):
        pen.oval(x, y, 3.4, 3.4, lighter(colour, 0.55))


def _woolly(pen: Pen, colour: str, turn: float) -> None:
    pen.blob([(-44, -24), (-44, -48), (-22, -70), (22, -70), (44, -48), (44, -24)], colour)
    pen.rect(-47, -36, 94, 18, darker(colour, 0.2), rounded=8)
    pen.oval(0, -74, 11, 11, lighter(colour, 0.4))


def _around_face(pen: Pen, colour: str, turn: float) -> None:
    """A head scarf: its edge lies around the face, its folds under the chin."""
    shade = darker(colour, 0.2)
    edge = [
        (0, 54),
        (-24, 46),
        (-40, 22),
        (-44, -8),
        (-34, -38),
        (0, -52),
        (34, -38),
        (44, -8),
        (40, 22),
        (24, 46),
        (0, 54),
    ]
    pen.line(edge, colour, thick=20, soft=True)
    pen.blob([(-36, 40), (0, 62), (36, 40), (58, 84), (30, 100), (-30, 100), (-58, 84)], colour)
    pen.line([(-26, 58), (0, 72), (34, 62)], shade, thick=3, soft=True)
    pen.line([(-40, 76), (-4, 88), (40, 78)], shade, thick=3, soft=True)


def _bare(pen: Pen, colour: str, turn: float) -> None:
    """No hat."""


HATS: dict[str, Callable[[Pen, str, float], None]] = {
    "none": _bare, "peaked": _peaked, "helmet": _helmet, "baker": _baker, "scarf": _scarf,
    "woolly": _woolly, "veil": _around_face,
}  # fmt: skip
