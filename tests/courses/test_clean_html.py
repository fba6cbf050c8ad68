"""The second wall behind Markdown."""

import pytest

from courses.authoring.markdown import html
from courses.clean_html import clean


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', "<a>a</a>"),
        ('<form action="/operator"><input name="a"></form>', ""),
        ('<iframe src="https://evil.example"></iframe>', ""),
        ('<img src="https://evil.example/x.png" alt="a">', '<img alt="a">'),
        ('<img src="//evil.example/x.png" alt="a">', '<img alt="a">'),
        ('<img src="data:image/svg+xml,x" alt="a">', '<img alt="a">'),
        ('<td style="position:fixed">a</td>', "a"),
    ],
)
def test_what_could_do_harm_is_taken_away(given: str, left: str) -> None:
    assert clean(given) == left


def test_what_authors_write_passes_unharmed() -> None:
    text = (
        "## A head\n\nSome *words*, **more**, `code` & “quotes”.\n\n3. one\n4. two\n\n"
        "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"
        "> said\n\n[a file](media/cases.csv) [a site](https://example.org/?a=1&b=2) ![a picture](media/x.png)\n"
    )
    made = html(text)
    for part in (
        *("<h2>A head</h2>", "<em>words</em>", "<code>code</code>", '<ol start="3">', '<th scope="col">a</th>'),
        *(
            '<a href="media/cases.csv">',
            'href="https://example.org/?a=1&amp;b=2"',
            '<img src="media/x.png" alt="a picture">',
        ),
    ):
        assert part in made
