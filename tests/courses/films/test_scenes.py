"""The scenes: every one of the shipped films can be drawn, and a mistake in a scene file is told."""

from pathlib import Path

import pytest

import courses
from courses.films.drawing.figures import Look
from courses.films.drawing.stage import Instant, check_scene, draw_scene, new_surface
from courses.films.errors import SceneInvalid
from courses.films.scene_files import read_cast, read_pictures

SCENES = Path(courses.__file__).parent / "content" / "oicf" / "scenes"
CAST = read_cast(SCENES / "cast.yaml", Look)
FILMS = tuple(f"v{number}" for number in range(1, 7))
INSTANT = Instant(now=11.0, length=16.0, spoken=((1.0, 4.0), (5.0, 8.0), (9.0, 14.0)))


@pytest.mark.parametrize("film", FILMS)
def test_every_scene_can_be_drawn_and_is_not_one_colour(film: str) -> None:
    for number, picture in enumerate(read_pictures(SCENES / f"{film}.yaml"), start=1):
        check_scene(picture, CAST, f"{film} {number}")
        surface = new_surface(0.125)
        draw_scene(surface.getCanvas(), picture, INSTANT, cast=CAST, words="Who needs old tiles, whole?")
        pixels = surface.makeImageSnapshot().tobytes()
        assert len({pixels[place : place + 4] for place in range(0, len(pixels), 4)}) > 100


def test_the_same_instant_is_drawn_the_same() -> None:
    assert frame(11.0) == frame(11.0)


def test_a_scene_moves() -> None:
    assert frame(11.0) != frame(12.0)


def frame(now: float) -> bytes:
    """The second film's first scene at this second."""
    surface = new_surface(0.25)
    instant = Instant(now=now, length=16.0, spoken=INSTANT.spoken)
    draw_scene(surface.getCanvas(), read_pictures(SCENES / "v2.yaml")[0], instant, cast=CAST)
    return bytes(surface.makeImageSnapshot().tobytes())


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("place: moon", "no place is called moon"),
        ("place: street\n  with: {lihgt: dawn}", "lihgt means nothing here"),
        ("place: street\n  parts: [{who: nobody, at: [1, 1]}]", "called nobody"),
        ("place: street\n  parts: [{who: nuala, at: [1, 1], mood: furious}]", "mood may be calm"),
        ("place: street\n  parts: [{what: mug, at: [1, 1], with: {size: 3}}]", "size means nothing here"),
        ("place: street\n  parts: [{what: mug, at: [1, 1], color: red}]", "color means nothing here"),
    ],
)
def test_what_a_scene_file_has_wrong_is_said(tmp_path: Path, written: str, told: str) -> None:
    path = tmp_path / "v9.yaml"
    path.write_text(f"scenes:\n- {written}\n", "utf-8")
    with pytest.raises(SceneInvalid, match=told):
        check_all(path)


def check_all(path: Path) -> None:
    """Every scene of the file is checked."""
    for picture in read_pictures(path):
        check_scene(picture, CAST, path.name)


def test_moments_follow_the_sentences() -> None:
    assert INSTANT.moment() == pytest.approx(3.4)
    assert INSTANT.second(0.5) == 0.5
    assert INSTANT.second(2.5) == 6.5
    assert INSTANT.second(9) == 14.0
