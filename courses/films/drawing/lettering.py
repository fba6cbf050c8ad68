"""Letters in the design system's typefaces, which pages use too: Source Sans 3 and Source Serif 4."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import skia
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from courses.films.drawing.colours import argb
from courses.films.drawing.pen import Pen
from courses.films.errors import ToolMissing

FONTS = Path(__file__).parents[3] / "lti_tool" / "static" / "fonts"
# In the order in which a letter is looked for: most texts need the first file only.
SCRIPTS = ("latin", "latin-ext", "greek", "cyrillic")


def write(
    pen: Pen,
    text: str,
    x: float,
    y: float,
    *,
    size: float,
    colour: str = "ink",
    face: str = "sans",
    weight: int = 400,
    strength: float = 1,
) -> None:
    """The text stands with its baseline's left end at (x, y)."""
    paint = skia.Paint(Color=argb(colour, strength), AntiAlias=True)
    for run, font in _runs(text, size, face, weight):
        pen.canvas.drawString(run, x, y, font, paint)
        x += font.measureText(run)


def width(text: str, *, size: float, face: str = "sans", weight: int = 400) -> float:
    """How many pixels wide the text is."""
    return float(sum(font.measureText(run) for run, font in _runs(text, size, face, weight)))


def lines(text: str, *, size: float, room: float, face: str = "sans", weight: int = 400) -> list[str]:
    """The text broken between words into lines that fit into `room` pixels."""
    broken: list[str] = []
    for word in text.split():
        longer = f"{broken[-1]} {word}" if broken else word
        if broken and width(longer, size=size, face=face, weight=weight) <= room:
            broken[-1] = longer
        else:
            broken.append(word)
    return broken


def _runs(text: str, size: float, face: str, weight: int) -> list[tuple[str, skia.Font]]:
    """The text in pieces, each with the font file that has its letters."""
    runs: list[tuple[str, skia.Font]] = []
    for letter in text:
        typeface = _with_letter(letter, face, weight)
        if runs and runs[-1][1].getTypeface().uniqueID() == typeface.uniqueID():
            runs[-1] = (runs[-1][0] + letter, runs[-1][1])
        else:
            font = skia.Font(typeface, size)
            font.setSubpixel(True)
            font.setEdging(skia.Font.Edging.kAntiAlias)
            runs.append((letter, font))
    return runs


@lru_cache(maxsize=4096)
def _with_letter(letter: str, face: str, weight: int) -> skia.Typeface:
    """The first typeface that has the letter; the first of all where none has it."""
    faces = (_typeface(f"{face}-{script}", weight) for script in SCRIPTS)
    return next((one for one in faces if one.unicharToGlyph(ord(letter))), _typeface(f"{face}-{SCRIPTS[0]}", weight))


@lru_cache(maxsize=32)
def _typeface(name: str, weight: int) -> skia.Typeface:
    """One weight of a variable typeface; raises ToolMissing when the typefaces were never fetched."""
    path = FONTS / f"{name}.woff2"
    if not path.exists():
        raise ToolMissing(f"the typeface {path.name} is not there: run `make setup`")
    font = TTFont(path)
    axes = {axis.axisTag: float(weight) if axis.axisTag == "wght" else axis.defaultValue for axis in font["fvar"].axes}
    cut = instantiateVariableFont(font, axes)
    cut.flavor = None
    held = io.BytesIO()
    cut.save(held)
    return skia.Typeface.MakeFromData(skia.Data.MakeWithCopy(held.getvalue()))
