"""Targets drafted from plans: what is found, with which figure and year, and where it stands in the file."""

import pytest

from domain.milestones import read_milestone
from domain.plans import Target
from domain.tasks import Span
from knowledge.drafting.targets import draft_targets
from knowledge.outline import outline
from knowledge.reading import ReadText
from tests.knowledge.conftest import SHARED

HEAD = """ỦY BAN NHÂN DÂN
XÃ HỒ SEN
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 52/KH-UBND
Hồ Sen, ngày 09 tháng 3 năm 2026

KẾ HOẠCH
{title}

Căn cứ nhu cầu của các thôn, Ủy ban nhân dân xã Hồ Sen ban hành Kế hoạch với các nội dung sau:

"""


def plan(body: str, title: str = "Phát triển nông thôn xã Hồ Sen") -> ReadText:
    """A plan with this body below its head."""
    return ReadText(HEAD.replace("{title}", title) + body)


def drafted(body: str, title: str = "Phát triển nông thôn xã Hồ Sen") -> list[Target]:
    read = plan(body, title)
    return list(draft_targets(read, outline(read)))


def told(body: str, title: str = "Phát triển nông thôn xã Hồ Sen") -> list[tuple[str, tuple[tuple[int, str], ...]]]:
    return [(target.title, target.values) for target in drafted(body, title)]


UNDER_A_YEAR = """I. MỤC TIÊU

1. Đến hết năm 2027
- Tỷ lệ hộ dân dùng nước sạch tập trung đạt trên 82 %.
- 100% trường mầm non có bếp ăn một chiều.
- Có ít nhất 03 hợp tác xã bán hàng trên sàn giao dịch.
- Phấn đấu thu nhập bình quân đầu người đạt 78 triệu đồng/năm.
- Tỷ lệ hộ nghèo giảm còn 1,5%.

2. Đến hết năm 2030
- Tỷ lệ hộ dân dùng nước sạch tập trung đạt 98 %.
- Tỷ lệ hộ nghèo còn dưới 1%.

II. TỔ CHỨC THỰC HIỆN

1. Phòng Kinh tế
- Chủ trì khảo sát các tuyến đường, trình phương án trước ngày 20/9/2026.
"""


def test_bullets_get_their_year_from_the_heading_and_one_target_has_all_its_years() -> None:
    assert told(UNDER_A_YEAR) == [
        ("Tỷ lệ hộ dân dùng nước sạch tập trung", ((2027, "trên 82 %"), (2030, "98 %"))),
        ("Tỷ lệ trường mầm non có bếp ăn một chiều", ((2027, "100%"),)),
        ("Số hợp tác xã bán hàng trên sàn giao dịch", ((2027, "ít nhất 03 hợp tác xã"),)),
        ("Thu nhập bình quân đầu người", ((2027, "78 triệu đồng/năm"),)),
        ("Tỷ lệ hộ nghèo", ((2027, "giảm còn 1,5%"), (2030, "còn dưới 1%"))),
    ]


def test_each_field_is_tied_to_the_characters_it_was_read_from() -> None:
    read = plan(UNDER_A_YEAR)
    first = draft_targets(read, outline(read))[0]
    assert all(isinstance(span, Span) for span in first.spans)
    shown = [(span.field, read.text[span.start : span.end]) for span in first.spans]
    assert [(name, words.strip(" .")) for name, words in shown if name != "title"] == [
        ("value.2027", "trên 82 %"),
        ("value.2030", "98 %"),
    ]
    titles = [words for name, words in shown if name == "title"]
    assert all(words.startswith("Tỷ lệ hộ dân dùng nước sạch") for words in titles)


@pytest.mark.parametrize(
    ("sentence", "title", "values"),
    [
        (
            "- Đến năm 2028, tỷ lệ rác thải được phân loại tại nguồn đạt từ 60% trở lên.",
            "Tỷ lệ rác thải được phân loại tại nguồn",
            ((2028, "từ 60% trở lên"),),
        ),
        (
            "- Tỷ lệ lao động qua đào tạo năm 2027 đạt 68%, năm 2030 đạt 75%.",
            "Tỷ lệ lao động qua đào tạo",
            ((2027, "68%"), (2030, "75%")),
        ),
        (
            "- Số vụ tai nạn giao thông giảm ít nhất 10% so với năm 2025 trong năm 2027.",
            "Số vụ tai nạn giao thông",
            ((2027, "giảm ít nhất 10% so với năm 2025"),),
        ),
        ("- Trồng mới 12.000 cây xanh trong năm 2027.", "Trồng mới cây xanh", ((2027, "12.000 cây xanh"),)),
        ("- Bê tông hóa 15 km đường ngõ năm 2028.", "Bê tông hóa đường ngõ", ((2028, "15 km"),)),
        (
            "- Nâng tỷ lệ hộ có nhà tiêu hợp vệ sinh từ 70% lên 90% vào năm 2029.",
            "Nâng tỷ lệ hộ có nhà tiêu hợp vệ sinh",
            ((2029, "lên 90%"),),
        ),
        (
            "- Chỉ số cải cách hành chính năm 2027 thuộc nhóm 5 của tỉnh.",
            "Chỉ số cải cách hành chính",
            ((2027, "nhóm 5"),),
        ),
    ],
)
def test_sentences_under_targets(sentence: str, title: str, values: tuple[tuple[int, str], ...]) -> None:
    found = told(f"I. MỤC TIÊU\n\n{sentence}\n- Giữ gìn cảnh quan các bến sông.\n")
    assert found == [(title, values)]


def test_a_bullet_with_several_figures_gives_a_target_for_each() -> None:
    body = """I. MỤC TIÊU CỤ THỂ ĐẾN NĂM 2028

- Trên 85% số thôn có nhà văn hóa đạt chuẩn và 100% số trường có sân chơi.
- Tỷ lệ chợ có camera đạt 90%; tỷ lệ hộ kinh doanh nhận thanh toán trực tuyến đạt trên 70%, trong đó hộ ở chợ đạt 80%.
- Xây dựng làng quê đáng sống.
"""
    assert [target.values for target in drafted(body)] == [
        ((2028, "Trên 85%"),),
        ((2028, "100%"),),
        ((2028, "90%"),),
        ((2028, "trên 70%"),),
        ((2028, "80%"),),
    ]


def test_a_line_that_only_names_a_period_gives_the_points_below_it_their_year() -> None:
    body = """II. MỤC TIÊU ĐẾN NĂM 2032

a) Đường làng
- Giai đoạn 2026-2029
+ 80% đường ngõ được lát gạch.
+ 60% ngõ có đèn.
- Giai đoạn 2030-2032
+ 95% đường ngõ được lát gạch.

b) Nước sạch
- 90% hộ dân dùng nước sạch.
- Giữ gìn nguồn nước.
"""
    assert told(body) == [
        ("Tỷ lệ đường ngõ được lát gạch", ((2029, "80%"), (2032, "95%"))),
        ("Tỷ lệ ngõ có đèn", ((2029, "60%"),)),
        ("Tỷ lệ hộ dân dùng nước sạch", ((2032, "90%"),)),
    ]


NO_TARGETS = """I. ĐẶC ĐIỂM TÌNH HÌNH

- Năm 2025, tỷ lệ hộ dùng nước sạch ước đạt 76%, tăng 4% so với cùng kỳ.
- Toàn xã hiện có 14 thôn, 3.250 hộ.

II. NHIỆM VỤ

- Rà soát 100 hồ sơ còn tồn đọng theo Nghị quyết số 41-NQ/TU ngày 05/02/2024.
- Nâng cấp phần mềm từ mức độ 3 lên mức độ 4, phủ sóng 5G tại khu dân cư.
- Thuế suất 8% áp dụng đến hết năm 2026.
- Hộ tham gia được hưởng mức hỗ trợ 50% kinh phí mua giống.

III. KINH PHÍ THỰC HIỆN

- Tổng kinh phí 1.250 triệu đồng, trong đó ngân sách xã 60%.
"""


def test_a_sentence_that_only_mentions_a_figure_is_no_target() -> None:
    assert told(NO_TARGETS) == []


def test_a_clear_wish_is_a_target_wherever_it_stands() -> None:
    body = """II. NHIỆM VỤ

1. Xây dựng nông thôn mới
- Phấn đấu đến năm 2028 có ít nhất 80% thôn đạt chuẩn văn hóa.
- 100% cán bộ thôn được tập huấn kỹ năng số trước năm 2027.
- Tuyên truyền trên hệ thống loa.
"""
    assert [target.values for target in drafted(body)] == [((2028, "ít nhất 80%"),), ((2026, "100%"),)]


def test_a_year_that_only_the_date_of_issue_tells_lowers_the_confidence() -> None:
    body = "I. MỤC TIÊU\n\n- Trên 75% hộ dân dùng nước sạch.\n- Giữ gìn cảnh quan.\n"
    (without,) = drafted(body)
    (titled,) = drafted(body, "Cấp nước sạch nông thôn xã Hồ Sen năm 2027")
    assert (without.values, titled.values) == (((2026, "Trên 75%"),), ((2027, "Trên 75%"),))
    assert without.confidence < 0.5 < titled.confidence < 0.9


TABLE = """PHỤ LỤC 1
CÁC CHỈ TIÊU CHỦ YẾU
(Kèm theo Kế hoạch số 52/KH-UBND ngày 09/3/2026)

TT | Chỉ tiêu | Đơn vị tính | Năm 2026 | Năm 2028 | Cơ quan chủ trì
1 | Tỷ lệ hộ dùng nước sạch | % | ≥ 78 | 90 | Phòng Kinh tế
2 | Số mô hình vườn mẫu | mô hình | 4 | 10 | Phòng Kinh tế
3 | Tỷ lệ hồ sơ nộp trực tuyến | % | trên 80 | - | Văn phòng
4 | Tỷ lệ trẻ đến trường | % | 9o% | 99,5 | Phòng Văn hóa
"""


def test_a_table_of_targets_gives_number_unit_lead_and_years() -> None:
    found = drafted(TABLE)
    assert [(target.number, target.unit_of_measure, target.lead, target.values) for target in found] == [
        ("1", "%", "Phòng Kinh tế", ((2026, "≥ 78"), (2028, "90"))),
        ("2", "mô hình", "Phòng Kinh tế", ((2026, "4"), (2028, "10"))),
        ("3", "%", "Văn phòng", ((2026, "trên 80"),)),
        ("4", "%", "Phòng Văn hóa", ((2028, "99,5"),)),
    ]
    assert found[0].title == "Tỷ lệ hộ dùng nước sạch"
    milestone = read_milestone(found[0].values[0][1], 2026, found[0].unit_of_measure)
    assert milestone is not None
    assert (milestone.comparator, milestone.value, milestone.unit) == (">=", 78, "%")


def test_a_ruined_figure_is_left_out_and_lowers_the_confidence() -> None:
    found = drafted(TABLE)
    assert 2026 not in dict(found[3].values)
    assert found[3].confidence < found[0].confidence


def test_a_table_of_tasks_is_not_one_of_targets() -> None:
    body = """PHỤ LỤC 1
(Kèm theo Kế hoạch số 52/KH-UBND ngày 09/3/2026)

TT | Nhiệm vụ | Chủ trì | Thời hạn
1 | Lắp đồng hồ nước cho 100% hộ nghèo | Trạm Y tế | Quý III/2026
2 | Thay bơm tại giếng trung tâm | Phòng Kinh tế | Năm 2027
"""
    assert told(body) == []


def test_numbers_are_the_plans_own_where_they_differ_and_never_come_twice() -> None:
    body = """I. MỤC TIÊU NĂM 2027

1. Về môi trường
(1) Trên 85% rác thải được thu gom.
(2) Trên 60% hộ phân loại rác.
2. Về văn hóa
(1) Trên 90% gia đình đạt chuẩn văn hóa.
- 100% thôn có tủ sách.
"""
    numbers = [target.number for target in drafted(body)]
    assert len(numbers) == len(set(numbers)) == 4
    assert numbers[:2] == ["1", "2"]


def test_a_lead_named_in_brackets_is_kept() -> None:
    body = "I. MỤC TIÊU NĂM 2027\n\n- Trên 85% rác thải được thu gom (Phòng Kinh tế chủ trì).\n- Giữ gìn cảnh quan.\n"
    (target,) = drafted(body)
    assert target.lead == "Phòng Kinh tế"


DAMAGED = """I. MUC TIEU

1. Dén nam 2028
- Ty 1é hd dan dugc st dung nudc sach dat trén 85%.
- 100% can bd, cong chirc dugc boi dudng k§ nang s6 co ban.

2. Dén nam 2030
- Ty 1é hd dan duge sir dung nudc sach dat 95%.

II. TO CHUC THUC HIEN
"""


def test_a_scan_gives_the_figures_as_they_stand_in_it() -> None:
    found = drafted(DAMAGED)
    milestones = [read_milestone(words, year) for target in found for year, words in target.values]
    assert sorted((each.year, each.value) for each in milestones if each) == [(2028, 85), (2028, 100), (2030, 95)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not there")
def test_no_shared_plan_stops_the_reader_or_gives_a_number_twice() -> None:
    from knowledge import read_document

    for path in sorted((SHARED / "plans").glob("*.txt")):
        found = draft_targets(ReadText(""), read_document(path))
        numbers = [target.number for target in found]
        assert len(numbers) == len(set(numbers)), path.name
        assert all(0 < target.confidence <= 1 for target in found), path.name
