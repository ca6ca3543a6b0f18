"""Two people confirm reports on one task at one moment, in two processes: nothing is lost, the second is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from bot.nursery import Nursery
from bot.turns import Turns
from domain.deadlines import Deadline, DeadlineKind
from domain.people import Role
from domain.tasks import Task
from storage import Storage, of_person
from tests.bot.desk import Nothing, Postbox
from tests.storage.conftest import NOW, Ward


class Process:
    """Turns over one opened database, as another process would take them."""

    def __init__(self, storage: Storage, turns: Turns) -> None:
        self._storage = storage
        self._turns = turns
        self._taken = 0

    async def send(self, who: str, *, text: str = "", action: str = "") -> None:
        """One message or press of this person, stored first and then dealt with."""
        self._taken += 1
        key = f"{who}-{id(self)}-{self._taken}"
        kind = "action" if action else "text"
        raw: dict[str, Any] = {"id": key, "visitor": who, "persona": None, "kind": kind, "text": text, "action": action}
        channel = Postbox()
        async with self._storage.writing() as records:
            await records.inbox.store("web", [(channel.update_id(raw), raw)], NOW)
            row = next(r for r in await records.inbox.waiting(0, 100, ["web"]) if key in str(r.raw))
        await self._turns.take(channel.read(raw), row.id)


@asynccontextmanager
async def _process(storage: Storage) -> AsyncIterator[Process]:
    nursery = Nursery()
    try:
        yield Process(storage, Turns(storage, {"web": Postbox()}, Nothing(), lambda: NOW, nursery))
    finally:
        await nursery.stop(grace=5)


async def _task_of_two(storage: Storage, ward: Ward) -> Task:
    async with storage.writing() as records:
        second = await records.people.add(ward.office.id, "Bùi Văn Mận", Role.OFFICIAL, ward.unit.id)
        await records.people.bind(ward.person.id, "web", "dao", "dao")
        await records.people.bind(second.id, "web", "man", "man")
        deadline = Deadline(DeadlineKind.DATE, date(2026, 6, 30))
        return await records.register.add_task(
            Task(0, ward.office.id, "4", "Lắp camera", deadline, lead_unit_id=ward.unit.id)
        )


async def test_the_second_sees_what_the_first_wrote_before_confirming(
    storage: Storage, other_process: Storage, ward: Ward
) -> None:
    task = await _task_of_two(storage, ward)
    async with _process(storage) as here, _process(other_process) as there:
        await here.send("dao", text="nv 4 xong 60%")
        await there.send("man", text="nv 4 xong 70%")
        await asyncio.gather(here.send("dao", action="report:yes:1"), there.send("man", action="report:yes:1"))
        async with storage.reading() as records:
            (first,) = await records.register.reports(task.id)
            people = {who: await records.people.by_account("web", who) for who in ("dao", "man")}
            memories = {who: await records.conversations.get(*of_person(p.id)) for who, p in people.items() if p}
        (slower,) = [who for who in memories if "draft" in memories[who]]
        assert memories[slower]["draft"]["card"] == 2 and first.person_name != ""
        process = here if slower == "dao" else there
        await process.send(slower, action="report:yes:2")
    async with storage.reading() as records:
        reports = await records.register.reports(task.id)
        after = await records.register.task(task.id)
    assert {report.percent for report in reports} == {60.0, 70.0}
    assert after is not None and after.percent == reports[0].percent
