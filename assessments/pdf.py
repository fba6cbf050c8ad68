"""A certificate on paper: one A4 sheet as PDF/A-3a, with the signed credential attached and a QR code to check it.

The sheet says what the signed credential says and nothing else, in the one language the credential is written in.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import segno
import typst
from babel.dates import format_date

from assessments import envelope
from assessments.errors import CannotBePrinted


@dataclass(frozen=True)
class Words:
    """The fixed words of a certificate in one language. They are part of a document, not of the interface."""

    heading: str
    has_met: str
    shown: str
    conferred: str
    valid_until: str
    verify: str
    verify_how: str
    qr_alt: str
    attached: str


ENGLISH = Words(
    heading="Certificate",
    has_met="has met every criterion of",
    shown="What was shown",
    conferred="Conferred on",
    valid_until="Valid until",
    verify="Check this certificate",
    verify_how="Scan the code or open the address. The signed credential is attached to this file.",
    qr_alt="QR code that leads to {address}",
    attached="The signed credential (Open Badges 3.0, VC-JWT)",
)
WORDS: Mapping[str, Words] = {"en": ENGLISH}


def render(credential: str, *, verify_address: str) -> bytes:
    """The sheet for this signed credential; the same credential always gives the same bytes.

    CannotBePrinted where a name is written in a script for which no typeface is at hand.
    """
    document = envelope.unpack(credential.encode("ascii")).payload
    sheet = _sheet(document, credential=credential, verify_address=verify_address)
    issued = datetime.fromisoformat(document["validFrom"])
    try:
        return _compiled(sheet, issued, ignore_system_fonts=True)
    except typst.TypstError:
        # The bundled typefaces know Latin, Greek and Cyrillic; for other scripts the machine's own may help.
        return _with_system_fonts(sheet, issued)


def _with_system_fonts(sheet: dict[str, Any], issued: datetime) -> bytes:
    try:
        return _compiled(sheet, issued, ignore_system_fonts=False)
    except typst.TypstError as error:
        raise CannotBePrinted("no typeface for a letter of this certificate") from error


def _compiled(sheet: dict[str, Any], issued: datetime, *, ignore_system_fonts: bool) -> bytes:
    return typst.compile(
        files("assessments").joinpath("certificate.typ").read_bytes(),
        None,
        format="pdf",
        ignore_system_fonts=ignore_system_fonts,
        sys_inputs={"sheet": json.dumps(sheet)},
        pdf_standards=["a-3a"],
        timestamp=issued,
    )


def _sheet(document: Mapping[str, Any], *, credential: str, verify_address: str) -> dict[str, Any]:
    """What stands on the sheet, as `certificate.typ` reads it."""
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    language = achievement["inLanguage"]
    words = WORDS.get(language[:2], ENGLISH)
    dates = [{"label": words.conferred, "value": _date(document["awardedDate"], language)}]
    if "validUntil" in document:
        dates.append({"label": words.valid_until, "value": _date(document["validUntil"], language)})
    name = _holder(subject)
    return {
        "agency": document["issuer"]["name"],
        "name": name,
        "title": achievement["name"],
        "description": achievement["description"],
        "document_title": f"{achievement['name']}: {name}",
        "language": language[:2],
        "criteria": _criteria(subject),
        "dates": dates,
        "words": asdict(words),
        "qr": _qr(verify_address),
        "qr_alt": words.qr_alt.format(address=verify_address),
        "verify_address": verify_address,
        "credential": credential,
    }


def _holder(subject: Mapping[str, Any]) -> str:
    names = [each["identityHash"] for each in subject["identifier"] if each["identityType"] == "name"]
    return str(names[0])


def _criteria(subject: Mapping[str, Any]) -> list[dict[str, str]]:
    """The criteria met, each with the level where a trainer gave one."""
    achievement = subject["achievement"]
    return [
        {"competence": described["name"], "text": described["description"]}
        for described in achievement["resultDescription"]
    ]


def _date(instant: str, language: str) -> str:
    return format_date(datetime.fromisoformat(instant), "d MMMM y", locale=language.replace("-", "_"))


def _qr(address: str) -> str:
    drawing = io.BytesIO()
    # Error correction M: a quarter of the modules may be worn, and the code stays coarse enough for paper.
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=0, dark="#1f2933", xmldecl=False)
    return drawing.getvalue().decode("utf-8")
