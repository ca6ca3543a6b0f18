"""Figures tell where everything stood when the cutoff day was over, however late they are taken."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.achievements import Achievement
from domain.after_cutoff import Afterwards, came_after, missed_by
from domain.changes import Cause, ChangeStatus, DeadlineChange
from domain.cutoff import History, figures_at
from domain.deadlines import Deadline, DeadlineKind, Rhythm
from domain.people import Person, Role
from domain.period_figures import PeriodFigures, TaskFigures, figures_from
from domain.plans import Target
from domain.progress import Approval, ProgressReport
from domain.reporting_periods import Period, PeriodKind, Schedule, period_of
from domain.tasks import Share, Task, TaskStatus
from domain.working_days import WorkCalendar

_found = period_of(Schedule(1, 1, PeriodKind.MONTH), date(2026, 11, 2), WorkCalendar())
assert _found is not None
NOVEMBER: Period = _found
"""15/10 to 14/11/2026."""
AT_NIGHT = NOVEMBER.ends_at + timedelta(minutes=1)
ON_MONDAY = NOVEMBER.ends_at + timedelta(days=2)
BEFORE = datetime(2026, 10, 10, 3, 0, tzinfo=UTC)
DURING = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
AFTER = NOVEMBER.ends_at + timedelta(hours=9)

MAI = Person(1, 1, "Trịnh Thị Mai", Role.OFFICIAL, 1, "Phòng Kinh tế")
DUNG = Person(2, 1, "Cao Văn Dũng", Role.OFFICIAL, 2, "Phòng Văn hóa - Xã hội")
MARKET = Task(
    7, 1, "7", "Lắp mã QR tại chợ", Deadline(DeadlineKind.DATE, date(2026, 12, 20)), "Phòng Kinh tế",
    lead_unit_id=1, lead_unit_name="Phòng Kinh tế",
)  # fmt: skip


def _report(number: int, at: datetime, percent: float | None = None, **more: object) -> ProgressReport:
    status = TaskStatus.DONE if percent == 100 else TaskStatus.IN_PROGRESS
    plain = ProgressReport(number, 7, 1, MAI.name, status, percent, "", None, f"câu {number}", at)
    return replace(plain, **more)  # type: ignore[arg-type]


def _figures(task: Task, *reports: ProgressReport, **more: object) -> PeriodFigures:
    history = History([task], reports, people=[MAI, DUNG], **more)  # type: ignore[arg-type]
    return figures_at(NOVEMBER, history, "UBND phường Thử", ON_MONDAY)


def _only(figures: PeriodFigures) -> TaskFigures:
    (task,) = figures.tasks
    return task


def test_a_report_of_the_period_is_kept_with_who_and_when() -> None:
    said = _report(1, DURING, 40.0, obstacle="thiếu kinh phí", said="Đã ban hành quyết định lắp mã, đạt 40%")
    task = _only(_figures(replace(MARKET, status=TaskStatus.IN_PROGRESS, percent=40.0), said))
    assert (task.status, task.percent, task.before) == (TaskStatus.IN_PROGRESS, 40.0, TaskStatus.NOT_STARTED)
    assert task.is_reported and not task.is_missing and not task.is_unconfirmed
    (report,) = task.reports
    assert (report.id, report.who.name, report.who.unit, report.at) == (1, MAI.name, "Phòng Kinh tế", DURING)
    assert report.obstacle == "thiếu kinh phí" and "quyết định" in report.product
    assert task.last == report


def test_what_nobody_reported_is_missing_with_who_should_have() -> None:
    task = _only(_figures(replace(MARKET, status=TaskStatus.IN_PROGRESS, percent=10.0), _report(1, BEFORE, 10.0)))
    assert task.is_missing and not task.reports
    assert (task.before, task.percent_before, task.percent) == (TaskStatus.IN_PROGRESS, 10.0, 10.0)
    assert task.last is not None and task.last.at == BEFORE
    assert [who.name for who in task.responsible] == [MAI.name]


def test_a_report_made_after_the_cutoff_is_not_in_figures_taken_late() -> None:
    now = replace(MARKET, status=TaskStatus.DONE, percent=100.0)
    task = _only(_figures(now, _report(1, DURING, 40.0), _report(2, AFTER, 100.0)))
    assert (task.status, task.percent) == (TaskStatus.IN_PROGRESS, 40.0)
    assert [report.id for report in task.reports] == [1]


def test_the_last_second_of_the_cutoff_day_still_counts_and_the_next_does_not() -> None:
    now = replace(MARKET, status=TaskStatus.IN_PROGRESS, percent=80.0)
    last_second = _report(1, NOVEMBER.ends_at - timedelta(microseconds=1), 50.0)
    midnight = _report(2, NOVEMBER.ends_at, 80.0)
    assert [r.id for r in _only(_figures(now, last_second, midnight)).reports] == [1]


def test_a_correction_made_in_time_stands_for_what_it_corrects() -> None:
    now = replace(MARKET, status=TaskStatus.IN_PROGRESS, percent=45.0)
    task = _only(_figures(now, _report(1, DURING, 54.0), _report(2, DURING, 45.0, supersedes_id=1)))
    assert [(r.id, r.corrects) for r in task.reports] == [(2, 1)] and task.percent == 45.0


def test_a_correction_made_afterwards_leaves_the_figures_and_is_seen_as_one() -> None:
    wrong, right = _report(1, DURING, 54.0), _report(2, AFTER, 45.0, supersedes_id=1)
    figures = _figures(replace(MARKET, status=TaskStatus.IN_PROGRESS, percent=45.0), wrong, right)
    task = _only(figures)
    assert task.percent == 54.0 and [report.id for report in task.reports] == [1]
    again = _report(3, AFTER + timedelta(hours=1), 46.0, supersedes_id=2)
    after = came_after(NOVEMBER, figures, [wrong, right, again], [NOVEMBER])
    assert [(a.what, a.report.id) for a in after] == [(Afterwards.CORRECTED, 2), (Afterwards.CORRECTED, 3)]


@pytest.mark.parametrize(
    ("decided_at", "percent", "is_unconfirmed"), [(DURING, 40.0, False), (AFTER, None, True), (None, None, True)]
)
def test_a_report_counts_once_its_head_has_said_so(
    decided_at: datetime | None, percent: float | None, is_unconfirmed: bool
) -> None:
    approval = Approval.APPROVED if decided_at else Approval.WAITING
    said = _report(1, DURING, 40.0, approval=approval, decided_at=decided_at, decided_by="Trưởng phòng")
    now = replace(MARKET, status=TaskStatus.IN_PROGRESS, percent=40.0) if decided_at else MARKET
    task = _only(_figures(now, said))
    assert (task.percent, task.is_unconfirmed, task.is_missing) == (percent, is_unconfirmed, False)


def test_a_report_returned_in_time_is_missing_and_one_returned_afterwards_is_not() -> None:
    in_time = _report(1, DURING, 40.0, approval=Approval.RETURNED, decided_at=DURING, remark="chưa rõ")
    assert _only(_figures(MARKET, in_time)).is_missing
    afterwards = replace(in_time, decided_at=AFTER)
    figures = _figures(MARKET, afterwards)
    assert not _only(figures).is_missing and _only(figures).is_unconfirmed
    assert [a.what for a in came_after(NOVEMBER, figures, [afterwards], [])] == [Afterwards.RETURNED]


def test_what_waits_for_a_head_stands_beside_what_still_counts() -> None:
    counts, waits = _report(1, DURING, 30.0), _report(2, DURING, 60.0, approval=Approval.WAITING, supersedes_id=1)
    task = _only(_figures(replace(MARKET, status=TaskStatus.IN_PROGRESS, percent=30.0), counts, waits))
    assert task.percent == 30.0 and [report.id for report in task.reports] == [2, 1]


def test_a_deadline_moved_afterwards_is_still_the_old_one() -> None:
    moved = Deadline(DeadlineKind.DATE, date(2027, 3, 31))
    change = DeadlineChange(
        1, 1, 7, MARKET.deadline, moved, Cause.EXTENSION, ChangeStatus.APPLIED, AFTER
    )  # fmt: skip
    again = replace(change, id=2, before=moved, at=AFTER + timedelta(hours=2))
    task = _only(_figures(replace(MARKET, deadline=moved), changes=[again, change]))
    assert task.deadline == MARKET.deadline
    assert _only(_figures(replace(MARKET, deadline=moved), changes=[])).deadline == moved


def test_what_was_over_before_the_period_is_left_out_and_what_ended_in_it_is_not() -> None:
    done = replace(MARKET, status=TaskStatus.DONE, percent=100.0)
    assert not _figures(done, _report(1, BEFORE, 100.0)).tasks
    assert _only(_figures(done, _report(1, DURING, 100.0))).status is TaskStatus.DONE


def test_what_was_over_only_afterwards_was_missing() -> None:
    done = replace(MARKET, status=TaskStatus.DONE, percent=100.0)
    late = _report(2, AFTER, 100.0)
    figures = _figures(done, late)
    assert _only(figures).is_missing
    assert [(a.what, a.report.id) for a in came_after(NOVEMBER, figures, [late], [])] == [(Afterwards.LATE, 2)]
    assert missed_by(late, figures) == _only(figures)


def test_once_the_next_period_has_opened_a_report_is_no_longer_late() -> None:
    december = period_of(Schedule(1, 1, PeriodKind.MONTH), date(2026, 12, 1), WorkCalendar())
    assert december is not None
    at = datetime(2026, 12, 7, 3, 0, tzinfo=UTC)
    figures = _figures(MARKET, _report(2, at, 30.0))
    assert december.opens == date(2026, 12, 7)
    assert not came_after(NOVEMBER, figures, [_report(2, at, 30.0)], [december])
    assert came_after(NOVEMBER, figures, [_report(2, at, 30.0)], [])


def test_each_unit_of_a_group_task_has_figures_of_its_own() -> None:
    shares = (
        Share(1, "Phòng Kinh tế", TaskStatus.IN_PROGRESS, 40.0, reported_on=date(2026, 11, 3)),
        Share(2, "Phòng Văn hóa - Xã hội"),
    )
    group = replace(MARKET, shares=shares, status=TaskStatus.IN_PROGRESS, percent=20.0)
    late = _report(2, AFTER, 10.0, unit_id=2, person_id=2)
    figures = _figures(group, _report(1, DURING, 40.0, unit_id=1), late)
    assert [(t.unit_id, t.percent, t.is_missing, t.is_share) for t in figures.tasks] == [
        (1, 40.0, False, True),
        (2, None, True, True),
    ]
    assert [who.name for who in figures.missing[0].responsible] == [DUNG.name]
    assert [(a.task.unit_id, a.report.id) for a in came_after(NOVEMBER, figures, [late], [])] == [(2, 2)]


def test_what_is_not_asked_for_is_shown_where_the_office_is_at_work_on_it() -> None:
    yearly = replace(MARKET, deadline=Deadline(DeadlineKind.RECURRING, every=Rhythm.YEAR))
    on_request = replace(MARKET, deadline=Deadline(DeadlineKind.ON_REQUEST))
    task = _only(_figures(yearly))
    assert not task.asked and not task.is_missing
    assert not _figures(on_request).tasks
    assert not _only(_figures(on_request, _report(1, DURING))).asked


def test_a_target_is_kept_with_the_value_that_was_known_and_who_reported_it() -> None:
    target = Target(3, 1, "1", "Tỷ lệ hồ sơ trực tuyến", ((2026, "trên 80%"), (2027, "90%")), "%", confirmed=True)
    known = Achievement(5, 3, 1, MAI.name, 2026, 84.0, "đạt 84%", DURING)
    later = replace(known, id=6, value=79.0, at=AFTER, supersedes_id=5)
    (found,) = _figures(MARKET, targets=[target], achievements=[later, known]).targets
    assert (found.year, found.planned, found.value, found.is_reached) == (2026, "trên 80%", 84.0, True)
    assert found.who is not None and (found.who.name, found.report_id, found.at) == (MAI.name, 5, DURING)
    (silent,) = _figures(MARKET, targets=[target]).targets
    assert silent.value is None and silent.is_reached is None and silent.who is None


def test_figures_come_back_as_they_were_kept() -> None:
    said = _report(1, DURING, 40.0, approval=Approval.APPROVED, decided_at=DURING, expected=date(2026, 12, 1))
    target = Target(3, 1, "1", "Tỷ lệ hồ sơ trực tuyến", ((2026, "trên 80%"),), "%", confirmed=True)
    value = Achievement(5, 3, 1, MAI.name, 2026, 84.0, "đạt 84%", DURING)
    figures = _figures(MARKET, said, targets=[target], achievements=[value])
    assert figures_from(json.loads(json.dumps(figures.as_json()))) == figures
    with pytest.raises(ValueError, match="version"):
        figures_from({"version": 99})
