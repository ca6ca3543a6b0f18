"""Commands about reminders in ordinary words, each with its reader; and what none of these readers may take."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from domain.calling import read_announcement
from domain.calling import read_request as read_call
from domain.clock import VIETNAM
from domain.days_asked import days_off_asked
from domain.period_questions import read_period_question
from domain.receipt_words import read_receipt_words
from domain.report_requests import read_request
from domain.rule_matter import read_matter
from domain.rule_words import reads_own_hour
from domain.snoozing import read_wish
from domain.vietnamese import fold

SAID = Path(__file__).parent / "said"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=VIETNAM)


def _lines(name: str) -> list[tuple[str, str]]:
    lines = (SAID / name).read_text(encoding="utf-8").splitlines()
    kept = [line.partition(" | ") for line in lines if line and not line.startswith("#")]
    return [(before, after) for before, _, after in kept]


def _snooze(text: str) -> str:
    wish = read_wish(text, NOW)
    if wish is None or wish.when is None:
        return "none"
    hour = f" {wish.when.hour:%H:%M}" if wish.when.hour else ""
    return f"{wish.number or ('all' if wish.everything else '-')} {wish.when.day}{hour}"


def _rules(text: str) -> str:
    return ", ".join(f"{key}={value}" for key, value in (read_matter(text) or {}).items())


def _period(text: str) -> str:
    asked = read_period_question(text)
    return "none" if asked is None else f"{'due' if asked.due else 'list'} {asked.period}"


def _request(text: str) -> str:
    asked = read_call(text, NOW)
    if asked is None:
        return "none"
    return f"{asked.who}; {asked.due}{f' {asked.hour:%H:%M}' if asked.hour else ''}"


def _announcement(text: str) -> str:
    found = read_announcement(text)
    return "none" if found is None else f"{found.audience}; {fold(found.text)}"


def _sent(text: str) -> str:
    asked = read_receipt_words(text)
    if asked is None:
        return "none"
    kind = "announcement" if asked.announcement else "request" if asked.request else ""
    return " ".join(part for part in (asked.wish.value, kind, asked.named) if part)


def _report(text: str) -> str:
    asked = read_request(text)
    return "none" if asked is None else asked.period


READERS: Mapping[str, Callable[[str], str]] = {
    "snooze": _snooze,
    "hour": lambda text: reads_own_hour(text) or "none",
    "rules": _rules,
    "period": _period,
    "request": _request,
    "announce": _announcement,
    "sent": _sent,
    "report": _report,
}


@pytest.mark.parametrize("typed", [str, fold], ids=["typed", "plain"])
@pytest.mark.parametrize(("meant", "said"), _lines("commands.txt"))
def test_a_command_in_ordinary_words(meant: str, said: str, typed: Callable[[str], str]) -> None:
    reader, _, what = meant.partition("; ")
    assert READERS[reader](typed(said)).strip() == what.strip()


@pytest.mark.parametrize("name", sorted(path.name for path in SAID.glob("reports-*.txt")))
def test_no_report_of_progress_is_taken_for_a_command(name: str) -> None:
    for before, _ in _lines(name):
        for said in (before, fold(before)):
            taken = [
                read_receipt_words(said),
                read_period_question(said),
                read_matter(said),
                days_off_asked(said, NOW.date()),
                reads_own_hour(said),
                read_announcement(said),
                read_wish(said, NOW),
                read_request(said),
            ]
            assert taken == [None] * len(taken), said


@pytest.mark.parametrize(
    "said",
    [
        "nv 3 trễ hạn 4 ngày",
        "xin gia hạn nhiệm vụ 2 thêm 5 ngày",
        "nhiệm vụ 1 quá hạn 2 ngày, đã báo lãnh đạo",
        "đã gửi thông báo tới các phòng",
        "phòng đã rút thông báo sai",
        "báo chị Hạnh biết: nhiệm vụ 3 xong 40%",
        "kế hoạch yêu cầu gửi thông báo mấy lần",
        "chuyển lời hỏi thăm tới chị An",
        "nhắc tôi tối đa 2 lần một ngày thôi",
        "chợ họp mấy ngày một tháng",
        "hủy nhiệm vụ 3",
    ],
)
def test_a_neighbouring_message_is_no_command(said: str) -> None:
    for typed in (said, fold(said)):
        taken = [
            read_receipt_words(typed),
            read_period_question(typed),
            read_matter(typed),
            days_off_asked(typed, NOW.date()),
            reads_own_hour(typed),
            read_announcement(typed),
            read_wish(typed, NOW),
        ]
        assert taken == [None] * len(taken)
