"""Questions to the register, with and without marks, and the many that are none."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inquiries import About, Inquiry, read_inquiry
from domain.stretches import Length, month_before, month_of, take_stretch, week_of
from domain.vietnamese import fold

TODAY = date(2026, 3, 2)


def _lines(name: str) -> Iterator[str]:
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


ASKED = [tuple(part.strip() for part in line.split("|")) for line in _lines("inquiries.txt")]
OTHERS = list(_lines("no_inquiries.txt"))


def as_written(inquiry: Inquiry | None) -> set[str]:
    """An inquiry in the form of the file."""
    if inquiry is None:
        return set()
    said = {str(inquiry.about) if inquiry.about is not About.STATUS else f"status={inquiry.status}"}
    said |= {f"{n}={v}" for n in ("unit", "person", "whose", "topic", "number") if (v := getattr(inquiry, n))}
    said |= {n for n in ("own", "own_unit", "units") if getattr(inquiry, n)}
    if inquiry.stretch:
        first = inquiry.stretch.first
        said.add(f"{first.isoformat() if first else ''}..{inquiry.stretch.last.isoformat()}")
    return said


def _wanted(written: str) -> set[str]:
    """The fields of a line: a value goes on until the next field's name."""
    found: list[str] = []
    for word in written.split():
        is_new = "=" in word or ".." in word or word in {str(a) for a in About} | {"own", "own_unit", "units"}
        if is_new or not found:
            found.append(word)
        else:
            found[-1] += f" {word}"
    return set(found)


def test_there_are_many_of_each() -> None:
    assert len(ASKED) >= 150 and len(OTHERS) >= 60


@pytest.mark.parametrize(("written", "question"), ASKED, ids=[q for _, q in ASKED])
def test_a_question_is_read(written: str, question: str) -> None:
    assert as_written(read_inquiry(question, TODAY)) == _wanted(written)


@pytest.mark.parametrize(("written", "question"), ASKED, ids=[q for _, q in ASKED])
def test_it_is_read_the_same_without_marks(written: str, question: str) -> None:
    assert as_written(read_inquiry(fold(question), TODAY)) == _wanted(written)


@pytest.mark.parametrize("message", OTHERS)
def test_other_messages_are_left_alone(message: str) -> None:
    assert read_inquiry(message, TODAY) is None
    assert read_inquiry(fold(message), TODAY) is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(text: str) -> None:
    read_inquiry(text, TODAY)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_stretches_hold_their_day(day: date) -> None:
    assert week_of(day).holds(day) and month_of(day).holds(day)
    assert not month_before(month_of(day)).holds(day)
    for words in ("hom nay", "tuan nay", "thang nay", "quy nay", "nam nay"):
        stretch, rest = take_stretch(f"viec {words}", day)
        assert stretch is not None and stretch.holds(day) and rest == "viec <p>"


def test_a_stretch_has_a_name_where_it_has_one() -> None:
    lengths = {
        "thang 5": Length.MONTH,
        "quy 2": Length.QUARTER,
        "nam 2026": Length.YEAR,
        "ngay 5/5": Length.DAY,
        "truoc 30/6": Length.OTHER,
        "tuan sau": Length.WEEK,
    }
    for words, length in lengths.items():
        stretch, _ = take_stretch(words, TODAY)
        assert stretch is not None and stretch.length is length
    assert take_stretch("viec nao", TODAY) == (None, "viec nao")
