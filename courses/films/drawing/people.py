"""A person: body, arms that reach where the pose says, and clothes. Feet stand at (0, 0); the crown is at -395."""

from __future__ import annotations

import math

from courses.films.drawing.colours import darker, lighter
from courses.films.drawing.figures import Acting, Look
from courses.films.drawing.heads import draw_back_of_head, draw_head
from courses.films.drawing.movement import wave
from courses.films.drawing.pen import Pen, Point

# Where the hands are, from the point between the feet: left hand, right hand.
POSES: dict[str, tuple[Point, Point]] = {
    "rest": ((-64, -124), (64, -124)),
    "desk": ((-48, -158), (48, -158)),
    "ear": ((-50, -158), (50, -332)),
    "phone": ((-46, -160), (34, -226)),
    "write": ((-52, -158), (28, -160)),
    "point": ((-64, -124), (132, -258)),
    "fold": ((30, -212), (-30, -204)),
    "open": ((-104, -206), (104, -206)),
    "wave": ((-64, -124), (98, -336)),
    "cup": ((-50, -158), (40, -236)),
    "carry": ((-46, -196), (46, -196)),
    "think": ((-30, -186), (20, -292)),
    "type": ((-34, -162), (34, -162)),
    "lift": ((-70, -330), (70, -330)),
    "offer": ((-50, -158), (112, -206)),
    "lap": ((-18, -150), (22, -150)),
}


def draw_person(pen: Pen, look: Look, acting: Acting) -> None:
    """The person is drawn, feet at (0, 0); breathing and small gestures follow `acting.now`."""
    lift = round(wave(acting.now, 4.2, acting.seed * 0.17) * 6) / 4
    tilt = wave(acting.now, 7.0, acting.seed * 0.31) * 1.4
    with pen.placed(0, lift):
        _behind(pen, look, acting, tilt)
    if acting.legs == "stand":
        _legs(pen, look)
    with pen.placed(0, lift):
        _torso(pen, look)
        with pen.placed(0, -292, turn=tilt):
            draw_head(pen, look, acting)
        for hand in _hands(acting):
            _arm(pen, look, hand, holds=acting.holds if hand[0] == "right" else "none")


def _behind(pen: Pen, look: Look, acting: Acting, tilt: float) -> None:
    with pen.placed(0, -292, turn=tilt):
        draw_back_of_head(pen, look, acting)


def _legs(pen: Pen, look: Look) -> None:
    wide = 20 * look.build
    for side in (-1, 1):
        pen.line([(side * wide, -150), (side * (wide + 2), -16)], look.trousers, thick=34 * look.build)
        pen.rect(side * (wide + 3) - 19, -14, 38, 15, "ink", rounded=7)
    pen.line([(0, -142), (0, -96)], darker(look.trousers, 0.3), thick=2.5)


def _torso(pen: Pen, look: Look) -> None:
    wide = look.build
    outline = [
        (-20, -286), (-58 * wide, -268), (-62 * wide, -238), (-52 * wide, -190), (-50 * wide, -136),
        (0, -130), (50 * wide, -136), (52 * wide, -190), (62 * wide, -238), (58 * wide, -268), (20, -286),
    ]  # fmt: skip
    pen.line([(0, -310), (0, -276)], darker(look.skin, 0.12), thick=30)
    pen.blob(outline, look.top)
    pen.blob(
        [
            (24, -284),
            (58 * wide, -268),
            (62 * wide, -238),
            (52 * wide, -190),
            (50 * wide, -136),
            (30, -134),
            (36, -200),
        ],
        darker(look.top, 0.12),
    )
    _CLOTHES[look.clothes](pen, look)


def _jumper(pen: Pen, look: Look) -> None:
    pen.arc(0, -290, 24, darker(look.top, 0.25), start=15, sweep=150, thick=7)


def _shirt(pen: Pen, look: Look) -> None:
    pen.poly([(-13, -288), (0, -258), (13, -288)], darker(look.skin, 0.06))
    pen.poly([(-20, -290), (-26, -272), (0, -254)], lighter(look.top, 0.35))
    pen.poly([(20, -290), (26, -272), (0, -254)], lighter(look.top, 0.35))
    pen.line([(0, -252), (0, -140)], darker(look.top, 0.2), thick=2.5)
    for y in (-236, -208, -180):
        pen.oval(0, y, 3, 3, lighter(look.top, 0.6))


def _jacket(pen: Pen, look: Look) -> None:
    pen.poly([(-22, -288), (0, -176), (22, -288)], look.trim)
    pen.poly([(-24, -290), (-36, -258), (-20, -246), (-3, -174)], darker(look.top, 0.25))
    pen.poly([(24, -290), (36, -258), (20, -246), (3, -174)], darker(look.top, 0.3))
    pen.line([(0, -174), (0, -138)], darker(look.top, 0.4), thick=3)


def _apron(pen: Pen, look: Look) -> None:
    _jumper(pen, look)
    pen.poly([(-26, -246), (26, -246), (40, -190), (42, -134), (-42, -134), (-40, -190)], look.trim)
    pen.line([(-26, -244), (-20, -284)], darker(look.trim, 0.12), thick=6)
    pen.line([(26, -244), (20, -284)], darker(look.trim, 0.12), thick=6)
    pen.line([(-22, -176), (22, -176)], darker(look.trim, 0.18), thick=3)


def _scrubs(pen: Pen, look: Look) -> None:
    pen.poly([(-20, -290), (0, -252), (20, -290)], darker(look.skin, 0.06))
    pen.line([(-21, -289), (0, -250), (21, -289)], darker(look.top, 0.3), thick=5)
    pen.rect(16, -226, 24, 26, darker(look.top, 0.22), rounded=4)
    pen.rect(20, -238, 12, 20, "paper", rounded=2)


def _hoodie(pen: Pen, look: Look) -> None:
    pen.blob([(-38, -286), (0, -258), (38, -286), (30, -300), (-30, -300)], darker(look.top, 0.2))
    pen.line([(-9, -268), (-10, -234)], "paper", thick=3)
    pen.line([(9, -268), (10, -236)], "paper", thick=3)
    pen.blob([(-32, -176), (32, -176), (38, -146), (-38, -146)], darker(look.top, 0.14))


def _vest(pen: Pen, look: Look) -> None:
    _jumper(pen, look)
    for side in (-1, 1):
        pen.blob(
            [
                (side * 22, -286),
                (side * 46, -274),
                (side * 50, -190),
                (side * 48, -138),
                (side * 4, -134),
                (side * 6, -230),
            ],
            look.trim,
        )
        pen.line([(side * 8, -186), (side * 49, -186)], "paper", thick=8)


def _dress(pen: Pen, look: Look) -> None:
    pen.blob([(-18, -288), (0, -266), (18, -288), (12, -294), (-12, -294)], darker(look.skin, 0.06))
    pen.line([(-44, -176), (44, -176)], look.trim, thick=7)


_CLOTHES = {
    "jumper": _jumper, "shirt": _shirt, "jacket": _jacket, "apron": _apron,
    "scrubs": _scrubs, "hoodie": _hoodie, "vest": _vest, "dress": _dress,
}  # fmt: skip
CLOTHES = tuple(_CLOTHES)


def _hands(acting: Acting) -> list[tuple[str, Point]]:
    left, right = POSES[acting.pose]
    now, phase = acting.now, acting.seed * 0.23
    moved = {
        "write": (right[0] + 9 * wave(now, 1.3) + 10 * wave(now, 5.0), right[1] + 3 * wave(now, 0.9)),
        "type": (right[0] + 4 * wave(now, 0.8, 0.3), right[1] + 4 * wave(now, 0.55)),
        "wave": (right[0] + 15 * wave(now, 1.5), right[1]),
        "cup": (right[0] - 4 + 3 * wave(now, 6.0), right[1] - 22 * max(0.0, wave(now, 6.0)) ** 2),
        "open": (right[0], right[1] + 7 * wave(now, 3.1, phase)),
    }
    left_moved = {
        "type": (left[0] + 4 * wave(now, 0.7), left[1] + 4 * wave(now, 0.6, 0.4)),
        "open": (left[0], left[1] + 7 * wave(now, 3.3, phase)),
    }
    swung = (right[0], right[1] + 2.5 * wave(now, 3.7, phase))
    return [("left", left_moved.get(acting.pose, left)), ("right", moved.get(acting.pose, swung))]


def _arm(pen: Pen, look: Look, hand: tuple[str, Point], *, holds: str) -> None:
    side = -1 if hand[0] == "left" else 1
    shoulder = (side * 50 * look.build, -254.0)
    elbow, wrist = _elbow(shoulder, hand[1], side=side)
    sleeve = darker(look.top, 0.1 if side < 0 else 0.18)
    pen.line([shoulder, elbow, wrist], darker(look.top, 0.27), thick=32)
    pen.line([shoulder, elbow, wrist], sleeve, thick=29)
    _held(pen, holds, wrist)
    pen.oval(*wrist, 14.5, 14.5, look.skin)
    pen.line([(wrist[0] - side * 5, wrist[1] - 6), (wrist[0] - side * 12, wrist[1] - 12)], look.skin, thick=9)


def _elbow(shoulder: Point, hand: Point, *, side: int) -> tuple[Point, Point]:
    """Where elbow and hand are, the upper arm 70 and the lower 66 long; a hand too far away is brought nearer."""
    upper, lower = 70.0, 66.0
    dx, dy = hand[0] - shoulder[0], hand[1] - shoulder[1]
    far = max(20.0, math.hypot(dx, dy))
    reach = min(far, upper + lower - 1)
    wrist = (shoulder[0] + dx / far * reach, shoulder[1] + dy / far * reach)
    along = (upper**2 - lower**2 + reach**2) / (2 * reach)
    out = math.sqrt(max(0.0, upper**2 - along**2))
    middle = (shoulder[0] + dx / far * along, shoulder[1] + dy / far * along)
    across = (-dy / far * out, dx / far * out)
    bends = [(middle[0] + way * across[0], middle[1] + way * across[1]) for way in (-1, 1)]
    # An elbow hangs: of the two places that fit, the lower and outer one.
    return max(bends, key=lambda bend: bend[1] + 0.6 * side * bend[0]), wrist


def _held(pen: Pen, what: str, at: Point) -> None:
    with pen.placed(*at):
        if what == "phone":
            pen.rect(-13, -34, 26, 46, "ink", rounded=5)
            pen.rect(-10, -30, 20, 38, "accent-half", rounded=3)
        elif what == "cup":
            pen.rect(-14, -24, 30, 32, "warm-wash", rounded=5)
            pen.arc(18, -9, 9, "warm-wash", start=-90, sweep=180, thick=5)
        elif what == "pen":
            pen.line([(-4, 6), (-22, 26)], "ink", thick=6)
            pen.line([(-4, 6), (10, -12)], "warm-line", thick=7)
        elif what == "paper":
            with pen.placed(turn=-6):
                pen.rect(-40, -70, 62, 82, "surface", rounded=3)
                for row in range(5):
                    pen.line([(-32, -58 + row * 13), (10 - row % 2 * 12, -58 + row * 13)], "edge", thick=3)
        elif what == "tablet":
            pen.rect(-46, -62, 70, 92, "ink", rounded=8)
            pen.rect(-40, -56, 58, 80, "accent-wash", rounded=4)


HOLDS = ("none", "phone", "cup", "pen", "paper", "tablet")
