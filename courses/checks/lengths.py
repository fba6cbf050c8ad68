"""Lengths: readings have words for the minutes they are given, films are neither too short nor too long."""

from collections.abc import Iterator

from courses.checks.place import in_module
from courses.checks.wording import words
from courses.errors import Fault
from courses.syllabus import Module, Reading, Video

WORDS_A_MINUTE, SLACK = 120, 0.20
# Calm speech for listeners in a second language, with the pauses between scenes.
WORDS_A_SECOND = 1.55
SHORTEST, LONGEST = 90, 120


def find(module: Module) -> Iterator[Fault]:
    """The readings and films of this module that are too short or too long."""
    for step in module.steps:
        if isinstance(step, Reading):
            pace = reading_words(step) / step.minutes
            if abs(pace - WORDS_A_MINUTE) > SLACK * WORDS_A_MINUTE:
                told = f"{pace:.0f} words for each minute; about {WORDS_A_MINUTE} are wanted (20 % more or less)"
                yield in_module(module, step.line, f"{step.code}: {told}")
        elif isinstance(step, Video):
            seconds = spoken_words(step) / WORDS_A_SECOND
            if not SHORTEST <= seconds <= LONGEST:
                told = f"{spoken_words(step)} words are about {seconds:.0f} seconds"
                yield in_module(module, step.line, f"{step.code}: {told}; a film lasts {SHORTEST} to {LONGEST}")


def reading_words(reading: Reading) -> int:
    """The words that a reader meets: titles, texts, and the questions in between with their answers."""
    text = sum(words(section.title) + words(section.html) for section in reading.sections)
    asked = sum(words(each.stem) + sum(words(option.text) for option in each.options) for each in reading.questions)
    return text + asked


def spoken_words(film: Video) -> int:
    """The words that are spoken in a film."""
    return sum(words(scene.narration) for scene in film.scenes)
