"""Feedback goes to the unit whose field it is, and to a person where that is not certain."""

from pathlib import Path

import pytest

from bot.topics import OWN_LIST, BadTopics, read_topics
from domain.feedback import alike, code_in, unit_for
from domain.people import Unit

CULTURE = Unit(1, 1, "Phòng Văn hóa - Xã hội", ("VH-XH",))
ECONOMY = Unit(2, 1, "Phòng Kinh tế, Hạ tầng và Đô thị", ())
CENTRE = Unit(3, 1, "Trung tâm Phục vụ hành chính công", ())
UNITS = [CULTURE, ECONOMY, CENTRE]


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("Rác thải đổ bừa bãi đầu ngõ, bốc mùi", ECONOMY),
        ("nap cong vo, den duong khong sang", ECONOMY),
        ("Xây dựng trái phép lấn chiếm vỉa hè", ECONOMY),
        ("Hồ sơ chứng thực chậm trả kết quả", CENTRE),
        ("Trạm y tế đóng cửa sớm", CULTURE),
        ("hat karaoke on ao suot dem", CULTURE),
        ("Thái độ hách dịch của cán bộ khi trả hồ sơ", None),
        ("Trộm cắp trong ngõ nhiều quá", None),
        ("Thời tiết dạo này lạ quá", None),
    ],
)
def test_a_unit_is_found_by_what_is_said(said: str, unit: Unit | None, tmp_path: Path) -> None:
    assert unit_for(said, read_topics(tmp_path), UNITS) == unit


def test_an_office_without_the_unit_has_a_person_pass_it_on(tmp_path: Path) -> None:
    assert unit_for("Rác thải đổ bừa bãi", read_topics(tmp_path), [CULTURE]) is None


def test_words_with_other_marks_do_not_meet(tmp_path: Path) -> None:
    # Without diacritics "thai do" would be both this and how staff behave.
    assert unit_for("Rác thải đổ đầy đường", read_topics(tmp_path), UNITS) == ECONOMY


def test_an_office_may_keep_a_list_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / OWN_LIST
    own.write_text("- {name: Thú cưng, words: [chó], units: [văn hóa], needs_place: false}\n", encoding="utf-8")
    [topic] = read_topics(tmp_path)
    assert (topic.name, topic.needs_place) == ("Thú cưng", False)
    assert unit_for("chó chạy rông", [topic], UNITS) == CULTURE


@pytest.mark.parametrize("content", ["- {name: x}", "a: b", "[", "3", "- 4"])
def test_a_list_that_cannot_be_read_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / OWN_LIST).write_text(content, encoding="utf-8")
    with pytest.raises(BadTopics) as raised:
        read_topics(tmp_path)
    assert raised.value.file.name == OWN_LIST


def test_nearly_the_same_words_are_the_same_case() -> None:
    assert alike("Bãi rác sau chợ bốc mùi đã ba tuần", "bai rac sau cho boc mui da ba tuan nay")
    assert not alike("Bãi rác sau chợ bốc mùi", "Đèn đường tổ 4 hỏng")
    assert not alike("", "Đèn đường")


@pytest.mark.parametrize(
    ("text", "code"),
    [("PA-7K3M2X", "PA-7K3M2X"), ("xem pa 7k3m2x", "PA-7K3M2X"), ("PA-7K3M2", None), ("PA-7K3M2O", None), ("PA", None)],
)
def test_a_code_is_read_as_people_type_it(text: str, code: str | None) -> None:
    assert code_in(text) == code
