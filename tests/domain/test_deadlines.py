"""Deadlines as plans write them: clean, typed without diacritics, or damaged by a scanner."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.deadlines import Deadline, DeadlineKind, Rhythm, occurrences, parse_deadline
from domain.vietnamese import fold

DAYS = {
    "Trước ngày 20/11/2026": "2026-11-20",
    "20/11/2026": "2026-11-20",
    "20.11.2026": "2026-11-20",
    "20-11-2026": "2026-11-20",
    "2026-11-20": "2026-11-20",
    "20/11/26": "2026-11-20",
    "ngày 20 tháng 11 năm 2026": "2026-11-20",
    "Chậm nhất ngày 20 tháng 11 năm 2026": "2026-11-20",
    "đến hết ngày 20/11/2026": "2026-11-20",
    "Từ 01/9/2026 đến 20/11/2026": "2026-11-20",
    "Từ 01/9 đến 20/11/2026": "2026-11-20",
    "Từ ngày 01 đến ngày 20 tháng 11 năm 2026": "2026-11-20",
    "Gửi Sở Nội vụ trước ngày 20/11/2026": "2026-11-20",
    "Năm 2026 (trước ngày 20/11)": "2026-11-20",
    "Trước 20/11/2026 theo Kế hoạch số 9/KH-UBND ngày 02/3/2025": "2026-11-20",
    "Tháng 8/2026": "2026-08-31",
    "T8/2026": "2026-08-31",
    "8/2026": "2026-08-31",
    "Trong tháng 8 năm 2026": "2026-08-31",
    "Tháng Tám năm 2026": "2026-08-31",
    "Tháng 7, 8/2026": "2026-08-31",
    "Tháng 7 - 8/2026": "2026-08-31",
    "Tháng 12/2025 - 8/2026": "2026-08-31",
    "Tháng 02/2028": "2028-02-29",
    "Quý III/2026": "2026-09-30",
    "Quý 3 năm 2026": "2026-09-30",
    "Quí III-2026": "2026-09-30",
    "Q3/2026": "2026-09-30",
    "QIII/2026": "2026-09-30",
    "III/2026": "2026-09-30",
    "Cuối quý III/2026": "2026-09-30",
    "Quý II, III/2026": "2026-09-30",
    "Quý I đến quý III năm 2026": "2026-09-30",
    "Quý IV/2025 - Quý III/2026": "2026-09-30",
    "6 tháng đầu năm 2027": "2027-06-30",
    "Sáu tháng đầu năm 2027": "2027-06-30",
    "nửa đầu năm 2027": "2027-06-30",
    "6 tháng cuối năm 2027": "2027-12-31",
    "9 tháng đầu năm 2027": "2027-09-30",
    "Năm 2028": "2028-12-31",
    "2028": "2028-12-31",
    "Đến hết năm 2028": "2028-12-31",
    "Hoàn thành trong năm 2028": "2028-12-31",
    "2026 - 2028": "2028-12-31",
    "Giai đoạn 2026 - 2028": "2028-12-31",
    "Từ năm 2026 đến năm 2028": "2028-12-31",
    "Trước tháng 8/2026": "2026-07-31",
    "Trước năm 2028": "2027-12-31",
    "Thường xuyên đến hết năm 2028": "2028-12-31",
}

RHYTHMS: dict[str, dict[str, Any]] = {
    "Hằng tuần": {"every": "week"},
    "Thứ năm hằng tuần": {"every": "week", "day": 4},
    "Chủ nhật hàng tuần": {"every": "week", "day": 7},
    "Hàng tháng": {"every": "month"},
    "1 tháng/lần": {"every": "month"},
    "Trước ngày 05 hằng tháng": {"every": "month", "day": 5},
    "Từ ngày 20 đến ngày 23 hàng tháng": {"every": "month", "day": 23},
    "Hằng quý": {"every": "quarter"},
    "mỗi quý một lần": {"every": "quarter"},
    "3 tháng một lần": {"every": "quarter"},
    "4 lần/năm": {"every": "quarter"},
    "Báo cáo theo quý": {"every": "quarter"},
    "trước ngày 12 của tháng cuối quý": {"every": "quarter", "day": 12},
    "Ngày 10 tháng đầu quý": {"every": "quarter", "dates": ["01-10", "04-10", "07-10", "10-10"]},
    "6 tháng/lần": {"every": "half-year"},
    "Mỗi năm 2 lần": {"every": "half-year"},
    "Định kỳ 6 tháng, năm": {"every": "half-year"},
    "Định kỳ 6 tháng (trước 10/6 và 10/12)": {"every": "half-year", "dates": ["06-10", "12-10"]},
    "Hằng năm": {"every": "year"},
    "Tháng 9 hằng năm": {"every": "year", "dates": ["09-30"]},
    "Quý II hằng năm": {"every": "year", "dates": ["06-30"]},
    "Trước ngày 12/6 và 12/11 hằng năm": {"every": "year", "dates": ["06-12", "11-12"]},
    "Từ tháng 2 đến tháng 9 hằng năm": {"every": "year", "dates": ["09-30"]},
    "Năm 2026 và những năm tiếp theo": {"every": "year"},
    "Từ năm 2026 trở đi": {"every": "year"},
    "Thường xuyên, hằng quý": {"every": "quarter"},
    "Hằng tháng, quý, 6 tháng, năm hoặc đột xuất": {"every": "month"},
    "Hằng quý đến hết năm 2027": {"every": "quarter", "due": "2027-12-31"},
}

OTHERS = {
    "Thường xuyên": "ongoing",
    "Thực hiện thường xuyên, liên tục": "ongoing",
    "Hằng ngày": "ongoing",
    "Từ tháng 5/2026 trở đi": "ongoing",
    "Thường xuyên và khi có yêu cầu": "ongoing",
    "Theo yêu cầu": "on_request",
    "Khi có phát sinh": "on_request",
    "Đột xuất": "on_request",
}

UNREADABLE = [
    "",
    "-",
    "…",
    "30/02/2026",
    "31/11/2026",
    "29/02/2027",
    "00/5/2026",
    "12/13/2026",
    "Tháng 13/2026",
    "Quý V/2026",
    "Quý 5/2026",
    "Quý III",
    "Tháng 8",
    "Trước 20/11",
    "Hết năm",
    "Đầu năm 2026",
    "Giữa tháng 8/2026",
    "Từ 01/9/2026",
    "Từ tháng 8/2026 đến tháng 3/2026",
    "Sau ngày 20/11/2026",
    "Sau khi có nghị định",
    "Trong vòng 15 ngày",
    "15 ngày kể từ ngày 01/9/2026",
    "Theo quy định",
    "Theo lộ trình của tỉnh",
    "Theo Kế hoạch số 9/KH-UBND ngày 02/3/2025",
    "Không quá 20/11/2026",
    "Năm học 2026 - 2027",
    "10-12/2026",
    "2 năm/lần",
    "Định kỳ",
    "6 tháng",
    "Ngày 15 và 30 hằng tháng",
    "Chưa xác định",
    "Đã hoàn thành",
    "x" * 301,
]

DAMAGED = {
    "Quy 1V/2026": "Quý IV/2026",
    "Quy I11/2026": "Quý III/2026",
    "Quy ||/2026": "Quý II/2026",
    "Quv Ill/2026": "Quý III/2026",
    "Quý H/2026": "Quý II/2026",
    "Quy I I/2026": "Quý II/2026",
    "Thdng l0/2026": "Tháng 10/2026",
    "théng 1O/2026": "Tháng 10/2026",
    "Thang10/2026": "Tháng 10/2026",
    "Tru6c ngiy 2l/11/2026": "Trước ngày 21/11/2026",
    "Trudc 30/6/2027": "Trước 30/6/2027",
    "Pén niam 2029": "Đến năm 2029",
    "Cubi ndm 2026": "Cuối năm 2026",
    "6 thang ddu nim 2027": "6 tháng đầu năm 2027",
    "Tir thang 3/2026 dén thang 5/2026": "Từ tháng 3/2026 đến tháng 5/2026",
    "hﬁng niam": "hằng năm",
    "héng quy": "hằng quý",
    "Pinh ky 3 thdng": "Định kỳ 3 tháng",
    "ngay 12 thang cudi quy": "ngày 12 tháng cuối quý",
    "Thuong xuvén": "Thường xuyên",
    "Thusng xuyén": "Thường xuyên",
    "Thuongxuyen": "Thường xuyên",
    "Khi c6 yéu cu": "Khi có yêu cầu",
    "Nam 2026 va cac nim tiép theo": "Năm 2026 và các năm tiếp theo",
}


@pytest.mark.parametrize(("words", "due"), DAYS.items())
@pytest.mark.parametrize("typed", [str, fold, str.upper])
def test_a_date_is_the_last_day_that_is_meant(words: str, due: str, typed: Any) -> None:
    assert parse_deadline(typed(words)).as_json() == {"kind": "date", "due": due}


@pytest.mark.parametrize(("words", "rhythm"), RHYTHMS.items())
@pytest.mark.parametrize("typed", [str, fold])
def test_a_rhythm_keeps_its_days(words: str, rhythm: dict[str, Any], typed: Any) -> None:
    assert parse_deadline(typed(words)).as_json() == {"kind": "recurring", **rhythm}


@pytest.mark.parametrize(("words", "kind"), OTHERS.items())
@pytest.mark.parametrize("typed", [str, fold])
def test_some_deadlines_have_no_day(words: str, kind: str, typed: Any) -> None:
    assert parse_deadline(typed(words)).as_json() == {"kind": kind}


@pytest.mark.parametrize("words", UNREADABLE)
def test_what_is_not_certain_is_unknown(words: str) -> None:
    assert parse_deadline(words) == Deadline(DeadlineKind.UNKNOWN, text=words)


@pytest.mark.parametrize(("printed", "meant"), DAMAGED.items())
def test_damaged_print_is_read_as_what_was_meant(printed: str, meant: str) -> None:
    assert parse_deadline(printed).as_json() == parse_deadline(meant).as_json() != {"kind": "unknown"}


@pytest.mark.parametrize("printed", ["Béu năm 2026", "Tt 01/7/2026", "Trtc năm 2026", "1I/2026"])
def test_damage_that_could_hide_another_meaning_is_unknown(printed: str) -> None:
    assert parse_deadline(printed).kind is DeadlineKind.UNKNOWN


def test_the_words_of_the_plan_are_kept() -> None:
    assert parse_deadline("  Quý I/2026 ").text == "  Quý I/2026 "


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from("/.-"))
def test_any_day_is_read_back(day: date, mark: str) -> None:
    for words in (
        f"{day.day:02d}{mark}{day.month:02d}{mark}{day.year}",
        f"trước ngày {day.day}{mark}{day.month}{mark}{day.year}",
    ):
        assert parse_deadline(words).due == day


@given(st.integers(0, 40), st.integers(0, 20), st.integers(1990, 2110))
def test_a_day_that_is_not_in_the_calendar_is_unknown(day: int, month: int, year: int) -> None:
    try:
        meant: date | None = date(year, month, day) if 2000 <= year < 2100 else None
    except ValueError:
        meant = None
    assert parse_deadline(f"{day}/{month}/{year}").due == meant


@given(st.text(max_size=60))
def test_any_text_is_taken_and_kept(text: str) -> None:
    assert parse_deadline(text).text == text


_PIECES = [
    "trước",
    "từ",
    "đến",
    "quý",
    "III",
    "tháng",
    "12",
    "năm",
    "2026",
    "/",
    "-",
    "hằng",
    "ngày",
    "cuối",
    "31",
    "và",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=9))
def test_any_jumble_of_deadline_words_gives_a_whole_deadline(pieces: list[str]) -> None:
    found = parse_deadline(" ".join(pieces))
    assert (found.due is not None) or found.kind is not DeadlineKind.DATE
    assert (found.every is not None) == (found.kind is DeadlineKind.RECURRING)
    occurrences(found, date(2026, 1, 1), date(2027, 1, 1))


def _is_due(deadline: Deadline, day: date) -> bool:
    """The same rules said of one day at a time, however slowly."""
    tomorrow = day + timedelta(days=1)
    month_ends = tomorrow.month != day.month
    if deadline.due is not None and day > deadline.due:
        return False
    if deadline.dates:
        return f"{day:%m-%d}" in deadline.dates or (
            f"{day:%m-%d}" == "02-28" and month_ends and "02-29" in deadline.dates
        )
    if deadline.every is Rhythm.WEEK:
        return day.isoweekday() == (deadline.day or 5)
    last_months = {"month": range(1, 13), "quarter": (3, 6, 9, 12), "half-year": (6, 12), "year": (12,)}
    if day.month not in last_months[str(deadline.every)]:
        return False
    return day.day == deadline.day or (month_ends and (deadline.day is None or deadline.day > day.day))


_MONTH_DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%m-%d}")
_RECURRING = st.builds(
    Deadline,
    kind=st.just(DeadlineKind.RECURRING),
    every=st.sampled_from(Rhythm),
    dates=st.lists(_MONTH_DAYS, max_size=3, unique=True).map(tuple),
    day=st.none() | st.integers(1, 7) | st.integers(1, 31),
    due=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
).filter(lambda d: d.every is not Rhythm.WEEK or (not d.dates and (d.day is None or d.day <= 7)))


@settings(deadline=None)
@given(_RECURRING, st.dates(date(2023, 6, 1), date(2026, 1, 1)), st.integers(-5, 500))
def test_occurrences_are_the_days_found_one_by_one(deadline: Deadline, start: date, days: int) -> None:
    end = start + timedelta(days=days)
    slowly = [start + timedelta(days=n) for n in range(days + 1) if _is_due(deadline, start + timedelta(days=n))]
    assert occurrences(deadline, start, end) == slowly


def test_a_date_occurs_once_and_other_kinds_never() -> None:
    due = Deadline(DeadlineKind.DATE, due=date(2026, 5, 1))
    assert occurrences(due, date(2026, 5, 1), date(2026, 5, 1)) == [date(2026, 5, 1)]
    assert occurrences(due, date(2026, 5, 2), date(2027, 5, 1)) == []
    for kind in (DeadlineKind.ONGOING, DeadlineKind.ON_REQUEST, DeadlineKind.UNKNOWN):
        assert occurrences(Deadline(kind), date(2026, 1, 1), date(2027, 1, 1)) == []


def test_the_development_set_is_read_without_a_miss() -> None:
    bench = Path(__file__).parents[2] / "../shared/bench/deadlines_dev.jsonl"
    if not bench.exists():
        pytest.skip("../shared is not here")
    rows = [json.loads(line) for line in bench.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = [(row, parse_deadline(row["text"]).as_json()) for row in rows]
    assert [pair for pair in found if any(pair[1].get(k) != v for k, v in pair[0].items() if k != "text")] == []
