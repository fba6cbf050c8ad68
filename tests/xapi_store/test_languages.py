"""Which language a reader gets, map by map."""

import pytest

from xapi_store.form.languages import ANYTHING, Range, one_of, read

TEXTS = {"de": "Beispiel", "en-US": "example", "en-GB": "example, British", "fr-CH": "exemple", "zh-Hant": "例"}


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("en-GB", "en-GB"),
        ("EN-gb", "en-GB"),
        ("en", "en-US"),
        ("fr", "fr-CH"),
        ("zh-Hant-TW", "zh-Hant"),
        ("de-CH-1996, en", "en-US"),
        ("de-CH-1996, it", "de"),
        ("it, fr-CA, de-CH", "de"),
        ("de-CH, *;q=0.5", "de"),
        ("fr-CA, it", "fr-CH"),
        ("fr;q=0.5, en-GB;q=0.9, de;q=0.1", "en-GB"),
        ("fr, en-GB", "fr-CH"),
        ("it, *;q=0.5", "de"),
        ("it, fr;q=0.2, *;q=0.5", "de"),
        ("*;q=0.1, fr;q=0.2", "fr-CH"),
        ("en, en-US;q=0", "en-GB"),
        ("en;q=0.9, en-US;q=0.3, fr;q=0.5", "en-GB"),
        ("de;q=0, it", "en-US"),
        ("de;q=0, en;q=0.0, *", "fr-CH"),
        ("e", "de"),
        ("it", "de"),
        ("*;q=0", "de"),
        ("", "de"),
        (None, "de"),
    ],
)
def test_the_language_that_suits_best_is_chosen(header: str | None, tag: str) -> None:
    assert one_of(TEXTS, read(header)) == {tag: TEXTS[tag]}


def test_a_plain_language_suits_its_plain_wish_best() -> None:
    texts = {"en-US": "color", "en": "colour"}
    assert one_of(texts, read("en")) == {"en": "colour"}
    assert one_of(texts, read("en-US")) == {"en-US": "color"}


def test_a_map_without_choice_is_given_as_it_is() -> None:
    assert one_of({}, read("de")) == {}
    assert one_of({"fr": "un"}, read("fr;q=0, de")) == {"fr": "un"}
    assert one_of({"fr": "un", "de": "eins"}, ANYTHING) == {"fr": "un"}


def test_a_header_is_read_in_the_order_of_its_wishes_and_what_is_no_wish_is_passed_over() -> None:
    assert read(" de ; q=0.5 ,EN-gb, !!, fr;q=2, it;q=0.1234, *;q=0,") == (
        Range("en-gb", 1.0),
        Range("de", 0.5),
        Range("*", 0.0),
    )
    assert len(read(",".join(["de"] * 5000))) == 100
