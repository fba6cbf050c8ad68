"""In which form a refusal is told: what the reader likes best of JSON, plain text and HTML (xAPI Communication 3.2)."""

import json
import re
from collections.abc import Mapping
from html import escape

from xapi_store.api.exchange import Answer

_JSON, _PLAIN, _HTML = "application/json", "text/plain", "text/html"
_QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def in_best_form(answer: Answer, accept: str | None) -> Answer:
    """A refusal in the form that this Accept header likes best, JSON where it does not matter; others as they are."""
    if answer.status < 400 or not answer.body or not accept:
        return answer
    wishes = _wishes(accept)
    best = max((_JSON, _PLAIN, _HTML), key=lambda kind: _liking(kind, wishes))
    if best == _JSON:
        return answer
    sentence = str(json.loads(answer.body)["error"])
    page = f"<!doctype html><title>{answer.status}</title><p>{escape(sentence)}</p>" if best == _HTML else sentence
    return Answer(answer.status, page.encode(), f"{best}; charset=utf-8", answer.headers)


def _wishes(accept: str) -> dict[str, float]:
    """How much each media range is liked, from 1 to 0 (RFC 7231, 5.3.2)."""
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *options = (each.strip() for each in part.split(";"))
        weights = [weight for each in options if (weight := _QUALITY.fullmatch(each))]
        found[kind] = float(weights[0][1]) if weights else 1.0
    return found


def _liking(kind: str, wishes: Mapping[str, float]) -> float:
    """The nearest range speaks for the kind."""
    family = kind.partition("/")[0]
    return next((wishes[each] for each in (kind, f"{family}/*", "*/*") if each in wishes), 0.0)
