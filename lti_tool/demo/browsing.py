"""A browser without a screen: it reads forms, frames and words, and keeps cookies."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import Cookie, DefaultCookiePolicy
from urllib.request import Request

import requests


@dataclass
class Form:
    """A form of a page: where it goes, what it carries."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """The forms, frames and words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.frames: list[str] = []
        self._words: list[str] = []
        self._select = ""

    def words(self) -> str:
        """What a person would read."""
        return " ".join(word for text in self._words for word in text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One more element is read."""
        given = {name: value or "" for name, value in attrs}
        if tag == "iframe":
            self.frames.append(given.get("src", ""))
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms and tag in ("input", "button", "select", "option", "textarea"):
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, given.get("name", "")
        if tag == "select":
            self._select = name
        elif tag == "option":
            if self._select and (self._select not in fields or "selected" in given):
                fields[self._select] = given.get("value", "")
        elif name and self._successful(given, fields):
            fields[name] = given.get("value", "on" if given.get("type") == "checkbox" else "")

    def _successful(self, given: dict[str, str], fields: dict[str, str]) -> bool:
        """Whether a browser would send this control; of several buttons it sends the first."""
        kind = given.get("type", "")
        if kind in ("checkbox", "radio"):
            return "checked" in given
        return given.get("name", "") not in fields and kind not in ("button", "reset", "file")

    def handle_data(self, data: str) -> None:
        """Some more words are read."""
        self._words.append(data)


def read(text: str) -> Page:
    """The page of this HTML."""
    page = Page()
    page.feed(text)
    return page


class _Cookies(DefaultCookiePolicy):
    """Secure cookies of a plain http site are kept and sent: browsers do so for loopback addresses."""

    def set_ok(self, cookie: Cookie, request: Request) -> bool:
        """Whether the cookie is kept; over http it is kept as one that may travel there."""
        cookie.secure = cookie.secure and request.type != "http"
        return super().set_ok(cookie, request)


def browser() -> requests.Session:
    """A browser that nobody has used yet."""
    opened = requests.Session()
    opened.cookies.set_policy(_Cookies())
    return opened
