"""Things of paper: sheets, maps, cards, calendars, drawings. Wordless, so that one drawing serves every language."""

from __future__ import annotations

from courses.films.drawing.colours import darker, lighter
from courses.films.drawing.movement import between, eased, scattered, settled, wave
from courses.films.drawing.pen import Pen, Point
from courses.films.drawing.view import View


def sheet(
    pen: Pen,
    view: View,
    *,
    wide: float = 420,
    high: float = 520,
    rows: int = 6,
    marks: str = "",
    colour: str = "surface",
    heading: bool = True,
    pace: float = 1.6,
) -> None:
    """A page whose rows are written one after the other. `marks`: for each row y (a tick), n (a cross), s (a shield of
    care), . (nothing); a mark comes when all rows are written."""
    pen.shadow(-wide / 2, -high / 2, wide, high, rounded=6)
    pen.rect(-wide / 2, -high / 2, wide, high, colour, rounded=6)
    top, left = -high / 2 + 46, -wide / 2 + 40
    if heading:
        pen.rect(left, top - 8, wide * 0.5, 22, "accent", rounded=6)
        top += 54
    step = (high - 70 - (54 if heading else 0)) / max(1, rows)
    for row in range(rows):
        written = eased((view.seen - row * pace) / pace)
        mark = marks[row] if row < len(marks) else "."
        indent = 60 if marks else 0
        reach = (wide - 80 - indent) * (0.96 - 0.3 * scattered(row * 3 + rows)) * written
        if written > 0.02:
            pen.line([(left + indent, top + row * step), (left + indent + reach, top + row * step)], "soft", thick=9)
            second = reach * (0.5 + 0.4 * scattered(row + 5))
            if step > 62:
                pen.line(
                    [(left + indent, top + row * step + 24), (left + indent + second, top + row * step + 24)],
                    "line",
                    thick=9,
                )
        shown = eased((view.seen - rows * pace - row * 0.9) / 0.7)
        if mark != "." and shown > 0:
            with pen.placed(left + 20, top + row * step + 6, scale=settled(shown)):
                tick(pen) if mark == "y" else cross(pen)


def tick(pen: Pen) -> None:
    """A tick in a green circle, 44 wide."""
    pen.oval(0, 0, 23, 23, "good-wash")
    pen.line([(-11, 0), (-3, 9), (12, -9)], "good", thick=7)


def cross(pen: Pen) -> None:
    """A cross in a red circle, 44 wide."""
    pen.oval(0, 0, 23, 23, "bad-wash")
    pen.line([(-9, -9), (9, 9)], "bad", thick=7)
    pen.line([(9, -9), (-9, 9)], "bad", thick=7)


def hand(
    pen: Pen,
    view: View,
    *,
    skin: str = "skin-light",
    sleeve: str = "accent",
    tool: str = "pen",
    still: bool = False,
    pace: float = 1.6,
    rows: int = 0,
    step: float = 80,
    reach: float = 260,
) -> None:
    """A forearm and hand from below right. With `rows` it writes that many rows, `step` apart and `reach` wide."""
    x = y = 0.0
    if rows:
        row = min(rows - 1, int(view.seen / pace))
        inside = view.seen / pace - row
        busy = view.seen < rows * pace
        x = reach * min(1.0, inside) if busy else reach + 60
        y = row * step + (5 * wave(view.now, 0.36) if busy else 30)
    elif not still:
        x, y = 8 * wave(view.now, 2.4), 5 * wave(view.now, 1.7)
    with pen.placed(x, y):
        pen.line([(60, 62), (430, 590)], darker(sleeve, 0.1), thick=92)
        pen.line([(44, 40), (92, 108)], skin, thick=62)
        if tool == "pen":
            pen.line([(0, 0), (64, -78)], "warm-line", thick=13)
            pen.line([(0, 0), (12, -15)], "ink", thick=9)
        pen.blob([(10, -8), (42, -28), (78, 2), (84, 50), (48, 70), (18, 40)], skin)
        for finger in range(3):
            pen.line(
                [(36 + finger * 13, -12 + finger * 13), (12 + finger * 14, 2 + finger * 15)],
                darker(skin, 0.1),
                thick=17,
            )
        pen.line([(52, 30), (20, 6)], lighter(skin, 0.08), thick=18)


def map(pen: Pen, view: View, *, pins: int = 7, route: bool = False, people: bool = True) -> None:  # noqa: A001
    """A paper map on folds: river, roads, a flooded bridge; pins drop on it, or a route is drawn along the road."""
    pen.shadow(-440, -280, 880, 560, rounded=4)
    pen.rect(-440, -280, 880, 560, "#f4efdf", rounded=4)
    with pen.inside(-440, -280, 880, 560):
        pen.blob([(-460, -180), (-200, -220), (-120, -40), (-260, 60), (-460, 40)], "#d6e3c3")
        pen.blob([(120, 60), (300, -20), (480, 60), (480, 300), (160, 300)], "#d6e3c3")
        pen.line(
            [(-460, 130), (-250, 80), (-60, 160), (90, 20), (260, -60), (470, -120)], "#a9cfdb", thick=36, soft=True
        )
        for way in _ROADS:
            pen.line(way, "#d3c8b0", thick=17, soft=True)
            pen.line(way, "#fffdf6", thick=11, soft=True)
        for fold in (-147, 147):
            pen.rect(fold - 2, -280, 4, 560, "#ddd5c0")
        pen.rect(-440, -2, 880, 3, "#ddd5c0")
        if route:
            _route(pen, view)
    for number in range(pins):
        _pin(pen, view, number, people=people)


_ROADS: list[list[Point]] = [
    [(-440, -60), (-280, -90), (-120, -20), (60, -110), (240, -170), (440, -190)],
    [(-120, -20), (-60, 90), (30, 200), (60, 280)],
    [(60, -110), (130, 60), (280, 120), (440, 160)],
]
_PINS: list[Point] = [
    (-280, -92),
    (-120, -22),
    (64, -112),
    (244, -172),
    (-30, 130),
    (136, 62),
    (290, 122),
    (-370, 190),
    (380, 20),
]


def _pin(pen: Pen, view: View, number: int, *, people: bool) -> None:
    fallen = eased((view.seen - 0.6 - number * 0.7) / 0.5)
    if fallen <= 0:
        return
    x, y = _PINS[number]
    colour = ("accent", "warm-line", "brick", "plum", "level-3", "leaf-dark", "red")[number % 7]
    pen.oval(x + 4, y + 2, 14 * fallen, 6 * fallen, "black", strength=0.25)
    with pen.placed(x, y - 70 * (1 - fallen)):
        pen.blob([(0, 0), (-22, -36), (-16, -62), (0, -70), (16, -62), (22, -36)], colour)
        pen.oval(0, -44, 11, 11, "surface")
        if people:
            pen.oval(0, -47, 4, 4, colour)
            pen.blob([(-6, -37), (0, -43), (6, -37)], colour)


def _route(pen: Pen, view: View) -> None:
    drawn = eased(view.seen / 4)
    way = _ROADS[0]
    many = max(2, round(drawn * 40))
    points = [_along(way, step / 40) for step in range(many)]
    pen.line(points, "accent", thick=13, soft=True)
    end = points[-1]
    with pen.placed(end[0], end[1] - 26):
        pen.rect(-40, -22, 80, 40, "warm-line", rounded=8)
        for window in range(3):
            pen.rect(-33 + window * 22, -15, 18, 15, "accent-wash", rounded=3)
        for wheel in (-22, 22):
            pen.oval(wheel, 19, 9, 9, "ink")


def _along(way: list[Point], share: float) -> Point:
    place = share * (len(way) - 1)
    index = min(len(way) - 2, int(place))
    inside = place - index
    first, second = way[index], way[index + 1]
    return first[0] + (second[0] - first[0]) * inside, first[1] + (second[1] - first[1]) * inside


def calendar(pen: Pen, view: View, *, dots: int = 11, tilt: float = 0.0, blank: bool = False) -> None:
    """One month's page with as many dots of people who wrote; they fade in one by one."""
    with pen.placed(turn=tilt):
        pen.shadow(-130, -160, 260, 320, rounded=10)
        pen.rect(-130, -160, 260, 320, "surface", rounded=10)
        pen.rect(-130, -160, 260, 66, "accent", rounded=10)
        pen.rect(-130, -110, 260, 16, "accent")
        for ring in (-70, 70):
            pen.line([(ring, -176), (ring, -142)], "edge", thick=9)
        for row in range(4):
            for column in range(5):
                number = row * 5 + column
                x, y = -96 + column * 48, -62 + row * 56
                pen.rect(x - 19, y - 20, 38, 42, "sunken", rounded=6)
                turn = (number * 7) % 20
                if turn < dots:
                    grown = settled(eased((view.seen - 0.3 - turn * 0.09) / 0.5))
                    colour = ("person-0", "person-1", "person-2", "person-3", "person-4", "person-5", "teal")[
                        number % 7
                    ]
                    pen.oval(x, y + 1, 14 * grown, 14 * grown, colour)


def bars(pen: Pen, view: View, *, lengths: str = "8,2,1.5,1.5,1,1,1,0.7,0.6,0,0") -> None:
    """Bars of unequal length that grow from the left, one for each person; the length is how much was written."""
    for row, length in enumerate(float(part) for part in lengths.split(",")):
        y = row * 47
        pen.oval(
            -34,
            y,
            20,
            20,
            ("plum", "person-1", "person-2", "person-3", "person-4", "person-5", "person-0", "warm-line")[row % 8],
        )
        pen.oval(-34, y - 6, 7, 7, "ink", strength=0.7)
        pen.blob([(-46, y + 12), (-34, y + 2), (-22, y + 12), (-34, y + 15)], "ink", strength=0.7)
        grown = eased((view.seen - row * 0.28) / 1.8)
        pen.rect(2, y - 17, 560, 34, "sunken", rounded=17)
        if length > 0:
            pen.rect(2, y - 17, max(34, 62 * length * grown), 34, "accent" if row else "warm-line", rounded=17)


def cards(pen: Pen, view: View, *, count: int = 3, gap: float = 270, every: float = 3.0) -> None:
    """Question cards that turn over one after the other; the last one turned is warm."""
    for index in range(count):
        turned = eased((view.seen - 0.6 - index * every) / 0.9)
        squeeze = abs(1 - 2 * turned)
        with pen.placed((index - (count - 1) / 2) * gap, -14 * (1 - squeeze)):
            wide = 222 * max(0.04, squeeze)
            pen.shadow(-wide / 2, -150, wide, 300, rounded=18)
            pen.rect(-wide / 2, -150, wide, 300, "accent" if turned < 0.5 else "surface", rounded=18)
            if squeeze > 0.25:
                _card_face(pen, squeeze, index, open_=turned >= 0.5)


def _card_face(pen: Pen, squeeze: float, index: int, *, open_: bool) -> None:
    pen.canvas.save()
    pen.canvas.scale(squeeze, 1)
    if not open_:
        pen.arc(0, -40, 38, "accent-wash", start=180, sweep=225, thick=16)
        pen.line([(14, -4), (0, 18), (0, 38)], "accent-wash", thick=16, soft=True)
        pen.oval(0, 74, 10, 10, "accent-wash")
    elif index == 0:
        pen.rect(-62, -62, 124, 114, "accent-wash", rounded=10)
        pen.rect(-62, -62, 124, 30, "leaf", rounded=10)
        for spot in range(9):
            pen.oval(-38 + spot % 3 * 38, -12 + spot // 3 * 24, 7, 7, "leaf-dark" if spot == 4 else "accent-half")
    elif index == 1:
        pen.rect(-64, -70, 128, 150, "level-2", rounded=6)
        for spot in range(9):
            pen.rect(
                -46 + spot % 3 * 36,
                -52 + spot // 3 * 36,
                22,
                24,
                "person-0" if spot in {1, 5} else "level-1",
                rounded=2,
            )
        pen.rect(-16, 52, 32, 28, "warm", rounded=3)
    else:
        pen.oval(0, -26, 34, 36, "person-4")
        pen.blob([(-62, 74), (-48, 24), (0, 12), (48, 24), (62, 74)], "warm-line")
        pen.line([(-14, -16), (14, -16)], "ink", thick=6)
        for dot in (-12, 12):
            pen.oval(dot, -34, 5, 5, "ink")
    pen.canvas.restore()


def postcard(pen: Pen, view: View, *, stamp: bool = True) -> None:
    """A postcard with three short rows and a stamp."""
    with pen.placed(turn=-2):
        pen.shadow(-300, -180, 600, 360, rounded=6)
        pen.rect(-300, -180, 600, 360, "surface", rounded=6)
        pen.line([(20, -140), (20, 140)], "line", thick=4)
        for row in range(3):
            grown = eased((view.seen - 0.8 - row * 1.1) / 1.1)
            colour = ("accent", "warm-line", "good")[row]
            pen.oval(-262, -94 + row * 84, 15 * settled(grown), 15 * settled(grown), colour)
            if grown > 0.05:
                pen.line([(-230, -104 + row * 84), (-230 + 216 * grown, -104 + row * 84)], "soft", thick=9)
                pen.line([(-230, -80 + row * 84), (-230 + 150 * grown, -80 + row * 84)], "edge", thick=9)
        if stamp:
            pen.rect(192, -150, 80, 96, "warm-wash")
            pen.frame(192, -150, 80, 96, "warm-line", thick=5)
            pen.blob([(204, -72), (224, -112), (244, -92), (262, -120), (264, -66), (204, -66)], "teal")
        for row in range(3):
            pen.line([(60, 10 + row * 46), (262 - row * 34, 10 + row * 46)], "line", thick=7)


def sketch(pen: Pen, view: View) -> None:
    """A jacket drawn with a quick pencil, and three arrows that come one by one."""
    pen.shadow(-330, -270, 660, 540, rounded=4)
    pen.rect(-330, -270, 660, 540, "#fffdf7", rounded=4)
    strokes: list[list[Point]] = [
        [
            (-60, -190),
            (-130, -166),
            (-196, -40),
            (-150, -12),
            (-112, -84),
            (-118, 150),
            (0, 158),
            (118, 150),
            (112, -84),
            (150, -12),
            (196, -40),
            (130, -166),
            (60, -190),
        ],
        [(-60, -190), (-20, -160), (20, -160), (60, -190)],
        [(0, -158), (0, 156)],
        [(-96, 70), (-34, 70), (-34, 120), (-96, 120), (-96, 70)],
        [(34, -60), (96, -60)],
    ]
    for number, stroke in enumerate(strokes):
        drawn = eased((view.seen - number * 0.7) / 1.6)
        count = max(0, round(drawn * (len(stroke) - 1)))
        if count:
            pen.line(stroke[: count + 1], "soft", thick=6)
    for number, (start, end) in enumerate(
        (((250, -150), (120, -120)), ((262, 40), (126, 30)), ((-262, 150), (-106, 108)))
    ):
        shown = between(view.seen, 3.6 + number * 0.9, 4.4 + number * 0.9)
        if shown > 0:
            tip = (start[0] + (end[0] - start[0]) * shown, start[1] + (end[1] - start[1]) * shown)
            pen.line([start, tip], "warm-line", thick=11)
            way = 1 if end[0] < start[0] else -1
            pen.line([(tip[0] + way * 26, tip[1] - 22), tip, (tip[0] + way * 22, tip[1] + 20)], "warm-line", thick=11)
            pen.oval(start[0] + way * 26, start[1], 23, 23, "warm-line")
            for dot in range(number + 1):
                pen.oval(start[0] + way * 26 + (dot - number / 2) * 11, start[1], 4.5, 4.5, "surface")


def brochure(pen: Pen, view: View, *, tilt: float = -5) -> None:
    """A glossy brochure that shows a big dryer."""
    with pen.placed(turn=tilt):
        pen.shadow(-120, -160, 240, 320, rounded=4)
        pen.rect(-120, -160, 240, 320, "level-3", rounded=4)
        pen.rect(-120, 92, 240, 68, "level-4", rounded=4)
        pen.rect(-76, -120, 152, 176, "surface", rounded=10)
        pen.oval(0, -22, 56, 56, "level-2")
        pen.oval(0, -22, 42, 42, "level-4")
        pen.arc(0, -22, 32, "white", start=200, sweep=60, thick=6)
        pen.line([(-88, 116), (60, 116)], "surface", thick=9)
        pen.line([(-88, 138), (20, 138)], "level-2", thick=7)
        pen.poly([(70, -160), (120, -160), (120, -110)], "person-0")


def rows_of_words(pen: Pen, view: View, *, first: int = 2, fades: float = 3.5) -> None:
    """Two sentences without words: the first fades, the second comes in its place and stays."""
    gone = eased((view.seen - fades) / 1.6)
    pen.shadow(-400, -200, 800, 430, rounded=6)
    pen.rect(-400, -200, 800, 430, "surface", rounded=6)
    with pen.faded(1 - 0.8 * gone):
        _sentence(pen, -110, "edge", (430, 300)[:first], view.seen / 1.6)
    if gone > 0.05:
        pen.line([(-330, -98), (-330 + 640 * gone, -98)], "bad", thick=7)
    _sentence(pen, 70, "accent", (560, 610, 340), (view.seen - fades - 0.6) / 1.6)


def _sentence(pen: Pen, y: float, colour: str, lengths: tuple[int, ...], shown: float) -> None:
    for row, length in enumerate(lengths):
        grown = eased(shown - row * 0.5)
        if grown > 0.03:
            pen.line([(-300, y + row * 48), (-300 + length * grown, y + row * 48)], colour, thick=20)
