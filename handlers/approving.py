"""The card of a report that waits for a head's word."""

from collections.abc import Sequence

import texts
from domain.clock import day_text
from domain.messages import Button, Reply
from domain.people import Person
from domain.progress import ProgressReport
from domain.shares import share_of
from domain.tasks import Task
from handlers.turn import Turn
from handlers.wording import moment_words, short, state_words, task_name


def put_before_heads(turn: Turn, report: ProgressReport, task: Task, heads: Sequence[Person], files: int) -> None:
    """Have each of these heads shown the report with the buttons that decide on it."""
    for head in heads:
        turn.tell_person(head.id, card_for_head(report, task, files), f"approve:{report.id}:{head.id}")


def card_for_head(report: ProgressReport, task: Task, files: int) -> Reply:
    """The report as a head reads it before deciding."""
    lines = [
        texts.say("approve.card.ask", person=report.person_name, at=moment_words(report.at)),
        "",
        texts.say("report.card.task", name=task_name(task), title=task.title),
    ]
    share = share_of(task, report.unit_id)
    if share is not None:
        lines.append(texts.say("report.card.share", unit=share.unit_name))
    lines.append(texts.say("approve.card.state", state=state_words(report.status, report.percent)))
    if report.obstacle:
        lines.append(texts.say("report.card.obstacle", obstacle=report.obstacle))
    if report.expected is not None:
        lines.append(texts.say("report.card.expected", day=day_text(report.expected)))
    if files:
        lines.append(texts.say("report.card.files", count=files))
    if report.said:
        lines.append(texts.say("approve.card.said", said=short(report.said, 300)))
    buttons = [*deciding_buttons(report.id)]
    if files:
        buttons.append(Button(texts.say("evidence.button.show", count=files), f"evidence:show:{report.id}"))
    return Reply("\n".join(lines), tuple(buttons))


def deciding_buttons(report_id: int) -> tuple[Button, ...]:
    """What decides on a report that waits."""
    return (
        Button(texts.say("approve.button.yes"), f"approve:yes:{report_id}"),
        Button(texts.say("approve.button.back"), f"approve:back:{report_id}"),
    )
