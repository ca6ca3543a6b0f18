"""What a written answer may say of the passages it stands on, and what it may not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.proof import unproved

PLAN = (
    "Kế hoạch số 41/KH-UBND ngày 06/5/2026 của Ủy ban nhân dân xã Hồ Sen.\n"
    "Đến hết năm 2026: trên 75% hộ dân dùng nước sạch; bê tông hóa 12,5 km đường liên thôn; "
    "kinh phí 1.500.000.000 đồng.\n"
    "Đến hết năm 2030: ít nhất 98% hộ dân dùng nước sạch. Trạm Y tế kiểm tra chất lượng nước mỗi quý một lần, "
    "hoàn thành trước ngày 15 tháng 6 năm 2026. Phủ sóng 5G trong quý IV/2026. Chi tiết tại https://ho-sen.example.vn/nuoc.",
)
FEES = (
    "Không thu phí đối với hộ nghèo. Hộ khác nộp 20.000 đồng, trừ hộ cận nghèo. Thời hạn không quá 03 ngày làm việc.",
)


@pytest.mark.parametrize(
    "answer",
    [
        "Đến hết năm 2026, trên 75% hộ dân dùng nước sạch.",
        "Trên 75 phần trăm hộ dân xã Hồ Sen dùng nước sạch vào năm 2026.",
        "Năm 2026, xã bê tông hóa 12,5 km đường liên thôn với kinh phí 1500000000 đồng.",
        "Trạm Y tế kiểm tra chất lượng nước, hoàn thành trước ngày 15/6/2026.",
        "Trạm Y tế kiểm tra chất lượng nước mỗi quý một lần, xong trước 15/06/2026.",
        "Kế hoạch 41/KH-UBND: ít nhất 98% hộ dân dùng nước sạch đến hết năm 2030.",
        "Phủ sóng 5G trong quý 4 năm 2026.",
        "Gồm:\n1. Trên 75% hộ dân dùng nước sạch;\n2. Bê tông hóa 12,5 km đường liên thôn.",
        "Xem tại https://ho-sen.example.vn/nuoc.",
    ],
)
def test_what_stands_in_the_plan_is_let_pass(answer: str) -> None:
    assert unproved(answer, PLAN) == ()


@pytest.mark.parametrize(
    ("answer", "foreign"),
    [
        ("Trên 76% hộ dân dùng nước sạch.", "at_least 76 %"),
        ("75% hộ dân dùng nước sạch.", "75 %"),
        ("Dưới 75% hộ dân dùng nước sạch.", "at_most 75 %"),
        ("Trên 75 hộ dân dùng nước sạch.", "at_least 75 ho dan"),
        ("Bê tông hóa 12,5 ha đường liên thôn.", "12.5 ha"),
        ("Bê tông hóa 125 km đường liên thôn.", "125 km"),
        ("Kinh phí 1.500.000 đồng.", "1500000 dong"),
        ("Trên bảy mươi sáu phần trăm hộ dân dùng nước sạch.", "bay muoi sau"),
        ("Hoàn thành trước ngày 16/6/2026.", "16/6/2026"),
        ("Hoàn thành trước tháng 7/2026.", "7/2026"),
        ("Phủ sóng 5G trong quý III/2026.", "quy 3/2026"),
        ("Phủ sóng 4G trong quý IV/2026.", "4g"),
        ("Kế hoạch số 41/QĐ-UBND của xã Hồ Sen.", "41/qd-ubnd"),
        ("Trạm Thú y kiểm tra chất lượng nước.", "Trạm Thú"),
        ("Kiểm tra do Trần Văn Bảy làm.", "Trần Văn Bảy"),
        ("Xem tại http://ho-sen.example.com.", "http://ho-sen.example.com"),
        ("Trạm Y tế không kiểm tra chất lượng nước.", "khong kiem"),
    ],
)
def test_what_the_plan_does_not_say_is_found(answer: str, foreign: str) -> None:
    assert foreign in unproved(answer, PLAN)


TASK = ("Phòng Kinh tế chủ trì, phối hợp với Trạm Y tế khảo sát giếng. Đơn vị chủ trì: Phòng Văn hóa",)


@pytest.mark.parametrize(
    ("answer", "foreign"),
    [
        ("Trạm Y tế chủ trì khảo sát giếng.", "tram y te: lead"),
        ("Phòng Kinh tế phối hợp khảo sát giếng.", "phong kinh te: support"),
    ],
)
def test_who_leads_does_not_become_who_helps(answer: str, foreign: str) -> None:
    assert foreign in unproved(answer, TASK)


@pytest.mark.parametrize(
    "answer",
    ["Phòng Kinh tế chủ trì, Trạm Y tế phối hợp khảo sát giếng.", "Chủ trì: Phòng Kinh tế.", "Phòng Văn hóa chủ trì."],
)
def test_who_leads_may_be_said_in_other_words(answer: str) -> None:
    assert unproved(answer, TASK) == ()


def test_a_figure_of_one_year_is_not_given_for_another() -> None:
    assert "75 %" in " ".join(unproved("Năm 2030, trên 75% hộ dân dùng nước sạch.", PLAN))
    assert unproved("Năm 2026, trên 75% hộ dân dùng nước sạch.", PLAN) == ()


@pytest.mark.parametrize(
    "answer",
    [
        "Thu phí đối với hộ nghèo, trừ hộ cận nghèo.",
        "Không thu phí đối với hộ nghèo; hộ khác nộp 20.000 đồng.",
        "Hộ khác nộp 20.000 đồng, trừ hộ cận nghèo, thời hạn 03 ngày làm việc.",
        "Hộ khác nộp 20.000 đồng, trừ hộ cận nghèo, thời hạn không quá 03 giờ.",
        "Hộ khác không nộp phí, trừ hộ cận nghèo.",
    ],
)
def test_no_denial_bound_or_exception_is_lost_or_added(answer: str) -> None:
    assert unproved(answer, FEES)


def test_a_condition_that_is_kept_is_let_pass() -> None:
    answer = "Không thu phí đối với hộ nghèo; hộ khác nộp 20.000 đồng, trừ hộ cận nghèo, không quá 03 ngày làm việc."
    assert unproved(answer, FEES) == ()


def test_permanent_residence_is_no_exception() -> None:
    """Without its mark "trừ" is spelled like "trú"; with it they are told apart."""
    assert unproved("Đăng ký thường trú.", ["Đăng ký thường trú tại xã."]) == ()


ENTRIES = [
    line
    for path in sorted((Path(__file__).resolve().parents[2] / "samples" / "faq").glob("*.md"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if len(line) > 100
]


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_passage_proves_itself_and_its_sentences(entry: str) -> None:
    assert unproved(entry, [entry]) == ()
    for sentence in re.split(r"(?<=[.;]) ", entry):
        assert set(unproved(sentence, [entry])) <= {"except", "if"}


@given(st.text(max_size=400))
def test_any_text_proves_itself(text: str) -> None:
    assert unproved(text, [text]) == ()


@given(st.integers(min_value=2, max_value=10**9))
def test_a_number_that_is_in_no_passage_is_always_found(number: int) -> None:
    assert unproved(f"Có {number} hộ dân.", ["Có một hộ dân."])
