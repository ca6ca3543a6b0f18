"""Makes a periodic report's content of its period's figures: what counts, what is missing, what comes next."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.after_cutoff import After, Afterwards
from domain.clock import local_day
from domain.deadlines import DeadlineKind, occurrences
from domain.extensions import ExtensionRequest
from domain.letterhead import Letterhead
from domain.people import Office, Person
from domain.period_figures import PeriodFigures, ReportFigures, TargetFigures, TaskFigures
from domain.periodic_report import (
    AfterRow,
    Covered,
    Earlier,
    Position,
    Remark,
    ReportContent,
    Source,
    SourceKind,
    TargetRow,
    TaskRow,
    Upcoming,
    Waiting,
    tally,
)
from domain.progress import Approval
from domain.reporting_periods import MONTHS, Period
from domain.sentences import sentence
from domain.tasks import TaskStatus

_DAY = timedelta(days=1)
_MONTHS_OF_A_PLAN = 3
"""How far the next period of a plan's own dates reaches where nobody says."""
_PROPOSAL = re.compile(r"\b(?:de nghi|kien nghi|de xuat)\b(?! (?:bi |da |duoc |cua ))")
_SENTENCE_END = re.compile(r"[.;!?\n](?=\s|$)")
_POSITIONS = {
    TaskStatus.DONE: Position.DONE,
    TaskStatus.IN_PROGRESS: Position.IN_PROGRESS,
    TaskStatus.BLOCKED: Position.BLOCKED,
    TaskStatus.NOT_STARTED: Position.NOT_STARTED,
    TaskStatus.CANCELLED: Position.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a report tells beside its figures: open requests for more time, people by id, and uncounted drafts.

    `after` is what came after the cutoff; `earlier` are the frozen figures of the period before, where there are any.
    """

    requests: Sequence[ExtensionRequest] = ()
    people: Sequence[Person] = ()
    drafts: int = 0
    after: Sequence[After] = ()
    earlier: PeriodFigures | None = None


def content_of(
    figures: PeriodFigures, period: Period, office: Office, beside: Beside, until: date | None = None
) -> ReportContent:
    """The content of the period's report, not yet in words; `until` is the last day of the next period."""
    day = min(period.cutoff, local_day(figures.taken_at))
    marks = _Marks()
    earlier = _rows_before(beside.earlier)
    parts = tuple(_with_earlier((_row(task, day, marks) for task in figures.tasks), earlier, by_unit=True))
    targets = tuple(_target(target, marks) for target in figures.targets)
    difficulties = tuple(_difficulties(figures.tasks, marks))
    proposals = (*_proposals(figures.tasks, marks), *_requests(figures, beside, marks))
    return ReportContent(
        office=figures.office or office.name,
        period=Covered(period.id, period.kind, period.first, period.cutoff, period.document_number),
        letterhead=letterhead_for(office),
        year=period.cutoff.year,
        taken_at=figures.taken_at,
        is_final=period.frozen,
        tasks=tuple(_with_earlier(_whole_tasks(parts), _whole_tasks(earlier), by_unit=False)),
        parts=parts,
        targets=targets,
        difficulties=difficulties,
        proposals=proposals,
        waiting=tuple(_waiting(figures.tasks)),
        upcoming=tuple(_upcoming(figures.tasks, day, period.cutoff, until or _next_cutoff(period))),
        sources=marks.sources,
        drafts=beside.drafts,
        after=tuple(_after(each) for each in beside.after),
        earlier=_earlier(beside.earlier, earlier),
    )


def letterhead_for(office: Office) -> Letterhead:
    """The office's letterhead; the name and the place that the office has anyway stand where none were given."""
    own = office.letterhead
    return replace(own, issuer=own.issuer or office.name.upper(), place=own.place or office.locality)


class _Marks:
    """Numbers what figures rest on in the order in which it is first named."""

    def __init__(self) -> None:
        self._found: dict[tuple[SourceKind, int], Source] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self._found.values())

    def of_report(self, report: ReportFigures, task: TaskFigures) -> int:
        return self._mark(
            SourceKind.REPORT, report.id, task.number, task.document_number, report.who.name,
            report.who.unit or task.unit, report.at, report.said, report.approved_by,
        )  # fmt: skip

    def of_target(self, target: TargetFigures) -> int | None:
        if target.report_id is None or target.who is None or target.at is None:
            return None
        return self._mark(
            SourceKind.ACHIEVEMENT, target.report_id, target.number, target.document_number, target.who.name,
            target.who.unit or target.unit, target.at, target.said,
        )  # fmt: skip

    def of_request(self, request: ExtensionRequest, task: TaskFigures, unit: str) -> int:
        return self._mark(
            SourceKind.REQUEST, request.id, task.number, task.document_number, request.person_name, unit,
            request.asked_at, request.said or request.reason,
        )  # fmt: skip

    def _mark(
        self, kind: SourceKind, row: int, about: str, plan: str, person: str, unit: str, at: datetime, said: str,
        confirmed_by: str = "",
    ) -> int:  # fmt: skip
        known = self._found.get((kind, row))
        if known is None:
            mark = len(self._found) + 1
            known = Source(mark, kind, row, about, plan, person, unit, at, said, confirmed_by)
            self._found[kind, row] = known
        return known.mark


def _counting(task: TaskFigures) -> list[ReportFigures]:
    """The period's reports that count, the newest first, without those that were corrected."""
    counting = [report for report in task.reports if report.approval.counts]
    corrected = {report.corrects for report in counting}
    return [report for report in counting if report.id not in corrected]


def _row(task: TaskFigures, day: date, marks: _Marks) -> TaskRow:
    reports = _counting(task)
    newest = reports[0] if reports else None
    shown = newest or (task.last if task.status.is_over and task.last and task.last.approval.counts else None)
    return TaskRow(
        task_id=task.task_id,
        number=task.number,
        plan=task.document_number,
        title=task.title,
        unit=task.unit or task.lead,
        assignee=task.assignee,
        product=task.product,
        deadline=task.deadline,
        position=_position(task, newest),
        percent=_percent(task, newest),
        is_late=task.is_late(day),
        in_period=task.asked or bool(reports),
        is_whole=not task.is_share,
        obstacle=newest.obstacle if newest else "",
        result=(newest.product if newest else "") or (task.result if task.status is TaskStatus.DONE else ""),
        expected=newest.expected if newest and not task.status.is_over else None,
        source=marks.of_report(shown, task) if shown else None,
        before=task.percent_before,
        people=tuple(who.name for who in task.responsible),
    )


def _position(task: TaskFigures, newest: ReportFigures | None) -> Position:
    """Where the task stands: what was not reported in the period is not taken from an earlier one."""
    if newest is not None and task.deadline.kind is DeadlineKind.RECURRING and newest.status is TaskStatus.DONE:
        return Position.DONE
    if newest is not None or task.status.is_over or not task.asked:
        return _POSITIONS[task.status]
    waits = any(report.approval is Approval.WAITING for report in task.reports)
    return Position.UNCONFIRMED if waits else Position.UNREPORTED


def _percent(task: TaskFigures, newest: ReportFigures | None) -> float | None:
    if newest is None:
        return 100.0 if task.status is TaskStatus.DONE else None
    return newest.percent if newest.percent is not None else (100.0 if newest.status is TaskStatus.DONE else None)


def _whole_tasks(parts: Iterable[TaskRow]) -> Iterable[TaskRow]:
    """Every task once; a group task stands where its units stand together."""
    by_task: dict[int, list[TaskRow]] = {}
    for part in parts:
        by_task.setdefault(part.task_id, []).append(part)
    return [of[0] if len(of) == 1 else _together(of) for of in by_task.values()]


def _together(parts: Sequence[TaskRow]) -> TaskRow:
    counted = [part for part in parts if part.position is not Position.CANCELLED] or list(parts)
    stands = {part.position for part in counted}
    figures = [part.percent for part in counted]
    known = [figure for figure in figures if figure is not None]
    return replace(
        counted[0],
        unit="; ".join(filter(None, dict.fromkeys(part.unit for part in parts))),
        position=_joint(stands),
        percent=round(sum(known) / len(known), 1) if len(known) == len(figures) else None,
        is_late=any(part.is_late for part in counted),
        in_period=any(part.in_period for part in parts),
        is_whole=True,
        source=None,
        people=(),
    )


def _joint(stands: set[Position]) -> Position:
    if len(stands) == 1:
        return next(iter(stands))
    if stands <= {Position.UNREPORTED, Position.UNCONFIRMED}:
        return Position.UNCONFIRMED
    return Position.BLOCKED if Position.BLOCKED in stands else Position.IN_PROGRESS


def _rows_before(figures: PeriodFigures | None) -> list[TaskRow]:
    """The rows of the period before, as its own report has them."""
    marks = _Marks()
    return [] if figures is None else [_row(task, figures.cutoff, marks) for task in figures.tasks]


def _with_earlier(rows: Iterable[TaskRow], before: Iterable[TaskRow], *, by_unit: bool) -> Iterable[TaskRow]:
    """The rows with what the period before said of each; what it did not say is not made up."""
    known = {(row.task_id, row.unit if by_unit else ""): row.percent for row in before if row.in_period}
    return (replace(row, earlier=known.get((row.task_id, row.unit if by_unit else ""))) for row in rows)


def _earlier(figures: PeriodFigures | None, rows: Sequence[TaskRow]) -> Earlier | None:
    if figures is None:
        return None
    covered = Covered(0, figures.kind, figures.first, figures.cutoff, figures.document_number)
    return Earlier(covered, tally(row for row in _whole_tasks(rows) if row.in_period))


def _after(after: After) -> AfterRow:
    task, report = after.task, after.report
    is_decided = after.what in (Afterwards.APPROVED, Afterwards.RETURNED)
    return AfterRow(
        what=after.what,
        task_id=task.task_id,
        number=task.number,
        plan=task.document_number,
        title=task.title,
        unit=task.unit or task.lead,
        person=(report.decided_by if is_decided else "") or report.person_name,
        at=(report.decided_at if is_decided else None) or report.at,
        said=report.said,
        id=report.id,
        percent=report.percent,
    )


def _target(target: TargetFigures, marks: _Marks) -> TargetRow:
    return TargetRow(
        target_id=target.target_id,
        number=target.number,
        plan=target.document_number,
        title=target.title,
        unit=target.unit,
        measure=target.unit_of_measure,
        planned=target.planned,
        reached=target.value,
        is_reached=target.is_reached,
        source=marks.of_target(target),
    )


def _difficulties(tasks: Iterable[TaskFigures], marks: _Marks) -> Iterable[Remark]:
    """Each difficulty once, the newest words of it; none of what is over."""
    for task in tasks:
        told: set[str] = set()
        for report in () if task.status.is_over else _counting(task):
            if report.obstacle and report.obstacle not in told:
                told.add(report.obstacle)
                yield _remark(task, report.obstacle, marks.of_report(report, task))


def _proposals(tasks: Iterable[TaskFigures], marks: _Marks) -> Iterable[Remark]:
    for task in tasks:
        for report in _counting(task):
            if said := proposed_in(report.said):
                yield _remark(task, said, marks.of_report(report, task))


def proposed_in(said: str) -> str:
    """What a report proposes or asks for, in its own words from the verb on; empty where it proposes nothing."""
    typed = sentence(said)
    found = _PROPOSAL.search(typed.folded)
    if found is None:
        return ""
    end = _SENTENCE_END.search(typed.folded, found.end())
    return typed.quoted(found.start(), end.start() if end else len(typed.folded)).strip(" ,;:\n")


def _requests(figures: PeriodFigures, beside: Beside, marks: _Marks) -> Iterable[Remark]:
    units = {person.id: person.unit_name for person in beside.people}
    for request in beside.requests:
        parts = [task for task in figures.tasks if task.task_id == request.task_id]
        if not parts or request.asked_at > figures.taken_at:
            continue
        unit = units.get(request.person_id, "")
        task = next((part for part in parts if part.unit == unit), parts[0])
        mark = marks.of_request(request, task, unit or task.unit)
        yield replace(_remark(task, request.reason, mark), wanted=request.wanted)


def _remark(task: TaskFigures, said: str, mark: int) -> Remark:
    return Remark(task.task_id, task.number, task.document_number, task.title, task.unit or task.lead, said, mark)


def _waiting(tasks: Iterable[TaskFigures]) -> Iterable[Waiting]:
    for task in tasks:
        for report in task.reports:
            if report.approval is Approval.WAITING:
                unit = task.unit or task.lead
                yield Waiting(
                    task.task_id, task.number, task.document_number, task.title, unit, report.who.name, report.at
                )


def _upcoming(tasks: Iterable[TaskFigures], day: date, cutoff: date, until: date) -> list[Upcoming]:
    """What is late, then what falls due until the end of the next period, then what goes on."""
    found: list[Upcoming] = []
    for task in tasks:
        if task.status.is_over or task.deadline.kind is DeadlineKind.ON_REQUEST:
            continue
        unit = task.unit or task.lead
        entry = Upcoming(task.task_id, task.number, task.document_number, task.title, unit)
        if task.is_late(day):
            found.append(replace(entry, due=task.deadline.due, is_late=True))
        elif task.deadline.kind is DeadlineKind.ONGOING:
            found.append(entry)
        else:
            found += [replace(entry, due=due) for due in _due(task, min(day, cutoff) + _DAY, until)[:1]]
    return sorted(_joined(found), key=lambda entry: (not entry.is_late, entry.due is None, entry.due or date.max))


def _joined(found: Iterable[Upcoming]) -> list[Upcoming]:
    """A group task once for each day, with all units that have that day still before them."""
    kept: dict[tuple[int, date | None], Upcoming] = {}
    for entry in found:
        known = kept.get((entry.task_id, entry.due))
        units = entry.unit if known is None else "; ".join(filter(None, (known.unit, entry.unit)))
        kept[entry.task_id, entry.due] = replace(known or entry, unit=units)
    return list(kept.values())


def _due(task: TaskFigures, first: date, until: date) -> list[date]:
    try:
        return occurrences(task.deadline, first, until)
    except (OverflowError, ValueError):
        return []


def _next_cutoff(period: Period) -> date:
    """The last day of the period after this one, where its schedule does not say otherwise."""
    months = period.cutoff.month - 1 + MONTHS.get(period.kind, _MONTHS_OF_A_PLAN)
    year, month = period.cutoff.year + months // 12, months % 12 + 1
    return date(year, month, min(period.cutoff.day, monthrange(year, month)[1]))
