"""A head: face, hair and hat. The chin is at (0, 0), the middle of the head at (0, -50)."""

from __future__ import annotations

from courses.films.drawing.colours import darker, mixed
from courses.films.drawing.figures import Acting, Look
from courses.films.drawing.hair import BACKS, CUTS, HATS, nothing
from courses.films.drawing.movement import eye_openness, wave
from courses.films.drawing.pen import Pen

TURN = {"left": -10.0, "front": 0.0, "right": 10.0}


MOODS = ("calm", "glad", "worried", "talking", "tired", "surprised")


def draw_back_of_head(pen: Pen, look: Look, acting: Acting) -> None:
    """The hair that hangs behind the shoulders is drawn; the rest comes with `draw_head`."""
    shift = -TURN[acting.facing] * 0.5
    with pen.placed(shift, -50):
        BACKS.get(look.cut, nothing)(pen, darker(look.hair, 0.18))


def draw_head(pen: Pen, look: Look, acting: Acting) -> None:
    """Face, hair and hat are drawn; the eyes blink and a talking mouth moves with `acting.now`."""
    turn = TURN[acting.facing]
    with pen.placed(0, -50):
        for side in (-1, 1):
            pen.oval(side * 40 - turn * 0.5, 4, 8, 11, darker(look.skin, 0.1))
        pen.blob(
            [(0, -50), (31, -38), (40, -6), (34, 26), (16, 46), (0, 50), (-16, 46), (-34, 26), (-40, -6), (-31, -38)],
            look.skin,
        )
        with pen.placed(turn, 0):
            _cheeks(pen, look)
            if look.beard != "none":
                _beard(pen, look, turn)
            _eyes(pen, look, acting)
            _brows(pen, look, acting)
            _nose(pen, look, turn)
            _mouth(pen, look, acting)
            if look.glasses:
                _glasses(pen, turn)
        with pen.placed(-turn * 0.3, 0):
            CUTS[look.cut](pen, look.hair)
            HATS[look.hat](pen, look.hat_colour, turn)


def _cheeks(pen: Pen, look: Look) -> None:
    blush = mixed(look.skin, "#d9705f", 0.32)
    for side in (-1, 1):
        pen.oval(side * 22, 16, 8, 5.5, blush, strength=0.75)
    if look.older:
        for side in (-1, 1):
            pen.line([(side * 17, 14), (side * 20, 24)], darker(look.skin, 0.2), thick=2)
            pen.line([(side * 29, -4), (side * 33, -6)], darker(look.skin, 0.2), thick=1.8)


def _eyes(pen: Pen, look: Look, acting: Acting) -> None:
    openness = eye_openness(acting.now, acting.seed) * (0.62 if acting.mood == "tired" else 1)
    gaze = TURN[acting.facing] * 0.1
    for side in (-1, 1):
        x = side * 15
        pen.oval(x, -3, 7.4, 7.2 * openness, "white", strength=0.92)
        pen.oval(x + gaze, -2.4, 4.6, min(5.4, 5.6 * openness), "hair-black")
        if openness > 0.5:
            pen.oval(x + gaze + 1.6, -4.4, 1.5, 1.5, "white")
        pen.line(
            [(x - 7.5, -5 + 3 * (1 - openness)), (x, -9.6 * openness), (x + 7.5, -5 + 3 * (1 - openness))],
            darker(look.skin, 0.42),
            thick=2,
            soft=True,
        )


def _brows(pen: Pen, look: Look, acting: Acting) -> None:
    colour = darker(look.hair, 0.25) if look.hair not in {"hair-white", "hair-blond"} else darker(look.hair, 0.4)
    raised = {"surprised": -5.0, "worried": -2.0, "glad": -1.5}.get(acting.mood, 0.0)
    raised += -1.2 * max(0.0, wave(acting.now, 5.3, acting.seed * 0.4))
    inner, outer = {"worried": (-5.0, 2.0), "tired": (-1.0, 2.0)}.get(acting.mood, (0.0, 1.0))
    for side in (-1, 1):
        points = [(side * 8, -18.5 + raised + inner), (side * 16, -20.5 + raised), (side * 24, -16 + raised + outer)]
        pen.line(points, colour, thick=4.2, soft=True)


def _nose(pen: Pen, look: Look, turn: float) -> None:
    way = 1 if turn >= 0 else -1
    pen.line([(way * 1, -2), (way * 6, 11), (way * -1, 13)], darker(look.skin, 0.24), thick=3, soft=True)


def _mouth(pen: Pen, look: Look, acting: Acting) -> None:
    colour = mixed(darker(look.skin, 0.35), "#8c2f33", 0.45)
    if acting.mood == "talking":
        opened = 2.5 + 4.5 * abs(wave(acting.now, 0.62, acting.seed * 0.2) * wave(acting.now, 1.7))
        pen.oval(0, 27, 9, opened, "#6d2326")
        pen.oval(0, 27 + opened * 0.5, 6, opened * 0.4, "rose")
        return
    if acting.mood == "surprised":
        pen.oval(0, 28, 5.5, 6.5, "#6d2326")
        return
    if acting.mood == "glad":
        pen.blob([(-14, 22), (0, 26), (14, 22), (9, 33), (0, 36), (-9, 33)], "#6d2326")
        pen.blob([(-11, 24), (0, 27), (11, 24), (8, 28), (-8, 28)], "white")
        return
    bend = {"calm": 5.0, "worried": -4.0, "tired": -1.5}[acting.mood]
    pen.line([(-11, 27 - bend * 0.4), (0, 27 + bend * 0.5), (11, 27 - bend * 0.4)], colour, thick=3.4, soft=True)


def _beard(pen: Pen, look: Look, turn: float) -> None:
    if look.beard in {"full", "short"}:
        low = 58 if look.beard == "full" else 50
        with pen.placed(-turn, 0):
            pen.blob(
                [
                    (-40, -2),
                    (-36, 28),
                    (-19, low - 6),
                    (0, low),
                    (19, low - 6),
                    (36, 28),
                    (40, -2),
                    (32, 12),
                    (17 + turn * 0.5, 17),
                    (turn, 15),
                    (-17 + turn * 0.5, 17),
                    (-32, 12),
                ],
                look.hair,
            )
        pen.oval(0, 27, 13, 7, mixed(look.skin, "#c06a5a", 0.2))
        return
    pen.blob([(-17, 22), (0, 14), (17, 22), (10, 23.5), (0, 21), (-10, 23.5)], look.hair)


def _glasses(pen: Pen, turn: float) -> None:
    for side in (-1, 1):
        pen.ring(side * 15.5, -3, 12.5, "ink", thick=3)
        pen.line([(side * 28, -4), (side * 40 - turn, -7)], "ink", thick=3)
    pen.line([(-3, -5), (3, -5)], "ink", thick=3)
