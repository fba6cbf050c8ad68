"""The bytes that travel with statements: how they are matched, kept once, given out and released."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
from psycopg import Cursor
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import a_statement
from tests.xapi_store.conftest import StoreAtHand
from xapi_store import attachments, stores
from xapi_store.attachments import Attachment, Kept, StatementAttachment, belonging, matched, received
from xapi_store.errors import AttachmentRefused, StatementRefused
from xapi_store.form import multipart
from xapi_store.form.multipart import Part

TEXT = b"here is a simple attachment"
SHA2 = hashlib.sha256(TEXT).hexdigest()
FIRST = Part({"content-type": "application/json; charset=utf-8"}, b"{}")


def a_part(content: bytes = TEXT, **changed: str | None) -> Part:
    """A part as xAPI wants it; a header given as None is left out."""
    headers = {
        "content_type": "text/plain",
        "content_transfer_encoding": "binary",
        "x_experience_api_hash": hashlib.sha256(content).hexdigest(),
        **changed,
    }
    return Part({name.replace("_", "-"): value for name, value in headers.items() if value is not None}, content)


def an_attachment(content: bytes = TEXT, **changed: Any) -> dict[str, Any]:
    return {
        "usageType": "http://example.com/attachment-usage/test",
        "display": {"en-US": "A test attachment"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": hashlib.sha256(content).hexdigest(),
        **changed,
    }


def declaring(*declared: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "statement", a_statement(attachments=list(declared))


def sent(*parts: Part) -> dict[str, attachments.Sent]:
    return received([FIRST, *parts])[1]


# What is received


def test_the_first_part_holds_the_statements_and_the_others_attachments() -> None:
    statements, found = received([FIRST, a_part(), a_part(b"")])
    assert statements == b"{}"
    assert [(each.number, each.content, each.content_type) for each in found.values()] == [
        (2, TEXT, "text/plain"),
        (3, b"", "text/plain"),
    ]


@pytest.mark.parametrize("name", ["sha224", "sha256", "sha384", "sha512"])
def test_every_sum_of_the_sha2_family_is_computed(name: str) -> None:
    claimed = hashlib.new(name, TEXT).hexdigest()
    assert list(sent(a_part(x_experience_api_hash=claimed.upper()))) == [claimed]
    with pytest.raises(AttachmentRefused, match="part 2 does not have the sum"):
        sent(a_part(TEXT + b"!", x_experience_api_hash=claimed))


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (a_part(x_experience_api_hash=None), "part 2 must have the SHA-2"),
        (a_part(x_experience_api_hash="x" * 64), "part 2 must have the SHA-2"),
        (a_part(x_experience_api_hash=hashlib.sha1(TEXT).hexdigest()), "part 2 must have the SHA-2"),
        (a_part(content_transfer_encoding=None), "Content-Transfer-Encoding: binary"),
        (a_part(content_transfer_encoding="base64"), "Content-Transfer-Encoding: binary"),
        (a_part(content_length="26"), "part 2 does not have the length"),
        (Part({"content-type": "application/json"}, b"{}"), "Content-Transfer-Encoding: binary"),
    ],
)
def test_a_part_that_breaks_the_rules_is_refused(part: Part, reason: str) -> None:
    with pytest.raises(AttachmentRefused, match=reason):
        sent(part)


@pytest.mark.parametrize(
    "first",
    [
        Part({}, b"{}"),
        Part({"content-type": "text/plain"}, b"{}"),
        Part({"content-type": "application/json", "content-transfer-encoding": "base64"}, b"e30="),
    ],
)
def test_a_body_whose_first_part_is_not_plain_json_is_refused(first: Part) -> None:
    with pytest.raises(AttachmentRefused, match="part 1"):
        received([first, a_part()])


# What belongs together


def test_an_attachment_is_matched_by_its_sum_in_any_case() -> None:
    assert matched([declaring(an_attachment(sha2=SHA2.upper()))], sent(a_part())) == {SHA2: Kept(TEXT, "text/plain")}


def test_bytes_sent_once_serve_several_attachments_and_statements() -> None:
    statements = [
        declaring(an_attachment(), an_attachment(usageType="http://example.com/other")),
        declaring(an_attachment()),
    ]
    assert list(matched(statements, sent(a_part(), a_part()))) == [SHA2]


def test_attachments_of_a_sub_statement_count() -> None:
    inner = {**a_statement(attachments=[an_attachment()]), "objectType": "SubStatement"}
    statement = a_statement(object=inner, context=None)
    assert list(matched([("statement", statement)], sent(a_part()))) == [SHA2]
    with pytest.raises(StatementRefused) as refused:
        matched([("statements[1]", statement)], {})
    assert refused.value.path == "statements[1].object.attachments[0].fileUrl"


def test_an_attachment_without_its_part_needs_an_address() -> None:
    assert matched([declaring(an_attachment(fileUrl="https://e.org/file"))], {}) == {}
    with pytest.raises(StatementRefused) as refused:
        matched([declaring(an_attachment()), ("statements[1]", declaring(an_attachment(b"other"))[1])], sent(a_part()))
    assert str(refused.value) == "statements[1].attachments[0].fileUrl: is missing, and so is its part"


def test_a_part_that_no_statement_declares_is_refused() -> None:
    with pytest.raises(AttachmentRefused, match="part 3 is not declared"):
        matched([declaring(an_attachment())], sent(a_part(), a_part(b"other")))


def test_many_parts_are_matched() -> None:
    contents = [f"content {number}".encode() for number in range(200)]
    boundary = multipart.choose_boundary(contents)
    body = multipart.write([FIRST, *map(a_part, contents)], boundary)
    _, found = received(multipart.parse(f"multipart/mixed; boundary={boundary}", body))
    kept = matched([declaring(*map(an_attachment, contents))], found)
    assert [each.content for each in kept.values()] == contents


def test_no_attachments_at_all_are_fine() -> None:
    assert matched([("statement", a_statement())], sent()) == {}


@pytest.mark.parametrize(
    ("declared", "part", "place"),
    [
        (an_attachment(contentType="text/html"), a_part(), "statement.attachments[0].contentType"),
        (an_attachment(contentType="text/plain; charset=ascii"), a_part(), "statement.attachments[0].contentType"),
        (an_attachment(length=26), a_part(content_length="27"), "statement.attachments[0].length"),
    ],
)
def test_a_header_that_says_otherwise_than_the_attachment_is_refused(
    declared: dict[str, Any], part: Part, place: str
) -> None:
    with pytest.raises(StatementRefused) as refused:
        matched([declaring(declared)], sent(part))
    assert refused.value.path == place


def test_a_wrong_length_that_no_header_repeats_is_taken() -> None:
    # The conformance suite (XAPI-00127) sends a picture as hexadecimal digits and declares the picture's own length.
    assert list(matched([declaring(an_attachment(length=26))], sent(a_part()))) == [SHA2]


def test_the_media_type_is_compared_without_case_blanks_and_quotes_and_may_be_left_out() -> None:
    declared = an_attachment(contentType="text/plain; charset=ascii")
    assert matched([declaring(declared)], sent(a_part(content_type='Text/Plain;charset="ASCII"')))
    found = matched([declaring(declared)], sent(a_part(content_type=None)))
    assert found[SHA2].content_type == "text/plain; charset=ascii"


def test_a_statement_keeps_only_what_it_declares() -> None:
    kept = {SHA2: Kept(TEXT, "text/plain"), "00": Kept(b"", "text/plain")}
    assert belonging(declaring(an_attachment(), an_attachment(sha2=SHA2.upper()))[1], kept) == {SHA2: kept[SHA2]}
    assert belonging(a_statement(), kept) == {}


# What a store keeps


def write(session: Session, store_id: int, *entries: tuple[int, bytes]) -> None:
    connection = session.connection().connection.driver_connection
    assert connection is not None
    cursor: Cursor[Any] = connection.cursor()
    attachments.keep(
        cursor,
        store_id,
        [(seq, hashlib.sha256(content).hexdigest(), Kept(content, "text/plain")) for seq, content in entries],
    )


def test_a_store_keeps_the_same_bytes_once(session: Session, store: StoreAtHand) -> None:
    write(session, store.id, (2, TEXT), (1, TEXT), (1, b""), (1, TEXT))
    write(session, store.id, (2, TEXT), (3, TEXT))
    write(session, store.id)
    assert len(session.scalars(select(Attachment.sha2)).all()) == 2
    assert len(session.scalars(select(StatementAttachment.seq)).all()) == 4
    assert attachments.fetch(session, store_id=store.id, shas=[SHA2, "ab" * 48]) == {SHA2: Kept(TEXT, "text/plain")}


def test_bytes_are_found_by_the_statements_they_came_with(session: Session, store: StoreAtHand) -> None:
    write(session, store.id, (1, TEXT), (2, b"\0\xff"), (3, TEXT))
    found = attachments.sent_with(session, store_id=store.id, seqs=[1, 3, 7])
    assert found == {SHA2: Kept(TEXT, "text/plain")}
    assert len(attachments.sent_with(session, store_id=store.id, seqs=[2, 3])) == 2


def test_bytes_go_with_the_last_statement_that_brought_them(session: Session, store: StoreAtHand) -> None:
    write(session, store.id, (1, TEXT), (2, TEXT), (2, b"only here"))
    assert attachments.release(session, store_id=store.id, seqs=[2]) == 1
    assert list(attachments.sent_with(session, store_id=store.id, seqs=[1, 2])) == [SHA2]
    assert attachments.release(session, store_id=store.id, seqs=[1, 2]) == 1
    assert attachments.release(session, store_id=store.id, seqs=[]) == 0
    assert session.scalars(select(StatementAttachment.seq)).all() == []


def test_stores_do_not_see_each_others_bytes(session: Session, store: StoreAtHand, another_store: int) -> None:
    write(session, store.id, (1, TEXT))
    write(session, another_store, (1, TEXT))
    attachments.release(session, store_id=another_store, seqs=[1])
    assert attachments.fetch(session, store_id=another_store, shas=[SHA2]) == {}
    assert list(attachments.fetch(session, store_id=store.id, shas=[SHA2])) == [SHA2]


@pytest.fixture
def another_store(session: Session, now: datetime) -> int:
    """Another store in the same database."""
    return stores.create(session, slug="south", at=now).id
