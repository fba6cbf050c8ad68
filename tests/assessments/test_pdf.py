"""The sheet of paper: tagged, archivable, with the credential inside and a code that leads to the check."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from assessments import envelope, open_badge, pdf
from assessments.errors import CannotBePrinted
from tests.assessments.scenes import ADDRESSES
from tests.assessments.test_open_badge import AT, a_badge
from tests.assessments.test_verification import encoded

VERIFY = ADDRESSES.verify(UUID(int=7))


def a_credential(**different: Any) -> str:
    """A token as far as the sheet looks at it: its signature is not the sheet's business."""
    claims = open_badge.claims(open_badge.credential(a_badge(**different), ADDRESSES))
    return f"{encoded({'alg': 'ES256'})}.{encoded(claims)}.AAAA"


def a_sheet(**different: Any) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render(a_credential(**different), verify_address=VERIFY)))


def words(reader: PdfReader) -> str:
    return " ".join(reader.pages[0].extract_text().split())


@pytest.mark.parametrize("name", ["Ana Zoë Ångström-Őry", "Αθηνά Παπαδοπούλου", "Борис Їжакевич", "Łucja Žižek İnönü"])
def test_a_name_can_be_read_out_of_the_sheet_in_its_own_script(name: str) -> None:
    assert name in words(a_sheet(name=name))


def test_the_sheet_says_who_what_when_and_where_to_check() -> None:
    reader = a_sheet(valid_until=AT.replace(year=2029))
    said = words(reader)
    for expected in (
        "Agency North", "Ana Zoë", "From broker to facilitator", "at least 70 per cent", "Reached level 3 of 4",
        "23 November 2026", "23 November 2029",
    ):  # fmt: skip
        assert expected in said
    assert VERIFY in "".join(said.split())
    annotations: Any = reader.pages[0]["/Annots"]
    links = [each.get_object()["/A"]["/URI"] for each in annotations]
    assert set(links) == {VERIFY}


def test_a_certificate_without_an_end_names_none() -> None:
    assert "Valid until" not in words(a_sheet(valid_until=None))


def test_the_sheet_is_one_page_however_long_the_name_is() -> None:
    reader = a_sheet(name="Maria Aleksandra Konstantinopoulou-Wojciechowska " * 4, agency_name="Agency " * 12)
    assert len(reader.pages) == 1


def test_the_sheet_carries_the_credential_to_the_letter() -> None:
    token = a_credential()
    sheet = pdf.render(token, verify_address=VERIFY)
    attached = list(PdfReader(io.BytesIO(sheet)).attachment_list)
    assert [each.name for each in attached] == ["credential.jwt"]
    assert attached[0].content == token.encode()
    assert envelope.unpack(sheet).token == token


def test_the_sheet_is_tagged_archivable_and_says_its_language_and_title() -> None:
    reader = a_sheet()
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "From broker to facilitator: Ana Zoë"
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp


def test_the_code_has_a_text_for_those_who_cannot_see_it() -> None:
    root: Any = a_sheet().trailer["/Root"]
    assert alternatives(root["/StructTreeRoot"]) == [f"QR code that leads to {VERIFY}"]


def test_the_same_credential_always_gives_the_same_sheet() -> None:
    token = a_credential(issued_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=23))
    assert pdf.render(token, verify_address=VERIFY) == pdf.render(token, verify_address=VERIFY)


def test_a_name_in_a_script_without_a_typeface_is_said_so() -> None:
    with pytest.raises(CannotBePrinted):
        pdf.render(a_credential(name="\U00013000\U00013001"), verify_address=VERIFY)


def alternatives(element: Any) -> list[str]:
    """Every alternative text below this structure element."""
    found = [str(element["/Alt"])] if "/Alt" in element else []
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        inner = child.get_object() if hasattr(child, "get_object") else child
        if isinstance(inner, dict):
            found += alternatives(inner)
    return found
