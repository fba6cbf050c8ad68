"""Several contents in one body, both ways, byte for byte."""

import string
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xapi_store.errors import AttachmentRefused
from xapi_store.form import multipart
from xapi_store.form.multipart import Kept, Part, parse, write

# The boundary of the specification's example shows every kind of character (xAPI Communication 1.5.2).
BOUNDARY = "abcABC0123'()+_,-./:=?"
TYPE = f'multipart/mixed; boundary="{BOUNDARY}"'
LINE = f"--{BOUNDARY}\r\n".encode()
END = f"--{BOUNDARY}--\r\n".encode()

QUICK = settings(max_examples=150, derandomize=True, deadline=None, database=None)
PIECES = st.lists(st.sampled_from([b"\r\n", b"\r", b"\n", b"--b", b"--", b"b", b"X", b" ", b"\0\xff", b":"])).map(
    b"".join
)


def contents(body: bytes, content_type: str = TYPE) -> list[bytes]:
    return [part.content for part in parse(content_type, body)]


@pytest.mark.parametrize(
    "content_type",
    [
        TYPE,
        f"Multipart/Mixed;charset=utf-8 ; BOUNDARY={BOUNDARY}",
        f'multipart/mixed; boundary="{BOUNDARY}"; x="a;b\\"c"',
        f"multipart/mixed; boundary={BOUNDARY};",
    ],
)
def test_the_boundary_is_found_in_the_content_type_quoted_or_not(content_type: str) -> None:
    assert multipart.boundary_of(content_type) == BOUNDARY


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/mixed",
        "multipart/mixed;",
        "multipart/mixed; boundary=",
        'multipart/mixed; boundary="abc',
        "multipart/mixed; boundary=a; boundary=b",
        f"multipart/mixed; boundary={'a' * 71}",
        'multipart/mixed; boundary="ends with blank "',
        "multipart/mixed; boundary=ümlaut",
        f"multipart/mixed; {';' * 5000}",
        "multipart/form-data; boundary=abc",
        "application/json",
        "",
    ],
)
def test_a_content_type_without_one_good_boundary_is_refused(content_type: str) -> None:
    with pytest.raises(AttachmentRefused, match=r"content type|multipart/mixed"):
        parse(content_type, LINE + b"\r\n\r\n" + END)


def test_parts_come_with_their_headers_in_small_letters() -> None:
    body = LINE + b"Content-Type:application/json\r\n\r\n{}\r\n" + LINE + b"X-A: 1 \r\nx-b:\t\r\n\r\n\xff\r\n" + END
    assert parse(TYPE, body) == [
        Part({"content-type": "application/json"}, b"{}"),
        Part({"x-a": "1", "x-b": ""}, b"\xff"),
    ]


def test_folded_headers_are_joined() -> None:
    body = LINE + b"X-Experience-API-Hash:\r\n 4953\r\nContent-Type: text/plain;\r\n\tcharset=ascii\r\n\r\n\r\n" + END
    assert parse(TYPE, body)[0].headers == {
        "x-experience-api-hash": "4953",
        "content-type": "text/plain; charset=ascii",
    }


def test_what_stands_before_the_first_and_after_the_last_boundary_is_left_out() -> None:
    inner = LINE + b"\r\nhello\r\n" + END
    assert contents(b"\r\n" + inner) == [b"hello"]
    assert contents(b"This is multipart.\r\n" + inner + b"the end\r\n" + LINE + b"\r\nno part") == [b"hello"]
    assert contents(inner.removesuffix(b"\r\n")) == [b"hello"]


def test_a_boundary_line_may_end_with_blanks() -> None:
    assert contents(b"--b \t\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--  \r\n", "multipart/mixed; boundary=b") == [
        b"one",
        b"two",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"\n--" + BOUNDARY.encode() + b"\n",
        b"x--" + BOUNDARY.encode() + b"\r\n",
        b"a\r\n--" + BOUNDARY.encode() + b"X\r\nb",
        b"a\r\n--" + BOUNDARY.encode() + b"--X\r\nb",
        b"a\r\n--" + BOUNDARY.encode() + b" X",
        b"a\r\n-" + BOUNDARY.encode() + b"\r\n",
        b"\r\n--\r\n--\r",
    ],
)
def test_content_that_only_looks_like_a_boundary_stays_content(content: bytes) -> None:
    assert contents(LINE + b"\r\n" + content + b"\r\n" + END) == [content]


def test_a_part_may_be_headers_alone_or_nothing_at_all() -> None:
    assert parse(TYPE, LINE + b"A: b\r\n\r\n" + END) == [Part({"a": "b"}, b"")]
    assert parse(TYPE, LINE + b"\r\n" + LINE + END) == [Part({}, b""), Part({}, b"")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "lacks the boundary"),
        (b"--other\r\n\r\nx\r\n--other--\r\n", "lacks the boundary"),
        (LINE.replace(b"\r\n", b"\n") + b"\nx\n" + END.replace(b"\r\n", b"\n"), "CRLF"),
        (LINE + b"\r\nx\r\n", "closing"),
        (LINE + b"\r\nx\r\n" + LINE.strip(), "closing"),
        (END, "no parts"),
        (LINE + b"A: b\r\n" + END, "empty line"),
        (LINE + b"no colon\r\n\r\nx\r\n" + END, "malformed header"),
        (LINE + b" A: b\r\n\r\nx\r\n" + END, "malformed header"),
        (LINE + b"A: b\0\r\n\r\nx\r\n" + END, "malformed header"),
        (LINE + b"A: b\nC: d\r\n\r\nx\r\n" + END, "malformed header"),
        (LINE + b"A: \xff\r\n\r\nx\r\n" + END, "not UTF-8"),
        (LINE + b"A: b\r\na: c\r\n\r\nx\r\n" + END, "twice"),
        (LINE + b"A: " + b"b" * 20_000 + b"\r\n\r\nx\r\n" + END, "empty line"),
        ((LINE + b"\r\n\r\n") * (multipart.MOST_PARTS + 1) + END, "more than"),
    ],
)
def test_a_malformed_body_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(AttachmentRefused, match=reason):
        parse(TYPE, body)


@QUICK
@given(st.lists(PIECES, min_size=1, max_size=5), st.booleans())
def test_what_is_written_is_read_back_to_the_byte(written: list[bytes], one_letter: bool) -> None:
    parts = [Part({"content-type": "text/plain", "n": str(n)}, each) for n, each in enumerate(written)]
    boundary = "b" if one_letter and not any(b"b" in each for each in written) else multipart.choose_boundary(written)
    assert parse(f"multipart/mixed; boundary={boundary}", write(parts, boundary)) == parts


@QUICK
@given(PIECES)
def test_any_body_is_read_or_refused(body: bytes) -> None:
    for each in (body, b"--b\r\n" + body, b"--b\r\n\r\n" + body + b"\r\n--b--"):
        try:
            assert parse("multipart/mixed; boundary=b", each)
        except AttachmentRefused:
            continue


@pytest.mark.parametrize(
    "hostile", [b"\r\n--bX", b"\r\n--b ", b"\r\n--b", b"\r\n", b"\r\n--b-- X", b" ", b"a:" + b" " * 90]
)
def test_hostile_bodies_take_time_in_proportion_to_their_length(hostile: bytes) -> None:
    body = b"--b\r\n" + hostile * (4_000_000 // len(hostile)) + b"!\r\n--b--"
    started = time.process_time()
    with suppress(AttachmentRefused):
        parse("multipart/mixed; boundary=b", body)
    assert time.process_time() - started < 2


def test_an_answer_has_the_statements_first_and_each_content_once() -> None:
    kept = {"aa": Kept(b"\r\n--", "image/png"), "bb": Kept(b"", "text/plain")}
    content_type, body = multipart.statements_answer(b'{"statements":[]}', kept)
    first, *others = parse(content_type, body)
    assert first == Part({"content-type": "application/json"}, b'{"statements":[]}')
    assert [part.content for part in others] == [b"\r\n--", b""]
    assert others[0].headers == {
        "content-type": "image/png",
        "content-transfer-encoding": "binary",
        "x-experience-api-hash": "aa",
        "content-length": "4",
    }


def test_an_answer_without_attachments_is_multipart_too() -> None:
    content_type, body = multipart.statements_answer(b"{}", {})
    assert content_type.startswith("multipart/mixed; boundary=")
    assert contents(body, content_type) == [b"{}"]


def test_a_stored_media_type_cannot_add_a_header() -> None:
    content_type, body = multipart.statements_answer(b"{}", {"aa": Kept(b"x", "text/plain;\r\nX-Evil: ü")})
    assert parse(content_type, body)[1].headers["content-type"] == "text/plain; X-Evil: ü"
    assert "x-evil" not in parse(content_type, body)[1].headers


def test_a_chosen_boundary_needs_no_quotes() -> None:
    assert set(multipart.choose_boundary([b"abc"])) <= set(string.hexdigits)
