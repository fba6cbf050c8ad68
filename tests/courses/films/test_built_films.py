"""The films in the repository are the films of the scripts in the repository."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import courses
from courses.films.course_films import scripts_of
from courses.films.record import pictures_fingerprint
from courses.films.scripts import Script, sentences_of
from tests.builders import the_catalogue
from tests.courses.films.test_scripts import cues_of

OICF = Path(courses.__file__).parent / "content" / "oicf"
# In its own language the course has every film; in another one, those that somebody has built.
SCRIPTS = [
    script
    for script in scripts_of(the_catalogue().course("oicf"))
    if script.language == "en" or (OICF / "media" / script.name / f"{script.language}.json").is_file()
]
FILMS = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"{script.name}.{script.language}")


def record_of(script: Script) -> dict[str, Any]:
    path = OICF / "media" / script.name / f"{script.language}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_the_course_has_its_six_films() -> None:
    assert [script.name for script in SCRIPTS if script.language == "en"] == [f"v{number}" for number in range(1, 7)]


@FILMS
def test_a_film_was_built_from_its_script_as_it_stands(script: Script) -> None:
    told = "the script was changed: animateur course build-videos"
    assert record_of(script)["script_sha256"] == script.fingerprint(), told


@FILMS
def test_a_film_was_built_from_its_pictures_as_they_stand(script: Script) -> None:
    told = "a scene file or the cast was changed: animateur course build-videos"
    assert record_of(script)["pictures_sha256"] == pictures_fingerprint(OICF / "scenes", script.name), told


@FILMS
def test_all_files_of_a_film_are_there_unchanged_and_small(script: Script) -> None:
    folder = OICF / "media" / script.name
    files = record_of(script)["files"]
    assert {f"{script.language}.{kind}" for kind in ("mp4", "webm", "m4a", "vtt", "described.mp4")} <= set(files)
    for name, file in files.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"], name
    assert files[f"{script.language}.m4a"]["bytes"] < 400_000
    assert sum(file["bytes"] for file in files.values()) < 6_000_000


@FILMS
def test_captions_are_the_words_of_the_script_in_order(script: Script) -> None:
    text = (OICF / "media" / script.name / f"{script.language}.vtt").read_text("utf-8")
    said = " ".join(cue[2] for cue in cues_of(text)).replace("&amp;", "&")
    assert said == " ".join(" ".join(scene.spoken.split()) for scene in script.scenes)


@FILMS
def test_times_rise_within_the_film_and_the_pause_stands_between_two_scenes(script: Script) -> None:
    record = record_of(script)
    edges = [edge for one in record["sentences"] for edge in (one["start"], one["end"])]
    assert edges == sorted(edges)
    assert edges[-1] < record["duration"]
    assert len(record["sentences"]) == sum(len(sentences_of(scene.spoken)) for scene in script.scenes)
    before, after = record["scenes"][script.pause - 1 : script.pause + 1]
    assert before["start"] < record["pause"] < after["start"]


@FILMS
def test_credits_name_the_voice_and_the_licence(script: Script) -> None:
    record = record_of(script)
    assert record["licence"] == "CC-BY-4.0"
    assert "synthetic" in record["credits"] or record["voice"]["licence"] == "CC-BY-4.0"
    assert "invented" in record["credits"]


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@FILMS
def test_the_real_films_are_as_long_as_their_record_says(script: Script) -> None:
    record, folder = record_of(script), OICF / "media" / script.name
    for kind, length in (
        ("mp4", record["duration"]),
        ("webm", record["duration"]),
        ("m4a", record["duration"]),
        ("described.mp4", record["described"]["duration"]),
    ):
        asked = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
        told = subprocess.run([*asked, str(folder / f"{script.language}.{kind}")], capture_output=True, check=True)
        assert float(told.stdout) == pytest.approx(length, abs=0.15), kind


@FILMS
def test_a_film_takes_a_minute_and_a_half_to_two(script: Script) -> None:
    assert 90 <= record_of(script)["duration"] <= 120
