"""What stands in a sentence of a plan, and what kind of answer a question asks for."""

import pytest

from domain.sentences import as_written
from knowledge.answering.kinds import Kind, wanted_by
from knowledge.answering.spans import figures_in, holds_money, label_value, times_in, unit_before, unit_name


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("Trên 65% tuyến phố có cây; ít nhất 40 hộ tham gia", ["Trên 65%", "ít nhất 40"]),
        ("Chỉ số đạt >0,75 trong năm 2026", [">0,75"]),
        ("Tổng vốn 480 triệu đồng theo Quyết định số 12/QĐ-UBND", ["480 triệu đồng"]),
        ("Hoàn thành trước ngày 20/9/2026 theo Điều 7", []),
        ("Phấn đấu thuộc Top 10 của tỉnh", ["thuộc Top 10"]),
    ],
)
def test_amounts_are_told_from_years_days_and_numbers_of_papers(text: str, figures: list[str]) -> None:
    assert [found.text for found in figures_in(as_written(text))] == figures


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Trình phương án trước ngày 20/9/2026.", ["trước ngày 20/9/2026"]),
        ("Từ ngày 01 tháng 3 đến ngày 30 tháng 4", ["Từ ngày 01 tháng 3 đến ngày 30 tháng 4"]),
        ("Kiểm tra mỗi quý một lần", ["mỗi quý một lần"]),
        ("Trực vào sáng thứ Bảy hằng tuần tại trụ sở", ["vào sáng thứ Bảy hằng tuần"]),
        ("Hoàn thành trong Quý III/2026", ["Hoàn thành trong Quý III/2026"]),
        ("Xử lý trong 24 giờ đầu", ["trong 24 giờ đầu"]),
        ("Đạt 95% hộ dân", []),
    ],
)  # fmt: skip
def test_times_are_read_with_the_words_that_lead_to_them(text: str, times: list[str]) -> None:
    assert [found.text for found in times_in(as_written(text))] == times


def test_a_label_gives_what_stands_behind_it() -> None:
    assert label_value(as_written("- Đơn vị chủ trì: Phòng Kinh tế."), "lead_labels") == "Phòng Kinh tế"
    assert label_value(as_written("Thời gian thực hiện: Quý I/2027"), "time_labels") == "Quý I/2027"
    assert label_value(as_written("Phòng Kinh tế chủ trì khảo sát"), "lead_labels") == ""


def test_a_unit_that_only_helps_is_not_taken_for_the_one_that_leads() -> None:
    said = as_written("Giao Trạm Y tế chủ trì, phối hợp với Công an phường tham mưu phương án")
    assert (unit := unit_before(said, said.folded.index("chu tri"))) is not None
    assert unit.text == "Trạm Y tế"
    helped = as_written("Chủ trì, phối hợp với Công an phường tham mưu phương án")
    assert unit_before(helped, helped.folded.index("tham muu")) is None
    assert unit_name("Trạm Y tế phường: kiểm tra nguồn nước") == "Trạm Y tế phường"


def test_money_is_seen_with_its_unit() -> None:
    assert holds_money("tong kinh phi 480 trieu dong")
    assert not holds_money("trong 480 cay")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Bao nhiêu hộ dùng nước sạch?", Kind.FIGURE),
        ("Hạn lắp đồng hồ nước là khi nào?", Kind.WHEN),
        ("Trạm Y tế báo cáo định kỳ thế nào?", Kind.CADENCE),
        ("Đơn vị nào chủ trì thay bơm?", Kind.LEAD),
        ("Đơn vị nào phối hợp thay bơm?", Kind.SUPPORT),
        ("Trưởng Ban Chỉ đạo là ai?", Kind.PERSON),
        ("Trạm Y tế có nhiệm vụ gì?", Kind.DUTIES),
        ("Kinh phí trồng cây lấy từ đâu?", Kind.FUNDING),
        ("Mã QR dùng để làm gì?", Kind.PURPOSE),
        ("Nước sạch tập trung là gì?", Kind.DEFINITION),
        ("Có bắt buộc lắp đồng hồ không?", Kind.YES_NO),
        ("Kế hoạch gồm những nội dung nào?", Kind.LIST),
        ("So sánh nước sạch năm 2026 và 2030", Kind.COMPARISON),
        ("Mua vé máy bay thế nào", Kind.OTHER),
    ],
)
def test_the_kind_of_a_question_is_read_from_how_it_asks(question: str, kind: Kind) -> None:
    assert wanted_by(question).kind is kind
