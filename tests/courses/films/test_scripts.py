"""Scripts, their sentences and times, and the text tracks made of them: nothing here draws or speaks."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from courses.films import captions
from courses.films.errors import FilmError
from courses.films.scripts import make, sentences_of
from courses.films.sound import laid_out, seconds_of
from courses.films.timing import Timing, plan
from courses.films.voices import RATE, pronounced

SCRIPT = make(
    name="v9",
    language="en",
    title="Case V9: The long way",
    firm="Two & Sons, 9 people (invented)",
    pause=1,
    scenes=[
        ("A street.", "At five", "Every morning at five, Nuala begins. Who asks? Nobody."),
        ("A wall.", "", "She answers: 3 rules <or 4>. It works."),
    ],
)
LENGTHS = [[3.0, 1.0, 0.8], [2.5, 1.2]]


def the_plan() -> Timing:
    return plan(SCRIPT, LENGTHS)


def test_a_text_falls_into_sentences_and_no_word_is_lost() -> None:
    text = "We saw 3.5 tiles. “Who?” she asked. He wrote to Rebeka alone. Échange oui! And then… Nothing."
    assert sentences_of(text) == [
        "We saw 3.5 tiles.", "“Who?” she asked.", "He wrote to Rebeka alone.", "Échange oui!", "And then…", "Nothing.",
    ]  # fmt: skip
    assert " ".join(sentences_of(text)) == text


def test_the_number_of_a_case_and_remarks_in_brackets_stay_out_of_the_picture() -> None:
    assert (SCRIPT.title, SCRIPT.firm) == ("The long way", "Two & Sons, 9 people")


def test_every_sentence_has_an_id_that_names_its_scene() -> None:
    assert [one.id for number in (0, 1) for one in SCRIPT.sentences(number)] == ["s1-1", "s1-2", "s1-3", "s2-1", "s2-2"]


def test_another_word_is_another_fingerprint() -> None:
    changed = replace(SCRIPT, scenes=(SCRIPT.scenes[0], replace(SCRIPT.scenes[1], seen="A door.")))
    assert changed.fingerprint() != SCRIPT.fingerprint()
    assert replace(SCRIPT).fingerprint() == SCRIPT.fingerprint()


def test_times_rise_and_a_sentence_is_as_long_as_its_speech() -> None:
    timing = the_plan()
    edges = [edge for cue in timing.cues for edge in (cue.start, cue.end)]
    assert edges == sorted(edges)
    assert [round(cue.end - cue.start, 3) for cue in timing.cues] == [3.0, 1.0, 0.8, 2.5, 1.2]
    assert timing.scenes[0].end == timing.scenes[1].start < timing.end


def test_the_film_stops_after_its_scene_is_spoken_and_before_the_next_is_shown() -> None:
    timing = the_plan()
    assert timing.scenes[0].cues[-1].end < timing.pause < timing.scenes[1].start


def test_in_the_described_version_nobody_speaks_into_a_description() -> None:
    timing = plan(SCRIPT, LENGTHS, descriptions=[4.0, 6.0])
    for scene in timing.scenes:
        assert scene.described is not None
        assert scene.start < scene.described[0] < scene.described[1] < scene.cues[0].start
    assert timing.end == pytest.approx(the_plan().end + 10, abs=1.5)


def test_captions_say_exactly_what_is_spoken_in_order() -> None:
    said = " ".join(text for _, _, text in cues_of(captions.captions(the_plan())))
    assert said == " ".join(scene.spoken for scene in SCRIPT.scenes).replace("<", "&lt;").replace(">", "&gt;")


def test_no_caption_reaches_into_the_next() -> None:
    cues = cues_of(captions.captions(the_plan()))
    assert all(first[1] < second[0] for first, second in pairwise(cues))


def test_chapters_are_called_by_the_words_on_the_screen_or_the_first_sentence() -> None:
    cues = cues_of(captions.chapters(SCRIPT, the_plan()))
    assert [text for _, _, text in cues] == ["At five", "She answers: 3 rules &lt;or 4&gt;."]


def test_a_clock_shows_hours_minutes_and_thousandths() -> None:
    assert captions.clock(3723.0045) == "01:02:03.004"


def test_speech_stands_at_its_second_and_the_track_is_as_long_as_the_film() -> None:
    loud = b"\x01\x00" * RATE
    track = laid_out([(1.0, loud), (3.0, loud)], 5.0)
    assert seconds_of(track) == 5.0
    heard = [track[second * RATE * 2 + 2] for second in range(5)]
    assert heard == [0, 1, 0, 1, 0]


def test_speech_that_overlaps_is_refused() -> None:
    with pytest.raises(FilmError, match=r"1\.5 s"):
        laid_out([(1.0, b"\x01\x00" * RATE), (1.5, b"\x01\x00" * RATE)], 5.0)


def test_names_are_spoken_as_the_list_says_and_only_whole_words() -> None:
    assert pronounced("Teun and Teunis", {"Teun": "Tern"}) == "Tern and Teunis"


def cues_of(vtt: str) -> list[tuple[str, str, str]]:
    """Start, end and text of every cue."""
    found = re.findall(r"(\d\d:\d\d:\d\d\.\d{3}) --> (\d\d:\d\d:\d\d\.\d{3})\n(.+)", vtt)
    return [(start, end, text) for start, end, text in found]
