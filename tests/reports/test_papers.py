"""The Word paper made of a report's content."""

from datetime import UTC, date, datetime
from io import BytesIO

from docx import Document

from bot.document_template import build
from bot.documents import render
from domain.letterhead import Letterhead
from domain.periodic_report import Covered, ReportContent, Wording
from domain.reporting_periods import PeriodKind

CONTENT = ReportContent(
    office="Ủy ban nhân dân phường Gò Mây",
    period=Covered(1, PeriodKind.MONTH, date(2026, 2, 15), date(2026, 3, 14)),
    letterhead=Letterhead(issuer="ỦY BAN NHÂN DÂN PHƯỜNG GÒ MÂY", symbol="BC-UBND"),
    year=2026,
    taken_at=datetime(2026, 3, 14, 17, 0, tzinfo=UTC),
    wording=Wording(subject="Kết quả tháng 3 năm 2026", overall=("Trong kỳ có 01 nhiệm vụ.",)),
)


def _words(paper: bytes) -> str:
    return "\n".join(
        node.text or "" for node in Document(BytesIO(paper)).element.body.iter() if node.tag.endswith("}t")
    )


def test_a_paper_says_what_its_content_says() -> None:
    said = _words(render(CONTENT, build(annexes=True)))
    assert "Kết quả tháng 3 năm 2026" in said
    assert "Trong kỳ có 01 nhiệm vụ." in said
    assert "{" not in said


def test_content_is_the_same_after_it_was_kept() -> None:
    assert ReportContent.from_json(CONTENT.as_json()) == CONTENT
