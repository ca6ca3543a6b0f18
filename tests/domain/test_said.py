"""What people write to report, and what is none; the messages and their meaning stand in the folder said/."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.progress import LONGEST, Understood, understand, understand_all
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


def test_product_extension_and_words_are_told() -> None:
    issued = understand("nv 20 đã ban hành QĐ 15/QĐ-UBND", TODAY)
    assert issued.product is not None
    assert "QĐ 15/QĐ-UBND" in issued.product
    assert understand("nv 14 xin gia hạn đến 15/12", TODAY).wants_extension
    assert not understand("nv 8 không cần gia hạn, được 90% rồi", TODAY).wants_extension
    assert understand("vụ lắp mã QR ở chợ xong 80 sạp rồi", TODAY).words == "lắp mã QR ở chợ"
