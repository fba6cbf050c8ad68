"""A package speaks the language of its edition."""

import re
from dataclasses import replace

from courses.exports import static_pages
from courses.exports.edition import Edition
from courses.syllabus import Course
from lti_tool.pages import package_words


def shouted(text: str) -> str:
    """A language in which everything is loud."""
    return re.sub(r"%\(\w+\)s|\{\w+\}|(.)", lambda found: found[0].upper() if found[1] else found[0], text)


def test_every_word_of_ours_in_a_package_is_translated(course: Course) -> None:
    loud = Edition(course=course, language="en", address="https://tool.example", translate=shouted)
    pages = static_pages.pages(loud, record="alone")
    quiet = static_pages.pages(replace(loud, translate=str), record="alone")
    page = str(pages["m1/1.html"])
    for words in static_pages.WORDS.values():
        assert f'"{shouted(words)}"' in page
        assert shouted(words) not in str(quiet["m1/1.html"])
    assert "BACK TO THE OUTLINE" in "".join(each for each in pages.values() if isinstance(each, str))


def test_a_language_that_is_not_translated_yet_speaks_english() -> None:
    assert package_words.into("xx")("Question {number} of {of}") == "Question {number} of {of}"
    assert package_words.into("pt-BR") is package_words.into("pt-BR")
