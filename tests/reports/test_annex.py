"""The annex as a spreadsheet, and the report on one picture."""

from dataclasses import replace
from io import BytesIO

from openpyxl import load_workbook
from PIL import Image

from bot.annexes import annex
from bot.paper_writing import ReportWriter
from bot.report_picture import picture
from domain.exports import ReportForm
from tests.reports import office


def test_the_sheets_hold_figures_that_can_be_counted_with() -> None:
    book = load_workbook(BytesIO(annex(office.report())))
    assert book.sheetnames == ["Tổng hợp", "Nhiệm vụ", "Chỉ tiêu", "Chưa có số liệu", "Nguồn số liệu"]
    whole = [cell.value for cell in list(book["Tổng hợp"].iter_rows())[-1]]
    assert whole == ["Toàn cơ quan", 5, 1, 1, 1, 0, 2, 1, 0.2]
    rows = {row[0].value: row for row in book["Nhiệm vụ"].iter_rows(min_row=5)}
    assert rows["2"][7].value == 0.625 and rows["2"][7].number_format == "0.0%"
    assert rows["4"][7].value == "-"
    assert [row[5].value for row in book["Chỉ tiêu"].iter_rows(min_row=5)] == [71.5, "-"]
    assert len(list(book["Nguồn số liệu"].iter_rows(min_row=5))) == 5


def test_each_sheet_prints_on_a4_with_its_head_on_every_page() -> None:
    for page in load_workbook(BytesIO(annex(office.long_report()))).worksheets:
        assert (int(page.page_setup.paperSize or 0), page.page_setup.orientation) == (9, "landscape")
        assert page.sheet_properties.pageSetUpPr is not None and page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows == "$4:$4"
        assert page.auto_filter.ref is not None and page.auto_filter.ref.startswith("A4:")
        assert page.freeze_panes == "A5"


def test_what_people_write_is_never_a_formula() -> None:
    odd = replace(office.LIBRARY, title='=HYPERLINK("x","y")', number="+1", assignee="@SUM(1)\x07")
    book = load_workbook(BytesIO(annex(office.report((odd,)))))
    kinds = {cell.data_type for page in book.worksheets for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
    assert book["Nhiệm vụ"]["C5"].value == '=HYPERLINK("x","y")'


def test_the_same_report_gives_the_same_spreadsheet_and_picture() -> None:
    content = office.report()
    assert annex(content) == annex(content)
    assert picture(content) == picture(content)


def test_the_picture_fits_a_phone_whatever_there_is_to_show() -> None:
    empty = office.report((), ())
    heights = []
    for content in (empty, office.report(), office.long_report(120)):
        read = Image.open(BytesIO(picture(content)))
        assert read.width == 1080
        heights.append(read.height)
    assert heights[0] < heights[1] < heights[2] < 2600


def test_every_form_has_a_file_of_its_own(tmp_path: object) -> None:
    writer = ReportWriter(tmp_path)  # type: ignore[arg-type]
    names = [writer.write(office.report(), form).file.name for form in ReportForm]
    assert len(set(names)) == len(list(ReportForm))
    assert {name.rpartition(".")[2] for name in names} == {"docx", "xlsx", "png"}
