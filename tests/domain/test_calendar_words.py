"""What sentences change in the office's calendar, and which are about something else."""

from datetime import date, timedelta

import pytest

from domain.calendar_changes import CalendarRefused, changes_of, day_of
from domain.calendar_words import asks_for_calendar, read_calendar
from domain.vietnamese import fold
from domain.working_days import CalendarDay, WorkCalendar

TODAY = date(2026, 11, 24)


def read(said: str) -> tuple[list[tuple[str, str, str]], str] | None:
    found = read_calendar(said, TODAY)
    return (
        None if found is None else ([(kind, str(first), str(last)) for kind, first, last in found.changes], found.label)
    )


@pytest.mark.parametrize(
    ("said", "kind", "first", "last", "label"),
    [
        ("nghỉ ngày 18/12 (hội nghị tổng kết)", "off", "2026-12-18", "2026-12-18", "hội nghị tổng kết"),
        ("nghi ngay 18/12 (hoi nghi tong ket)", "off", "2026-12-18", "2026-12-18", "hoi nghi tong ket"),
        ("Thêm ngày nghỉ 18/12: sửa trụ sở.", "off", "2026-12-18", "2026-12-18", "sửa trụ sở"),
        ("cả cơ quan nghỉ từ 16/12 đến 18/12 vì mất điện", "off", "2026-12-16", "2026-12-18", "mất điện"),
        ("ngày 18/12 cơ quan nghỉ", "off", "2026-12-18", "2026-12-18", ""),
        ("18 tháng 12 nghỉ, kiểm kê tài sản", "off", "2026-12-18", "2026-12-18", "kiểm kê tài sản"),
        ("nghỉ ngày mai", "off", "2026-11-25", "2026-11-25", ""),
        ("làm bù thứ Bảy 05/12", "work", "2026-12-05", "2026-12-05", ""),
        ("thứ 7 ngày 05/12 làm bù", "work", "2026-12-05", "2026-12-05", ""),
        ("làm việc bình thường Chủ nhật 06/12/2026", "work", "2026-12-06", "2026-12-06", ""),
        ("lam bu 5/12", "work", "2026-12-05", "2026-12-05", ""),
        ("bỏ ngày nghỉ 18/12", "remove", "2026-12-18", "2026-12-18", ""),
        ("hủy làm bù thứ bảy 05/12", "remove", "2026-12-05", "2026-12-05", ""),
        ("xoa lich nghi ngay 18/12", "remove", "2026-12-18", "2026-12-18", ""),
    ],
)
def test_one_change_is_read(said: str, kind: str, first: str, last: str, label: str) -> None:
    assert read(said) == ([(kind, first, last)], label)


@pytest.mark.parametrize(
    "said",
    [
        "nghỉ 04/12, làm bù thứ Bảy 12/12",
        "nghỉ ngày 04/12 và làm bù ngày 12/12",
        "làm bù thứ Bảy 12/12 cho ngày 04/12",
        "làm bù 12/12 thay cho thứ Sáu 04/12",
        "hoán đổi ngày 04/12 sang thứ Bảy 12/12",
    ],
)
def test_a_swap_is_two_changes(said: str) -> None:
    assert read(said) == ([("off", "2026-12-04", "2026-12-04"), ("work", "2026-12-12", "2026-12-12")], "")


@pytest.mark.parametrize(
    "said",
    [
        "tôi nghỉ ngày 18/12",
        "nghỉ phép ngày 18/12",
        "chị An nghỉ từ 16/12 đến 18/12",
        "nghỉ ốm hai ngày",
        "ngày 18/12 nghỉ hay không?",
        "ngày 18/12 cơ quan nghỉ không",
        "18/12 có nghỉ không",
        "bao giờ nghỉ Tết",
        "nghỉ ngày 30/2",
        "nhiệm vụ 4 xong ngày 18/12",
        "hủy báo cáo 18/12",
        "làm xong 18/12",
        "nhiệm vụ 4 nghỉ 18/12",
        "nghỉ",
        "",
    ],
)
def test_other_sentences_change_nothing(said: str) -> None:
    assert read(said) is None


def test_a_weekday_said_wrong_is_noticed() -> None:
    found = read_calendar("làm bù thứ Bảy 06/12", TODAY)
    assert found is not None and found.weekday_wrong == date(2026, 12, 6)
    found = read_calendar("làm bù chủ nhật 06/12", TODAY)
    assert found is not None and found.weekday_wrong is None


def test_a_day_without_its_year_is_the_next_to_come() -> None:
    assert read("nghỉ ngày 15/01") == ([("off", "2027-01-15", "2027-01-15")], "")


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("lịch nghỉ", 0),
        ("cho tôi xem lịch nghỉ lễ", 0),
        ("ngay nghi sap toi", 0),
        ("lịch nghỉ năm 2027", 2027),
        ("lịch làm việc năm sau", 2027),
        ("lịch nghỉ năm nay", 2026),
        ("thêm ngày nghỉ", 0),
        ("lịch nghỉ ngày 18/12", None),
        ("lịch họp", None),
    ],
)
def test_the_calendar_is_asked_for(said: str, year: int | None) -> None:
    asked = asks_for_calendar(said, TODAY)
    assert asked == (None if year is None else _whole(year))


def _whole(year: int) -> tuple[date, date]:
    return (date(year, 1, 1), date(year, 12, 31)) if year else (TODAY, TODAY + timedelta(days=365))


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("tháng 4 năm sau được nghỉ những ngày nào?", date(2027, 4, 1), date(2027, 4, 30)),
        ("thang 12 co duoc nghi hom nao khong", date(2026, 12, 1), date(2026, 12, 31)),
        ("Tết nghỉ mấy hôm vậy em", date(2027, 1, 30), date(2027, 2, 16)),
        ("mung 2/9 nam 2027 nghi ngay nao", date(2027, 8, 27), date(2027, 9, 8)),
        ("giỗ tổ được nghỉ hôm nào", date(2027, 4, 10), date(2027, 4, 22)),
        ("cơ quan sắp tới được nghỉ ngày nào", TODAY, TODAY + timedelta(days=365)),
    ],
)
def test_the_days_off_of_a_month_or_holiday_are_asked_for(said: str, first: date, last: date) -> None:
    assert asks_for_calendar(said, TODAY) == asks_for_calendar(fold(said), TODAY) == (first, last)


@pytest.mark.parametrize(
    "said",
    [
        "tôi nghỉ từ mai đến hết tuần",
        "chị Lan nghỉ hôm nào",
        "nv 4 nghỉ Tết nên chưa làm được",
        "tháng 9 có những nhiệm vụ nào",
        "khách sạn được nghỉ mấy ngày",
    ],
)
def test_other_words_of_days_off_do_not_ask_for_the_calendar(said: str) -> None:
    assert asks_for_calendar(said, TODAY) is None


def test_what_is_so_already_is_left() -> None:
    own = WorkCalendar({date(2026, 12, 17): CalendarDay(date(2026, 12, 17), works=False)})
    stretch = [("off", date(2026, 12, 16), date(2026, 12, 20))]
    assert changes_of(own, stretch) == [("off", date(2026, 12, 16)), ("off", date(2026, 12, 18))]
    assert changes_of(own, [("remove", date(2026, 12, 14), date(2026, 12, 18))]) == [("remove_off", date(2026, 12, 17))]
    assert day_of(("work", date(2026, 12, 19)), "x" * 500) == CalendarDay(
        date(2026, 12, 19), works=True, label="x" * 120
    )
    assert day_of(("remove_off", date(2026, 12, 17)), "") is None


@pytest.mark.parametrize(
    ("kind", "first", "last", "reason"),
    [
        ("off", date(2026, 11, 24), date(2026, 11, 24), "off_already"),
        ("work", date(2026, 11, 25), date(2026, 11, 25), "works_already"),
        ("remove", date(2026, 11, 25), date(2026, 11, 25), "nothing_own"),
        ("off", date(2026, 11, 23), date(2026, 11, 23), "past"),
        ("off", date(2026, 12, 1), date(2027, 2, 1), "too_long"),
    ],
)
def test_a_change_of_nothing_is_refused(kind: str, first: date, last: date, reason: str) -> None:
    with pytest.raises(CalendarRefused) as refused:
        changes_of(WorkCalendar(), [(kind, first, last)], TODAY)
    assert refused.value.reason == reason
