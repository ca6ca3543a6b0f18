"""Finds what a report still lacks before it can be shown for a decision: its task, its unit, its figure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import texts
from domain.messages import Button, Reply
from domain.people import Person
from domain.shares import share_of
from domain.tasks import Task
from handlers.draft import Asking, Draft
from handlers.turn import Turn
from handlers.which_task import Refused, Unclear, find_task, reportable
from handlers.wording import PAGE, short, task_name, tasks_button, titled_label

ASKED_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """A report whose task is known and that says something of it."""

    draft: Draft
    task: Task
    among: Sequence[Task]


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that lacks something, with the question for it."""

    draft: Draft
    reply: Reply


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A report that we asked about often enough."""


async def place(turn: Turn, person: Person, draft: Draft, tasks: Sequence[Task]) -> Placed | Asked | Refused | GivenUp:
    """The report with its task, or what has to be asked or refused; nothing is remembered here."""
    found = await find_task(turn, person, draft, tasks)
    if isinstance(found, Refused):
        return found
    if isinstance(found, Unclear):
        return _which(draft, found)
    among = reportable(person, tasks)
    values = replace(draft.values, intent="report", task=found.number)
    placed = replace(draft, task_id=found.id, name=task_name(found, among), values=values)
    if found.shares and share_of(found, placed.unit_id) is None:
        unit_id = await unit_of(turn, person, found)
        if unit_id is None:
            return _which_unit(placed, found)
        placed = replace(placed, unit_id=unit_id)
    if not placed.is_complete and not placed.values.wants_extension:
        asked = replace(placed, asking=Asking.FIGURE, asked=1)
        return Asked(asked, Reply(texts.say("report.ask_figure", name=placed.name, title=short(found.title))))
    return Placed(placed, found, among)


async def unit_of(turn: Turn, person: Person, task: Task) -> int | None:
    """The unit for which the person speaks of a group task: their own, or that of a colleague they act for."""
    if share_of(task, person.unit_id) is not None:
        return person.unit_id
    records = await turn.records()
    for colleague_id in person.acts_for:
        colleague = await records.people.get(colleague_id)
        if colleague is not None and share_of(task, colleague.unit_id) is not None:
            return colleague.unit_id
    return None


def _which(draft: Draft, found: Unclear) -> Asked | GivenUp:
    if draft.asked >= ASKED_AT_MOST:
        return GivenUp()
    values = replace(draft.values, task=None)
    asked = replace(draft, values=values, asking=Asking.TASK, asked=draft.asked + 1, card=0, name="")
    return Asked(asked, offer(found.question, found.candidates))


def _which_unit(draft: Draft, task: Task) -> Asked | GivenUp:
    if draft.asked >= ASKED_AT_MOST:
        return GivenUp()
    asked = replace(draft, asking=Asking.UNIT, asked=draft.asked + 1)
    question = texts.say("report.ask_unit", name=draft.name, title=short(task.title))
    buttons = tuple(Button(short(s.unit_name, 56), f"report:unit:{s.unit_id}") for s in task.shares)
    return Asked(asked, Reply(question, buttons))


def offer(question: str, candidates: Sequence[Task]) -> Reply:
    """The question with a button for each task that may be meant."""
    return Reply(question, tuple(Button(titled_label(t, candidates), f"report:{t.id}") for t in candidates[:PAGE]))


def give_up() -> Reply:
    """That the report was not understood and nothing was written."""
    return Reply(texts.say("report.gave_up"), (tasks_button(),))
