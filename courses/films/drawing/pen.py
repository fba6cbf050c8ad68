"""The pen: smooth shapes on a canvas in a few words, so that scenes read like a list of what is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import skia

from courses.films.drawing.colours import argb

Point = tuple[float, float]


class Pen:
    """Draws on one canvas. Points are pixels of a picture 1280 by 720; colours are names or `#rrggbb`."""

    def __init__(self, canvas: skia.Canvas) -> None:
        self.canvas = canvas

    def rect(
        self, x: float, y: float, width: float, height: float, colour: str, *, rounded: float = 0, strength: float = 1
    ) -> None:
        """A rectangle with its top left corner at (x, y)."""
        box = skia.Rect.MakeXYWH(x, y, width, height)
        self.canvas.drawRoundRect(box, rounded, rounded, _fill(colour, strength))

    def frame(
        self, x: float, y: float, width: float, height: float, colour: str, *, thick: float = 3, rounded: float = 0
    ) -> None:
        """The outline of a rectangle."""
        self.canvas.drawRoundRect(skia.Rect.MakeXYWH(x, y, width, height), rounded, rounded, _stroke(colour, thick))

    def oval(
        self, x: float, y: float, rx: float, ry: float | None = None, colour: str = "ink", *, strength: float = 1
    ) -> None:
        """An oval around its middle (x, y)."""
        ry = rx if ry is None else ry
        self.canvas.drawOval(skia.Rect.MakeLTRB(x - rx, y - ry, x + rx, y + ry), _fill(colour, strength))

    def ring(self, x: float, y: float, radius: float, colour: str, *, thick: float = 3, strength: float = 1) -> None:
        """A circle's line."""
        self.canvas.drawCircle(x, y, radius, _stroke(colour, thick, strength))

    def arc(
        self, x: float, y: float, radius: float, colour: str, *, start: float, sweep: float, thick: float = 3
    ) -> None:
        """A part of a circle's line, in degrees; 0 is to the right and it turns clockwise."""
        box = skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)
        self.canvas.drawArc(box, start, sweep, False, _stroke(colour, thick))

    def poly(self, points: Sequence[Point], colour: str, *, strength: float = 1) -> None:
        """A filled shape with straight sides."""
        self.canvas.drawPath(_straight(points, closed=True), _fill(colour, strength))

    def blob(self, points: Sequence[Point], colour: str, *, strength: float = 1) -> None:
        """A filled shape whose outline runs softly through the points."""
        self.canvas.drawPath(_soft(points, closed=True), _fill(colour, strength))

    def line(
        self, points: Sequence[Point], colour: str, *, thick: float = 3, soft: bool = False, strength: float = 1
    ) -> None:
        """A line with round ends through the points, straight from one to the next or soft."""
        path = _soft(points, closed=False) if soft else _straight(points, closed=False)
        self.canvas.drawPath(path, _stroke(colour, thick, strength))

    def shade(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        stops: Sequence[str],
        *,
        strengths: Sequence[float] | None = None,
    ) -> None:
        """A rectangle whose colour changes from top to bottom."""
        strong = strengths or [1.0] * len(stops)
        colours = [argb(stop, much) for stop, much in zip(stops, strong, strict=True)]
        shader = skia.GradientShader.MakeLinear([skia.Point(0, y), skia.Point(0, y + height)], colours)
        self.canvas.drawRect(skia.Rect.MakeXYWH(x, y, width, height), skia.Paint(Shader=shader, AntiAlias=True))

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.5) -> None:
        """Light that fades away from its middle."""
        shader = skia.GradientShader.MakeRadial(skia.Point(x, y), radius, [argb(colour, strength), argb(colour, 0)])
        self.canvas.drawCircle(x, y, radius, skia.Paint(Shader=shader, AntiAlias=True))

    def shadow(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        rounded: float = 12,
        blur: float = 14,
        strength: float = 0.22,
    ) -> None:
        """The soft shadow of a sheet or card that lies at this place."""
        paint = _fill("black", strength)
        paint.setMaskFilter(skia.MaskFilter.MakeBlur(skia.kNormal_BlurStyle, blur))
        self.canvas.drawRoundRect(skia.Rect.MakeXYWH(x, y + 6, width, height), rounded, rounded, paint)

    @contextmanager
    def placed(
        self, x: float = 0, y: float = 0, *, scale: float = 1, turn: float = 0, flip: bool = False
    ) -> Iterator[None]:
        """What is drawn inside stands at (x, y), larger by `scale`, turned by degrees, mirrored if `flip`."""
        self.canvas.save()
        self.canvas.translate(x, y)
        self.canvas.rotate(turn)
        self.canvas.scale(-scale if flip else scale, scale)
        try:
            yield
        finally:
            self.canvas.restore()

    @contextmanager
    def faded(self, strength: float) -> Iterator[None]:
        """What is drawn inside covers only so much (0 to 1)."""
        if strength >= 1:
            yield
            return
        self.canvas.saveLayerAlpha(None, round(max(0.0, strength) * 255))
        try:
            yield
        finally:
            self.canvas.restore()

    @contextmanager
    def inside(self, x: float, y: float, width: float, height: float, *, rounded: float = 0) -> Iterator[None]:
        """What is drawn inside shows only within this rectangle."""
        self.canvas.save()
        box = skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(x, y, width, height), rounded, rounded)
        self.canvas.clipRRect(box, skia.ClipOp.kIntersect, True)
        try:
            yield
        finally:
            self.canvas.restore()


def _fill(colour: str, strength: float = 1) -> skia.Paint:
    return skia.Paint(Color=argb(colour, strength), AntiAlias=True)


def _stroke(colour: str, thick: float, strength: float = 1) -> skia.Paint:
    paint = skia.Paint(Color=argb(colour, strength), AntiAlias=True, Style=skia.Paint.kStroke_Style, StrokeWidth=thick)
    paint.setStrokeCap(skia.Paint.kRound_Cap)
    paint.setStrokeJoin(skia.Paint.kRound_Join)
    return paint


def _straight(points: Sequence[Point], *, closed: bool) -> skia.Path:
    path = skia.PathBuilder()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    if closed:
        path.close()
    return path.detach()


def _soft(points: Sequence[Point], *, closed: bool) -> skia.Path:
    """A Catmull-Rom curve through the points, as cubic pieces."""
    count = len(points)
    path = skia.PathBuilder()
    path.moveTo(*points[0])
    for index in range(count if closed else count - 1):
        before, here, there, after = (_at(points, index + step, closed=closed) for step in (-1, 0, 1, 2))
        path.cubicTo(
            here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6,
            there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6,
            *there,
        )  # fmt: skip
    if closed:
        path.close()
    return path.detach()


def _at(points: Sequence[Point], index: int, *, closed: bool) -> Point:
    return points[index % len(points)] if closed else points[max(0, min(len(points) - 1, index))]
