"""What the files of a periodic report are called: by what they are, of which period, and which version."""

import re

from domain.exports import ReportForm
from domain.periodic_report import Covered, ReportContent
from domain.reporting_periods import MONTHS, PeriodKind
from domain.vietnamese import fold

_BEGINS = {
    ReportForm.FULL: "bao-cao",
    ReportForm.SHORT: "bao-cao-rut-gon",
    ReportForm.SHEET: "phu-luc-bao-cao",
    ReportForm.PICTURE: "anh-bao-cao",
}
_ENDINGS = {ReportForm.FULL: "docx", ReportForm.SHORT: "docx", ReportForm.SHEET: "xlsx", ReportForm.PICTURE: "png"}
_QUARTERS = ("i", "ii", "iii", "iv")
_UNFIT = re.compile(r"[^a-z0-9]+")


def file_name(content: ReportContent, form: ReportForm, version: int = 0) -> str:
    """The name of a report's file: "bao-cao-thang-11-2026-ban-2.docx".

    An issued report is called by its number, one of no version only by its period; figures that may change are said to.
    """
    parts = [_BEGINS[form], _period(content.period)]
    if content.number:
        parts.append(f"so-{_slug(content.number)}")
    else:
        parts += [f"ban-{version}"] if version else []
        parts += [] if content.is_final else ["tam-tinh"]
    return f"{'-'.join(parts)}.{_ENDINGS[form]}"


def _period(period: Covered) -> str:
    year, month = period.cutoff.year, period.cutoff.month
    number = (month - 1) // MONTHS.get(period.kind, 12)
    match period.kind:
        case PeriodKind.MONTH:
            return f"thang-{month}-{year}"
        case PeriodKind.QUARTER:
            return f"quy-{_QUARTERS[number]}-{year}"
        case PeriodKind.HALF_YEAR:
            return f"6-thang-{'cuoi' if number else 'dau'}-nam-{year}"
        case PeriodKind.YEAR:
            return f"nam-{year}"
        case PeriodKind.PLAN:
            return f"{_slug(period.plan) or 'ke-hoach'}-den-{period.cutoff:%d-%m-%Y}"


def _slug(words: str) -> str:
    """Words as a file may be called on every system."""
    return _UNFIT.sub("-", fold(words)).strip("-")[:40]
