"""The validation report for programs and spreadsheets: the same figures as on the page, and how each is made."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from courses.pilot.figures import Scale, Share
from courses.pilot.report import CriterionFigures, ItemFigures, Report, UnitFigures
from lti_tool.pages.pilot import words

COLUMNS = ("part", "subject", "measure", "n", "value", "low", "high", "detail")
# A cell that begins with one of these is taken for a formula by spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t")

Row = tuple[object, ...]


def as_json(report: Report) -> dict[str, Any]:
    """The report as one JSON object."""
    pilot = report.pilot
    return {
        "pilot": str(pilot.id),
        "course": pilot.course,
        "course_version": pilot.course_version,
        "profile_version": pilot.profile_version,
        "purpose": pilot.purpose,
        "opened": pilot.opened_at.isoformat(),
        "closed": pilot.closed_at.isoformat() if pilot.closed_at else None,
        "at": report.at.isoformat(),
        "how": {code: str(text) for code, text in words.HOW.items()},
        "taking_part": {part: asdict(taking) for part, taking in report.taking.items()},
        "criteria": [_criterion(each) for each in report.criteria],
        "items": [_item(each) for each in report.items],
        "units": [_unit(each) for each in report.units],
    }


def as_csv(report: Report) -> str:
    """The report as a table: a row for each figure."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    for row in (*_taking_rows(report), *_criterion_rows(report), *_item_rows(report), *_unit_rows(report)):
        rows.writerow([_cell(each) for each in row])
    return written.getvalue()


def _criterion(found: CriterionFigures) -> dict[str, Any]:
    aspects = {aspect: _scale(scale) for aspect, scale in found.aspects.items()}
    said = {"comments": list(found.comments), "verdict": found.verdict}
    return {"code": found.code, "unit": found.unit, "text": found.text, **aspects, **said}


def _item(found: ItemFigures) -> dict[str, Any]:
    return {
        "id": found.item.code,
        "module": found.item.module,
        "kind": found.item.kind,
        "key": list(found.item.right),
        "n": found.n,
        "agreement": _share(found.agreement),
        "chosen": found.chosen,
        "comments": list(found.comments),
        "verdict": found.verdict,
    }


def _unit(found: UnitFigures) -> dict[str, Any]:
    moments = {
        moment: {"learners": found.learners[moment], "ratings": scale.n, "counts": list(scale.counts)}
        for moment, scale in found.levels.items()
    }
    changes = [{"from": each[0], "to": each[1], **asdict(change)} for each, change in found.changes.items()]
    return {"code": found.unit.code, "title": found.unit.text, "moments": moments, "changes": changes}


def _scale(scale: Scale) -> dict[str, Any]:
    plain = {"n": scale.n, "counts": list(scale.counts), "median": scale.median}
    return {**plain, "lowest": scale.lowest, "highest": scale.highest, "index": _share(scale.index)}


def _share(share: Share | None) -> dict[str, Any] | None:
    return {**asdict(share), "value": share.value} if share else None


def _taking_rows(report: Report) -> Iterator[Row]:
    for part, taking in report.taking.items():
        for name, count in asdict(taking).items():
            yield (part, "", name, "", count, "", "", "")


def _criterion_rows(report: Report) -> Iterator[Row]:
    for found in report.criteria:
        for aspect, scale in found.aspects.items():
            spread = "" if scale.lowest is None else f"lowest {scale.lowest}; highest {scale.highest}"
            yield ("criteria", found.code, f"{aspect}: median", scale.n, scale.median, "", "", spread)
            counts = "; ".join(f"{level}: {count}" for level, count in enumerate(scale.counts, start=1))
            yield ("criteria", found.code, f"{aspect}: index", scale.n, *_bounds(scale.index), counts)
        yield ("criteria", found.code, "verdict", "", found.verdict, "", "", "")
        yield from (("criteria", found.code, "comment", "", "", "", "", each) for each in found.comments)


def _item_rows(report: Report) -> Iterator[Row]:
    for found in report.items:
        chosen = "; ".join(f"{key}: {count}" for key, count in found.chosen.items())
        yield ("items", found.item.code, "agreement", found.n, *_bounds(found.agreement), chosen)
        yield ("items", found.item.code, "verdict", found.n, found.verdict, "", "", "")
        yield from (("items", found.item.code, "comment", "", "", "", "", each) for each in found.comments)


def _unit_rows(report: Report) -> Iterator[Row]:
    for found in report.units:
        code = found.unit.code
        for moment, scale in found.levels.items():
            for level, count in enumerate(scale.counts, start=1):
                yield ("units", code, f"{moment}: level {level}", scale.n, count, "", "", "")
        for (earlier, later), change in found.changes.items():
            moved = f"up {change.up}; same {change.same}; down {change.down}; p {change.p}"
            bounds = (change.median, change.low, change.high)
            yield ("units", code, f"median change {earlier} to {later}", change.n, *bounds, moved)


def _bounds(share: Share | None) -> tuple[object, object, object]:
    return (round(share.value, 4), round(share.low, 4), round(share.high, 4)) if share else ("", "", "")


def _cell(value: object) -> object:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None else value
