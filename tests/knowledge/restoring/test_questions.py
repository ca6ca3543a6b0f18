"""Questions typed without diacritics, with half of them, or in the shorthand of messages."""

import pytest

from knowledge.restoring import restorer
from knowledge.restoring.accents import expanded, shorthand


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dang ky khai sinh cho con o dau", "đăng ký khai sinh cho con ở đâu"),
        ("Ai chu tri viec so hoa ho so?", "Ai chủ trì việc số hóa hồ sơ?"),
        ("ke hoach 41/KH-UBND ban hanh ngay nao", "kế hoạch 41/KH-UBND ban hành ngày nào"),
        ("den nam 2030 phai dat bao nhieu phan tram", "đến năm 2030 phải đạt bao nhiêu phần trăm"),
        ("VNeID muc 2 la gi", "VNeID mức 2 là gì"),
        ("phuong Tran Bien co bao nhieu nhiem vu", "phường Trấn Biên có bao nhiêu nhiệm vụ"),
    ],
)
def test_diacritics_are_put_in(typed: str, meant: str) -> None:
    assert restorer().accented(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Phường Hồ Sen phải lắp bao nhiêu bộ đèn trong năm 2026?",
        "Ai là người ký kế hoạch số 41/KH-UBND?",
        "Vân Anh ở tổ 5 hỏi: khi nào có nước sạch?",
        "",
        "   ",
        "2026?",
    ],
)
def test_a_question_typed_with_diacritics_comes_back_as_it_was(question: str) -> None:
    assert restorer().accented(question) == question


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nộp hồ sơ dvc ko được", "nộp hồ sơ DVC không được"),
        ("nq57 nói gì về cđs", "nghị quyết 57 nói gì về CĐS"),
        ("làm CCCD ở đâu", "làm CCCD ở đâu"),
        ("ubnd phuong co bao nhieu tthc", "UBND phường có bao nhiêu TTHC"),
        ("UBND va HDND xa da hop chua", "UBND và HDND xã đã họp chưa"),
        ("đk tạm trú đc ko", "đăng ký tạm trú được không"),
    ],
)
def test_shorthand_is_written_out(typed: str, meant: str) -> None:
    assert restorer().accented(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["điểm k khoản 2", "gửi về ko@xa.vn", "57-NQ/TW", "22/NQ-HDND", "trang dvc.gov.vn", "nhóm K", "kh 5%"],
)
def test_what_only_looks_like_shorthand_is_left(text: str) -> None:
    assert expanded(text) == text


def test_every_form_of_shorthand_is_small_and_stands_for_something_else() -> None:
    for forms in shorthand().values():
        for short, full in forms.items():
            assert short == short.lower()
            assert full
            assert short != full


def test_words_keep_their_places_and_signs() -> None:
    question = "  Ho so (ban sao),  le phi: 15.000d - nop o dau?!  "
    accented = restorer().accented(question)
    assert [len(part) for part in accented.split(" ")] == [len(part) for part in question.split(" ")]
    assert accented.endswith("?!  ")
