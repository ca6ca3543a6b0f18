"""Tells who reports after a cutoff that it comes late for that period, or corrects what was frozen."""

from collections.abc import Sequence

import texts
from domain.after_cutoff import missed_by
from domain.clock import day_text, local_day
from domain.period_figures import PeriodFigures
from domain.ports import Records
from domain.progress import ProgressReport
from domain.reporting_periods import Period, chasing, late_until
from handlers.period_wording import period_name


async def note_on_periods(
    records: Records, office_id: int, report: ProgressReport, earlier: Sequence[ProgressReport]
) -> str:
    """What a new report means for the periods that ended lately; empty where it means nothing.

    `earlier` are the task's reports before it: only the first one after a cutoff is the late one.
    """
    kept = await records.periods.of_office(office_id)
    day = local_day(report.at)
    notes: list[str] = []
    for period in chasing([p for p in kept if p.frozen and p.cutoff < day < late_until(p, kept)]):
        figures = await records.periods.figures(period.id)
        if figures is None:
            continue
        if missed_by(report, figures) and not _was_told(period, report, earlier):
            notes.append(_said("periods.late_note", period))
        elif report.supersedes_id is not None and report.supersedes_id in _frozen(figures):
            notes.append(_said("periods.correction_note", period))
    return "\n".join(notes)


def _was_told(period: Period, report: ProgressReport, earlier: Sequence[ProgressReport]) -> bool:
    return any(r.at >= period.ends_at and r.unit_id == report.unit_id and r.id != report.id for r in earlier)


def _frozen(figures: PeriodFigures) -> set[int]:
    return {report.id for task in figures.tasks for report in task.reports}


def _said(key: str, period: Period) -> str:
    return texts.say(key, name=period_name(period), cutoff=day_text(period.cutoff))
