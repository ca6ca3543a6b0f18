"""The way of a periodic report: which move leads where, what still stands of what was said, and numbers as typed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.report_flow import (
    Move,
    Part,
    ReportNumber,
    ReportStatus,
    ReportStep,
    additions,
    after,
    answered,
    names_the_symbol,
    number_said,
    remarks_before,
)

TODAY = date(2026, 6, 16)
DRAFT, REMARKS, SUBMITTED, RETURNED, APPROVED, FINAL, REPLACED = ReportStatus


def test_a_report_goes_from_draft_to_number() -> None:
    status = DRAFT
    for move, then in (
        (Move.CIRCULATE, REMARKS),
        (Move.REMARK, REMARKS),
        (Move.AGREE, REMARKS),
        (Move.SUBMIT, SUBMITTED),
        (Move.APPROVE, APPROVED),
        (Move.NUMBER, FINAL),
    ):
        moved = after(move, status)
        assert moved is then
        status = moved


def test_heads_need_not_be_asked_before_it_is_submitted() -> None:
    assert after(Move.SUBMIT, DRAFT) is SUBMITTED


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("status", [FINAL, REPLACED])
def test_what_is_issued_or_replaced_moves_no_more(move: Move, status: ReportStatus) -> None:
    assert after(move, status) is None


def test_an_approved_version_waits_for_its_number_alone() -> None:
    assert [move for move in Move if after(move, APPROVED) is not None] == [Move.NUMBER]


def test_only_what_was_submitted_is_decided_on() -> None:
    for move in (Move.APPROVE, Move.RETURN):
        assert [status for status in ReportStatus if after(move, status) is not None] == [SUBMITTED]


def test_what_was_returned_is_neither_submitted_nor_sent_round_again() -> None:
    assert {move for move in Move if after(move, RETURNED)} == {Move.REMARK, Move.AGREE, Move.REPLACE}


def _step(number: int, move: Move, person: int = 1, said: str = "", version: int = 1) -> ReportStep:
    at = datetime(2026, 6, 16, 2, number, tzinfo=UTC)
    return ReportStep(number, 7, version, move, person, "An", said, at)


def test_what_was_struck_out_stands_no_more() -> None:
    first, second = (
        _step(2, Move.ADD, said="máy quét"),
        replace(_step(3, Move.ADD, said="kinh phí"), part=Part.PROPOSALS),
    )
    steps = [_step(1, Move.MAKE), first, second, _step(4, Move.STRIKE, said="2")]
    assert additions(steps) == [second]
    assert additions(steps[:3]) == [first, second]


def test_a_version_answers_what_was_said_of_those_before_it() -> None:
    old = _step(2, Move.REMARK, said="thiếu nhiệm vụ 3")
    returned = _step(5, Move.RETURN, said="bổ sung phụ lục", version=2)
    steps = [_step(1, Move.MAKE), old, _step(3, Move.AGREE, 2), returned, _step(6, Move.REMARK, version=3)]
    assert remarks_before(steps, 3) == [old, returned]
    assert remarks_before(steps, 1) == []


def test_the_last_word_of_a_person_counts() -> None:
    steps = [_step(1, Move.REMARK, 1), _step(2, Move.AGREE, 2), _step(3, Move.AGREE, 1), _step(4, Move.SUBMIT, 3)]
    assert {person: step.id for person, step in answered(steps).items()} == {1: 3, 2: 2}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("15", "15"),
        ("số 15", "15"),
        ("Số: 015/BC-UBND", "15"),
        ("so 15/bc-ubnd.", "15"),
        ("cho số 128", "128"),
        ("báo cáo số 7", "7"),
    ],
)
def test_a_number_is_read(said: str, number: str) -> None:
    assert number_said(said, TODAY) == ReportNumber(number)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("số 15 ngày 17/6/2026", date(2026, 6, 17)),
        ("15/BC-UBND, ngày 18/6", date(2026, 6, 18)),
        ("so 15 ngay 02 thang 7 nam 2026", date(2026, 7, 2)),
    ],
)
def test_a_number_may_name_its_day(said: str, day: date) -> None:
    assert number_said(said, TODAY) == ReportNumber("15", day)


@pytest.mark.parametrize(
    "said", ["", "số 0", "mười lăm", "nhiệm vụ 15", "15%", "15 ngày nữa", "số 15 ngày 31/2", "số 123456", "15/6/2026"]
)
def test_what_is_no_number_is_none(said: str) -> None:
    assert number_said(said, TODAY) is None


def test_only_a_number_with_the_symbol_of_a_report_names_it() -> None:
    assert names_the_symbol("số 15/BC-UBND") and names_the_symbol("15 / bc - ubnd ngày 3/6")
    assert not names_the_symbol("số 15") and not names_the_symbol("12/KH-UBND")
