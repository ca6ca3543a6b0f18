"""Progress reports as officials write them; the sentences and their meaning stand in reports.txt."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.progress import Understood, as_json, understand, understand_all
from domain.tasks import TaskStatus
from domain.vietnamese import fold

TODAY = date(2025, 11, 20)
LINES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in (Path(__file__).parent / "reports.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


def told(found: Understood) -> tuple[str, ...]:
    if not found.is_report:
        return ("no",)
    percent = "-" if found.percent is None else f"{found.percent:g}"
    obstacle = "yes" if found.obstacle else "-"
    return (found.task or "-", percent, str(found.status or "-"), obstacle, str(found.expected or "-"))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[0])
@pytest.mark.parametrize("typed", [str, fold], ids=["typed", "plain"])
def test_a_message_says_what_it_says(line: tuple[str, ...], typed: type[str]) -> None:
    assert told(understand(typed(line[0]), TODAY)) == line[1:]


def test_no_message_stands_in_the_list_twice() -> None:
    assert len({line[0] for line in LINES}) == len(LINES)


@pytest.mark.parametrize(
    ("message", "obstacle"),
    [
        ("nv 5 đạt 30%, thiếu máy quét, dự kiến xong 15/12", "thiếu máy quét"),
        ("nv 5 chậm vì chưa có hướng dẫn của Sở", "chưa có hướng dẫn của Sở"),
        ("NV 5 đang làm. Khó khăn: đường truyền yếu.", "Khó khăn: đường truyền yếu"),
        ("nv 5 vướng mặt bằng, xin gia hạn đến 31/12/2025", "vướng mặt bằng"),
    ],
)
def test_a_difficulty_is_kept_in_the_speakers_own_words(message: str, obstacle: str) -> None:
    assert understand(message, TODAY).obstacle == obstacle


def test_a_message_on_two_tasks_reports_each() -> None:
    first, second = understand_all("nv 3 xong rồi, nv 4 được 50%", TODAY)
    assert (first.task, first.status, first.said) == ("3", TaskStatus.DONE, "nv 3 xong rồi")
    assert (second.task, second.percent, second.said) == ("4", 50, "nv 4 được 50%")
    assert understand("nv 3 xong rồi, nv 4 được 50%", TODAY) == first


@pytest.mark.parametrize(
    ("today", "message", "expected"),
    [
        (date(2025, 12, 31), "nv 1 mai xong", date(2026, 1, 1)),
        (date(2024, 1, 31), "nv 1 một tháng nữa xong", date(2024, 2, 29)),
        (date(2025, 12, 15), "nv 1 tháng sau xong", date(2026, 1, 31)),
        (date(2025, 12, 28), "nv 1 xong trước 05/01", date(2026, 1, 5)),
        (date(2025, 12, 28), "nv 1 quý sau xong", date(2026, 3, 31)),
        (date(2025, 11, 23), "nv 1 cuối tuần xong", date(2025, 11, 23)),
    ],
)
def test_a_day_is_counted_from_today(today: date, message: str, expected: date) -> None:
    assert understand(message, today).expected == expected


@given(st.integers(1, 999), st.integers(0, 100))
def test_any_number_and_any_percentage_are_read(number: int, percent: int) -> None:
    found = understand(f"nv {number} xong {percent}%", TODAY)
    assert (found.task, found.percent) == (str(number), percent)


@given(st.text(max_size=120))
def test_any_text_is_taken(text: str) -> None:
    found = understand(text, TODAY)
    assert found.percent is None or 0 <= found.percent <= 100


_PIECES = [
    "nv 4",
    "xong",
    "80%",
    "chưa",
    "không",
    "vướng",
    "kinh phí",
    ",",
    "15/12",
    "tuần sau",
    "3/4",
    "gia hạn",
    "đến",
    "?",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=8))
def test_any_jumble_of_report_words_is_taken_and_no_promise_lies_behind(pieces: list[str]) -> None:
    found = understand(" ".join(pieces), TODAY)
    assert found.expected is None or found.expected >= TODAY
    assert found.is_report or found == Understood("not_report")


def test_a_long_paper_is_not_a_report() -> None:
    assert not understand("nv 4 xong 80%. " * 200, TODAY).is_report


def test_the_development_set_is_understood_without_a_miss() -> None:
    bench = Path(__file__).parents[2] / "../shared/bench/reports_dev.jsonl"
    if not bench.exists():
        pytest.skip("../shared is not here")
    misses = []
    for line in filter(str.strip, bench.read_text(encoding="utf-8").splitlines()):
        want, found = json.loads(line), understand(json.loads(line)["text"], TODAY)
        if want.get("intent") == "not_report":
            ok = not found.is_report
        else:
            got = found.as_json()
            near = want["percent"] == got["percent"] or abs((want["percent"] or -9) - (got["percent"] or -9)) <= 0.5
            ok = near and bool(got["obstacle"]) == want["obstacle"]
            ok = ok and all(got[key] == want[key] for key in ("task", "status", "expected"))
        misses += [] if ok else [(want, found)]
    assert misses == []


def test_the_command_line_prints_further_tasks_under_others() -> None:
    printed = as_json(understand_all("nv 3 xong rồi, nv 4 và 5 được 50%", TODAY))
    assert (printed["task"], [other["task"] for other in printed["others"]]) == ("3", ["4", "5"])
    assert "others" not in as_json(understand_all("nv 3 xong", TODAY))
    assert as_json(understand_all("chào bạn", TODAY))["intent"] == "not_report"


@pytest.mark.parametrize(
    ("said", "tasks"),
    [
        ("nv III.1.1 xong 40%, nv 2 được 80%", ["iii.1.1", "2"]),
        ("nhiệm vụ II.3 đạt 50%", ["ii.3"]),
        ("nv PL2.3 xong rồi", ["pl2.3"]),
        ("nv 1 xong 10%, nv iv.2 được 30%", ["1", "iv.2"]),
    ],
)
def test_tasks_of_headings_and_annexes_are_named_by_their_numbers(said: str, tasks: list[str]) -> None:
    assert [understood.task for understood in understand_all(said, date(2026, 3, 9))] == tasks
