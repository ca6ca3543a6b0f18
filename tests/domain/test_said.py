"""What people write to report, and what is none; the messages and their meaning stand in the folder said/."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.progress import LONGEST, Understood, understand, understand_all
from domain.tasks import TaskStatus
from domain.vietnamese import fold

TODAY = date(2025, 11, 20)
SAID = Path(__file__).parent / "said"


def _lines(name: str) -> list[str]:
    lines = (SAID / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _columns(line: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.split(" | "))


REPORTS = [_columns(line) for path in sorted(SAID.glob("reports-*.txt")) for line in _lines(path.name)]
OTHERS = [line for path in sorted(SAID.glob("others-*.txt")) for line in _lines(path.name)]


def _several() -> list[tuple[str, list[tuple[str, ...]]]]:
    found: list[tuple[str, list[tuple[str, ...]]]] = []
    for line in _lines("several.txt"):
        if line.startswith("> "):
            found[-1][1].append(_columns(line[2:]))
        else:
            found.append((line.replace("⏎", "\n"), []))
    return found


def _told(found: Understood) -> tuple[str, ...]:
    percent = "-" if found.percent is None else f"{found.percent:g}"
    obstacle = "yes" if found.obstacle else "-"
    return (percent, str(found.status or "-"), obstacle, str(found.expected or "-"))


@pytest.mark.parametrize("typed", [str, fold, str.upper], ids=["typed", "plain", "capitals"])
@pytest.mark.parametrize("line", REPORTS, ids=lambda line: line[0])
def test_a_report_says_what_it_says(line: tuple[str, ...], typed: type[str]) -> None:
    found = understand(typed(line[0]), TODAY)
    assert found.is_report
    assert (found.task or "-", *_told(found)) == line[1:]


@pytest.mark.parametrize("typed", [str, fold, str.upper], ids=["typed", "plain", "capitals"])
@pytest.mark.parametrize("message", OTHERS)
def test_what_reports_nothing_is_no_report(message: str, typed: type[str]) -> None:
    assert understand_all(typed(message), TODAY) == []


@pytest.mark.parametrize(("message", "tasks"), _several(), ids=lambda part: part if isinstance(part, str) else "")
def test_a_message_on_several_tasks_reports_each(message: str, tasks: list[tuple[str, ...]]) -> None:
    found = understand_all(message, TODAY)
    assert [(one.task or f'"{one.words}"', *_told(one)) for one in found] == tasks


def test_no_message_stands_in_the_lists_twice() -> None:
    messages = [line[0] for line in REPORTS] + OTHERS + [message for message, _ in _several()]
    assert sorted(messages) == sorted(set(messages))


@pytest.mark.parametrize("line", REPORTS[:60], ids=lambda line: line[0])
def test_a_message_is_read_alike_every_time(line: tuple[str, ...]) -> None:
    assert understand_all(line[0], TODAY) == understand_all(line[0], TODAY)


_ADVERSARIAL = [
    "nv 4 ",
    "a",
    "không ",
    "1/",
    "1, ",
    "xong ",
    "va 5 ",
    "\n1. ",
    "nen ",
    "chua co ",
    "tong 9 ",
    "%",
    "9 tren ",
]


@given(st.sampled_from(_ADVERSARIAL), st.sampled_from(_ADVERSARIAL))
@settings(max_examples=30, deadline=None)
def test_a_message_that_repeats_itself_to_the_limit_is_taken(one: str, other: str) -> None:
    text = ((one + other) * 2000)[:LONGEST]
    assert all(found.percent is None or 0 <= found.percent <= 100 for found in understand_all(text, TODAY))


@pytest.mark.parametrize(
    ("message", "product"),
    [
        ("nv 9 đã mở 3 lớp tập huấn, đạt 60%", "mở 3 lớp tập huấn"),
        ("nv 9 xong, sản phẩm: sổ tay hướng dẫn 40 trang", "sổ tay hướng dẫn 40 trang"),
        ("nv 9 chưa ban hành kế hoạch", None),
        ("nv 9 sẽ ký hợp đồng tuần sau", None),
        ("nv 9 được 40%", None),
    ],
)
def test_what_was_produced_is_told_in_the_speakers_words(message: str, product: str | None) -> None:
    found = understand(message, TODAY).product
    assert found is None if product is None else found is not None and product in found


def test_product_extension_and_words_are_told() -> None:
    issued = understand("nv 20 đã ban hành QĐ 15/QĐ-UBND", TODAY)
    assert issued.product is not None
    assert "QĐ 15/QĐ-UBND" in issued.product
    assert understand("nv 14 xin gia hạn đến 15/12", TODAY).wants_extension
    assert not understand("nv 8 không cần gia hạn, được 90% rồi", TODAY).wants_extension
    assert understand("vụ lắp mã QR ở chợ xong 80 sạp rồi", TODAY).words == "lắp mã QR ở chợ"


_OPENINGS = ["nv 4", "Nhiệm vụ 12", "NV số 7:", "nhiệm vụ 3 và 5"]
_STATES = ["đã xong", "mới được 40%", "chưa triển khai", "đang làm", "tạm dừng", "hủy, không làm nữa", "đạt 15/20 thôn"]
_REASONS = [
    "",
    "do thiếu kinh phí",
    "vì chưa có hướng dẫn",
    ", không vướng gì",
    ", chờ ký duyệt",
    ", khó khăn: đường xấu",
]
_AHEAD = ["", ", tuần sau xong", ", dự kiến 15/12", ", xin gia hạn đến hết quý III/2026", ", thứ sáu nộp", " nhé anh"]
_compositions = st.tuples(*map(st.sampled_from, (_OPENINGS, _STATES, _REASONS, _AHEAD))).map(
    lambda parts: f"{parts[0]} {parts[1]} {parts[2]}{parts[3]}"
)


@given(_compositions)
@settings(max_examples=150, deadline=None)
def test_plain_and_capital_letters_say_the_same(text: str) -> None:
    def told(typed: str) -> list[tuple[str | None, tuple[str, ...]]]:
        return [(one.task, _told(one)) for one in understand_all(typed, TODAY)]

    assert told(text)
    assert told(text) == told(fold(text)) == told(text.upper()) == told(text.title())
    assert told(text) == told(f"  {text} \n")


@given(_compositions)
@settings(max_examples=50, deadline=None)
def test_a_reading_holds_together(text: str) -> None:
    for one in understand_all(text, TODAY):
        assert one.said in " ".join(text.split())
        assert one.obstacle is None or one.obstacle in " ".join(text.split())
        assert one.status is not TaskStatus.DONE or (one.percent == 100 and one.expected is None)
        assert one.status is not TaskStatus.NOT_STARTED or one.percent == 0
        assert one.expected is None or one.expected >= TODAY


def test_a_day_of_the_last_weeks_is_past_and_one_long_ago_comes_again() -> None:
    assert understand("nv 4 hoàn thành ngày 10/11", TODAY).status is TaskStatus.DONE
    assert understand("nv 4 hoàn thành ngày 28/12", date(2026, 1, 5)).status is TaskStatus.DONE
    assert understand("nv 4 hoàn thành ngày 10/3", TODAY).expected == date(2026, 3, 10)
    assert understand("nv 4 hoàn thành ngày 20/11", TODAY).expected == TODAY
