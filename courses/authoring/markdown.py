"""Markdown made safe, and its words alone."""

import re
import unicodedata

from markdown_it import MarkdownIt

from courses.clean_html import clean

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
RAW_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(\s[^<>]*)?/?>|<!--")
CODE = re.compile(r"`+[^`]*`+")
MARKUP = re.compile(r"[*_`\[\]\\&<>#~\n]")


def html(text: str) -> str:
    """Markdown as HTML: no HTML of the text's own, headings from level two, table heads marked for screen readers."""
    tokens = MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
        if token.type == "th_open":
            token.attrSet("scope", "col")
    rendered: str = MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})
    return clean(rendered)


def plain(text: str) -> str:
    """The words of a piece of Markdown on one line, without its marks."""
    if not MARKUP.search(text):
        return text.strip()
    pieces = []
    for token in MARKDOWN.parse(text):
        inside = token.children or ()
        pieces += [" " if inner.type in ("softbreak", "hardbreak") else inner.content for inner in inside]
        if token.type == "inline":
            pieces.append(" ")
    # A non-breaking space (French puts one before a colon) stays what it is.
    return re.sub(r"[ \t\r\n]+", " ", "".join(pieces)).strip(" ")


def slug(title: str) -> str:
    """A title as it can stand in an address."""
    bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-") or "part"


def has_raw_html(line: str) -> bool:
    """Whether a line of text holds HTML of its own (a link in angle brackets is none, nor is code)."""
    return "<" in line and RAW_HTML.search(CODE.sub("", line)) is not None
