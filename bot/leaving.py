"""A colleague leaves: accounts and codes are void, tasks go to somebody else or back to the unit, the head is told."""

from dataclasses import dataclass
from datetime import datetime

import texts
from bot.telling import first_account
from domain.messages import Reply
from domain.people import Person
from domain.rights import is_head_of
from domain.tasks import Task
from storage import Repositories


async def hand_over(records: Repositories, person: Person, taker: Person | None, now: datetime) -> list[Task]:
    """Give the person's open tasks to a colleague, or back to their units; returns them, each noted in the audit."""
    moved = []
    for task_id in await records.assignments.of(person.id):
        task = await records.register.task(task_id)
        if task is None or task.status.is_over:
            continue
        if await records.assignments.give(task.id, taker.id if taker else None, person.id):
            details = {"from": person.id, "to": taker.id if taker else None}
            await records.audit.note(person.office_id, None, "task.assigned", f"task:{task.id}", now, details)
            moved.append(task)
    return moved


@dataclass(frozen=True, slots=True)
class Left:
    """What a leaving changed: the tasks that moved, and the heads who were told of those without a person."""

    tasks: tuple[Task, ...]
    told: tuple[Person, ...] = ()


async def leave(records: Repositories, person: Person, taker: Person | None, now: datetime) -> Left:
    """Let the person go, in the caller's one transaction."""
    tasks = await hand_over(records, person, taker, now)
    await records.people.deactivate(person.id)
    await records.stand_ins.remove_of(person.id)
    await records.audit.note(person.office_id, None, "person.left", f"person:{person.id}", now, {"tasks": len(tasks)})
    told = []
    if taker is None and tasks:
        for head in await records.people.of_office(person.office_id):
            theirs = [task for task in tasks if is_head_of(head, task.lead_unit_id)]
            if theirs and await _tell(records, head, person, theirs, now):
                told.append(head)
    return Left(tuple(tasks), tuple(told))


async def _tell(records: Repositories, head: Person, person: Person, tasks: list[Task], now: datetime) -> bool:
    account = await first_account(records, head.id)
    if account is None:
        return False
    numbers = ", ".join(task.number for task in tasks)[:500]
    reply = Reply(texts.say("cli.people.told_head", person=person.name, count=len(tasks), numbers=numbers))
    key = f"left:{person.id}:{head.id}:{now.isoformat()}"
    await records.outbox.queue(
        channel=account.channel,
        chat_id=account.chat_id,
        reply=reply,
        key=key,
        now=now,
        cause="told",
        office_id=person.office_id,
    )
    return True
