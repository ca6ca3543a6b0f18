"""One person in two apps, in one process and in two, on both databases: one card, written once, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.nursery import Nursery
from bot.turns import Turns
from domain.deadlines import Deadline, DeadlineKind
from domain.messages import Incoming, Reply
from domain.tasks import Task
from handlers import respond
from handlers.turn import Turn
from storage import Storage, of_person
from tests.bot.desk import Nothing, Postbox
from tests.storage.conftest import NOW, Ward

APPS = ("web", "zalo-oa")
Errand = Callable[[Turn], Awaitable[list[Reply]]]


class App(Postbox):
    """The chat page under another app's name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def read(self, raw: Mapping[str, Any]) -> Incoming:
        return replace(super().read(raw), channel=self.name)


class Process:
    """Turns over one opened database, for two apps of one person."""

    def __init__(self, storage: Storage, nursery: Nursery, errand: Errand) -> None:
        self._storage = storage
        self._errand = errand
        self._apps = {name: App(name) for name in APPS}
        self._turns = Turns(storage, self._apps, Nothing(), lambda: NOW, nursery, respond=self._respond)
        self._said: dict[str, list[Reply]] = {}
        self._sent = 0

    async def _respond(self, turn: Turn) -> list[Reply]:
        self._said[turn.incoming.update_id] = replies = await self._errand(turn)
        return replies

    async def send(self, app: str, text: str = "", action: str = "", visitor: str = "dao") -> str:
        """One message or press, stored first and then dealt with; what was answered in the end."""
        self._sent += 1
        key = f"{id(self)}-{app}-{self._sent}"
        kind = "action" if action else "text"
        raw = {"id": key, "visitor": visitor, "persona": None, "kind": kind, "text": text, "action": action}
        channel = self._apps[app]
        async with self._storage.writing() as records:
            await records.inbox.store(app, [(key, raw)], NOW)
            row = next(r for r in await records.inbox.waiting(0, 1000, [app]) if key in str(r.raw))
        incoming = channel.read(raw)
        await self._turns.take(incoming, row.id)
        return "\n".join(reply.text for reply in self._said[incoming.update_id])


@asynccontextmanager
async def process(storage: Storage, errand: Errand = respond) -> AsyncIterator[Process]:
    nursery = Nursery()
    try:
        yield Process(storage, nursery, errand)
    finally:
        await nursery.stop(grace=5)


async def _counted(turn: Turn) -> list[Reply]:
    turn.memory["count"] = turn.memory.get("count", 0) + 1
    await asyncio.sleep(0)
    return [Reply(str(turn.memory["count"]))]


async def _in_two_apps(storage: Storage, ward: Ward) -> Task:
    async with storage.writing() as records:
        for app in APPS:
            await records.people.bind(ward.person.id, app, "dao", "dao")
        deadline = Deadline(DeadlineKind.DATE, date(2026, 6, 30))
        return await records.register.add_task(
            Task(0, ward.office.id, "4", "Lắp camera", deadline, lead_unit_id=ward.unit.id)
        )


async def _remembered(storage: Storage, ward: Ward) -> dict[str, Any]:
    async with storage.reading() as records:
        assert (await records.inbox.counts())["new"] == 0 and (await records.inbox.counts())["dead"] == 0
        return await records.conversations.get(*of_person(ward.person.id))


async def test_turns_of_both_apps_are_taken_one_after_another(storage: Storage, ward: Ward) -> None:
    await _in_two_apps(storage, ward)
    async with process(storage, _counted) as here:
        said = await asyncio.gather(*(here.send(app) for _ in range(6) for app in APPS))
    assert sorted(map(int, said)) == list(range(1, 13)), "each saw what the one before remembered"
    assert (await _remembered(storage, ward))["count"] == 12


async def test_two_processes_lose_nothing_of_one_talk(storage: Storage, other_process: Storage, ward: Ward) -> None:
    await _in_two_apps(storage, ward)
    async with process(storage, _counted) as here, process(other_process, _counted) as there:
        await asyncio.gather(*(where.send(app) for _ in range(4) for where, app in ((here, "web"), (there, "zalo-oa"))))
    assert (await _remembered(storage, ward))["count"] == 8


@pytest.mark.parametrize("has_written", [True, False], ids=["in its own transaction", "in one with others"])
async def test_a_turn_that_loses_the_race_fails_nobody_else_and_writes_nothing_by_halves(
    storage: Storage, other_process: Storage, ward: Ward, has_written: bool
) -> None:
    await _in_two_apps(storage, ward)
    races = 0

    async def overtaken(turn: Turn) -> list[Reply]:
        nonlocal races
        if turn.person is not None and not races:
            races += 1
            turn.memory["count"] = 1
            async with other_process.writing() as records:
                await records.conversations.put(
                    *of_person(turn.person.id), turn.office.id, turn.person.id, {"other": True}, turn.now
                )
            if has_written:
                await (await turn.records()).audit.note(turn.office.id, None, "half.done", "x", turn.now)
            return [Reply("muộn")]
        return await _counted(turn)

    async with process(storage, overtaken) as here:
        said = await asyncio.gather(here.send("web"), *(here.send("web", visitor=f"dan-{n}") for n in range(5)))
    assert said == ["1"] * 6 and races == 1
    assert (await _remembered(storage, ward))["other"], "what overtook it is kept"
    async with storage.reading() as records:
        assert not await records.audit.recent(ward.office.id), "what the lost turn wrote is undone"


async def test_a_card_of_one_app_confirmed_in_both_at_once_is_written_once(
    storage: Storage, other_process: Storage, ward: Ward
) -> None:
    task = await _in_two_apps(storage, ward)
    async with process(storage) as here, process(other_process) as there:
        assert "60%" in await here.send("web", "nv 4 xong 60%")
        said = await asyncio.gather(here.send("web", action="report:yes:1"), there.send("zalo-oa", "xac nhan"))
    async with storage.reading() as records:
        (report,) = await records.register.reports(task.id)
    assert report.percent == 60.0
    assert sorted("Đã ghi nhận" in words for words in said) == [False, True]
    assert "draft" not in await _remembered(storage, ward)


async def test_a_card_goes_along_to_an_app_that_joins_and_stays_when_it_leaves(storage: Storage, ward: Ward) -> None:
    task = await _in_two_apps(storage, ward)
    async with storage.writing() as records:
        await records.people.unbind("zalo-oa", "dao")
    async with process(storage) as here:
        await here.send("zalo-oa", "tham gia")
        await here.send("web", "nv 4 xong 60%")
        async with storage.writing() as records:
            code = await records.people.issue_code(ward.person.id, NOW, timedelta(days=1))
        assert "Chào mừng" in await here.send("zalo-oa", code)
        assert "kiểm tra" not in await here.send("zalo-oa", "cảm ơn")
        async with storage.writing() as records:
            await records.people.unbind("zalo-oa", "dao")
        assert "Đã ghi nhận" not in await here.send("zalo-oa", "xác nhận"), "a stranger decides on no card"
        assert "Đã ghi nhận" in await here.send("web", "xác nhận")
    async with storage.reading() as records:
        assert len(await records.register.reports(task.id)) == 1
        assert (await records.conversations.get("zalo-oa", "dao")).keys() <= {"buttons"}


async def test_a_talk_of_before_is_taken_over_at_the_first_turn(storage: Storage, ward: Ward) -> None:
    await _in_two_apps(storage, ward)
    async with process(storage) as here:
        await here.send("web", "nv 4 xong 60%")
    async with storage.writing() as records:
        talk = await records.conversations.get(*of_person(ward.person.id))
        own = await records.conversations.get("web", "dao")
        old = {key: kept for key, kept in talk.items() if key != "newest"} | own
        await records.conversations.put("web", "dao", ward.office.id, ward.person.id, old, NOW)
        await records.conversations.forget(*of_person(ward.person.id))
    async with process(storage) as here:
        assert "Đã ghi nhận" in await here.send("web", action="report:yes:1")
    assert (await _remembered(storage, ward))["settled"] == [1, "written"]
    async with storage.reading() as records:
        assert "draft" not in await records.conversations.get("web", "dao")


async def test_who_uses_a_colleague_s_old_account_learns_nothing_of_them(storage: Storage, ward: Ward) -> None:
    await _in_two_apps(storage, ward)
    async with process(storage) as here:
        await here.send("web", "nv 4 xong 60%")
        async with storage.writing() as records:
            other = await records.people.add(ward.office.id, "Bùi Văn Mận", ward.person.role, ward.unit.id)
            await records.people.bind(other.id, "web", "dao", "dao")
        assert "60%" not in await here.send("web", "xác nhận")
    async with storage.reading() as records:
        theirs = await records.conversations.get(*of_person(other.id))
    assert "draft" not in theirs
