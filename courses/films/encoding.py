"""From frames and sound to files that browsers play."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from courses.films.drawing.view import HIGH, WIDE
from courses.films.errors import FilmError
from courses.films.tools import program, run

# Repeatable: no word about when and with what it was made.
PLAIN = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1"]
H264 = ["-c:v", "libx264", "-preset", "fast", "-tune", "animation", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
# VP9 for slow lines: half the frames, and smaller.
VP9 = ["-vf", "scale=854:480", "-r", "12", "-c:v", "libvpx-vp9", "-b:v", "0", "-crf", "42", "-g", "120"]
VP9 += ["-deadline", "good", "-cpu-used", "6", "-row-mt", "1", "-pix_fmt", "yuv420p"]
AAC = ["-c:a", "aac", "-b:a", "32k", "-ac", "1", "-ar", "24000"]
OPUS = ["-c:a", "libopus", "-b:a", "24k", "-ac", "1", "-application", "voip"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a film is encoded: frames a second, size (1.0 is 1280 by 720), H.264's rate factor (more is smaller)."""

    rate: int
    scale: float = 1.0
    factor: int = 33


def encode_film(
    frames: Iterable[bytes], sound: Path, shape: Shape, *, mp4: Path, webm: Path | None, told: Callable[[int], None]
) -> None:
    """The film stands at `mp4` (H.264, AAC) and, 854 by 480 at 12 frames a second, at `webm` (VP9, Opus) if asked for.

    `told` hears of every frame.
    """
    size = f"{round(WIDE * shape.scale)}x{round(HIGH * shape.scale)}"
    pixels = ["-f", "rawvideo", "-pix_fmt", "bgra", "-s", size, "-r", str(shape.rate), "-i", "pipe:0"]
    both = ["-map", "0:v", "-map", "1:a", *PLAIN]
    h264 = [*H264, "-crf", str(shape.factor), "-g", str(shape.rate * 5), *AAC, "-shortest", str(mp4)]
    vp9 = [*both, *VP9, *OPUS, "-shortest", str(webm)] if webm else []
    asked = [program("ffmpeg"), "-v", "error", "-y", *pixels, "-i", str(sound), *both, *h264, *vp9]
    process = subprocess.Popen(asked, stdin=subprocess.PIPE)  # noqa: S603
    if process.stdin is None:
        raise FilmError("ffmpeg takes no frames")
    for number, frame in enumerate(frames, start=1):
        process.stdin.write(frame)
        told(number)
    process.stdin.close()
    if process.wait():
        raise FilmError("ffmpeg could not make the film")


def encode_sound(sound: Path, audio: Path) -> None:
    """The sound alone stands at `audio` as AAC, small enough for a slow line (about 0.3 MB for two minutes)."""
    small = ["-c:a", "aac", "-b:a", "24k", "-ac", "1", "-ar", "24000", "-movflags", "+faststart"]
    run("ffmpeg", ["-v", "error", "-y", "-i", str(sound), *PLAIN, *small, str(audio)])
