"""What people write to put reminders off, to say they received one, and to have colleagues told; see said/."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from domain.calling import read_announcement, read_request
from domain.clock import VIETNAM
from domain.receipts import says_received
from domain.snoozing import read_wish
from domain.vietnamese import fold

SAID = Path(__file__).parent / "said"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=VIETNAM)
AS_TYPED: tuple[Callable[[str], str], ...] = (str, fold)


def _read(name: str) -> list[tuple[str, str]]:
    lines = (SAID / name).read_text(encoding="utf-8").splitlines()
    kept = [line.partition(" | ") for line in lines if line.strip() and not line.startswith("#")]
    return [(meant.strip().replace("⏎", "\n"), said.replace("⏎", "\n")) for meant, _, said in kept]


def _wish(text: str) -> str:
    wish = read_wish(text, NOW)
    if wish is None:
        return "none"
    what = wish.number or ("all" if wish.everything else "-")
    if wish.ends:
        return f"end {what}"
    if wish.when is None:
        return f"{what} ?"
    hour = f" {wish.when.hour:%H:%M}" if wish.when.hour else ""
    return f"{what} {wish.when.day}{hour}"


def _request(text: str) -> str:
    asked = read_request(text, NOW)
    if asked is None:
        return "none"
    return f"{asked.who or asked.whom}; {', '.join(asked.numbers) or '-'}; {asked.due or '-'}"


def _announced(text: str) -> str:
    found = read_announcement(text)
    if found is None:
        return "none"
    return f"{found.audience}; {'khan' if found.emergency else '-'}; {found.text or '-'}"


@pytest.mark.parametrize("typed", AS_TYPED, ids=["typed", "plain"])
@pytest.mark.parametrize(("meant", "said"), _read("snoozes.txt"))
def test_a_wish_to_be_reminded_later(meant: str, said: str, typed: Callable[[str], str]) -> None:
    assert _wish(typed(said)) == meant


@pytest.mark.parametrize("typed", AS_TYPED, ids=["typed", "plain"])
@pytest.mark.parametrize(("meant", "said"), _read("asked-to-report.txt"))
def test_a_request_to_report(meant: str, said: str, typed: Callable[[str], str]) -> None:
    assert _request(typed(said)) == meant


@pytest.mark.parametrize(("meant", "said"), _read("announcements.txt"))
def test_an_announcement_and_its_own_words(meant: str, said: str) -> None:
    assert _announced(said) == meant


@pytest.mark.parametrize(("meant", "said"), _read("announcements.txt"))
def test_an_announcement_without_marks(meant: str, said: str) -> None:
    assert _announced(fold(said)).split("; ")[:2] == meant.split("; ")[:2]


@pytest.mark.parametrize("typed", AS_TYPED, ids=["typed", "plain"])
@pytest.mark.parametrize(("meant", "said"), _read("receipts.txt"))
def test_an_answer_to_a_reminder(meant: str, said: str, typed: Callable[[str], str]) -> None:
    assert says_received(typed(said)) is (meant == "yes")


def _messages(pattern: str) -> list[str]:
    lines = [line for path in sorted(SAID.glob(pattern)) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line.partition(" | ")[0] for line in lines if line and not line.startswith("#")]


def _is_one_of_these(message: str) -> bool:
    return any((read_wish(message, NOW), read_request(message, NOW), read_announcement(message)))


def test_no_report_of_progress_is_taken_for_one_of_these() -> None:
    assert [m for m in _messages("reports-*.txt") if _is_one_of_these(m)] == []


def test_of_other_messages_only_requests_to_report_are() -> None:
    asking = ("nhac ", "yeu cau ", "de nghi ", "don doc ")
    assert [m for m in _messages("others-*.txt") if _is_one_of_these(m) and not fold(m).startswith(asking)] == []
