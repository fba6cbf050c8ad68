"""Switching a running demo LMS from outside, as its administrator does on the page."""

from collections.abc import Iterable

import requests

ADMINISTRATOR = "401"
SECONDS = 30


def switch(
    address: str, *, faults: Iterable[str] = (), places: Iterable[str] = (), temper: str = "plain", **seconds: float
) -> None:
    """The LMS at this address has these faults and no others; see `Fault`, `Place` and `Temper` for the words.

    `seconds` may name slow_seconds, skew_seconds and token_leeway. requests.HTTPError where a word is unknown.
    """
    _post(address, "/faults", {"fault": list(faults), "place": list(places), "temper": temper, **seconds})


def back_to_normal(address: str) -> None:
    """The LMS at this address behaves."""
    _post(address, "/faults/none", {})


def _post(address: str, path: str, form: dict[str, object]) -> None:
    with requests.Session() as browser:
        browser.post(f"{address}/be", data={"person": ADMINISTRATOR}, timeout=SECONDS).raise_for_status()
        browser.post(address + path, data=form, timeout=SECONDS).raise_for_status()
