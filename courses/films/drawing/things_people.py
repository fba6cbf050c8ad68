"""Things in which people are seen: the windows of a call."""

from __future__ import annotations

from courses.films.drawing.colours import darker, lighter
from courses.films.drawing.figures import Acting, Side
from courses.films.drawing.movement import between, eased, settled
from courses.films.drawing.pen import Pen
from courses.films.drawing.people import draw_person
from courses.films.drawing.places_outside import SKIES
from courses.films.drawing.things_paper import tick
from courses.films.drawing.view import View

LIGHTS = ("dawn", "day", "evening", "winter", "day")
FACING: tuple[Side, Side, Side] = ("right", "front", "left")
BEHIND = ("#d9e6e4", "#e5d9c6", "#dfe3ee", "#e8dede", "#e0e6d6")


def call(
    pen: Pen,
    view: View,
    *,
    who: str,
    wide: float = 330,
    high: float = 220,
    columns: int = 2,
    every: float = 1.5,
    signs: str = "",
    signed: float = 99,
    talks: int = -1,
    leaves: int = -1,
    left: float = 99,
    moods: str = "",
) -> None:
    """Windows of people in a call, around (0, 0). `who`: names of the cast with commas. `signs`: what each wishes, one
    letter each (c coin, s shelf, h helmet, g graph, p padlock). One may leave after `left` seconds; the others get a
    tick after `signed` seconds."""
    names = [name.strip() for name in who.split(",")]
    rows = -(-len(names) // columns)
    for number, name in enumerate(names):
        in_row = min(columns, len(names) - (number // columns) * columns)
        x = (number % columns - (in_row - 1) / 2) * (wide + 20)
        y = (number // columns - (rows - 1) / 2) * (high + 20)
        shown = settled(eased((view.seen - 0.3 - number * every) / 0.7))
        gone = between(view.seen, left, left + 1.2) if number == leaves else 0.0
        if shown <= 0.01:
            continue
        with pen.faded(1 - gone * 0.92), pen.placed(x, y, scale=shown * (1 - 0.12 * gone)):
            mood = moods.split(",")[number] if moods else ("talking" if number == talks else "calm")
            _window(pen, view, name, number, wide=wide, high=high, mood=mood)
            if number < len(signs):
                badge = settled(eased((view.seen - 1.4 - number * every) / 0.6))
                with pen.placed(-wide / 2 + 46, -high / 2 + 46, scale=max(0.01, badge)):
                    _sign(pen, signs[number])
            agreed = eased((view.seen - signed - number * 0.8) / 0.6)
            if agreed > 0 and number != leaves:
                with pen.placed(wide / 2 - 40, -high / 2 + 40, scale=1.25 * settled(agreed)):
                    tick(pen)


def _window(pen: Pen, view: View, name: str, number: int, *, wide: float, high: float, mood: str) -> None:
    pen.shadow(-wide / 2, -high / 2, wide, high, rounded=14)
    with pen.inside(-wide / 2, -high / 2, wide, high, rounded=14):
        pen.rect(-wide / 2, -high / 2, wide, high, BEHIND[number % 5])
        pen.shade(-wide * 0.44, -high * 0.4, wide * 0.27, high * 0.46, SKIES[LIGHTS[number % 5]])
        pen.frame(-wide * 0.44, -high * 0.4, wide * 0.27, high * 0.46, "white", thick=5)
        pen.rect(wide * 0.24, -high * 0.22, wide * 0.22, 7, darker(BEHIND[number % 5], 0.4))
        for book in range(4):
            pen.rect(
                wide * 0.26 + book * 15,
                -high * 0.22 - 36 + book % 2 * 7,
                12,
                36 - book % 2 * 7,
                ("accent", "warm-line", "plum", "paper")[book],
            )
        with pen.placed(0, high * 1.56, scale=high / 225):
            facing: Side = FACING[number % 3]
            pose = "think" if mood == "think" else "rest"
            acting = Acting(
                pose=pose,
                mood="calm" if mood == "think" else mood,
                facing=facing,
                legs="none",
                now=view.now,
                seed=number * 3 + 2,
            )
            draw_person(pen, view.cast[name], acting)
    pen.frame(-wide / 2, -high / 2, wide, high, lighter("accent", 0.25), thick=5, rounded=14)


def _sign(pen: Pen, kind: str) -> None:
    pen.oval(0, 0, 36, 36, "surface")
    if kind == "c":
        pen.oval(0, 0, 21, 21, "warm-line")
        pen.ring(0, 0, 13, "warm", thick=4)
    elif kind == "s":
        pen.rect(-21, 6, 42, 7, "wood-dark")
        pen.rect(-15, -14, 19, 20, "wood")
        pen.rect(7, -8, 12, 14, "wood-light")
    elif kind == "h":
        pen.blob([(-22, 8), (-20, -8), (0, -20), (20, -8), (22, 8)], "red")
        pen.rect(-24, 5, 48, 8, darker("red", 0.3), rounded=4)
    elif kind == "g":
        for bar in range(3):
            pen.rect(-19 + bar * 14, 16 - (bar + 1) * 10, 10, (bar + 1) * 10, "level-3", rounded=2)
    else:
        pen.arc(0, -5, 11, "slate", start=180, sweep=180, thick=6)
        pen.rect(-17, -5, 34, 25, "level-4", rounded=5)
