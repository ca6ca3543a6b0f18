"""Workbooks: a sheet a page, as they are shown on the screen."""

from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.reading import UnreadableFile, read_text
from tests.knowledge.reading import papers


def test_each_sheet_is_a_page_with_its_title_its_column_names_and_its_rows(tmp_path: Path) -> None:
    sheets: dict[str, list[tuple[object, ...]]] = {
        "Nhiệm vụ": [("BIỂU THEO DÕI NHIỆM VỤ",), ("Kèm theo Kế hoạch 41",), (), *papers.TABLE],
        "Chỉ tiêu": [(), (None, "TT", "Chỉ tiêu"), (None, 1, "Nước sạch")],
    }
    path = papers.workbook(tmp_path / "a.xlsx", **sheets)
    read = read_text(path)
    first, second = read.text[: read.page_starts[1]], read.text[read.page_starts[1] :]
    assert [line for line in first.splitlines() if line] == [
        "Nhiệm vụ",
        "BIỂU THEO DÕI NHIỆM VỤ",
        "Kèm theo Kế hoạch 41",
        *(" | ".join(row) for row in papers.TABLE),
    ]
    assert [line for line in second.splitlines() if line] == ["Chỉ tiêu", "TT | Chỉ tiêu", "1 | Nước sạch"]


def test_values_are_shown_as_on_a_vietnamese_screen(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    shown = [
        (date(2026, 9, 5), "dd/mm/yyyy", "05/09/2026"),
        (
            datetime(2026, 9, 5, 14, 30),  # noqa: DTZ001 (a sheet knows no zones)
            "dd/mm/yyyy hh:mm",
            "05/09/2026 14:30",
        ),
        (0.855, "0.0%", "85,5%"),
        (0.75, "0%", "75%"),
        (1234567, "#,##0", "1.234.567"),
        (12.5, "General", "12,5"),
        (3, "General", "3"),
        (0.1 + 0.2, "General", "0,3"),
        (True, "General", "x"),
        ("  hai\n dòng ", "General", "hai dòng"),
    ]
    sheet.append(["TT", "Giá trị"])
    for number, (value, shape, _) in enumerate(shown, 1):
        sheet.append([number, value])
        sheet.cell(number + 1, 2).number_format = shape
    book.save(str(tmp_path / "a.xlsx"))
    rows = [line for line in read_text(tmp_path / "a.xlsx").text.splitlines() if "|" in line][1:]
    assert rows == [f"{number} | {text}" for number, (_, _, text) in enumerate(shown, 1)]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["Thấy", "được"])
    hidden = book.create_sheet("Nháp")
    hidden.append(["Không", "đọc"])
    hidden.sheet_state = "hidden"
    book.save(str(tmp_path / "a.xlsx"))
    assert "Không" not in read_text(tmp_path / "a.xlsx").text


def test_a_workbook_without_a_word_is_empty(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_text(papers.workbook(tmp_path / "a.xlsx", Trang=[]))
    assert refused.value.reason == "empty"
