"""The register as a spreadsheet: out, in again, and every wrong cell by its name."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.sheets import (
    MAX_ROWS,
    MAX_UNPACKED_BYTES,
    SheetReading,
    deadline_cell,
    export,
    line_of,
    mark_of,
    read,
    target_line_of,
    template,
)
from domain.deadlines import Deadline, DeadlineKind, Rhythm, parse_deadline
from domain.plans import Target
from domain.tasks import Task, TaskStatus

HEADS = ["Số", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời hạn", "Trạng thái", "Tiến độ (%)"]
ROW: list[Any] = ["1", "Số hóa hồ sơ", "Văn phòng", "Quý II/2026", "Đang thực hiện", 40]


def sheet(
    *rows: list[Any], heads: list[str] = HEADS, title: str = "Nhiệm vụ", change: Callable[[Any], None] | None = None
) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for values in ([*heads], *rows):
        page.append(values)
    if change:
        change(page)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def said(reading: SheetReading) -> list[str]:
    return [str(error) for error in reading.errors]


def task(number: str = "1", **changes: Any) -> Task:
    fields: dict[str, Any] = {"title": "Số hóa hồ sơ", "deadline": parse_deadline("Quý II/2026")}
    return Task(id=7, office_id=1, number=number, **{**fields, **changes})


def test_the_template_reads_as_an_empty_register() -> None:
    assert read(template()) == SheetReading()


def test_the_template_offers_the_statuses_and_guidance() -> None:
    book = load_workbook(BytesIO(template()))
    assert book.sheetnames == ["Nhiệm vụ", "Chỉ tiêu", "Hướng dẫn"]
    (rule,) = book["Nhiệm vụ"].data_validations.dataValidation
    assert rule.type == "list" and "Đang thực hiện" in str(rule.formula1)
    assert book["Nhiệm vụ"]["A2"].value == "Ví dụ"
    assert [cell.value for cell in book["Chỉ tiêu"][1]][3:6] == ["Năm 2025", "Năm 2026", "Năm 2030"]


def test_the_template_with_its_example_renumbered_is_a_register() -> None:
    book = load_workbook(BytesIO(template()))
    book["Nhiệm vụ"]["A2"].value = book["Chỉ tiêu"]["A2"].value = "1"
    out = BytesIO()
    book.save(out)
    reading = read(out.getvalue())
    assert said(reading) == []
    assert reading.tasks[0].deadline.due == date(2026, 6, 30)
    assert reading.targets[0].values == ((2025, "trên 80%"), (2026, "trên 80%"), (2030, "trên 80%"))


_WORDS = st.text(alphabet=st.sampled_from("aĐệ 1=+-@'\"\n<&>_x0041,.;ợ😀"), max_size=20).map(str.strip)
_NAMES = _WORDS.filter(lambda words: bool(words))
_CHOSEN = [
    "Quý II/2026",
    "31/12/2026",
    "hằng quý",
    "ngày 15 tháng cuối quý",
    "Thứ 6 hằng tuần",
    "6 tháng một lần, đến hết năm 2030",
    "Thường xuyên",
    "Theo yêu cầu",
    "trước 05/6 và 10/12 hằng năm",
    "",
    "theo lộ trình của tỉnh",
]
_TASKS = st.lists(
    st.builds(
        Task,
        id=st.just(1),
        office_id=st.just(1),
        number=st.integers(1, 10**6).map(str),
        title=_NAMES,
        deadline=st.sampled_from(_CHOSEN).map(parse_deadline),
        lead=_WORDS,
        support=_WORDS,
        product=_WORDS,
        document_number=_WORDS,
        assignee_name=_WORDS,
        status=st.sampled_from(TaskStatus),
        percent=st.none() | st.integers(0, 1000).map(lambda tenths: tenths / 10),
    ),
    max_size=4,
    unique_by=lambda task: task.number,
)
_TARGETS = st.lists(
    st.builds(
        Target,
        id=st.just(1),
        office_id=st.just(1),
        number=st.integers(1, 10**6).map(str),
        title=_NAMES,
        values=st.dictionaries(st.integers(2020, 2050), _NAMES, max_size=3).map(lambda d: tuple(sorted(d.items()))),
        unit_of_measure=_WORDS,
        lead=_WORDS,
        document_number=_WORDS,
    ),
    max_size=3,
    unique_by=lambda target: target.number,
)


@settings(deadline=None, max_examples=25)
@given(_TASKS, _TARGETS)
def test_what_is_exported_is_read_back_unchanged(tasks: list[Task], targets: list[Target]) -> None:
    reading = read(export(tasks, targets))
    assert said(reading) == []
    lines = [replace(line, row=0, mark="") for line in reading.tasks]
    assert lines == [line_of(task) for task in tasks]
    assert [line.mark.rpartition(".")[2] for line in reading.tasks] == [mark_of(line) for line in lines]
    figures = [replace(line, row=0, mark="") for line in reading.targets]
    assert figures == [target_line_of(target) for target in targets]
    assert [line.mark.rpartition(".")[2] for line in reading.targets] == [mark_of(line) for line in figures]


_BARE: list[tuple[Rhythm, int | None, tuple[str, ...]]] = [(every, None, ()) for every in Rhythm]
_ON_A_DAY: list[tuple[Rhythm, int | None, tuple[str, ...]]] = [
    (every, day, ()) for every in Rhythm if every is not Rhythm.YEAR for day in (5, 7)
]
_ON_DATES: list[tuple[Rhythm, int | None, tuple[str, ...]]] = [
    (every, None, ("02-29", "10-15")) for every in (Rhythm.QUARTER, Rhythm.HALF_YEAR, Rhythm.YEAR)
]


@pytest.mark.parametrize(("every", "day", "dates"), [*_BARE, *_ON_A_DAY, *_ON_DATES])
@pytest.mark.parametrize("until", [None, date(2027, 12, 31)])
def test_a_deadline_whose_words_say_otherwise_is_written_in_words_that_do_not(
    every: Rhythm, day: int | None, dates: tuple[str, ...], until: date | None
) -> None:
    deadline = Deadline(DeadlineKind.RECURRING, due=until, every=every, dates=dates, day=day, text="như trên")
    found = parse_deadline(deadline_cell(deadline))
    assert (found.kind, found.every, found.day, found.dates, found.due) == (deadline.kind, every, day, dates, until)


def test_no_cell_runs_as_a_formula() -> None:
    reading = read(export([task(title="=1+1", lead="+84", support="-x", product="@now")], []))
    assert (reading.tasks[0].title, reading.tasks[0].lead) == ("=1+1", "+84")
    page = load_workbook(BytesIO(export([task(title="=1+1")], [])))["Nhiệm vụ"]
    assert page["B2"].data_type == "s" and page["B2"].quotePrefix


def test_letters_that_no_spreadsheet_can_hold_are_left_out() -> None:
    assert read(export([task(title="Số\x00 hóa\x0b\ud800")], [])).tasks[0].title == "Số hóa"


def test_columns_may_stand_in_any_order_under_names_without_diacritics() -> None:
    heads = ["thoi han", "STT", "NOI DUNG NHIEM VU", "Ghi chú", "Cơ quan chủ trì"]
    content = sheet([date(2026, 6, 30), 3, "Tập huấn", "bỏ qua", "Phòng Văn hóa"], heads=heads, title="nhiem vu")
    (line,) = read(content).tasks
    assert (line.number, line.title, line.lead, line.deadline.due) == (
        "3",
        "Tập huấn",
        "Phòng Văn hóa",
        date(2026, 6, 30),
    )


def test_a_sheet_of_another_name_is_known_by_its_columns() -> None:
    assert len(read(sheet(ROW, title="Sheet1")).tasks) == 1
    targets = sheet(["1", "Tỷ lệ", 0.8], heads=["TT", "Chỉ tiêu", "Năm 2026"], title="Phụ lục")
    assert read(targets).targets[0].values == ((2026, "0.8"),)


def test_a_title_may_stand_above_the_columns() -> None:
    def insert(page: Any) -> None:
        page.insert_rows(1, 2)
        page["A1"] = "DANH MỤC NHIỆM VỤ"

    (line,) = read(sheet(ROW, change=insert)).tasks
    assert line.row == 4


def test_numbers_typed_as_text_and_percentages_are_read() -> None:
    def as_percentage(page: Any) -> None:
        page["F3"].number_format = "0%"

    rows = [[1.0, "A", "", "2026", "", "12,5 %"], ["02", "B", "", 2027, "", 0.8], [3, "C", None, None, None, 100]]
    first, second, third = read(sheet(*rows, change=as_percentage)).tasks
    assert (first.number, first.percent, first.status) == ("1", 12.5, TaskStatus.IN_PROGRESS)
    assert (second.number, second.percent, second.deadline.due) == ("02", 80, date(2027, 12, 31))
    assert (third.percent, third.status, third.deadline) == (100, TaskStatus.DONE, Deadline(DeadlineKind.UNKNOWN))


def test_blank_rows_and_section_headings_are_passed_over() -> None:
    def merge(page: Any) -> None:
        page.merge_cells("A3:F3")

    reading = read(sheet(ROW, ["I. Hạ tầng số"], [None] * 6, ["2", *ROW[1:]], change=merge))
    assert said(reading) == []
    assert [line.row for line in reading.tasks] == [2, 5]


def test_a_cell_merged_over_rows_holds_for_each() -> None:
    def merge(page: Any) -> None:
        page.merge_cells("C2:C3")

    reading = read(sheet(ROW, ["2", "Tập huấn", None, "Thường xuyên"], change=merge))
    assert [line.lead for line in reading.tasks] == ["Văn phòng", "Văn phòng"]


def test_every_wrong_cell_is_named_and_the_right_rows_are_read() -> None:
    reading = read(
        sheet(
            ["1", "A", "", "31/02/2026", "Đang bay", 120],
            [None, None, "Văn phòng"],
            ["2", "B", "", "Khác: theo lộ trình"],
            ["2", "C"],
            [date(2026, 1, 2), "D"],
            ["5", "E", "#REF!"],
        )
    )
    assert [line.title for line in reading.tasks] == ["B"]
    assert reading.tasks[0].deadline == Deadline(DeadlineKind.UNKNOWN, text="theo lộ trình")
    lines = said(reading)
    assert lines[0] == "Nhiệm vụ!F2: tiến độ “120” phải là số từ 0 đến 100."
    assert lines[1].startswith("Nhiệm vụ!D2: không đọc được thời hạn “31/02/2026”.")
    assert lines[2].startswith("Nhiệm vụ!E2: không hiểu trạng thái “Đang bay”.")
    assert lines[3:6] == [
        "Nhiệm vụ!A3: thiếu số của dòng này.",
        "Nhiệm vụ!B3: thiếu “Nội dung nhiệm vụ”.",
        "Nhiệm vụ!A5: số “2” đã có ở dòng 4.",
    ]
    assert [line.partition(":")[0] for line in lines[6:]] == ["Nhiệm vụ!A6", "Nhiệm vụ!A6", "Nhiệm vụ!C7"]


def test_a_formula_without_its_result_names_its_cell() -> None:
    reading = read(sheet(["1", '="A"&"B"', "Văn phòng", "Quý II/2026"]))
    assert reading.tasks == ()
    assert said(reading)[0].startswith("Nhiệm vụ!B2: ô có công thức")


def test_a_column_named_twice_is_told() -> None:
    assert said(read(sheet([*ROW, "x"], heads=[*HEADS, "Thời hạn"]))) == [
        "Nhiệm vụ!G1: cột “Thời hạn” xuất hiện hai lần."
    ]


def test_a_sheet_without_columns_is_told() -> None:
    assert said(read(sheet(["a"], heads=["Gì đó"]))) == [
        "Nhiệm vụ: không tìm thấy dòng tiêu đề có cột “Nội dung nhiệm vụ”."
    ]
    assert said(read(sheet(["a"], heads=["Gì đó"], title="Sheet1")))[0].startswith("Không tìm thấy trang “Nhiệm vụ”")


def test_too_many_rows_are_told() -> None:
    def far_down(page: Any) -> None:
        page.cell(MAX_ROWS + 1, 1).value = "x"

    assert said(read(sheet(ROW, change=far_down)))[0].startswith(f"Nhiệm vụ: trang có quá {MAX_ROWS} dòng")


def _bomb() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b" " * (MAX_UNPACKED_BYTES + 1))
    return out.getvalue()


def _zip(**files: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Tệp không có dữ liệu."),
        (b"so,noi dung\n1,a", "Tệp không phải bảng tính"),
        (b"PK\x03\x04 but no zip", "Tệp không phải bảng tính"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "Tệp đang đặt mật khẩu"),
        (_zip(a=b"x"), "Tệp không phải bảng tính"),
        (_zip(**{"xl__workbook.xml": b"<a"}), "Tệp không phải bảng tính"),
        (_bomb(), "Tệp quá lớn"),
        (b"x" * (8 * 1024 * 1024 + 1), "Tệp quá lớn"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_told_why(content: bytes, reason: str) -> None:
    reading = read(content)
    assert len(reading.errors) == 1 and str(reading.errors[0]).startswith(reason)


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_a_spreadsheet_damaged_anywhere_is_never_more_than_an_error(data: st.DataObject) -> None:
    content = bytearray(_GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read(bytes(content))


_GOOD = export([task(), task("2")], [])


def test_a_member_that_unpacks_to_more_than_it_says_is_no_spreadsheet() -> None:
    with zipfile.ZipFile(BytesIO(_GOOD)) as packed:
        parts = {info.filename: packed.read(info) for info in packed.infolist()}
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "'
        + b"y" * 1000
        + b'">'
        + b"".join(b'<!ENTITY x%d "%s">' % (n, b"&x%s;" % (str(n - 1).encode() if n else b"") * 10) for n in range(8))
        + b"]><worksheet>&x7;</worksheet>"
    )
    parts["xl/worksheets/sheet1.xml"] = entity
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    assert said(read(out.getvalue()))[0].startswith("Tệp không phải bảng tính")
