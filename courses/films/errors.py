"""What can go wrong while a film is built."""

from __future__ import annotations

from courses.errors import CoursesError


class FilmError(CoursesError):
    """A film cannot be built."""


class ToolMissing(FilmError):
    """A program, a voice or a typeface that building films needs is not installed."""


class SceneInvalid(FilmError):
    """A scene file does not fit the script, or names something that cannot be drawn."""
