"""Where a task stands after a report."""

from datetime import date

from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.progress import UNTOUCHED, Standing, Understood
from domain.tasks import TaskStatus

BY_A_DAY = Deadline(DeadlineKind.DATE, due=date(2026, 6, 30))
EVERY_QUARTER = Deadline(DeadlineKind.RECURRING, every=Rhythm.QUARTER)


def said(**what: object) -> Understood:
    return Understood("report", **what)  # type: ignore[arg-type]


def test_a_first_figure_puts_a_task_in_progress() -> None:
    assert UNTOUCHED.after(said(percent=40.0)) == Standing(TaskStatus.IN_PROGRESS, 40.0, None)


def test_done_is_a_hundred_per_cent_and_a_hundred_per_cent_is_done() -> None:
    assert UNTOUCHED.after(said(status=TaskStatus.DONE)).percent == 100.0
    assert UNTOUCHED.after(said(percent=100.0)).status is TaskStatus.DONE


def test_a_task_taken_up_again_is_no_longer_at_a_hundred() -> None:
    done = UNTOUCHED.after(said(status=TaskStatus.DONE))
    assert done.after(said(status=TaskStatus.IN_PROGRESS)) == Standing(TaskStatus.IN_PROGRESS, None, None)


def test_a_hindered_task_stays_hindered_until_said_otherwise() -> None:
    hindered = UNTOUCHED.after(said(status=TaskStatus.BLOCKED))
    assert hindered.after(said(percent=30.0)).status is TaskStatus.BLOCKED


def test_done_ends_a_dated_task_but_only_one_round_of_a_recurring_one() -> None:
    done = UNTOUCHED.after(said(status=TaskStatus.DONE))
    assert done.kept_for(BY_A_DAY).status is TaskStatus.DONE
    assert done.kept_for(EVERY_QUARTER) == Standing(TaskStatus.IN_PROGRESS, None, None)


def test_an_expected_day_stays_until_another_is_named() -> None:
    first = UNTOUCHED.after(said(percent=10.0, expected=date(2026, 5, 1)))
    assert first.after(said(percent=20.0)).expected == date(2026, 5, 1)
