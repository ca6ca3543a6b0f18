"""An hour in which the app cannot be reached: what was to go out then goes out afterwards, in order and at its pace."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, timedelta
from datetime import time as hour_of_day
from pathlib import Path

from bot.delivery import Delivery
from bot.nursery import Nursery
from domain.messages import Reply
from domain.notices import NoticeStatus
from domain.people import Role
from domain.ports import Limits, SendFailed
from tests.bot.desk import Postbox
from tests.scheduler.ward import Ward, at, ward_in

TUESDAY = date(2026, 3, 10)
WEDNESDAY = date(2026, 3, 11)
FRIDAY = date(2026, 3, 13)
OFFICIALS = 80


class App(Postbox):
    """An app that can be away, and refuses what is more than its limit in any second."""

    name = "telegram"
    limits = Limits(text_units=4000, per_second=50.0, per_chat_second=1.0)

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.in_vain = self.refused = 0
        self._taken: list[float] = []

    async def send(self, chat_id: str, reply: Reply) -> str:
        if self.is_away:
            self.in_vain += 1
            raise SendFailed("retry", "no connection")
        now = time.monotonic()
        self._taken = [moment for moment in self._taken if moment > now - 1]
        if len(self._taken) >= self.limits.per_second:
            self.refused += 1
            raise SendFailed("retry", "Too Many Requests: retry after 1", 1.0)
        self._taken.append(now)
        return await super().send(chat_id, reply)

    async def ping(self) -> None:
        if self.is_away:
            self.in_vain += 1
            raise SendFailed("retry", "no connection")


class Watch:
    """A clock that the test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextlib.asynccontextmanager
async def _sending(ward: Ward, app: App, watch: Watch) -> AsyncIterator[Delivery]:
    nursery = Nursery()
    delivery = Delivery(ward.storage, {"telegram": app}, watch, nursery)
    nursery.keep("delivery", delivery.run, ends_when_told=True)
    try:
        yield delivery
    finally:
        delivery.stop()
        await nursery.stop(grace=5)
        await delivery.settle()


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(30):
        while not await is_so():
            await asyncio.sleep(0.01)


async def test_an_hour_without_the_app_loses_nothing_and_ends_in_order_at_the_apps_pace(tmp_path: Path) -> None:
    app, watch = App(), Watch(at(TUESDAY))
    async with ward_in(tmp_path) as ward:
        for number in range(OFFICIALS):
            async with ward.storage.writing() as records:
                person = await records.people.add(ward.office.id, f"Cán bộ {number}", Role.OFFICIAL, ward.unit.id)
            await ward.joins(person)
            await ward.task(f"{number}", TUESDAY, assignee_id=person.id)
        async with _sending(ward, app, watch) as delivery:
            app.is_away = True
            await ward.beat(watch.now)
            delivery.ring()

            async def is_given_up() -> bool:
                return app.in_vain >= 4

            await _until(is_given_up)
            for _ in range(6):
                watch.now += timedelta(minutes=10)
                assert await ward.beat(watch.now) == 0, "what waits in the outbox is not queued a second time"
            tried, app.is_away = app.in_vain, False

            async def is_all_sent() -> bool:
                return {row.status for row in await ward.ledger() if not row.notice.folded} == {NoticeStatus.SENT}

            await _until(is_all_sent)
        rows = [row for row in await ward.ledger() if not row.notice.folded]
    assert tried < 10, "no message was risked on it"
    assert app.refused == 0
    assert len(rows) == len(app.delivered) == OFFICIALS
    assert [text.split(":")[0].rsplit(" ", 1)[1] for _, text in app.delivered] == [f"{n}" for n in range(OFFICIALS)]
    assert all(row.sent_at is not None and row.sent_at >= at(TUESDAY, 9) for row in rows)
    assert not any("Nhắc trễ" in text for _, text in app.delivered), "it is still the day it belongs to"


async def test_what_the_night_overtook_is_said_on_the_next_day_as_late(tmp_path: Path) -> None:
    app, watch = App(), Watch(at(TUESDAY, 18, 30))
    async with ward_in(tmp_path) as ward:
        async with ward.storage.writing() as records:
            await records.wishes.set_hour(ward.an.id, hour_of_day(18, 30))
        await ward.task("4", FRIDAY)
        async with _sending(ward, app, watch) as delivery:
            app.is_away = True
            assert await ward.beat(watch.now) == 1
            delivery.ring()

            async def is_taken_back() -> bool:
                await ward.beat(watch.now)
                return (await ward.states())["before_3"] == ("pending", "undelivered")

            watch.now = at(TUESDAY, 19, 5)
            await _until(is_taken_back)
            watch.now, app.is_away = at(TUESDAY, 19, 30), False
            assert await ward.beat(watch.now) == 0
            assert app.delivered == []
            watch.now = at(WEDNESDAY, 18, 30)
            assert await ward.beat(watch.now) == 1
            delivery.ring()

            async def is_sent() -> bool:
                return (await ward.states())["before_3"][0] == "sent"

            await _until(is_sent)
    ((_, text),) = app.delivered
    assert text.startswith("Nhắc trễ, lịch gốc ngày 10/3/2026.")
