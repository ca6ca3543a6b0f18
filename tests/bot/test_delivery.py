"""What becomes of a reply that does not go out at once."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import texts
from bot.delivery import TROUBLE, Delivery
from bot.nursery import Nursery
from bot.pace import UNANSWERED, Flow
from domain.messages import Reply
from domain.ports import Limits, SendFailed
from handlers.turn import Turn
from storage import Queued, Storage
from tests.bot.desk import NOW, Desk, Postbox, echo, open_desk, said

LABEL = texts.say("errors.maybe_duplicate")


class Clock:
    """A clock that leaps ahead at every look, so that every wait is over at once."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        self.at += timedelta(hours=2)
        return self.at


async def _one(desk: Desk, *faults: SendFailed) -> list[str]:
    desk.postbox.faults = list(faults)
    await desk.receive(said(1, "một"), said(2, "hai"))
    await desk.settled()
    return [text for _, text in desk.postbox.delivered]


async def test_a_refused_sending_is_tried_again_and_order_is_kept(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        failures = [SendFailed("retry", "busy"), SendFailed("retry", "too many", 3), SendFailed("retry", "busy")]
        assert await _one(desk, *failures) == ["một", "hai"]


async def test_an_unanswered_sending_is_repeated_once_and_says_so(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        desk.postbox.delivers_all_the_same = True
        assert await _one(desk, SendFailed("uncertain", "no answer")) == ["một", f"{LABEL}\nmột", "hai"]


async def test_a_second_unanswered_sending_ends_it(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        assert await _one(desk, SendFailed("uncertain", "1"), SendFailed("uncertain", "2")) == ["hai"]
        _, outbox = await desk.rows()
        assert outbox["failed"] == 1


@pytest.mark.parametrize("kind", ["unreachable", "rejected"])
async def test_what_can_never_be_sent_does_not_hold_back_the_next(tmp_path: Path, kind: str) -> None:
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        assert await _one(desk, SendFailed(kind, "no")) == ["hai"]
        _, outbox = await desk.rows()
        assert outbox["failed"] == 1 and outbox["sent"] == 1


@pytest.mark.parametrize("kind", ["retry", "uncertain", "rejected"])
async def test_an_edit_that_fails_is_let_go_and_holds_up_nothing_in_its_chat(tmp_path: Path, kind: str) -> None:
    async def edits(turn: Turn) -> list[Reply]:
        return [Reply("cũ", edits="1"), Reply("mới")]

    async with open_desk(tmp_path, edits, clock=lambda: NOW) as desk:
        desk.postbox.edit_fault = SendFailed(kind, "no")
        await desk.receive(said(1, "một"))
        await desk.settled()
        _, outbox = await desk.rows()
        assert [text for _, text in desk.postbox.delivered] == ["mới"]
        assert (outbox["failed"], outbox["sent"]) == (1, 1)


async def test_a_reply_caught_by_a_crash_while_being_sent_goes_out_once_more_with_the_label(tmp_path: Path) -> None:
    async with open_desk(tmp_path, echo, serving=False) as desk:
        await desk.receive(said(1, "một"))
    with sqlite3.connect(tmp_path / "kehoach.db") as database:
        database.execute("update inbox set status = 'done'")
        database.execute(
            "insert into outbox (key, channel, chat_id, reply, cause, status, attempts, maybe_duplicate, next_try_at,"
            " queued_at) values ('in:1:0', 'web', 'dan-so-mot', '{\"text\": \"một\"}', 'reply', 'sending', 1, 0,"
            " '2026-03-02 00:00:00', '2026-03-02 00:00:00')"
        )
    async with open_desk(tmp_path, echo, clock=Clock()) as desk:
        # That a process ended is no word of the app: one call without an answer is borne all the same.
        desk.postbox.faults = [SendFailed("uncertain", "no answer")]
        await desk.settled()
        assert desk.postbox.delivered == [("dan-so-mot", f"{LABEL}\nmột")]


class App(Postbox):
    """An app by the name of "web" with real limits, whose chats the test can make fail, and which counts its calls."""

    limits = Limits(text_units=4000, per_second=200.0, per_chat_second=1.0)

    def __init__(self) -> None:
        super().__init__()
        self.failing: dict[str, SendFailed] = {}
        self.falls = self.is_down = False
        self.pings = 0
        self.asked: list[str] = []
        self.silence = asyncio.Event()
        self.silence.set()

    async def send(self, chat_id: str, reply: Reply) -> str:
        self.asked.append(chat_id)
        await self.silence.wait()
        if self.is_down:
            raise SendFailed("uncertain" if chat_id == "silent" else "retry", "no connection")
        if chat_id in self.failing:
            raise self.failing[chat_id]
        return await super().send(chat_id, reply)

    async def ping(self) -> None:
        self.pings += 1
        if self.pings == 1:
            self.is_down = self.falls
        elif self.pings == 2:
            raise SendFailed("retry", "no connection")
        else:
            self.is_down = False


@contextlib.asynccontextmanager
async def _delivering(folder: Path, app: App, chats: list[str]) -> AsyncIterator[tuple[Delivery, Storage]]:
    """A delivery at work on one message for each chat."""
    storage = Storage.open(f"sqlite:///{folder / 'kehoach.db'}")
    await storage.migrate()
    async with storage.writing() as records:
        await records.outbox.queue_many(
            [Queued("web", chat, Reply(f"{chat} {n}"), f"{n}", NOW, "notice") for n, chat in enumerate(chats)]
        )
    nursery = Nursery()
    delivery = Delivery(storage, {"web": app}, lambda: datetime.now(UTC), nursery)
    nursery.keep("delivery", delivery.run, ends_when_told=True)
    try:
        yield delivery, storage
    finally:
        delivery.stop()
        await nursery.stop(grace=5)
        await delivery.settle()
        await storage.close()


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_a_chat_that_is_told_to_wait_holds_up_no_other(tmp_path: Path) -> None:
    app = App()
    # The chat was written to shortly before, so it is the chat that is refused.
    chats = ["busy", "a", "b", "c"]
    async with _delivering(tmp_path, app, []) as (delivery, storage):
        async with storage.writing() as records:
            await records.outbox.queue_many([Queued("web", "busy", Reply("đầu"), "first", NOW, "reply")])
        delivery.ring()
        await _until(lambda: len(app.delivered) == 1)
        app.failing = {"busy": SendFailed("retry", "Too Many Requests: retry after 600", 600.0)}
        async with storage.writing() as records:
            await records.outbox.queue_many([Queued("web", chat, Reply(chat), chat, NOW, "notice") for chat in chats])
        delivery.ring()
        await _until(lambda: len(app.delivered) == 4)
        assert app.asked.count("busy") == 2
        assert delivery.held_total == 1


async def test_an_app_that_says_wait_to_a_chat_not_written_to_lately_is_left_alone(tmp_path: Path) -> None:
    app = App()
    app.failing = {"a": SendFailed("retry", "Too Many Requests: retry after 600", 600.0)}
    async with _delivering(tmp_path, app, ["a", *(f"c{n}" for n in range(50))]) as (delivery, storage):
        await _until(lambda: delivery.held_total == 1 and delivery.sent_total == len(app.delivered))
        assert delivery.pause_of("web") > 500
        assert len(app.asked) < 50
        async with storage.reading() as records:
            counts = await records.outbox.counts()
        assert counts["sent"] == delivery.sent_total and counts["pending"] == 51 - counts["sent"]


async def test_an_app_out_of_reach_is_asked_with_calls_that_do_nothing_and_then_gets_all_in_order(
    tmp_path: Path,
) -> None:
    app = App()
    app.falls = True
    chats = [f"c{n:02d}" for n in range(30)]
    async with _delivering(tmp_path, app, chats) as (_, storage):
        await _until(lambda: len(app.delivered) == 30)
        assert app.pings == 3
        # No more were tried in vain than it took to notice, beside those that were on their way.
        assert len(app.asked) - 30 <= TROUBLE + Flow(app.limits.per_second).together
        assert [chat for chat, _ in app.delivered] == chats
        async with storage.reading() as records:
            assert (await records.outbox.counts())["failed"] == 0


async def test_a_message_that_always_breaks_the_app_stops_nobody(tmp_path: Path) -> None:
    app = App()
    app.failing = {
        "poison": SendFailed("retry", "Internal Server Error"),
        "long": SendFailed("rejected", "message is too long"),
        "gone": SendFailed("unreachable", "blocked by the user"),
    }
    chats = ["poison", "long", "gone", *(f"c{n}" for n in range(20))]
    async with _delivering(tmp_path, app, chats) as (delivery, storage):
        await _until(lambda: delivery.sent_total == 20 and delivery.failed_total == 2)
        async with storage.reading() as records:
            counts = await records.outbox.counts()
        assert (counts["failed"], counts["pending"] + counts["sending"]) == (2, 1)


async def test_two_deliveries_on_one_database_send_each_message_once(tmp_path: Path) -> None:
    app = App()
    chats = [f"c{n % 40}" for n in range(120)]
    async with _delivering(tmp_path, app, chats) as (ours, _):
        nursery = Nursery()
        other = Storage.open(f"sqlite:///{tmp_path / 'kehoach.db'}")
        theirs = Delivery(other, {"web": app}, lambda: datetime.now(UTC), nursery)
        nursery.keep("delivery", theirs.run, ends_when_told=True)
        await _until(lambda: ours.sent_total + theirs.sent_total == 120)
        theirs.stop()
        await nursery.stop(grace=5)
        await theirs.settle()
        await other.close()
        assert len(set(app.delivered)) == 120
        for chat in set(chats):
            texts_of_chat = [int(text.split()[1]) for where, text in app.delivered if where == chat]
            assert texts_of_chat == sorted(texts_of_chat)


async def test_an_app_is_sent_nothing_before_it_has_answered_a_first_call(tmp_path: Path) -> None:
    app = App()
    app.pings = 1
    async with _delivering(tmp_path, app, ["a"]) as (delivery, storage):
        await _until(lambda: app.pings == 2)
        async with storage.reading() as records:
            assert (await records.outbox.counts())["pending"] == 1
        assert app.asked == []
        await _until(lambda: delivery.sent_total == 1)


async def test_an_app_that_falls_silent_is_risked_no_more_messages_until_it_answers_something(tmp_path: Path) -> None:
    app = App()
    app.limits = replace(app.limits, per_second=40.0)
    app.pings = 2
    async with _delivering(tmp_path, app, [f"c{n}" for n in range(30)]) as (_, storage):
        await _until(lambda: len(app.delivered) >= 2)
        app.silence.clear()
        answered = len(app.delivered)
        await _until(lambda: app.pings > 3)
        async with storage.reading() as records:
            assert UNANSWERED <= (await records.outbox.counts())["sending"] <= UNANSWERED + 2
        assert len(app.asked) - answered <= UNANSWERED + 2
        app.silence.set()
        await _until(lambda: len(app.delivered) == 30)
        assert len(app.asked) == 30
