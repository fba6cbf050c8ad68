"""What travels: compressed where that is safe, and kept by the browser where its address says that it cannot change."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.run.static_files import mark_of
from tests import walking
from xapi_store.database import Database

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def browser(database: Database, database_url: str) -> FlaskClient:
    """Anybody's browser."""
    house: Flask = walking.a_house(database_url)
    house.extensions["database"].close()
    house.extensions["database"] = database
    return house.test_client()


def test_a_page_is_the_same_compressed_and_a_fraction_as_long(browser: FlaskClient) -> None:
    plain, short = browser.get("/accessibility"), browser.get("/accessibility", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert short.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(short.data) == plain.data
    assert int(short.headers["Content-Length"]) == len(short.data) < len(plain.data) / 2
    assert {answer.headers["Vary"] for answer in (plain, short)} >= {"Accept-Encoding"}


@pytest.mark.parametrize(
    ("site", "query", "compressed"),
    [("cross-site", "", True), ("same-origin", "?q=x", True), ("cross-site", "?q=x", False), (None, "?q=x", False)],
)
def test_what_another_site_put_into_an_address_is_not_compressed(
    site: str | None, query: str, compressed: bool, browser: FlaskClient
) -> None:
    headers = {**GZIP, **({"Sec-Fetch-Site": site} if site else {})}
    assert ("Content-Encoding" in browser.get(f"/verify{query}", headers=headers).headers) is compressed


def test_a_refusal_and_a_picture_are_sent_as_they_are(browser: FlaskClient) -> None:
    assert "Content-Encoding" not in browser.get("/nothing-here", headers=GZIP).headers
    assert "Content-Encoding" not in browser.get("/healthz", headers=GZIP).headers


def test_style_sheets_are_kept_for_a_year_below_a_mark_that_changes_with_them(browser: FlaskClient) -> None:
    found = re.search(r'href="(/static/at-([0-9a-f]{12})/css/parts.css)"', browser.get("/").text)
    assert found is not None
    answer = fetched(browser, found[1], **GZIP)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(answer.data) == fetched(browser, "/static/css/parts.css").data
    again = fetched(browser, found[1], **GZIP, **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = fetched(browser, found[1].replace(found[2], "000000000000"))
    assert (other.status_code, other.headers["Cache-Control"]) == (200, "public, max-age=3600")


def fetched(browser: FlaskClient, path: str, **headers: str) -> TestResponse:
    """The answer, read to its end, with its file closed."""
    answer = browser.get(path, headers=headers, buffered=True)
    answer.close()
    return answer


def test_a_mark_changes_with_a_files_content_and_with_its_name(tmp_path: Path) -> None:
    folder = tmp_path
    marks = []
    for name, content in (("a.css", "1"), ("a.css", "2"), ("b.css", "2")):
        (folder / name).write_text(content)
        marks.append(mark_of(folder))
    assert len(set(marks)) == 3
