"""What a page says, as somebody reads it who knows only the pseudo-locale: every word that they do not understand."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.languages.pseudo import CLOSE, OPEN, TAG

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
# What is in no human language, or told by the browser: scripts, code, keys of the keyboard, times (rewritten there).
UNREAD = frozenset({"script", "style", "code", "kbd", "time", "textarea", "pre"})
READ_OUT = frozenset({"title", "alt", "aria-label", "aria-description", "placeholder", "label"})
# Data that scripts use as they are: addresses, keys, forms of a value.
FOR_SCRIPTS = re.compile(r"data-(as|report|token|whose|language|knots|way|key|url|step|draft|reply|copy|shelf)$")
BRACKETED = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
WORD = re.compile(r"[A-Za-z]{2,}")
FORMAL = re.compile(r"https?://\S+|[\w.+-]+@[\w.-]+|/[\w./<>-]+|\b[A-Z][\w-]*\d[\w.-]*|\b\w*_\w+|\b[0-9a-f-]{8,}\b")


@dataclass
class Reader(HTMLParser):
    """Collects what cannot be understood: words outside brackets, in parts that are in no other language by `lang`."""

    known: tuple[str, ...] = ()
    strange: list[str] = field(default_factory=list)
    stack: list[tuple[str, bool]] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A part begins; what its attributes say is read, unless it is in another language."""
        given = {name: value or "" for name, value in attrs}
        other = given.get("lang", TAG) != TAG or given.get("translate") == "no"
        silent = (self.stack[-1][1] if self.stack else False) or other or tag in UNREAD
        if tag not in VOID:
            self.stack.append((tag, silent))
        if not silent:
            self._attributes(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """The part ends."""
        while self.stack and tag in [name for name, _ in self.stack] and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Text of a part."""
        if not (self.stack and self.stack[-1][1]):
            self.held.append(data)

    def _attributes(self, tag: str, given: dict[str, str]) -> None:
        for name, value in given.items():
            button = name == "value" and tag == "input" and given.get("type") in ("submit", "button")
            told = name.startswith("data-") and not FOR_SCRIPTS.fullmatch(name) and " " in value
            if name in READ_OUT or button or told:
                self.held.append(f"\n{value}\n")

    def all(self) -> list[str]:
        """Every line with a strange word in it."""
        text = "".join(self.held)
        for each in sorted(self.known, key=len, reverse=True):
            text = text.replace(each, "")
        while (less := BRACKETED.sub("", text)) != text:
            text = less
        lines = [FORMAL.sub(" ", line).strip() for line in text.split("\n")]
        return list(dict.fromkeys(line for line in lines if WORD.search(line)))


def strange(page: str, known: tuple[str, ...] = ()) -> list[str]:
    """What somebody who speaks only the pseudo-locale finds on the page and does not understand."""
    reader = Reader(known=known)
    reader.feed(page)
    return reader.all()
