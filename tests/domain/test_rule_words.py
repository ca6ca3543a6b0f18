"""Sentences about reminders themselves."""

import pytest

from domain.rule_words import asks_for_rules, read_rules, reads_own_hour


@pytest.mark.parametrize(
    ("said", "hour"),
    [
        ("giờ nhắc của tôi 7h45", "07:45"),
        ("gio nhac cua toi 7h45", "07:45"),
        ("giờ nhắc của em là 8 giờ sáng nhé", "08:00"),
        ("nhắc tôi lúc tám giờ rưỡi", "08:30"),
        ("nhắc tôi vào 16h hằng ngày", "16:00"),
        ("đổi giờ nhắc sang 9h", "09:00"),
        ("đổi giờ nhắc sang buổi trưa muộn", "?"),
        ("giờ nhắc của tôi 26h", "?"),
        ("giờ nhắc của tôi", "show"),
        ("giờ nhắc của tôi là mấy giờ?", "show"),
        ("bỏ giờ nhắc riêng", "office"),
        ("nhắc tôi theo giờ cơ quan", "office"),
        ("nhắc tôi lúc 7h sáng mai", None),
        ("nhắc tôi lúc 7h ngày 20/12", None),
        ("nhắc tôi nhiệm vụ 4 lúc 7h", None),
        ("nhắc tôi lúc 8h thứ Sáu", None),
        ("nhắc lại chiều mai", None),
        ("nhắc phòng Kinh tế nộp báo cáo trước thứ Sáu", None),
        ("giờ nhắc của cơ quan 7h30", None),
        ("đổi giờ nhắc của cơ quan sang 7h30", None),
        ("7h30", None),
    ],
)
def test_a_persons_own_hour(said: str, hour: str | None) -> None:
    assert reads_own_hour(said) == hour


@pytest.mark.parametrize(
    ("said", "settings"),
    [
        ("báo trưởng phòng sau 4 ngày", {"head_after": "4"}),
        ("báo cho lãnh đạo sau khi 6 ngày làm việc", {"leader_after": "6"}),
        ("nhắc quá hạn sau 2, 4 và 9 ngày", {"overdue": "2, 4, 9"}),
        ("quá hạn thì nhắc sau 2 ngày", {"overdue": "2"}),
        ("mỗi người tối đa 2 tin mỗi ngày", {"daily_cap": "2"}),
        ("giờ yên lặng 18:30-06:45", {"quiet_from": "18:30", "quiet_to": "06:45"}),
        ("đổi giờ nhắc của cơ quan sang 7h15", {"hour": "07:15"}),
        ("nhắc trước hạn 12, 4 ngày", {"before": "24: 12, 4; 0: 4", "before_unknown": "12, 4"}),
        ("quy định nhắc việc về mặc định", {}),
        ("quá hạn 3 ngày", None),
        ("việc quá hạn", None),
        ("báo lãnh đạo chiều nay họp", None),
        ("giờ yên lặng", None),
        ("nhiệm vụ 4 tối đa 5 tin", None),
    ],
)
def test_the_offices_rules(said: str, settings: dict[str, str] | None) -> None:
    assert read_rules(said) == settings


def test_the_rules_are_asked_for() -> None:
    for said in ("quy định nhắc việc", "xem quy dinh nhac viec cua co quan", "Cài đặt nhắc việc", "/quydinh"):
        assert asks_for_rules(said), said
    for said in ("quy định", "quy định về đất đai", "nhắc việc"):
        assert not asks_for_rules(said), said
