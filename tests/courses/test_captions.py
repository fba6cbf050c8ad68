"""Every film that is built has a caption for every sentence that is spoken, at the time when it is spoken."""

import re
from pathlib import Path

import pytest

from courses import built_films
from courses.built_films import Film
from courses.syllabus import Video
from tests import builders
from tests.courses import every_kind

CUE = re.compile(
    r"(?:(\d+):)?(\d\d):(\d\d)\.(\d{3}) --> (?:(\d+):)?(\d\d):(\d\d)\.(\d{3})[^\n]*\n(.*?)(?:\n\n|\Z)", re.S
)
NEAR = 500  # milliseconds by which a caption may come early or stay


def cues(vtt: str) -> list[tuple[int, int, str]]:
    """Each caption: begins, ends (milliseconds), words in one line."""
    found = []
    for *times, words in CUE.findall(vtt):
        hours, minutes, seconds, rest = (int(part or 0) for part in times[:4])
        begins = ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
        hours, minutes, seconds, rest = (int(part or 0) for part in times[4:])
        ends = ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
        found.append((begins, ends, plain(words)))
    return found


def plain(words: str) -> str:
    """The words without marks of WebVTT, and with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", "", words).replace("&amp;", "&").split())


def without_caption(film: Film, media: Path) -> list[str]:
    """The sentences whose words are in no captions of about their time."""
    if "vtt" not in film.parts:
        return [sentence.text for scene in film.scenes for sentence in scene.sentences]
    shown = cues((media / film.parts["vtt"].name).read_text(encoding="utf-8"))
    missed = []
    for sentence in (each for scene in film.scenes for each in scene.sentences):
        meanwhile = [
            words for begins, ends, words in shown if begins >= sentence.starts - NEAR and ends <= sentence.ends + NEAR
        ]
        if plain(sentence.text) not in " ".join(meanwhile):
            missed.append(sentence.text)
    return missed


def built() -> list[tuple[str, Film, Path]]:
    """Every film of the shipped courses that is built, in each language of its course."""
    found = []
    for course in builders.the_catalogue().courses.values():
        media = (course.directory or Path("/nowhere")) / "media"
        steps = [step for module in course.modules for step in module.steps if isinstance(step, Video)]
        for step in steps:
            for language in course.languages or (course.language,):
                film = built_films.built(media, key=step.name, language=language)
                if film is not None:
                    found.append((f"{course.slug} {step.name} {language}", film, media))
    return found


def test_every_sentence_of_every_built_film_has_its_caption() -> None:
    assert {name: missed for name, film, media in built() if (missed := without_caption(film, media))} == {}


@pytest.mark.parametrize("spoilt", ["", "It asks for a list.", "00:06.500 --> 00:11.000"])
def test_a_sentence_without_its_caption_is_found(spoilt: str, tmp_path: Path) -> None:
    media = every_kind.written(tmp_path, film=True) / "media"
    captions = media / "v1" / "en.vtt"
    told = captions.read_text(encoding="utf-8")
    replaced = "00:01.000 --> 00:02.000" if "-->" in spoilt else ""
    captions.write_text(told.replace(spoilt, replaced) if spoilt else told, encoding="utf-8")
    film = built_films.built(media, key="v1", language="en")
    assert film is not None
    expected = {"": [], "It asks for a list.": ["It asks for a list."]}.get(spoilt, ["The adviser asks back."])
    assert without_caption(film, media) == expected
