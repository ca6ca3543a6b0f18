"""Writes a confirmed report once, after looking again at rights and state, and tells a head who must approve."""

from collections.abc import Sequence
from dataclasses import dataclass

import texts
from domain.after_cutoff import missed_by
from domain.clock import day_text, local_day
from domain.messages import Reply
from domain.people import Person
from domain.period_figures import PeriodFigures
from domain.ports import Records
from domain.progress import Approval, ProgressReport
from domain.reporting_periods import Period, chasing, late_until
from domain.rights import may_confirm_reports, may_report, may_see
from domain.shares import share_of
from domain.tasks import Task
from handlers.approving import put_before_heads
from handlers.draft import Draft, of_unit, state_seen
from handlers.period_wording import period_name
from handlers.placing import unit_of
from handlers.turn import Turn
from handlers.which_task import not_yours
from handlers.wording import tasks_button


@dataclass(frozen=True, slots=True)
class Ready:
    """A report that may be written now."""

    author: Person
    task: Task
    reports: Sequence[ProgressReport]


@dataclass(frozen=True, slots=True)
class Changed:
    """A report whose task was reported on since its card was shown."""

    task: Task
    reports: Sequence[ProgressReport]


@dataclass(frozen=True, slots=True)
class Hindered:
    """A report that may no longer be written, and why."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Written:
    """The report in the register, and what its author should know of it beside; empty where it simply counts."""

    report: ProgressReport
    task: Task
    note: str


async def look_again(turn: Turn, person: Person, draft: Draft) -> Ready | Changed | Hindered:
    """Whether the report may still be written: rights and state may have changed since the card."""
    records = await turn.records()
    author = await records.people.get(person.id)
    task = await records.register.task(draft.task_id) if draft.task_id is not None else None
    if author is None or task is None or not task.confirmed or not may_see(author, task):
        return Hindered(Reply(texts.say("task.gone"), (tasks_button(),)))
    if not may_report(author, task):
        return Hindered(not_yours(task).reply)
    if not await _speaks_for_its_unit(turn, author, task, draft):
        return Hindered(Reply(texts.say("report.units_changed"), (tasks_button(),)))
    reports = await records.register.reports(task.id)
    if state_seen(task, reports, draft.unit_id) == draft.seen:
        return Ready(author, task, reports)
    own = of_unit(reports, task, draft.unit_id)
    if draft.supersedes_id is not None and own and own[0].id != draft.seen[2]:
        newer = texts.say("report.newer_report", person=own[0].person_name, number=task.number)
        return Hindered(Reply(newer, (tasks_button(),)))
    return Changed(task, reports)


async def _speaks_for_its_unit(turn: Turn, author: Person, task: Task, draft: Draft) -> bool:
    """False when the units that carry the task have changed since the card was shown."""
    if not task.shares:
        return draft.unit_id is None
    own = await unit_of(turn, author, task)
    return share_of(task, draft.unit_id) is not None and own in (None, draft.unit_id)


async def write(turn: Turn, ready: Ready, draft: Draft) -> Written:
    """The report written, its evidence attached, its trace left, and the head told where one must approve."""
    records = await turn.records()
    author, task = ready.author, ready.task
    people = await records.people.of_office(author.office_id)
    heads = [p for p in people if may_confirm_reports(p, task, draft.unit_id)] if _must_wait(turn, ready, draft) else []
    is_heads_own = turn.office.second_confirmation and may_confirm_reports(author, task, draft.unit_id)
    approval = Approval.WAITING if heads else Approval.APPROVED if is_heads_own else Approval.NONE
    supersedes = draft.supersedes_id or _unsettled(ready, draft)
    report = await records.register.add_report(
        task, author, draft.values, draft.said, turn.now, supersedes, unit_id=draft.unit_id, approval=approval
    )
    await records.files.attach(list(draft.files), report_id=report.id)
    await records.audit.note(
        author.office_id,
        author.id,
        "report.added" if draft.supersedes_id is None else "report.corrected",
        f"task:{task.id}",
        turn.now,
        {"report": report.id, "supersedes": supersedes, "approval": str(approval), **draft.values.as_json()},
    )
    put_before_heads(turn, report, task, heads, len(draft.files))
    on_periods = await _note_on_periods(records, task.office_id, report, ready.reports)
    notes = (_note(turn, ready, draft, heads), on_periods)
    return Written(report, task, "\n".join(note for note in notes if note))


def _must_wait(turn: Turn, ready: Ready, draft: Draft) -> bool:
    return turn.office.second_confirmation and not may_confirm_reports(ready.author, ready.task, draft.unit_id)


def _note(turn: Turn, ready: Ready, draft: Draft, heads: Sequence[Person]) -> str:
    if heads:
        return texts.say("approve.waits", heads=", ".join(head.name for head in heads))
    return texts.say("approve.no_head") if _must_wait(turn, ready, draft) else ""


def _unsettled(ready: Ready, draft: Draft) -> int | None:
    """The author's last report on this task if it still waits or was returned: the new one takes its place."""
    replaced = {r.supersedes_id for r in ready.reports}
    own = of_unit(ready.reports, ready.task, draft.unit_id)
    mine = next((r for r in own if r.person_id == ready.author.id and r.id not in replaced), None)
    return mine.id if mine is not None and not mine.approval.counts else None


async def _note_on_periods(
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
