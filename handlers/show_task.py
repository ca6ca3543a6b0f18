"""Shows one task: who leads it, when it is due, where it stands, and what was reported of it."""

import re
from collections.abc import Sequence

import texts
from domain.clock import day_text
from domain.messages import Button, Kind, Reply
from domain.people import Person
from domain.progress import ProgressReport
from domain.rights import is_responsible, may_report, may_see
from domain.tasks import Task
from domain.vietnamese import fold
from handlers.deadline_changes import change_lines
from handlers.private import staff_alone
from handlers.turn import Turn
from handlers.wording import (
    PAGE,
    TASK_NUMBER,
    TASK_WORD,
    due_words,
    home_button,
    lead_words,
    moment_words,
    number_in,
    same_number,
    short,
    state_words,
    task_name,
    tasks_button,
    titled_label,
)

HISTORY_SHOWN = 5
SOURCE_SHOWN = 600

_ASKED = re.compile(rf"(cho (toi|em|minh) )?(xem |mo |chi tiet |xem chi tiet )?/?{TASK_WORD}\s*{TASK_NUMBER}[ .?]*")


def wants_one_task(turn: Turn) -> bool:
    """True for a task's button, and for staff who name a task and say nothing else of it.

    A citizen who names a task asks about the plan, which the answerer knows.
    """
    if re.fullmatch(r"task:\d+", turn.action):
        return True
    return turn.incoming.kind is Kind.TEXT and turn.role.is_staff and _asked_number(turn.text) != ""


def _asked_number(text: str) -> str:
    asked = _ASKED.fullmatch(fold(text))
    return asked["number"] if asked else ""


async def show_task(turn: Turn) -> list[Reply]:
    """The task in full; with several of the same number, the choice between them."""
    person = staff_alone(turn, "task.not_staff")
    if not isinstance(person, Person):
        return person
    records = await turn.records()
    if turn.action:
        task_id = number_in(turn.action)
        task = await records.register.task(task_id) if task_id is not None else None
        if task is None or not task.confirmed or not may_see(person, task):
            return [Reply(texts.say("task.gone"), (tasks_button(),))]
    else:
        number = _asked_number(turn.text)
        named = [t for t in await records.register.tasks(person.office_id) if same_number(number, t)]
        if not named:
            return [Reply(texts.say("task.not_found", number=number.upper()), (tasks_button(),))]
        if len(named) > 1:
            return [_which(person, number, named)]
        task = named[0]
    reports = await records.register.reports(task.id)
    changes = change_lines(await records.changes.of_task(task.id))
    return [Reply(_detail(task, reports, turn, changes), _buttons(person, task))]


def _which(person: Person, number: str, named: list[Task]) -> Reply:
    # One's own first: that is nearly always the one meant.
    own_first = sorted(named, key=lambda t: not is_responsible(person, t))[:PAGE]
    buttons = tuple(Button(titled_label(t, named), f"task:{t.id}") for t in own_first)
    return Reply(texts.say("task.which", count=len(named), number=number.upper()), buttons)


def _buttons(person: Person, task: Task) -> tuple[Button, ...]:
    report = Button(texts.say("task.button.report"), f"report:{task.id}")
    home = home_button(person.role)
    return (report, home) if may_report(person, task) else (home,)


def _detail(task: Task, reports: Sequence[ProgressReport], turn: Turn, changes: Sequence[str] = ()) -> str:
    say = texts.say
    lines = [say("task.detail.title", name=task_name(task), title=task.title)]
    if task.document_number:
        lines.append(say("task.detail.document", document=task.document_number))
    lines.append(say("task.detail.lead", lead=lead_words(task)))
    if task.assignee_name:
        lines.append(say("task.detail.assignee", person=task.assignee_name))
    if task.support:
        lines.append(say("task.detail.support", support=task.support))
    if task.product:
        lines.append(say("task.detail.product", product=task.product))
    lines.append(say("task.detail.deadline", deadline=due_words(task, turn.today)))
    lines += changes
    lines.append(say("task.detail.state", state=state_words(task.status, task.percent)))
    if task.expected is not None and not task.status.is_over:
        lines.append(say("task.detail.expected", day=day_text(task.expected)))
    lines += ["", *_told(reports)]
    if task.source.strip():
        lines += ["", say("task.detail.source", source=short(task.source, SOURCE_SHOWN))]
    return "\n".join(lines)


def _told(reports: Sequence[ProgressReport]) -> list[str]:
    """The last report in full, then the history, newest first."""
    corrected = {r.supersedes_id for r in reports if r.supersedes_id is not None}
    standing = next((r for r in reports if r.id not in corrected), None)
    if standing is None:
        return [texts.say("task.detail.no_reports")]
    at = moment_words(standing.at)
    state = state_words(standing.status, standing.percent)
    lines = [texts.say("task.detail.last", at=at, person=standing.person_name, state=state)]
    if standing.obstacle:
        lines.append(texts.say("task.detail.obstacle", obstacle=standing.obstacle))
    lines.append(texts.say("task.detail.history"))
    for report in reports[:HISTORY_SHOWN]:
        sentence = "task.detail.history_corrected" if report.id in corrected else "task.detail.history_line"
        lines.append(
            texts.say(sentence, at=moment_words(report.at), person=report.person_name, said=short(report.said, 200))
        )
    return lines
