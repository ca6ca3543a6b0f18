"""Finds the notices that are due and queues each one once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

import texts
from domain.clock import day_text, local_day
from domain.first_reminders import Notice, due_notices
from domain.messages import Button, Priority, Reply
from domain.people import Person
from domain.ports import Records

Shapes = Mapping[str, Callable[[Reply], list[Reply]]]
"""By the channels that are served: the parts in which each one carries a notice."""


class Books(Protocol):
    """Where the scheduler reads and writes: a transaction each."""

    def reading(self) -> AbstractAsyncContextManager[Records]:
        """A view of what is remembered."""
        ...

    def writing(self) -> AbstractAsyncContextManager[Records]:
        """A transaction that is committed when left without an error."""
        ...


async def pending(records: Records, now: datetime) -> list[Notice]:
    """The notices due at `now` that the ledger does not hold yet, of all offices."""
    found: list[Notice] = []
    for office in await records.offices.all():
        tasks = await records.register.tasks(office.id)
        people = await records.people.of_office(office.id)
        notices = due_notices(tasks, people, now)
        known = await records.reminders.known(office.id)
        found += [notice for notice in notices if _key(notice) not in known]
    return found


async def upcoming(records: Records, person: Person, now: datetime, within: timedelta) -> Notice | None:
    """The person's next notice that the ledger does not hold yet, due within a time from now; None without one."""
    tasks = await records.register.tasks(person.office_id)
    known = await records.reminders.known(person.office_id)
    moment = now
    while moment <= now + within:
        for notice in due_notices(tasks, [person], moment):
            if _key(notice) not in known:
                return notice
        moment += timedelta(days=1)
    return None


async def remind(books: Books, now: datetime, shapes: Shapes) -> int:
    """Queue every notice due at `now`; returns how many were queued. Safe to run as often as one likes."""
    async with books.reading() as records:
        waiting = await pending(records, now)
    return await queue_notices(books, waiting, now, shapes) if waiting else 0


async def queue_notices(books: Books, notices: Sequence[Notice], now: datetime, shapes: Shapes) -> int:
    """Queue notices, each to a reachable account of its person on a channel of `shapes`; returns how many.

    The ledger row and the outbox row are one transaction and each is unique, so however often and in however many
    processes this runs, a notice is queued once. A person without an account is not skipped for good: the notice
    stays out of the ledger and is queued, as late, once they have joined.
    """
    queued = 0
    async with books.writing() as records:
        for notice in notices:
            accounts = await records.people.accounts(notice.person.id)
            account = next((a for a in accounts if a.reachable and a.channel in shapes), None)
            if account is None:
                continue
            reminder_id = await records.reminders.open(notice, now)
            if reminder_id is None:
                continue
            for number, part in enumerate(shapes[account.channel](words(notice, now))):
                await records.outbox.queue(
                    channel=account.channel,
                    chat_id=account.chat_id,
                    reply=part,
                    key=f"notice:{reminder_id}:{number}",
                    now=now,
                    cause=f"notice:{notice.rule}",
                    office_id=notice.task.office_id,
                    priority=Priority.NOTICE,
                    reminder_id=reminder_id,
                )
            queued += 1
    return queued


def _key(notice: Notice) -> tuple[int, str, date, int]:
    return (notice.task.id, str(notice.rule), notice.occurrence, notice.person.id)


def words(notice: Notice, now: datetime) -> Reply:
    """What the person reads."""
    task = notice.task
    days = abs((notice.occurrence - local_day(now)).days)
    text = texts.say(
        f"notices.{notice.rule}",
        person=notice.person.name,
        number=task.number,
        title=task.title,
        day=day_text(notice.occurrence),
        days=days,
        document=task.document_number or texts.say("notices.no_document"),
    )
    if notice.late:
        text = f"{texts.say('notices.late', day=day_text(local_day(notice.scheduled)))}\n{text}"
    return Reply(
        text,
        (
            Button(texts.say("notices.open_button"), f"task:{task.id}"),
            Button(texts.say("notices.report_button"), f"report:{task.id}"),
        ),
    )
