"""A second wall behind Markdown: of a text made to HTML, only what a course needs is left.

Markdown is read with HTML switched off, so nothing should ever be taken away here; should a reader of Markdown err one
day, no script, form, frame or foreign picture of an author gets through all the same.
"""

import re

import nh3

TAGS = frozenset(
    {
        *("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre"),
        *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
)
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}, "th": {"scope"}}
SCHEMES = frozenset({"http", "https", "mailto"})
# A file of the course itself, or of this site: never one of another site, which would learn who reads here.
NEAR = re.compile(r"(?![a-zA-Z][a-zA-Z0-9+.-]*:)(?!//)(?!\\)[^\s]+")


def clean(html: str) -> str:
    """The text with nothing but headings, paragraphs, lists, tables, links, and pictures of its own course."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_near,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def _near(tag: str, name: str, value: str) -> str | None:
    """The attribute's value; None takes it away."""
    return None if tag == "img" and name == "src" and not NEAR.fullmatch(value) else value
