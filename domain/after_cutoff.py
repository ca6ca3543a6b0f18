"""What happened to a period's tasks after its figures were taken: reports that came late, corrections, decisions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from domain.clock import at_local
from domain.period_figures import PeriodFigures, TaskFigures
from domain.progress import Approval, ProgressReport
from domain.reporting_periods import Period, late_until


class Afterwards(StrEnum):
    """What came after the cutoff."""

    LATE = "late"
    CORRECTED = "corrected"
    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class After:
    """One thing that came after the cutoff: the task's figures as frozen, and the report that was made or decided on.

    It changes no figures of the period: a late report counts for the next one.
    """

    what: Afterwards
    task: TaskFigures
    report: ProgressReport


def came_after(
    period: Period, figures: PeriodFigures, reports: Iterable[ProgressReport], periods: Iterable[Period]
) -> list[After]:
    """What came after the cutoff, by tasks; `reports` are those of the office, `periods` its others."""
    until = at_local(late_until(period, periods), time())
    of_task: dict[int, list[ProgressReport]] = {}
    for report in sorted(reports, key=lambda r: r.id):
        of_task.setdefault(report.task_id, []).append(report)
    found: list[After] = []
    for task in figures.tasks:
        own = [r for r in of_task.get(task.task_id, []) if not task.is_share or r.unit_id == task.unit_id]
        found += _of_task(task, own, figures.ends_at, until)
    return found


def _of_task(task: TaskFigures, reports: Sequence[ProgressReport], ends_at: datetime, until: datetime) -> list[After]:
    late = next((r for r in reports if ends_at <= r.at < until and r.approval is not Approval.RETURNED), None)
    if task.is_missing:
        return [] if late is None else [After(Afterwards.LATE, task, late)]
    found: list[After] = []
    frozen = {report.id: report for report in task.reports}
    corrected = set(frozen)
    for report in reports:
        was = frozen.get(report.id)
        if was is not None and was.approval is Approval.WAITING and report.approval is not Approval.WAITING:
            decided = Afterwards.RETURNED if report.approval is Approval.RETURNED else Afterwards.APPROVED
            found.append(After(decided, task, report))
        if report.at >= ends_at and report.supersedes_id in corrected and report.approval is not Approval.RETURNED:
            corrected.add(report.id)
            found.append(After(Afterwards.CORRECTED, task, report))
    return found


def missed_by(report: ProgressReport, figures: PeriodFigures) -> TaskFigures | None:
    """The task of a period's figures for which this report comes late, or None when it does not."""
    return next(
        (
            task
            for task in figures.missing
            if task.task_id == report.task_id and (not task.is_share or task.unit_id == report.unit_id)
        ),
        None,
    )
