"""JSON from outside: what is read, what is refused and where, and that its bytes are kept."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xapi_store.errors import StatementRefused
from xapi_store.form import received

ORDINARY = settings(derandomize=True, max_examples=100, deadline=None, database=None)

BAD = [
    (b'{"a": 1, "a": 2}', "statement.a", "duplicate-key"),
    (b'{"a": {"b": [1, {"c": 1, "c": 1}]}}', "statement.a.b[1].c", "duplicate-key"),
    (b'{"a": 1, "\\u0061": 1}', "statement.a", "duplicate-key"),
    (b'{"a": 1, "a": "\\u003a"}', "statement.a", "duplicate-key"),
    (b'{"a": 1, "a": {"b": "\\u003A"}}', "statement.a", "duplicate-key"),
    (b'{"a:b": 1, "a:b": "c"}', "statement.a:b", "duplicate-key"),
    (b'{"a": {"b": "\\u0000"}}', "statement.a.b", "nul"),
    (b'{"a": {"x\\u0000": 1}}', "statement.a", "nul"),
    (b'{"a": {"\\ud800": 1}}', "statement.a", "surrogate"),
    (b'{"a": "\\ud83d\\u0041"}', "statement.a", "surrogate"),
    (b'{"a": "\\ude00"}', "statement.a", "surrogate"),
    (b'{"a": "\xff"}', "statement", "utf-8"),
    (b'{"a": "\xed\xa0\x80"}', "statement", "utf-8"),
    (b'{"a": "\xc0\xaf"}', "statement", "utf-8"),
    (b'{"a": [0, NaN]}', "statement.a[1]", "json"),
    (b'{"a": -Infinity}', "statement.a", "json"),
    (b'{"a": ' + b"1" * 5000 + b"}", "statement.a", "json"),
    (b'{"a": "\x00"}', "statement", "json"),
    (b'{"a": 01}', "statement", "json"),
    (b'{"a": 1,}', "statement", "json"),
    (b'{"a": 1} {}', "statement", "json"),
    (b"{'a': 1}", "statement", "json"),
    (b"{", "statement", "json"),
    (b"", "statement", "json"),
    (b"\xef\xbb\xbf{}", "statement", "json"),
    (b"\x0c{}", "statement", "json"),
    (b'{"a": ' + b"[" * 101 + b"]" * 101 + b"}", "statement.a" + "[0]" * 100, "too-deep"),
    (b'{"a": ' + b"[" * 100_000 + b"}", "statement", "too-deep"),
]


@pytest.mark.parametrize(("raw", "place", "rule"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_kept_is_refused_with_its_place(raw: bytes, place: str, rule: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        received.read(raw, "statement")
    assert (refused.value.path, refused.value.rule) == (place, rule)
    assert refused.value.section in ("Data 2.2", "Communication 1.4")


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b'[{"a": 1},]', "json"),
        (b"[{}", "json"),
        (b"[{}] x", "json"),
        (b"{} {}", "json"),
        (b"", "json"),
        (b"  ", "json"),
        (b"\xef\xbb\xbf[]", "json"),
        (b'["\xff"]', "utf-8"),
        (b"[" * 100_000, "too-deep"),
    ],
)
def test_a_body_that_is_no_json_is_refused_as_a_whole(body: bytes, rule: str) -> None:
    with pytest.raises(StatementRefused) as refused:
        received.split(body)
    assert (refused.value.path, refused.value.rule) == ("body", rule)


def test_a_fault_of_grammar_is_told_with_line_and_column() -> None:
    with pytest.raises(StatementRefused, match=r"line 2, column 7"):
        received.split(b'[\n{"a": }]')


def test_a_body_is_split_into_the_bytes_of_its_statements() -> None:
    body = b' [ {"a" : 1.10, "b":[null, 1e400]} ,\n{"a": "\\u0000", "a": "}"}, {} ] '
    assert received.split(body) == ([b'{"a" : 1.10, "b":[null, 1e400]}', b'{"a": "\\u0000", "a": "}"}', b"{}"], True)
    assert received.split(b' {"a": "[" }\n') == ([b'{"a": "[" }'], False)
    assert received.split(b"[]") == ([], True)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": 12345678901234567890123}', {"a": 12345678901234567890123}),
        (b'{"a": -9223372036854775809, "b": 18446744073709551616}', {"a": -(2**63) - 1, "b": 2**64}),
        (b'{"a": 1e400}', {"a": float("inf")}),
        (b'{"a:b": "c:d", "e": "\\u003a \\\\u0000"}', {"a:b": "c:d", "e": ": \\u0000"}),
        (b' \r\n\t{"a": "\\ud83d\\ude00"} ', {"a": "\N{GRINNING FACE}"}),
        (b'{"a": {"a": {"a": 1}}, "b": {"a": 2}}', {"a": {"a": {"a": 1}}, "b": {"a": 2}}),
        (b'{"' + b"k" * 5000 + b'": "\x7f"}', {"k" * 5000: "\x7f"}),
        (b'{"a": [' + b"{}," * 200 + b"[]]}", {"a": [{}] * 200 + [[]]}),
    ],
    ids=range(8),
)
def test_what_is_unusual_but_good_is_read(raw: bytes, value: Any) -> None:
    assert received.read(raw, "statement") == value
    assert received.read_stored(raw) == value


NAMES = st.sampled_from(["a", "b", "a:b", ":", "\\", "", "é", '"', "\\u003a", "{"])
LEAVES = st.one_of(
    st.sampled_from(
        [b"null", b"true", b"1.10", b"1e400", b"-0", b"123456789012345678901", b"1" * 5000, b"NaN", b"01", b"1.", b""]
    ),
    st.sampled_from(
        [b'"x"', b'":"', b'"\\u003a"', b'"\\u003A"', b'"\\\\u003a"', b'"\\u0000"', b'"\\\\u0000"', b'"\xff"']
    ),
    st.sampled_from([b'"\\ud800"', b'"\\ud83d\\ude00"', b'"\\ud83d\\u0041"', b'"\xe2\x82\xac"', b'"\x01"', b'"\\x"']),
    st.text(max_size=3).map(lambda text: json.dumps(text).encode()),
    st.integers().map(lambda number: str(number).encode()),
)
SPACES = st.sampled_from([b"", b"", b" ", b"\n"])


@st.composite
def members(draw: st.DrawFn, values: st.SearchStrategy[bytes]) -> bytes:
    """An object whose names may be repeated, and be spelled in more than one way."""
    written = []
    for name in draw(st.lists(NAMES, max_size=3)):
        spelled = json.dumps(name, ensure_ascii=draw(st.booleans()))
        if draw(st.booleans()):
            spelled = spelled.replace(":", "\\u003a").replace("a", "\\u0061")
        written.append(spelled.encode() + draw(SPACES) + b":" + draw(SPACES) + draw(values))
    return b"{" + b",".join(written) + b"}"


def lists(values: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    return st.lists(values, max_size=3).map(lambda each: b"[" + b", ".join(each) + b"]")


TEXTS = st.recursive(LEAVES, lambda values: members(values) | members(values) | lists(values), max_leaves=6)


def test_a_hundred_levels_are_read() -> None:
    assert received.read(b"[" * 100 + b"]" * 100, "statement")


def verdict(read: Any, raw: bytes) -> Any:
    try:
        return read(raw, "statement")
    except StatementRefused as refused:
        return (refused.path, refused.rule)


@settings(ORDINARY, max_examples=250)
@given(members(TEXTS))
def test_the_fast_reader_and_the_strict_one_agree(raw: bytes) -> None:
    assert repr(verdict(received.read, raw)) == repr(verdict(received._strict, raw))


@ORDINARY
@given(st.lists(members(TEXTS), max_size=3))
def test_a_body_splits_where_each_of_its_statements_can_be_read(raws: list[bytes]) -> None:
    if all(isinstance(verdict(received.read, raw), dict) for raw in raws):
        assert received.split(b"[" + b" , ".join(raws) + b"]") == (raws, True)


@ORDINARY
@given(members(LEAVES), st.sampled_from([{"z": 1}, {"a": {"é": None}, "b": "\\"}, {}]), st.sampled_from([(), ("a:b",)]))
def test_completed_changes_what_it_is_told_to_and_nothing_else(raw: bytes, own: Any, drop: Any) -> None:
    content = verdict(received.read, raw)
    if not isinstance(content, dict):
        return
    after = received.completed(raw, content, own, drop)
    kept = {name: value for name, value in content.items() if name not in drop}
    assert repr(dict(sorted(received.read(after, "s").items()))) == repr(dict(sorted({**kept, **own}.items())))


def test_completed_keeps_members_to_the_letter_and_in_order() -> None:
    raw = b' {"b" : 1.10, "stored":"x", "a": {"n" : [1e400, null]} } '
    content = received.read(raw, "s")
    assert received.completed(raw, content, {"v": "1"}) == raw.rstrip()[:-1] + b',"v":"1"}'
    assert received.completed(raw, content, {"b": 2}, ["stored"]) == b'{"a":{"n" : [1e400, null]},"b":2}'
    assert received.completed(b"{ }", {}, {"v": 1}) == b'{ "v":1}'


def test_single_context_activities_are_put_in_lists_and_all_else_stands() -> None:
    around = '{"contextActivities": {"parent" : {"id" : "u:1"}, "other": [ ]}, "extensions": {"u:2": 1.10}}'
    raw = f'{{"object": {{"objectType": "SubStatement","context": {around}}},"context": {around}}}'.encode()
    listed = received.listed(raw, received.read(raw, "s"))
    assert listed.count(b'{"parent":[{"id" : "u:1"}],"other":[ ]}') == 2
    assert listed.count(b'{"u:2": 1.10}') == 2
    assert received.listed(listed, received.read(listed, "s")) is listed
