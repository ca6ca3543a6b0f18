"""Where everything stood at a moment that has passed, told from its history: for figures that are frozen late.

What is known of the past: each report with its moment, the report it corrects and when a head decided on it; each
change of a deadline; each value of a target. So a report made, corrected or decided on after the moment does not count,
however late the figures are taken. What has no history (a title, who carries a task) is as it is when they are taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.achievements import Achievement, year_asked, years_of
from domain.carrying import by_unit
from domain.changes import DeadlineChange
from domain.clock import local_day
from domain.deadlines import DeadlineKind
from domain.people import Person
from domain.period_figures import PeriodFigures, ReportFigures, TargetFigures, TaskFigures, Who
from domain.plans import Target
from domain.products import product_in
from domain.progress import UNTOUCHED, Approval, ProgressReport, Standing, Understood
from domain.reporting import answerable
from domain.reporting_periods import Period, belongs
from domain.sentences import sentence
from domain.tasks import Task


@dataclass(frozen=True, slots=True)
class History:
    """What a register holds and what became of it: everything that figures are taken from.

    `reports` and `achievements` are all there ever were, `changes` the changes of deadlines that were applied.
    """

    tasks: Sequence[Task] = ()
    reports: Sequence[ProgressReport] = ()
    changes: Sequence[DeadlineChange] = ()
    targets: Sequence[Target] = ()
    achievements: Sequence[Achievement] = ()
    people: Sequence[Person] = ()
    _by_task: dict[int, list[ProgressReport]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for report in sorted(self.reports, key=lambda r: r.id):
            self._by_task.setdefault(report.task_id, []).append(report)

    def reports_of(self, part: Task) -> list[ProgressReport]:
        """The reports of a task, or of the unit's part of a group task, the oldest first."""
        own = self._by_task.get(part.id, [])
        return [r for r in own if r.unit_id == part.lead_unit_id] if part.shares else own


def figures_at(period: Period, history: History, office: str, now: datetime) -> PeriodFigures:
    """What stood in the register when the period's cutoff day was over, whenever `now` is."""
    parts = [_then(part, history, period.ends_at) for part in by_unit(history.tasks)]
    return PeriodFigures(
        office=office,
        kind=period.kind,
        first=period.first,
        cutoff=period.cutoff,
        ends_at=period.ends_at,
        taken_at=now,
        document_id=period.document_id,
        document_number=period.document_number,
        tasks=tuple(found for part in parts if (found := _task_figures(period, part, history)) is not None),
        targets=tuple(
            figure for target in history.targets if (figure := _target_figures(period, target, history)) is not None
        ),
    )


def known_at(reports: Iterable[ProgressReport], moment: datetime) -> list[ProgressReport]:
    """The reports made before a moment, each with what its head had said by then."""
    return [_undecided_after(report, moment) for report in reports if report.at < moment]


def _undecided_after(report: ProgressReport, moment: datetime) -> ProgressReport:
    if report.decided_at is None or report.decided_at < moment:
        return report
    return replace(report, approval=Approval.WAITING, decided_by="", decided_at=None, remark="")


def counting(reports: Sequence[ProgressReport]) -> list[ProgressReport]:
    """Of reports as they are known: those that move their task, without what one of them corrects."""
    counted = [report for report in reports if report.approval.counts]
    corrected = {report.supersedes_id for report in counted}
    return [report for report in counted if report.id not in corrected]


def said_last(reports: Sequence[ProgressReport]) -> list[ProgressReport]:
    """What counts and what still waits for a head, without what a later report took the place of; oldest first."""
    kept = {report.id for report in counting(reports)}
    replaced = {report.supersedes_id for report in reports if report.approval is not Approval.RETURNED}
    waiting = {r.id for r in reports if r.approval is Approval.WAITING and r.id not in replaced}
    return [report for report in reports if report.id in kept | waiting]


def standing_at(part: Task, reports: Sequence[ProgressReport], moment: datetime) -> Standing:
    """Where a task, or a unit's part of it, stood at a moment; `reports` are its own, the oldest first.

    While nothing happened since, that is where it stands. Else it is told from the reports: what was entered in the
    register without a report is then not known.
    """
    if not any(r.at >= moment or (r.decided_at is not None and r.decided_at >= moment) for r in reports):
        return Standing(part.status, part.percent, part.expected)
    state = UNTOUCHED
    for report in counting(known_at(reports, moment)):
        said = Understood("report", None, report.percent, report.status, None, report.expected)
        state = state.after(said).kept_for(part.deadline)
    return state


def _then(part: Task, history: History, moment: datetime) -> Task:
    """The task as it stood at the moment: its standing, its last report and its deadline."""
    reports = history.reports_of(part)
    standing = standing_at(part, reports, moment)
    told = [report.at for report in known_at(reports, moment) if report.approval is not Approval.RETURNED]
    later = [change for change in history.changes if change.task_id == part.id and change.at >= moment]
    earliest = min(later, key=lambda change: (change.at, change.id), default=None)
    return replace(
        part,
        status=standing.status,
        percent=standing.percent,
        expected=standing.expected,
        reported_on=local_day(max(told)) if told else None,
        deadline=part.deadline if earliest is None else earliest.before,
    )


def _task_figures(period: Period, part: Task, history: History) -> TaskFigures | None:
    """What is kept of a task; None for one that has no place in the period."""
    known = known_at(history.reports_of(part), period.ends_at)
    said = [report for report in said_last(known) if report.at >= period.begins_at]
    if not _has_a_place(period, part, is_reported=bool(said)):
        return None
    units = {person.id: person.unit_name for person in history.people}
    last = next((r for r in reversed(said_last(known))), None)
    before = standing_at(part, history.reports_of(part), period.begins_at)
    return TaskFigures(
        task_id=part.id,
        number=part.number,
        title=part.title,
        deadline=part.deadline,
        status=part.status,
        percent=part.percent,
        expected=part.expected,
        before=before.status,
        percent_before=before.percent,
        document_id=part.document_id,
        document_number=part.document_number,
        unit_id=part.lead_unit_id,
        unit=part.lead_unit_name or part.lead,
        is_share=bool(part.shares),
        lead=part.lead,
        support=part.support,
        product=part.product,
        result=part.result,
        assignee=part.assignee_name,
        asked=belongs(period, part),
        reports=tuple(_report_figures(report, units) for report in reversed(said)),
        last=None if last is None else _report_figures(last, units),
        responsible=tuple(Who(p.id, p.name, p.unit_name) for p in answerable(part, history.people)),
    )


def _has_a_place(period: Period, part: Task, *, is_reported: bool) -> bool:
    """True for what is asked for, what was reported on, and what the office is still at work on."""
    if (
        not part.confirmed
        or part.dropped
        or (period.document_id is not None and part.document_id != period.document_id)
    ):
        return False
    if belongs(period, part) or is_reported:
        return True
    return not part.status.is_over and part.deadline.kind is not DeadlineKind.ON_REQUEST


def _report_figures(report: ProgressReport, units: Mapping[int, str]) -> ReportFigures:
    return ReportFigures(
        id=report.id,
        who=Who(report.person_id, report.person_name, units.get(report.person_id, "")),
        at=report.at,
        said=report.said,
        status=report.status,
        percent=report.percent,
        obstacle=report.obstacle,
        expected=report.expected,
        product=product_in(sentence(report.said)) or "",
        approval=report.approval,
        approved_by=report.decided_by,
        approved_at=report.decided_at,
        corrects=report.supersedes_id,
    )


def _target_figures(period: Period, target: Target, history: History) -> TargetFigures | None:
    if not target.confirmed or target.dropped:
        return None
    if period.document_id is not None and target.document_id != period.document_id:
        return None
    reported = [a for a in history.achievements if a.target_id == target.id and a.at < period.ends_at]
    years = {year.year: year for year in years_of(target, reported)}
    asked = period.year if period.year in years else year_asked(target, period.year)
    found = years.get(asked) if asked is not None else None
    if found is None:
        return None
    units = {person.id: person.unit_name for person in history.people}
    value = found.achievement
    return TargetFigures(
        target_id=target.id,
        number=target.number,
        title=target.title,
        year=found.year,
        planned=found.words,
        unit_of_measure=target.unit_of_measure,
        document_id=target.document_id,
        document_number=target.document_number,
        unit_id=target.lead_unit_id,
        unit=target.lead_unit_name or target.lead,
        value=None if value is None else value.value,
        is_reached=found.is_reached,
        report_id=None if value is None else value.id,
        who=None if value is None else Who(value.person_id, value.person_name, units.get(value.person_id, "")),
        at=None if value is None else value.at,
        said="" if value is None else value.said,
    )
