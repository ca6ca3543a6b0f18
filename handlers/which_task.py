"""Finds the task a report means: by its button, number or words, by the message it answers, or by what was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import texts
from domain.messages import Reply
from domain.naming import task_named, tasks_named
from domain.people import Person
from domain.rights import is_responsible, may_report, may_report_for_others
from domain.tasks import Task
from handlers.draft import Draft
from handlers.memory import about, task_offered
from handlers.turn import Turn
from handlers.wording import by_urgency, lead_words, same_number, tasks_button

SHOWN_LASTS = timedelta(hours=2)
"""How long a task that was shown is still what one speaks of."""
NOTICE_LASTS = timedelta(hours=24)
"""How long an unnamed report is taken for an answer to the last reminder."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several tasks may be meant: the question, and the tasks to choose from."""

    question: str
    candidates: Sequence[Task]


@dataclass(frozen=True, slots=True)
class Refused:
    """No task of theirs is meant, and why."""

    reply: Reply


async def find_task(turn: Turn, person: Person, draft: Draft, tasks: Sequence[Task]) -> Task | Unclear | Refused:
    """The task that is meant, the choice between several, or the reason why there is none."""
    if draft.task_id is not None:
        task = next((t for t in tasks if t.id == draft.task_id), None)
        if task is None:
            return Refused(Reply(texts.say("task.gone"), (tasks_button(),)))
        return task if may_report(person, task) else not_yours(task)
    if draft.values.task is not None:
        return _by_number(person, draft.values.task, tasks)
    return await _unnumbered(turn, person, draft, tasks)


async def _unnumbered(turn: Turn, person: Person, draft: Draft, tasks: Sequence[Task]) -> Task | Unclear | Refused:
    own = own_open(person, tasks)
    by_words = _by_words(person, draft, own, tasks)
    if isinstance(by_words, Task | Refused):
        return by_words
    answered = await _answered(turn, tasks)
    if answered is not None and may_report(person, answered):
        return answered
    if by_words is not None:
        return by_words
    if len(own) == 1 and is_responsible(person, own[0]):
        return own[0]
    recent = await _spoken_of(turn, own)
    if recent is not None:
        return recent
    if not own:
        return Refused(Reply(texts.say("report.no_open_task"), (tasks_button(),)))
    return Unclear(texts.say("report.ask_task_again" if draft.asked else "report.ask_task"), own)


def _by_words(
    person: Person, draft: Draft, own: Sequence[Task], tasks: Sequence[Task]
) -> Task | Unclear | Refused | None:
    """The task that the sentence's own words name: one of theirs if certain, else the choice; None without a hint."""
    words = draft.values.words or draft.said
    certain = task_named(words, own)
    if certain is not None or not draft.values.words:
        return certain
    possible = [named.task for named in tasks_named(words, own)]
    if possible:
        return Unclear(texts.say("report.ask_task_words", words=draft.values.words), possible)
    others = task_named(words, [t for t in tasks if not may_report(person, t)])
    return None if others is None else not_yours(others)


async def _answered(turn: Turn, tasks: Sequence[Task]) -> Task | None:
    """The task of the message that this one answers, where the app says which it was."""
    incoming = turn.incoming
    if not incoming.reply_to:
        return None
    records = await turn.records()
    message = await records.outbox.sent_as(incoming.channel, incoming.chat_id, incoming.reply_to)
    task_id = task_offered([message]) if message else None
    return next((t for t in tasks if t.id == task_id), None)


async def _spoken_of(turn: Turn, own: Sequence[Task]) -> Task | None:
    """The task last shown in this chat, else the one it was last reminded of and that was not reported on since."""
    shown = about(turn)
    if shown and turn.now - datetime.fromisoformat(shown[1]) <= SHOWN_LASTS:
        return next((t for t in own if t.id == shown[0]), None)
    records = await turn.records()
    since = turn.now - NOTICE_LASTS
    reminded = await records.outbox.last_notice(turn.incoming.channel, turn.incoming.chat_id, since)
    return next((t for t in own if t.id == reminded and t.reported_on != turn.today), None)


def _by_number(person: Person, number: str, tasks: Sequence[Task]) -> Task | Unclear | Refused:
    named = [t for t in tasks if same_number(number, t)]
    allowed = reportable(person, named)
    own = [t for t in allowed if is_responsible(person, t)]
    candidates = own if own and not may_report_for_others(person) else allowed
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        return Unclear(texts.say("report.ask_task_number", count=len(candidates), number=number.upper()), candidates)
    if named:
        return not_yours(named[0])
    others = own_open(person, tasks)
    refusal = texts.say("report.no_such_task", number=number.upper())
    if not others:
        return Refused(Reply(refusal, (tasks_button(),)))
    return Unclear(f"{refusal}\n{texts.say('report.choose_yours')}", others)


def not_yours(task: Task) -> Refused:
    """That the task is carried by somebody else."""
    return Refused(Reply(texts.say("report.not_yours", number=task.number, lead=lead_words(task)), (tasks_button(),)))


def reportable(person: Person, tasks: Sequence[Task]) -> list[Task]:
    """The tasks the person may report on."""
    return [t for t in tasks if may_report(person, t)]


def own_open(person: Person, tasks: Sequence[Task]) -> list[Task]:
    """The open tasks the person may report on: their own, else (for the administrator) all."""
    still_open = sorted((t for t in reportable(person, tasks) if not t.status.is_over), key=by_urgency)
    own = [t for t in still_open if is_responsible(person, t)]
    return own or still_open
