"""Where a task stands that several units carry."""

from dataclasses import replace
from datetime import date

from domain.progress import UNTOUCHED, Standing
from domain.shares import missing_shares, reported_shares, share_of, together
from domain.tasks import Share, TaskStatus
from tests.handlers.office import MARKET, TODAY

DONE = Share(1, "Phòng Kinh tế", TaskStatus.DONE, 100.0, None, TODAY)
HALF = Share(2, "Công an", TaskStatus.IN_PROGRESS, 50.0, date(2026, 5, 1), TODAY)
SILENT = Share(3, "Văn phòng")
STUCK = Share(4, "Trạm Y tế", TaskStatus.BLOCKED, None, date(2026, 6, 1), TODAY)
DROPPED = Share(5, "Hội Phụ nữ", TaskStatus.CANCELLED, None, None, TODAY)


def test_nobody_has_said_anything() -> None:
    assert together([SILENT]) == together([]) == UNTOUCHED


def test_the_percentage_is_the_mean_with_silence_as_nothing() -> None:
    assert together([DONE, HALF, SILENT]) == Standing(TaskStatus.IN_PROGRESS, 50.0, date(2026, 5, 1))


def test_one_unit_in_difficulty_shows_on_the_whole() -> None:
    assert together([HALF, STUCK]) == Standing(TaskStatus.BLOCKED, 25.0, date(2026, 6, 1))


def test_done_is_when_every_unit_that_still_counts_is_done() -> None:
    assert together([DONE, DROPPED]) == Standing(TaskStatus.DONE, 100.0, None)
    assert together([DROPPED]).status is TaskStatus.CANCELLED


def test_who_is_missing_has_said_nothing() -> None:
    task = replace(MARKET, shares=(DONE, HALF, SILENT, DROPPED))
    assert missing_shares(task) == [SILENT]
    assert reported_shares(task) == [DONE, HALF, DROPPED]
    assert share_of(task, 2) == HALF and share_of(task, None) is None
