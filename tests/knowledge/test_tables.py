"""Tables: whole rules, one cell a line, torn by the scan; and what may be said of a row's cells."""

import pytest

from domain.plans import PassageKind
from knowledge.columns import cells_by_year, column_of, columns_in, time_on, years_on
from knowledge.drafts import Draft
from knowledge.outline import Outlined, outline
from knowledge.reading import ReadText, page_starts
from knowledge.tables import is_column_names

_PLAN = "KẾ HOẠCH\nTrồng cây xanh trên địa bàn phường Hồ Sen\n\nI. MỤC TIÊU\n\n- Trồng thêm cây.\n\n"


def outlined(text: str) -> Outlined:
    whole = _PLAN + text
    return outline(ReadText(whole, page_starts(whole)))


def rows(found: Outlined) -> list[Draft]:
    return [p for p in found.passages if p.kind is PassageKind.ROW]


def test_every_cell_of_a_whole_row_is_said_with_its_column() -> None:
    found = rows(
        outlined(
            "Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian hoàn thành\n"
            "Trồng cây ven hồ | Phòng Kinh tế | Các khu phố | Quý III/2031\n"
            "Tưới cây | Trạm Thủy lợi |  | Hằng tuần\n"
        )
    )
    assert [row.text for row in found] == [
        "Trồng cây ven hồ | Cơ quan chủ trì: Phòng Kinh tế | Cơ quan phối hợp: Các khu phố"
        " | Thời gian hoàn thành: Quý III/2031",
        "Tưới cây | Cơ quan chủ trì: Trạm Thủy lợi | Thời gian hoàn thành: Hằng tuần",
    ]
    assert is_column_names(found[0].heading[-1])


def test_a_second_line_of_column_names_belongs_to_the_head() -> None:
    found = rows(
        outlined(
            "TT | Chỉ tiêu | Mục tiêu | Mục tiêu | Ghi chú\n"
            "TT | Chỉ tiêu | Năm 2031 | Năm 2035 | Ghi chú\n"
            "(1) | (2) | (3) | (4) | (5)\n"
            "1 | Cây bóng mát trồng mới | 400 cây | 900 cây | \n"
        )
    )
    assert len(found) == 1
    assert found[0].text == ("1 | Cây bóng mát trồng mới | Mục tiêu Năm 2031: 400 cây | Mục tiêu Năm 2035: 900 cây")


def test_a_markdown_table_is_read_without_its_rule() -> None:
    found = rows(outlined("| Tuyến đường | Số cây |\n|---|---|\n| Đường Hoa Phượng | 120 |\n"))
    assert [row.text for row in found] == ["Đường Hoa Phượng | Số cây: 120"]


def test_a_group_of_a_whole_table_heads_its_rows() -> None:
    found = rows(
        outlined(
            "TT | Nhiệm vụ | Chủ trì | Thời gian\n"
            "I | TRỒNG MỚI | | \n"
            "1 | Trồng hàng phượng | Phòng Kinh tế | Tháng 3/2031\n"
            "II | CHĂM SÓC | | \n"
            "2 | Cắt tỉa cành khô | Đội Cây xanh | Thường xuyên\n"
        )
    )
    assert [row.heading[-1] for row in found] == ["I TRỒNG MỚI", "II CHĂM SÓC"]


def test_names_printed_again_on_a_later_page_are_no_row() -> None:
    head = "TT | Nhiệm vụ | Chủ trì | Thời gian\n"
    row = "{} | Trồng cây ở khu phố {} | Phòng Kinh tế | Tháng {}/2031\n"
    found = rows(outlined(head + row.format(1, 1, 3) + head + row.format(2, 2, 4)))
    assert len(found) == 2


def test_text_below_a_whole_table_is_a_paragraph_again() -> None:
    found = outlined("Việc | Chủ trì\nTrồng cây | Phòng Kinh tế\n\nII. TỔ CHỨC THỰC HIỆN\n\n- Đội Cây xanh tưới cây.\n")
    assert len(rows(found)) == 1
    assert found.passages[-1].heading == ("II. TỔ CHỨC THỰC HIỆN",)


_TORN_HEAD = "TT Chi tiéu Nim | Nim | Ndm | Co quan\n2031 | 2033 | 2035 | chu tri\n"
_TORN = (
    "Ty 1é duong pho co cay bong mat trén cac D/c Hoa\n"
    "{0} |tuyén chinh cua phuong, cac khu dan cu moi| {0}0% | 80% | 100% | Phong\n"
    "dugc cham soc dung ky thuat. Kinh té\n"
)


def test_rows_torn_apart_are_cut_where_the_next_one_begins() -> None:
    text = "PHỤ LỤC 1\n\n" + _TORN_HEAD + "".join(_TORN.format(n) for n in range(1, 7))
    found = rows(outlined(text))
    assert len(found) == 6
    for n, row in enumerate(found, 1):
        assert row.source == _TORN.format(n).strip()
        assert f"Năm 2031: {n}0% | Năm 2033: 80% | Năm 2035: 100%" in row.text


def test_a_row_of_one_cell_a_line_begins_with_its_number() -> None:
    head = "TT\n\nChỉ tiêu\n\nNăm 2031\n\nNăm 2035\n\nCơ quan chủ trì\n\n"
    row = "{0}\n\nTỷ lệ tuyến đường\ncó cây, nhóm {0}\n\n> {0}0%\n\n100%\n\nPhòng\nKinh tế\n\n"
    found = rows(outlined("PHỤ LỤC 1\n\n" + head + "".join(row.format(n) for n in range(1, 5))))
    assert [row.text for row in found] == [
        f"{n} | Tỷ lệ tuyến đường có cây, nhóm {n} | Năm 2031: > {n}0% | Năm 2035: 100%"
        " | Cơ quan chủ trì: Phòng Kinh tế"
        for n in range(1, 5)
    ]


def test_a_heading_inside_a_table_may_have_lost_its_figure() -> None:
    text = (
        "STT Nội dung nhiệm vụ Cơ quan chủ trì | Thời gian\n"
        "1. | Trồng hàng phượng dọc đường chính | Phòng Kinh tế Tháng 3/2031\n"
        "2. | Trồng cây trong sân trường | Phòng Văn hóa Tháng 5/2031\n\n"
        "Chăm sóc cây đã trồng từ trước\n\n"
        "3. | Cắt tỉa cành khô trước mùa bão | Đội Cây xanh Hằng năm\n"
    )
    found = rows(outlined(text))
    assert found[-1].heading[-1] == "Chăm sóc cây đã trồng từ trước"
    assert [row.text.rpartition(" | ")[2] for row in found] == [
        "Thời gian: Tháng 3/2031",
        "Thời gian: Tháng 5/2031",
        "Thời gian: Hằng năm",
    ]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("cây xanh đô thị > 70% | 80% | 100% Phòng", ("Năm 2031: > 70%", "Năm 2033: 80%", "Năm 2035: 100%")),
        ("chỉ số xanh >0,7| >0,8 |dat1,0| ' Phòng", ("Năm 2031: >0,7", "Năm 2033: >0,8", "Năm 2035: 1,0")),
        ("phủ xanh. - 50% | 1009 Phòng", ("Năm 2033: 50%", "Năm 2035: 100%")),
        ("mức 2 42 2 |>90% | 100% - Phòng", ("Năm 2031: >90%", "Năm 2033: 100%")),
    ],
)
def test_figures_are_said_by_year_where_there_is_one_for_each(line: str, parts: tuple[str, ...]) -> None:
    said = years_on(line, [2031, 2033, 2035])
    assert said is not None
    assert said.parts == parts


@pytest.mark.parametrize(
    "line",
    [
        "cây xanh đô thị > 70% | 80% Phòng",
        "cây xanh đô thị 60% | 70% | 80% | 90% Phòng",
        "trồng 3 hàng, 2 lớp, 4 cụm",
        "từ 2031 - 2033 - 2035",
        "không có số nào",
    ],
)
def test_figures_that_do_not_fit_the_years_are_given_to_none(line: str) -> None:
    assert years_on(line, [2031, 2033, 2035]) is None


def test_cells_of_figures_are_said_by_year_only_if_they_are_as_many() -> None:
    cells = ["4", "Cây trồng mới", "40%", "60%", "Phòng Kinh tế"]
    assert cells_by_year(cells, [2031, 2035])[2:4] == ["Năm 2031: 40%", "Năm 2035: 60%"]
    assert cells_by_year(cells, [2031, 2033, 2035]) == cells


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Đội Cây xanh Thường xuyên", "Thường xuyên"),
        ("Doi Cay xanh Hing nim", "Hằng năm"),
        ("Phòng Kinh tế | Quy 1V/2031", "Quý IV/2031"),
        ("Phòng Kinh tế Trước ngày 30/11/2031", "Trước ngày 30/11/2031"),
        ("Báo cáo Theo yéu cau", "Theo yêu cầu"),
    ],
)
def test_a_time_at_the_end_of_a_line_is_told(line: str, words: str) -> None:
    said = time_on(line)
    assert said is not None
    assert said.parts == (words,)


@pytest.mark.parametrize("line", ["trồng thường xuyên cây mới", "đường năm 2031 mở rộng", ""])
def test_a_time_inside_a_sentence_is_no_deadline(line: str) -> None:
    assert time_on(line) is None


@pytest.mark.parametrize(
    ("name", "kind", "year"),
    [
        ("Cơ quan chủ trì theo dõi, đánh giá", "lead", None),
        ("Đơn vị phối hợp", "support", None),
        ("TT", "number", None),
        ("Đơn vị tính", "measure", None),
        ("Năm 2031", "", 2031),
        ("Thực hiện giai đoạn 2031 - 2035", "", None),
        ("Vị trí", "", None),
    ],
)
def test_a_column_is_known_by_its_name(name: str, kind: str, year: int | None) -> None:
    found = column_of(name)
    assert (found.kind, found.year) == (kind, year)


def test_the_columns_of_a_head_run_together_are_told_in_order() -> None:
    found = columns_in("STT Nội dung nhiệm vụ Cơ quan chủ trì Cơ quan phối hợp | Thời gian hoàn Ghi chú thành")
    assert [column.kind for column in found] == ["number", "name", "lead", "support", "time", "note"]
