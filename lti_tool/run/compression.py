"""Text travels compressed (gzip, RFC 9110 8.4.1), where the browser takes it and nothing secret can be guessed by it.

A page holds its visitor's form token. Were another site able to have its own words repeated in that page, then the
length of the compressed page would tell, guess by guess, what the token is (BREACH). So a page that another site
asked for with words in the address, and a refusal (which may repeat the address), are sent as they are.
"""

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.security import safe_join

PAGE = "text/html"
TEXTS = frozenset({PAGE, "text/css", "text/javascript", "text/vtt", "image/svg+xml"})
LEAST = 512  # bytes; below that nothing is won
OWN_SITE = frozenset({"same-origin", "same-site", "none"})


def register(app: Flask) -> None:
    """Every text that this application answers is compressed from now on, as the last that is done to it."""
    app.after_request_funcs.setdefault(None, []).insert(0, _compressed)


def _compressed(answer: Response) -> Response:
    if answer.mimetype not in TEXTS or answer.status_code != 200 or "Content-Encoding" in answer.headers:
        return answer
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or request.method != "GET" or _could_be_guessed(answer):
        return answer
    if answer.direct_passthrough:
        return _of_file(answer)
    content = answer.get_data()
    if len(content) >= LEAST:
        answer.set_data(gzip.compress(content, compresslevel=5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _could_be_guessed(answer: Response) -> bool:
    """Whether another site may have put words of its own into this page."""
    strange = request.headers.get("Sec-Fetch-Site", "cross-site") not in OWN_SITE
    return answer.mimetype == PAGE and bool(request.query_string) and strange


def _of_file(answer: Response) -> Response:
    """A style sheet or script of ours: compressed once for as long as the file stays as it is."""
    name = (request.view_args or {}).get("filename")
    home = Path(__file__).resolve().parents[1] / "static"
    path = safe_join(str(home), name) if request.endpoint == "static" and name else None
    if path is None:
        return answer
    content = _file(path, Path(path).stat().st_mtime_ns)
    answer.close()  # the open file, which nobody reads now
    answer.response, answer.direct_passthrough = [content], False
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Length"] = str(len(content))
    mark, _ = answer.get_etag()
    if mark:
        answer.set_etag(mark, weak=True)  # the same file, in other bytes
    return answer


@lru_cache(maxsize=128)
def _file(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), compresslevel=9, mtime=0)
