"""A task in full: who leads it, when it is due, where it stands, its reports, its place in the plan, its evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

import texts
from domain.changes import DeadlineChange
from domain.clock import day_text
from domain.extensions import ExtensionRequest
from domain.files import KeptFile
from domain.messages import Button, Reply
from domain.people import Person
from domain.plans import Passage
from domain.ports import Records
from domain.progress import Approval, ProgressReport
from domain.rights import is_responsible, may_assign, may_report, may_see
from domain.shares import reported_shares
from domain.tasks import Share, Task
from handlers.deadline_changes import change_lines
from handlers.plan_place import passage_of
from handlers.turn import Turn
from handlers.wording import (
    PAGE,
    assign_button,
    due_words,
    home_button,
    lead_words,
    moment_words,
    short,
    state_words,
    task_name,
    tasks_button,
    titled_label,
)

HISTORY_SHOWN = 5
HISTORY_PAGE = 10
SOURCE_SHOWN = 600
FILES_PAGE = 5
"""Files sent with one message."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a task beside its row: reports, newest first, passage of the plan, evidence, an open request."""

    reports: tuple[ProgressReport, ...]
    passage: Passage | None
    evidence: tuple[tuple[ProgressReport, KeptFile], ...]
    request: ExtensionRequest | None
    changes: tuple[DeadlineChange, ...] = ()


async def task_by_id(turn: Turn, person: Person, task_id: int | None) -> tuple[Task, Told] | None:
    """The task with what is known of it; None where there is none that this person may see."""
    async with turn.reading() as records:
        task = await records.register.task(task_id) if task_id is not None else None
        if task is None or not task.confirmed or not may_see(person, task):
            return None
        return task, await _told_of(records, task)


async def _told_of(records: Records, task: Task) -> Told:
    reports = tuple(await records.register.reports(task.id))
    evidence = [(report, kept) for report in reports for kept in await records.files.of_report(report.id)]
    request = await records.extensions.open_of(task.id)
    changes = tuple(await records.changes.of_task(task.id))
    return Told(reports, await passage_of(records, task), tuple(evidence), request, changes)


def detail(turn: Turn, person: Person, task: Task, told: Told) -> Reply:
    """Everything staff see of a task, with the ways on from it."""
    return Reply(_words(task, told, turn), _buttons(person, task, told))


def history(task: Task, told: Told, start: int) -> Reply:
    """One screen of everything reported on the task, newest first."""
    back = Button(task_name(task), f"task:{task.id}")
    page = told.reports[start : start + HISTORY_PAGE]
    if not page:
        return Reply(texts.say("task.list.no_more"), (back,))
    corrected = _corrected(told.reports)
    lines = [texts.say("task.history.title", name=task_name(task), count=len(told.reports))]
    lines += [line for report in page for line in _history_entry(report, corrected, told)]
    rest = len(told.reports) - start - len(page)
    more = (Button(texts.say("task.button.more"), f"history:{task.id}:{start + HISTORY_PAGE}"),) if rest > 0 else ()
    return Reply("\n".join(lines), (*more, back))


async def evidence(turn: Turn, task: Task, told: Told, start: int) -> Reply:
    """The photos and files that came with the task's reports, a few at a time, newest first."""
    back = Button(task_name(task), f"task:{task.id}")
    page = told.evidence[start : start + FILES_PAGE]
    if not page:
        return Reply(texts.say("task.list.no_more"), (back,))
    lines = [texts.say("task.evidence.title", name=task_name(task), count=len(told.evidence))]
    pictures, files = [], []
    for report, kept in page:
        lines.append(
            texts.say("task.evidence.line", file=kept.shown_name, at=moment_words(report.at), person=report.person_name)
        )
        content = await turn.kept_file(kept.id)
        if content is None:
            lines.append(texts.say("task.evidence.not_kept"))
        elif content.media_type.startswith("image/"):
            pictures.append(content)
        else:
            files.append(content)
    rest = len(told.evidence) - start - len(page)
    more = (Button(texts.say("task.button.more"), f"files:{task.id}:{start + FILES_PAGE}"),) if rest > 0 else ()
    return Reply("\n".join(lines), (*more, back), tuple(files), tuple(pictures))


def choice_of(person: Person, sentence: str, named: Sequence[Task]) -> Reply:
    """The choice between several tasks that may be meant; one's own first, nearly always the one meant."""
    own_first = sorted(named, key=lambda t: not is_responsible(person, t))[:PAGE]
    return Reply(sentence, tuple(Button(titled_label(t, named), f"task:{t.id}") for t in own_first))


def gone() -> Reply:
    """What is said where there is no such task for this person."""
    return Reply(texts.say("task.gone"), (tasks_button(),))


def _buttons(person: Person, task: Task, told: Told) -> tuple[Button, ...]:
    found = []
    if may_report(person, task):
        found.append(Button(texts.say("task.button.report"), f"report:{task.id}"))
    if may_assign(person, task) and not task.status.is_over:
        found.append(assign_button(task))
    if told.passage is not None:
        found.append(Button(texts.say("task.button.source"), f"source:{told.passage.id}"))
    if told.evidence:
        found.append(Button(texts.say("task.button.evidence", count=len(told.evidence)), f"files:{task.id}:0"))
    if len(told.reports) > HISTORY_SHOWN:
        found.append(Button(texts.say("task.button.history", count=len(told.reports)), f"history:{task.id}:0"))
    return (*found, home_button(person.role))


def _words(task: Task, told: Told, turn: Turn) -> str:
    say = texts.say
    lines = [say("task.detail.title", name=task_name(task), title=task.title)]
    if task.document_number:
        lines.append(
            say("task.detail.document", document=task.document_number)
            if task.page is None
            else say("task.detail.document_page", document=task.document_number, page=task.page)
        )
    lines.append(say("task.detail.lead", lead=lead_words(task)))
    if task.assignee_name:
        lines.append(say("task.detail.assignee", person=task.assignee_name))
    if task.support:
        lines.append(say("task.detail.support", support=task.support))
    if task.product:
        lines.append(say("task.detail.product", product=task.product))
    lines.append(say("task.detail.deadline", deadline=due_words(task, turn.today)))
    if told.request is not None:
        asked = told.request
        lines.append(say("task.detail.request", day=day_text(asked.wanted), person=asked.person_name))
    lines += change_lines(told.changes)
    lines.append(say("task.detail.state", state=state_words(task.status, task.percent)))
    if task.expected is not None and not task.status.is_over:
        lines.append(say("task.detail.expected", day=day_text(task.expected)))
    if task.published:
        lines.append(say("task.detail.published"))
    if task.result:
        lines.append(say("task.detail.result", result=task.result))
    lines += _shares(task)
    lines += ["", *_reports(told)]
    if task.source.strip() and told.passage is None:
        lines += ["", say("task.detail.source", source=short(task.source, SOURCE_SHOWN))]
    return "\n".join(lines)


def _shares(task: Task) -> list[str]:
    """How many units of a group task have reported, and where each stands."""
    if not task.shares:
        return []
    told = len(reported_shares(task))
    return [
        texts.say("task.detail.shares", told=told, count=len(task.shares)),
        *(_share(share) for share in task.shares),
    ]


def _share(share: Share) -> str:
    state = state_words(share.status, share.percent)
    if share.reported_on is None:
        return texts.say("task.detail.share_silent", unit=share.unit_name, state=state)
    return texts.say("task.detail.share", unit=share.unit_name, state=state, day=day_text(share.reported_on))


def _corrected(reports: Sequence[ProgressReport]) -> set[int]:
    return {report.supersedes_id for report in reports if report.supersedes_id is not None}


def _reports(told: Told) -> list[str]:
    """The last report in full, then the history, newest first."""
    corrected = _corrected(told.reports)
    standing = next((r for r in told.reports if r.id not in corrected and r.approval is not Approval.RETURNED), None)
    if standing is None and not told.reports:
        return [texts.say("task.detail.no_reports")]
    lines = []
    if standing is not None:
        state = state_words(standing.status, standing.percent)
        at = moment_words(standing.at)
        lines.append(texts.say("task.detail.last", at=at, person=standing.person_name, state=state))
        if standing.approval is Approval.WAITING:
            lines.append(texts.say("task.detail.waiting"))
        if standing.obstacle:
            lines.append(texts.say("task.detail.obstacle", obstacle=standing.obstacle))
    lines.append(texts.say("task.detail.history"))
    for report in told.reports[:HISTORY_SHOWN]:
        lines += _history_entry(report, corrected, told)
    return lines


def _history_entry(report: ProgressReport, corrected: set[int], told: Told) -> list[str]:
    sentence = "task.detail.history_corrected" if report.id in corrected else "task.detail.history_line"
    said = short(report.said, 200)
    lines = [texts.say(sentence, at=moment_words(report.at), person=report.person_name, said=said)]
    if report.approval is Approval.RETURNED:
        lines.append(texts.say("task.detail.returned", person=report.decided_by, remark=report.remark))
    files = sum(one.id == report.id for one, _ in told.evidence)
    if files:
        lines.append(texts.say("task.detail.with_evidence", count=files))
    return lines
